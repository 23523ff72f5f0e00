package oracle

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// run carries out one step, or evaluates something in a state. Failures and
// blocking are panics.
type run struct {
	w  *World
	st *State // the state that is read and, by a step, written
	// rested is the state before the step, in which activations rest; nil where there is
	// no step.
	rested *State
	old    *State // transfers and converts: the state before the switch
	id     string // the activation that steps
	fr     frame
	g      *graph
	self   int64
	pick   *chooser
	// bound holds the variables bound in expressions, waiting the messages bound
	// in quantifiers over mailboxes.
	bound   map[*lang.Var][]int64
	waiting map[*lang.Var]message
	silents int    // operations in this step so far
	touched string // see Step
	begun   string // see Step
	wrote   []int  // slots that were assigned to
}

func truth(b bool) []int64 {
	if b {
		return []int64{1}
	}
	return []int64{0}
}

// scalar evaluates an expression of a scalar type.
func (r *run) scalar(e lang.Expr) int64 { return r.eval(e)[0] }

// holds evaluates a Bool.
func (r *run) holds(e lang.Expr) bool { return r.scalar(e) != 0 }

// eval evaluates an expression to its scalars.
func (r *run) eval(e lang.Expr) []int64 {
	switch e := e.(type) {
	case *lang.Lit:
		return e.Val
	case *lang.SelfRef:
		return []int64{r.self}
	case *lang.Ref:
		return r.read(e)
	case *lang.Unary:
		if e.Op == lang.Not {
			return truth(!r.holds(e.X))
		}
		return []int64{-r.scalar(e.X)}
	case *lang.Binary:
		return r.binary(e)
	case *lang.In:
		return truth(r.contains(e.Dom, r.scalar(e.X)))
	case *lang.IfExpr:
		if r.holds(e.Cond) {
			return r.eval(e.Then)
		}
		return r.eval(e.Else)
	case *lang.Quant:
		return r.quantifier(e)
	case *lang.Let:
		val := checked(e.Var.Type, r.eval(e.X), e.X.Pos())
		return r.with(e.Var, val, e.Body)
	case *lang.Conv:
		return checked(e.Typ, r.eval(e.X), e.Pos())
	case *lang.Demand:
		if !r.holds(e.Cond) {
			fail(KindRange, e.Pos(), e.Failing)
		}
		return r.eval(e.X)
	case *lang.Build:
		var val []int64
		for _, x := range e.Elems {
			val = append(val, r.eval(x)...)
		}
		return checked(e.Typ, val, e.Pos())
	case *lang.MsgField:
		return r.waiting[e.Var].args[e.Param]
	}
	return r.observe(e)
}

// observe evaluates what is seen of activations and protocols.
func (r *run) observe(e lang.Expr) []int64 {
	switch e := e.(type) {
	case *lang.Idle:
		return truth(!r.seen(e.Old).active(e.Unit.Name, r.instance(e.Unit, e.Index, -1), ""))
	case *lang.InHandler:
		if e.Number > 0 {
			return truth(r.stands(e))
		}
		return truth(r.seen(e.Old).active(e.Unit.Name, r.instance(e.Unit, e.Index, -1), e.Msg.Name))
	case *lang.InProgress:
		return truth(r.seen(e.Old).inProgress(e.Protocol.Name, r.evalAll(e.Key)))
	case *lang.Allows:
		return truth(r.seen(e.Old).allows(e.Protocol.Name, r.evalAll(e.Key), symbolOf(e.Msg.Unit.Name, e.Msg.Name)))
	case *lang.LocalOf:
		return r.localOf(e)
	}
	panic("oracle: an expression of an unknown kind")
}

// evalAll evaluates some expressions to their scalars.
func (r *run) evalAll(all []lang.Expr) (vals []int64) {
	for _, e := range all {
		vals = append(vals, r.eval(e)...)
	}
	return vals
}

// localOf reads a local of an activation or a client where it rested before the step. It
// is the lowest where nobody has such a local, or where it does not count.
func (r *run) localOf(e *lang.LocalOf) []int64 {
	st := r.rested
	if st == nil {
		st = r.st
	}
	if e.Old {
		st = r.old
	}
	lowest := e.Var.Type.Lowest()
	f, there := st.acts[instName(e.Unit, r.instance(e.Unit, e.Index, 0))]
	if !there || f.ended() || e.Msg != nil && f.msg != e.Msg.Name {
		return lowest
	}
	locals := st.conf.texts[f.of()].Locals
	if e.Msg != nil {
		locals = r.w.running(st.conf, &f).Locals
	}
	i := slices.IndexFunc(locals, func(v *lang.Var) bool { return v.Readable && v.Name == e.Var.Name })
	if i < 0 {
		return lowest
	}
	if !r.w.compatible(locals[i].Type, e.Var.Type) {
		fail(KindTypeSafety, e.Pos(), "the local has another type in the text that runs")
	}
	g := r.w.graphOf(st.conf, &f)
	live, n := g.live[f.node], g.index[locals[i]]
	if f.waiting {
		live = g.after[f.node]
	}
	if !live[n] {
		return lowest
	}
	return f.locals[n]
}

// seen is the state that an expression speaks of.
func (r *run) seen(old bool) *State {
	if old {
		return r.old
	}
	return r.st
}

// instance evaluates the index of an instance to its number; without an index it
// is the given one.
func (r *run) instance(u *lang.Unit, index lang.Expr, without int) int {
	if index == nil {
		return without
	}
	x := r.scalar(index)
	lo, hi := u.Index.Bounds()
	if x < lo || x > hi {
		fail(KindRange, index.Pos(), "# is no index in #..#", x, lo, hi)
	}
	return int(x - lo)
}

