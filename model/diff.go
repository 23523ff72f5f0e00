package model

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// Category is the paper's category of an update [GT10, section 3.1], derived from
// the difference between the versions (definitions section 8).
type Category struct {
	Number  int
	Reasons []Reason // why this one, in the author's words; at least one
}

// Reason is one difference that puts an update into a category.
type Reason struct {
	Text string
	Span lang.Span // where the new version says so, else the old one
}

// Category derives the category: the first, from the most severe on, for which the
// difference gives a reason. Several units that change without any such reason share
// an algorithm.
func (u *Update) Category() Category {
	rules := []struct {
		number int
		find   func() []Reason
	}{
		{6, u.hardwareChanges},
		{5, u.diskChanges},
		{4, u.algorithmChanges},
		{3, u.globalChanges},
		{2, u.protocolChanges},
		{3, u.constantChanges},
	}
	for _, r := range rules {
		if found := r.find(); len(found) > 0 {
			slices.SortStableFunc(found, func(a, b Reason) int {
				return cmp.Or(strings.Compare(a.Span.Start.Filename, b.Span.Start.Filename), a.Span.Start.Offset-b.Span.Start.Offset)
			})
			return Category{r.number, found}
		}
	}
	if names := u.Affected; len(names) > 1 {
		return Category{4, []Reason{{fmt.Sprintf("%s change together, and no message or protocol between them does", listed(names)), u.Source.Span}}}
	}
	return Category{1, u.unitChanges()}
}

// hardwareChanges finds requirements that a reboot does not do away with.
func (u *Update) hardwareChanges() []Reason {
	var out []Reason
	for _, r := range u.Source.Requires {
		if !r.Live {
			out = append(out, Reason{fmt.Sprintf("the new version requires something of `%s`, rebooted or not", r.Resource), r.Span})
		}
	}
	return out
}

// diskChanges finds persistent data that is added, dropped, or declared otherwise.
func (u *Update) diskChanges() []Reason {
	var out []Reason
	compare := func(name string, old, new *lang.Var) {
		if !persistent(old) && !persistent(new) {
			return
		}
		switch {
		case old == nil:
			out = append(out, Reason{fmt.Sprintf("the disk also holds `%s`", name), new.Span})
		case new == nil:
			out = append(out, Reason{fmt.Sprintf("the disk no longer holds `%s`", name), old.Span})
		case old.Class != new.Class, old.Type.Declaration() != new.Type.Declaration():
			out = append(out, Reason{fmt.Sprintf("`%s` has another form or meaning on the disk", name), new.Span})
		}
	}
	for _, d := range u.data {
		compare(d.name, d.old, d.new)
	}
	for _, p := range u.units {
		for _, x := range p.vars(0) {
			compare(p.name+"."+x.Name, x, varNamed(p.vars(1), x.Name))
		}
		for _, x := range p.vars(1) {
			if varNamed(p.vars(0), x.Name) == nil {
				compare(p.name+"."+x.Name, nil, x)
			}
		}
	}
	return out
}

func persistent(x *lang.Var) bool { return x != nil && x.Class == lang.Persistent }

// algorithmChanges finds code that moves from one unit to another (what was written
// or sent there is written or sent here), and properties that are replaced.
func (u *Update) algorithmChanges() []Reason {
	var out []Reason
	if u.Source.ReplacesAlways {
		for _, p := range u.Source.New.Always {
			out = append(out, Reason{"the update replaces what always holds: " + cmp.Or(quoted(p.Label), "a property"), p.Span})
		}
	}
	before, after := u.doers(0), u.doers(1)
	for _, what := range slices.Sorted(maps.Keys(before)) {
		from := u.lost(before[what], after[what])
		to := u.lost(after[what], before[what])
		for i := range min(len(from), len(to)) {
			out = append(out, Reason{fmt.Sprintf("%s moves from `%s` to `%s`", what, from[i].name, to[i].name), to[i].new.Span})
		}
	}
	return out
}

func quoted(label string) string {
	if label == "" {
		return ""
	}
	return "\"" + label + "\""
}

// doers lists, for each datum outside units that code writes, each message that it
// sends, the units whose code in a version does so. Ghosts do not count.
func (u *Update) doers(version int64) map[string][]*unit {
	out := map[string][]*unit{}
	add := func(what string, p *unit) {
		if !slices.Contains(out[what], p) {
			out[what] = append(out[what], p)
		}
	}
	for _, p := range u.units {
		l := p.at(version)
		if l == nil || p.client {
			continue
		}
		for _, h := range l.Handlers {
			walk(h.Body, func(s lang.Stmt) {
				if a, ok := s.(*lang.Assign); ok && a.To.Var.Owner == nil && a.To.Var.Class != lang.Local {
					add(fmt.Sprintf("the code that writes `%s`", a.To.Var.Name), p)
				}
			})
			for _, s := range sends(h.Body) {
				add(fmt.Sprintf("the code that sends `%s.%s`", s.target.Unit.Name, s.target.Msg.Name), p)
			}
		}
	}
	return out
}

// lost lists the units of a that are not in b, though both versions have them.
func (u *Update) lost(a, b []*unit) []*unit {
	var out []*unit
	for _, p := range a {
		if p.old != nil && p.new != nil && !slices.Contains(b, p) {
			out = append(out, p)
		}
	}
	return out
}

