package lang

import "fmt"

// machines elaborates the machines of the base system: their resources are constants
// of the base, numbers, truth values, or names of an enumeration.
func (c *checker) machines(decls []*MachineDecl) []*Machine {
	var out []*Machine
	names := map[string]Span{}
	for _, d := range decls {
		if first, taken := names[d.Name.Name]; taken {
			c.fail(codeDuplicate, d.Name.Span(), fmt.Sprintf("there already is a machine `%s`", d.Name.Name)).see(first, "first declared here")
			continue
		}
		names[d.Name.Name] = d.Name.Span()
		out = append(out, c.machine(d))
	}
	return out
}

func (c *checker) machine(d *MachineDecl) *Machine {
	m := &Machine{Name: d.Name.Name, Span: d.Name.Span()}
	b := &body{checker: c, place: inConst, scope: &scope{}}
	for _, r := range d.Entries {
		if first := m.resource(r.Name.Name); first != nil {
			c.fail(codeDuplicate, r.Name.Span(), fmt.Sprintf("`%s` is given twice", r.Name.Name)).see(first.Span, "first here")
			continue
		}
		res := &Resource{Name: r.Name.Name, Span: r.Name.Span()}
		if e := b.expr(r.Value, nil); e != nil {
			res.Type = e.Type()
			res.Value, _ = b.resourceValue(e, r.Value)
		}
		m.Resources = append(m.Resources, res)
	}
	return m
}

// resourceValue is the value of a constant scalar.
func (b *body) resourceValue(e Expr, n ExprNode) (int64, bool) {
	if !e.Type().IsScalar() {
		b.fail(codeMismatch, n.Span(), fmt.Sprintf("a resource is a number, a truth value or a name, not %s", describe(e.Type())))
		return 0, false
	}
	v, ok := b.constValue(e)
	if !ok || len(v) != 1 {
		b.fail(codeNotConstant, n.Span(), "this is not a constant")
		return 0, false
	}
	return v[0], true
}

// requirements checks what the update requires. Values are read as in the base, like
// those of the machines.
func (u *updateChecker) requirements() {
	for _, node := range u.decl.Changes {
		d, ok := node.(*RequiresDecl)
		if !ok {
			continue
		}
		if r := u.requirement(d); r != nil {
			u.up.Requires = append(u.up.Requires, r)
		}
	}
}

// resource finds what some machine has under a name, nil where none has it or it has no
// type.
func (u *updateChecker) resource(name *Ident, at Span) *Resource {
	if len(u.machines) == 0 {
		u.fail(codeRequires, at, "no machine says what there is").
			advise(fmt.Sprintf("declare one at the top: `machine small { %s = 1 }`", name.Name))
		return nil
	}
	var known []string
	for _, m := range u.machines {
		for _, r := range m.Resources {
			known = append(known, r.Name)
		}
		if r := m.resource(name.Name); r != nil {
			if r.Type == nil {
				return nil
			}
			return r
		}
	}
	u.fail(codeRequires, name.Span(), fmt.Sprintf("no machine has `%s`", name.Name)).advise(u.guess(name.Name, known))
	return nil
}

// needs checks what a transfer or a plan takes while it is carried out; amount checks one
// amount and gives nil where it is none.
func (u *updateChecker) needs(list []*NeedNode, amount func(*NeedNode) Expr) (all []*Need) {
	given := map[string]Span{}
	for _, n := range list {
		r := u.resource(n.Resource, n.Span())
		e := amount(n)
		first, twice := given[n.Resource.Name]
		if !twice {
			given[n.Resource.Name] = n.Span()
		}
		switch {
		case r == nil || e == nil:
		case twice:
			u.fail(codeDuplicate, n.Resource.Span(), fmt.Sprintf("what is needed of `%s` is given twice", n.Resource.Name)).
				see(first, "first here").advise("add the amounts up")
		case r.Type.Kind != Int:
			u.fail(codeMismatch, n.Resource.Span(), fmt.Sprintf("an amount is taken of what there is a number of, and `%s` is %s", n.Resource.Name, describe(r.Type))).
				see(r.Span, "declared here")
		default:
			need := &Need{Amount: e, Resource: n.Resource.Name, Span: n.Span()}
			if v, ok := u.constValue(e); ok {
				need.Constant, need.Value = true, v[0]
			}
			all = append(all, need)
		}
	}
	return all
}