// with evaluates an expression with a variable bound.
func (r *run) with(v *lang.Var, val []int64, body lang.Expr) []int64 {
	if r.bound == nil {
		r.bound = map[*lang.Var][]int64{}
	}
	before, was := r.bound[v]
	r.bound[v] = val
	result := r.eval(body)
	delete(r.bound, v)
	if was {
		r.bound[v] = before
	}
	return result
}

func (r *run) binary(e *lang.Binary) []int64 {
	switch e.Op {
	case lang.And:
		return truth(r.holds(e.X) && r.holds(e.Y))
	case lang.Or:
		return truth(r.holds(e.X) || r.holds(e.Y))
	case lang.Eq:
		return truth(slices.Equal(r.eval(e.X), r.eval(e.Y)))
	case lang.Ne:
		return truth(!slices.Equal(r.eval(e.X), r.eval(e.Y)))
	}
	x, y := r.scalar(e.X), r.scalar(e.Y)
	switch e.Op {
	case lang.Lt:
		return truth(x < y)
	case lang.Le:
		return truth(x <= y)
	case lang.Gt:
		return truth(x > y)
	case lang.Ge:
		return truth(x >= y)
	case lang.Add:
		return []int64{x + y}
	case lang.Sub:
		return []int64{x - y}
	case lang.Mul:
		return []int64{x * y}
	}
	if y == 0 {
		fail(KindRange, e.Pos(), "division by zero")
	}
	rest := x % y // Euclidean: 0 <= rest < |y|
	if rest < 0 {
		rest += max(y, -y)
	}
	if e.Op == lang.Mod {
		return []int64{rest}
	}
	return []int64{(x - rest) / y}
}

// contains says whether a scalar is in a domain.
func (r *run) contains(d *lang.Domain, x int64) bool {
	switch {
	case d.Typ != nil:
		lo, hi := d.Typ.Bounds()
		return lo <= x && x <= hi
	case d.Lo != nil:
		lo, hi := r.scalar(d.Lo), r.scalar(d.Hi)
		return lo <= x && x <= hi
	}
	return slices.Contains(r.elements(d), x)
}

// elements gives the scalars of a domain, lowest first, each once.
func (r *run) elements(d *lang.Domain) []int64 {
	var xs []int64
	switch {
	case d.Typ != nil:
		for lo, hi := d.Typ.Bounds(); lo <= hi; lo++ {
			xs = append(xs, lo)
		}
	case d.Lo != nil:
		for lo, hi := r.scalar(d.Lo), r.scalar(d.Hi); lo <= hi; lo++ {
			xs = append(xs, lo)
		}
	case d.Of != nil:
		for _, part := range d.Of.Type().Parts(r.eval(d.Of)) {
			xs = append(xs, part[0])
		}
	default:
		for _, x := range d.List {
			xs = append(xs, r.scalar(x))
		}
		slices.Sort(xs)
		xs = slices.Compact(xs)
	}
	return xs
}

func (r *run) quantifier(e *lang.Quant) []int64 {
	total := int64(0)
	// add takes the value of the body for one element and says whether to go on.
	add := func(x int64) bool {
		switch e.Op {
		case lang.All:
			return x != 0
		case lang.Any:
			return x == 0
		}
		total += x
		return true
	}
	undecided := true
	if e.Dom.Wait != nil {
		undecided = r.eachWaiting(e, add)
	} else {
		for _, x := range r.elements(e.Dom) {
			if undecided = add(r.with(e.Var, []int64{x}, e.Body)[0]); !undecided {
				break
			}
		}
	}
	switch e.Op {
	case lang.All:
		return truth(undecided)
	case lang.Any:
		return truth(!undecided)
	}
	return []int64{total}
}

// eachWaiting evaluates a quantifier's body for each waiting message that has the form
// that the text knows, in order, and says whether it came to the end.
func (r *run) eachWaiting(e *lang.Quant, add func(int64) bool) bool {
	d, st := e.Dom.Wait, r.seen(e.Dom.Wait.Old)
	only, by := r.instance(d.Unit, d.Index, -1), -1
	if d.From != nil {
		by = r.instance(d.From, d.Sender, -1)
	}
	if r.waiting == nil {
		r.waiting = map[*lang.Var]message{}
	}
	for i, b := range st.conf.boxes {
		if b.unit.Name != d.Unit.Name || only >= 0 && b.inst != only {
			continue
		}
		for _, m := range st.boxes[i] {
			if m.name != d.Msg.Name || m.form != d.Msg.Form || d.From != nil && !sentBy(m, d.From, by) {
				continue
			}
			r.waiting[e.Var] = m
			if !add(r.scalar(e.Body)) {
				return false
			}
		}
	}
	return true
}

// sentBy says whether an instance of a unit sent a message; -1 stands for any of it.
func sentBy(m message, u *lang.Unit, inst int) bool {
	from := initiator(m.from)
	return unitName(from) == u.Name && (inst < 0 || from == instName(u, inst))
}

// stands evaluates `u.at(m, n)` and `u.in(m, n)`.
func (r *run) stands(e *lang.InHandler) bool {
	st, inst := r.seen(e.Old), r.instance(e.Unit, e.Index, -1)
	for _, f := range st.acts {
		if f.unit != e.Unit.Name || inst >= 0 && f.inst != inst || f.msg != e.Msg.Name || f.waiting == e.Before {
			continue
		}
		if s := r.w.graphOf(st.conf, &f).nodes[f.node].stmt; s != nil && s.Pos().Start == e.Start {
			return true
		}
	}
	return false
}
