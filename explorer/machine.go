package explorer

import (
	"fmt"

	"github.com/lucheck/lucheck/lang"
)

// lacking says which requirement of the update the machine does not meet at a level
// (definitions section 2.5); nil where it meets all. At hardware everything required is
// supplied; what is required `live` does not bind a reboot.
func (a *Analysis) lacking(l lang.Level) *Failure {
	if a.opt.Machine == nil || l.Kind == lang.LevelHardware {
		return nil
	}
	for _, r := range a.opt.Machine.Lacks(a.update.Requires) {
		if r.Live && l.Kind == lang.LevelReboot {
			continue
		}
		return &Failure{Kind: "resource", Clause: a.source(r.Span), Place: placeOf(r.Span), Values: []Value{},
			Detail: fmt.Sprintf("machine `%s` does not meet what the update requires of `%s`", a.opt.Machine.Name, r.Resource)}
	}
	return nil
}

func (a *Analysis) source(at lang.Span) string {
	if a.opt.Source == nil {
		return ""
	}
	return a.opt.Source(at)
}