// planNeeds checks what a plan takes while it is carried out, which is a constant.
func (u *updateChecker) planNeeds(list []*NeedNode) []*Need {
	b := &body{checker: u.checker, place: inPlan, scope: &scope{}, update: u}
	return u.needs(list, func(n *NeedNode) Expr {
		e := b.number(n.Amount)
		if e == nil {
			return nil
		}
		if _, ok := b.constValue(e); !ok {
			u.fail(codeNotConstant, n.Amount.Span(), "what a plan needs is a constant")
			return nil
		}
		return e
	})
}

func (u *updateChecker) requirement(d *RequiresDecl) *Requirement {
	like := u.resource(d.Resource, d.Span())
	if like == nil {
		return nil
	}
	r := &Requirement{named: like.Type.Kind == Enum, Resource: d.Resource.Name, Op: d.Op, Live: d.Live, Span: d.Span()}
	b := &body{checker: u.old, place: inConst, scope: &scope{}}
	if !r.values(b, d, like.Type) {
		return nil
	}
	return r
}

// values evaluates the right side of a requirement.
func (r *Requirement) values(b *body, d *RequiresDecl, t *Type) bool {
	if d.Op != "in" {
		if d.Op != "==" && t.Kind != Int {
			b.fail(codeMismatch, d.Value.Span(), fmt.Sprintf("only numbers are compared with `%s`, and `%s` is %s", d.Op, d.Resource.Name, describe(t)))
			return false
		}
		e := b.value(d.Value, comparedAt(t))
		if e == nil {
			return false
		}
		v, ok := b.resourceValue(e, d.Value)
		r.Values = []int64{v}
		return ok
	}
	dom := b.domain(d.Value, comparedAt(t))
	if dom == nil {
		return false
	}
	if dom.Typ != nil {
		r.Low, r.High = dom.Typ.Bounds()
		return true
	}
	if dom.Lo != nil {
		lo, okLo := b.resourceValue(dom.Lo, d.Value)
		hi, okHi := b.resourceValue(dom.Hi, d.Value)
		r.Low, r.High = lo, hi
		return okLo && okHi
	}
	for _, e := range dom.List {
		v, ok := b.resourceValue(e, d.Value)
		if !ok {
			return false
		}
		r.Values = append(r.Values, v)
	}
	return true
}

// comparedAt is the type that values are compared at: a number need not be in the range of
// the machine's own constant.
func comparedAt(t *Type) *Type {
	if t.Kind == Int && t.Name == "" {
		return nil
	}
	return t
}

func (m *Machine) resource(name string) *Resource {
	for _, r := range m.Resources {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// Amount is how much of a resource the machine has: 0 where it says nothing of it.
func (m *Machine) Amount(name string) int64 {
	if r := m.resource(name); r != nil {
		return r.Value
	}
	return 0
}

// Lacks says which of some requirements a machine does not meet. A machine that says
// nothing of a resource has a number of 0 of it, `false`, or no such capability.
func (m *Machine) Lacks(rs []*Requirement) []*Requirement {
	var out []*Requirement
	for _, r := range rs {
		if !r.metBy(m.resource(r.Resource)) {
			out = append(out, r)
		}
	}
	return out
}

func (r *Requirement) metBy(res *Resource) bool {
	has := int64(0)
	if res != nil {
		has = res.Value
	}
	switch r.Op {
	case ">=":
		return has >= r.Values[0]
	case "<=":
		return has <= r.Values[0]
	}
	if res == nil && r.named {
		return false
	}
	if r.Op == "==" {
		return has == r.Values[0]
	}
	for _, v := range r.Values {
		if v == has {
			return true
		}
	}
	return r.Values == nil && r.Low <= has && has <= r.High
}