// globalChanges finds changed declarations on which units agree outside a protocol
// between two of them: data and types that several keep, and types that more than two
// use.
func (u *Update) globalChanges() []Reason {
	var out []Reason
	for _, d := range u.data {
		if changedDatum(d) {
			if users := u.users(d.name); len(users) > 1 {
				x := d.new
				if x == nil {
					x = d.old
				}
				out = append(out, Reason{fmt.Sprintf("`%s` changes, which %s use", d.name, listed(users)), x.Span})
			}
		}
	}
	for _, t := range u.Source.New.Types {
		was := typeNamed(u.Program.Base.Types, t.Name)
		if was == nil || was.Declaration() == t.Declaration() {
			continue
		}
		keepers, users := u.keepers(t.Name), u.users(t.Name)
		switch {
		case len(keepers) > 1:
			out = append(out, Reason{fmt.Sprintf("type `%s` changes, of which %s keep values", t.Name, listed(keepers)), t.Span})
		case len(users) > 2:
			out = append(out, Reason{fmt.Sprintf("type `%s` changes, on which %s agree", t.Name, listed(users)), t.Span})
		}
	}
	return out
}

// constantChanges finds constants with another value on which several units agree.
func (u *Update) constantChanges() []Reason {
	var out []Reason
	for _, ch := range u.Source.Changes {
		if len(ch.Agree) > 1 {
			out = append(out, Reason{fmt.Sprintf("`%s` changes, on which %s agree", ch.Name, listed(ch.Agree)), ch.Span})
		}
	}
	return out
}

func changedDatum(d *datum) bool {
	for _, x := range []*lang.Var{d.old, d.new} {
		if x != nil && x.Class == lang.Ghost {
			return false
		}
	}
	return d.old == nil || d.new == nil || d.old.Type.Declaration() != d.new.Type.Declaration()
}

func typeNamed(list []*lang.Type, name string) *lang.Type {
	for _, t := range list {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// keepers lists the units, in either version, with variables of a type, or whose
// code uses data outside units of it.
func (u *Update) keepers(name string) []string {
	var shared []string
	for _, d := range u.data {
		for _, x := range []*lang.Var{d.old, d.new} {
			if x != nil && x.Class != lang.Ghost && contains(typeNames(x.Type), name) {
				shared = append(shared, d.name)
			}
		}
	}
	return u.unitsWhere(func(l *lang.Unit) bool {
		return slices.ContainsFunc(l.Vars, func(x *lang.Var) bool { return x.Class != lang.Ghost && contains(typeNames(x.Type), name) }) ||
			slices.ContainsFunc(shared, func(d string) bool { return mentions(l, d) })
	})
}

// users lists the units, in either version, whose code mentions a type or datum.
func (u *Update) users(name string) []string {
	return u.unitsWhere(func(l *lang.Unit) bool { return mentions(l, name) })
}

func mentions(l *lang.Unit, name string) bool {
	return slices.ContainsFunc(l.Handlers, func(h *lang.Handler) bool { return h.Mentions[name] })
}

func (u *Update) unitsWhere(is func(l *lang.Unit) bool) []string {
	var out []string
	for _, p := range u.units {
		if !p.client && (p.old != nil && is(p.old) || p.new != nil && is(p.new)) {
			out = append(out, p.name)
		}
	}
	return out
}

// typeNames are the named types that a type is made of.
func typeNames(t *lang.Type) []string {
	names := []string{t.Name}
	switch t.Kind {
	case lang.Record:
		for _, f := range t.Fields {
			names = append(names, typeNames(f.Type)...)
		}
	case lang.Array:
		names = append(append(names, typeNames(t.Index)...), typeNames(t.Elem)...)
	}
	return names
}

func listed(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "`" + n + "`"
	}
	if n := len(quoted); n > 1 {
		return strings.Join(quoted[:n-1], ", ") + " and " + quoted[n-1]
	}
	return strings.Join(quoted, "")
}

// protocolChanges finds protocols and messages that are added, dropped or changed.
func (u *Update) protocolChanges() []Reason {
	var out []Reason
	for _, p := range u.protocols {
		switch {
		case p.old == nil && u.declared(u.Program.Base, p.name), !p.changed:
		case p.old == nil:
			out = append(out, Reason{fmt.Sprintf("protocol `%s` is added", p.name), p.new.Span})
		case p.new == nil && !p.replaced:
			out = append(out, Reason{fmt.Sprintf("protocol `%s` is dropped", p.name), p.old.Span})
		case p.new == nil:
			out = append(out, Reason{fmt.Sprintf("protocol `%s` has another initiator or key", p.name), p.old.Span})
		default:
			out = append(out, Reason{fmt.Sprintf("protocol `%s` changes", p.name), p.new.Span})
		}
	}
	for _, p := range u.units {
		if p.old == nil || p.new == nil {
			continue
		}
		for _, k := range p.kinds {
			if k.old != nil && k.new != nil && k.old.ReplyForm == k.new.ReplyForm {
				continue
			}
			if k.new == nil && p.sentAs(k.name) {
				continue // the new form says so
			}
			out = append(out, Reason{fmt.Sprintf("message `%s.%s` is added, dropped, or has another form", p.name, k.name), k.either().Span})
		}
	}
	return out
}

// declared says whether a version has a protocol of that name.
func (u *Update) declared(sys *lang.System, name string) bool {
	return slices.ContainsFunc(sys.Protocols, func(p *lang.Protocol) bool { return p.Name == name })
}

// sentAs says whether the new version has a message of that name.
func (u *unit) sentAs(name string) bool {
	return slices.ContainsFunc(u.kinds, func(k *messageKind) bool { return k.name == name && k.new != nil })
}

// unitChanges names what changes where only one unit does.
func (u *Update) unitChanges() []Reason {
	var out []Reason
	for _, p := range u.units {
		if p.affected {
			l := p.new
			if l == nil {
				l = p.old
			}
			out = append(out, Reason{fmt.Sprintf("only `%s` changes", p.name), l.Span})
		}
	}
	if out == nil {
		out = append(out, Reason{"no unit changes", u.Source.Span})
	}
	return out
}
