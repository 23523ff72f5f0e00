package lang

import "slices"

// Reads names the variables of the old version that a transfer reads, and those of the units
// of whose messages and activities it asks, sorted.
func (t *Transfer) Reads() []string {
	names := []string{}
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	v := visitor{expr: func(e Expr) {
		switch e := e.(type) {
		case *Ref:
			if e.Old && e.Var.Owner != nil {
				add(e.Var.Owner.Name + "." + e.Var.Name)
			} else if e.Old {
				add(e.Var.Name)
			}
		case *Idle:
			add(e.Unit.Name)
		case *InHandler:
			add(e.Unit.Name)
		case *InProgress:
			add(e.Protocol.Name)
		case *Quant:
			if e.Dom.Wait != nil {
				add(e.Dom.Wait.Unit.Name + ".waiting")
			}
		}
	}}
	v.visitStmts(t.Body)
	for _, c := range t.Converts {
		for _, a := range c.Args {
			v.visitExpr(a)
		}
		add(c.From.Unit.Name + ".waiting")
	}
	slices.Sort(names)
	return names
}
