package lang

import "slices"

// Reads names what a transfer reads of the old version, given its system, sorted: variables,
// also by a plain name where the switch carries them over, readable locals, and the units and
// protocols of which it asks what waits or is under way.
func (t *Transfer) Reads(base *System) []string {
	names, places := []string{}, map[*Ref]bool{}
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	v := visitor{
		stmt: func(s Stmt) {
			if a, is := s.(*Assign); is {
				places[a.To] = true // met once as the place that is written; `+=` reads it, too
			}
		},
		expr: func(e Expr) {
			switch e := e.(type) {
			case *Ref:
				if e.Old || !places[e] && base.has(e.Var) {
					add(spelled(e.Var))
				}
				delete(places, e)
			case *Idle:
				add(e.Unit.Name)
			case *InHandler:
				add(e.Unit.Name)
			case *InProgress:
				add(e.Protocol.Name)
			case *Allows:
				add(e.Protocol.Name)
			case *LocalOf:
				add(e.spelled())
			}
		},
		domain: func(d *Domain) {
			if d.Wait != nil {
				add(d.Wait.Unit.Name + ".waiting")
			}
		},
	}
	v.visitStmts(t.Body)
	for _, n := range t.Needs {
		v.visitExpr(n.Amount)
	}
	for _, c := range t.Converts {
		v.visitExprs(c.Args)
		add(c.From.Unit.Name + ".waiting")
	}
	slices.Sort(names)
	return names
}

// has says whether the system has a variable of that name in the same place.
func (s *System) has(x *Var) bool {
	same := func(y *Var) bool { return y.Name == x.Name }
	if x.Owner == nil {
		return x.Class != Local && slices.ContainsFunc(s.Data, same)
	}
	return slices.ContainsFunc(s.Units, func(u *Unit) bool { return u.Name == x.Owner.Name && slices.ContainsFunc(u.Vars, same) })
}

// spelled is the name of a variable, with its unit's.
func spelled(x *Var) string {
	if x.Owner == nil {
		return x.Name
	}
	return x.Owner.Name + "." + x.Name
}

// spelled is the name of a readable local, with those of its unit and message.
func (l *LocalOf) spelled() string {
	if l.Msg == nil {
		return l.Unit.Name + "." + l.Var.Name
	}
	return l.Unit.Name + "." + l.Msg.Name + "." + l.Var.Name
}
