package oracle

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// stage is what there is while a plan is under way, given which of the affected
// instances are new: with none the old version, and the data that only the new one has;
// with all the new version.
func (w *World) stage(done team) *config {
	if len(done) == len(w.all) && len(done) > 0 {
		return w.new
	}
	name := fmt.Sprint("stage ", done) // maps print sorted
	if w.stages[name] == nil {
		sys := &lang.System{Data: w.dataAt(done), Protocols: w.protocolsAt(done), Always: w.program.Base.Always}
		c := w.newConfig(name, sys, w.crewsAt(done))
		c.passOver, c.done = true, done
		w.stages[name] = c
	}
	return w.stages[name]
}

// between says whether in a configuration part of what is affected is new and part old.
func (w *World) between(c *config) bool { return len(c.done) > 0 && len(c.done) < len(w.all) }

// crewsAt lists what runs: of an affected instance the new text if it is done; of what the
// update does not change, clients too, the new text as soon as anything is.
func (w *World) crewsAt(done team) []crew {
	var crews []crew
	for _, name := range w.names() {
		old, now := unitNamed(w.program.Base.Units, name), unitNamed(w.update.New.Units, name)
		differs := slices.Contains(w.differing(), name)
		var units crew
		for _, i := range w.instances(name) {
			u := old
			if done[i] || !differs && len(done) > 0 {
				u = now
			}
			if u != nil && i.inst >= u.Count {
				u = nil
			}
			units = append(units, u)
		}
		crews = append(crews, units)
	}
	return crews
}

// names lists the units of both versions, clients included, those of the old one first.
func (w *World) names() []string {
	var names []string
	for _, u := range slices.Concat(w.program.Base.Units, w.update.New.Units) {
		if !slices.Contains(names, u.Name) {
			names = append(names, u.Name)
		}
	}
	return names
}

// dataAt lists the data outside units. What only the new version has is always there.
func (w *World) dataAt(done team) []*lang.Var {
	var data []*lang.Var
	for _, v := range w.program.Base.Data {
		now := varNamed(w.update.New.Data, v.Name)
		switch {
		case !w.anyNew(done, w.affectedBy(v.Name)):
			data = append(data, v)
		case now != nil:
			data = append(data, now)
		}
	}
	for _, v := range w.update.New.Data {
		if varNamed(w.program.Base.Data, v.Name) == nil {
			data = append(data, v)
		}
	}
	return data
}

func varNamed(vars []*lang.Var, name string) *lang.Var {
	for _, v := range vars {
		if v.Name == name {
			return v
		}
	}
	return nil
}

// affectedBy lists the affected units whose old or new handlers mention data outside
// units.
func (w *World) affectedBy(data string) []string {
	var names []string
	for _, u := range slices.Concat(w.program.Base.Units, w.update.New.Units) {
		if w.affected[u.Name] && slices.ContainsFunc(u.Handlers, func(h *lang.Handler) bool { return w.mentions(h, data) }) {
			names = append(names, u.Name)
		}
	}
	return names
}

// mentions says whether a handler reads or writes data outside units.
func (w *World) mentions(h *lang.Handler, data string) bool {
	found := false
	visit := func(e lang.Expr) {
		r, is := e.(*lang.Ref)
		found = found || is && r.Var.Class != lang.Local && r.Var.Owner == nil && r.Var.Name == data
	}
	for _, d := range w.handlerGraph(h).nodes {
		d.reads(visit)
		switch s := d.stmt.(type) {
		case *lang.Assign:
			visit(s.To)
		case *lang.Note:
			visit(s.To)
		}
	}
	return found
}

// protocolsAt lists the protocols. One is new as soon as an instance of its initiator is,
// in whichever version it has that initiator; where that is not affected, as soon as
// anything is.
func (w *World) protocolsAt(done team) []*lang.Protocol {
	var list []*lang.Protocol
	for _, p := range w.program.Base.Protocols {
		now := protocolNamed(w.update.New.Protocols, p.Name)
		switch {
		case !w.protocolIsNew(p, now, done):
			list = append(list, p)
		case now != nil:
			list = append(list, now)
		}
	}
	for _, p := range w.update.New.Protocols {
		if protocolNamed(w.program.Base.Protocols, p.Name) == nil && w.protocolIsNew(nil, p, done) {
			list = append(list, p)
		}
	}
	return list
}

func (w *World) protocolIsNew(old, now *lang.Protocol, done team) bool {
	var initiators []string
	for _, p := range []*lang.Protocol{old, now} {
		switch {
		case p == nil:
		case !w.affected[p.Initiator.Name]:
			return len(done) > 0
		default:
			initiators = append(initiators, p.Initiator.Name)
		}
	}
	return w.anyNew(done, initiators)
}

func protocolNamed(list []*lang.Protocol, name string) *lang.Protocol {
	for _, p := range list {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// anyNew says whether an instance of one of some units is new; of no units, whether
// anything is.
func (w *World) anyNew(done team, units []string) bool {
	if len(units) == 0 {
		return len(done) > 0
	}
	for i := range done {
		if slices.Contains(units, i.unit) {
			return true
		}
	}
	return false
}
