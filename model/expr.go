package model

import (
	"fmt"

	"github.com/lucheck/lucheck/lang"
)

// number evaluates a scalar expression; value writes any expression's scalars to
// dst, which has exactly as many.
type (
	number func(m *machine) int64
	value  func(m *machine, dst []int64)
)

// scope is where an expression is compiled: what its names stand for, and a
// record of what it touches.
type scope struct {
	u      *Update
	frame  *frame // nil outside unit code
	self   int64
	locals map[*lang.Var][]slot // locals that live in the state
	index  map[*lang.Var]int    // their numbers, for liveness
	bound  map[*lang.Var]int    // first index in machine.bound
	nbound *int                 // next free index there
	// letters are the variables bound to waiting messages.
	letters map[*lang.Var]*lang.Waiting

	touch compSet // components read or written
	uses  compSet // locals read
	wide  bool    // touches anything but own locals and constants
}

// reset forgets what has been touched, before the next statement.
func (s *scope) reset() { s.touch, s.uses, s.wide = nil, nil, false }

func (s *scope) touches(comp int) { s.touch.add(comp); s.wide = true }

// bind reserves room for a variable bound in an expression or a transfer.
func (s *scope) bind(v *lang.Var, n int) int {
	at := *s.nbound
	*s.nbound += n
	s.bound[v] = at
	if *s.nbound > s.u.nbound {
		s.u.nbound = *s.nbound
	}
	return at
}

// scalar compiles an expression of a scalar type.
func (s *scope) scalar(e lang.Expr) number {
	switch e := e.(type) {
	case *lang.Lit:
		k := e.Val[0]
		return func(*machine) int64 { return k }
	case *lang.SelfRef:
		k := s.self
		return func(*machine) int64 { return k }
	case *lang.Ref:
		return s.load(e)
	case *lang.Unary:
		x := s.scalar(e.X)
		if e.Op == lang.Not {
			return func(m *machine) int64 { return 1 - x(m) }
		}
		return func(m *machine) int64 { return -x(m) }
	case *lang.Binary:
		return s.binary(e)
	case *lang.In:
		return s.in(e)
	case *lang.IfExpr:
		c, a, b := s.scalar(e.Cond), s.scalar(e.Then), s.scalar(e.Else)
		return func(m *machine) int64 {
			if c(m) != 0 {
				return a(m)
			}
			return b(m)
		}
	case *lang.Quant:
		return s.quant(e)
	case *lang.Let:
		set := s.let(e)
		body := s.scalar(e.Body)
		return func(m *machine) int64 { set(m); return body(m) }
	case *lang.Conv:
		return s.checked(s.scalar(e.X), e.Typ, e.Spn)
	case *lang.Demand:
		met, x := s.demand(e), s.scalar(e.X)
		lowest := e.Typ.Lowest()[0]
		return func(m *machine) int64 {
			if !met(m) {
				return lowest
			}
			return x(m)
		}
	case *lang.Idle:
		return s.idle(e)
	case *lang.InHandler:
		return s.inHandler(e)
	case *lang.InProgress:
		return s.inProgress(e)
	case *lang.Allows:
		return s.allows(e)
	case *lang.LocalOf:
		x := s.localOf(e)
		return func(m *machine) int64 {
			var k [1]int64
			x(m, k[:])
			return k[0]
		}
	case *lang.MsgField:
		return s.msgField(e)
	}
	panic(fmt.Sprintf("model: no scalar expression: %T", e))
}

// cond compiles a condition.
func (s *scope) cond(e lang.Expr) func(m *machine) bool {
	x := s.scalar(e)
	return func(m *machine) bool { return x(m) != 0 }
}

// checked makes sure that a number is in a type's range.
func (s *scope) checked(x number, t *lang.Type, span lang.Span) number {
	if t.Kind == lang.Caller {
		return x
	}
	lo, hi := t.Bounds()
	id := s.u.failureID(Failure{Kind: Range, Span: span, Detail: fmt.Sprintf("the value is outside %s", t)})
	return func(m *machine) int64 {
		k := x(m)
		if k < lo || k > hi {
			m.fail(id)
			return lo
		}
		return k
	}
}

// value compiles an expression of any type.
func (s *scope) value(e lang.Expr) value {
	if e.Type().Slots() == 1 && e.Type().Kind != lang.Record && e.Type().Kind != lang.Array {
		x := s.scalar(e)
		return func(m *machine, dst []int64) { dst[0] = x(m) }
	}
	switch e := e.(type) {
	case *lang.Lit:
		return func(_ *machine, dst []int64) { copy(dst, e.Val) }
	case *lang.Ref:
		return s.loadAll(e)
	case *lang.IfExpr:
		c, a, b := s.scalar(e.Cond), s.value(e.Then), s.value(e.Else)
		return func(m *machine, dst []int64) {
			if c(m) != 0 {
				a(m, dst)
			} else {
				b(m, dst)
			}
		}
	case *lang.Let:
		set := s.let(e)
		body := s.value(e.Body)
		return func(m *machine, dst []int64) { set(m); body(m, dst) }
	case *lang.Conv:
		x := s.value(e.X)
		check := s.rangeCheck(e.Typ, e.Spn)
		return func(m *machine, dst []int64) { x(m, dst); check(m, dst) }
	case *lang.MsgField:
		return s.msgFieldAll(e)
	case *lang.LocalOf:
		return s.localOf(e)
	case *lang.Demand:
		met, x := s.demand(e), s.value(e.X)
		lowest := e.Typ.Lowest()
		return func(m *machine, dst []int64) {
			if met(m) {
				x(m, dst)
			} else {
				copy(dst, lowest)
			}
		}
	case *lang.Build:
		elems := make([]value, len(e.Elems))
		sizes := make([]int, len(e.Elems))
		for i, x := range e.Elems {
			elems[i], sizes[i] = s.value(x), x.Type().Slots()
		}
		check := s.rangeCheck(e.Typ, e.Spn)
		return func(m *machine, dst []int64) {
			at := 0
			for i, x := range elems {
				x(m, dst[at:at+sizes[i]])
				at += sizes[i]
			}
			check(m, dst)
		}
	}
	panic(fmt.Sprintf("model: no expression: %T", e))
}

// demand compiles the condition without which it fails.
func (s *scope) demand(e *lang.Demand) func(m *machine) bool {
	c := s.cond(e.Cond)
	id := s.u.failureID(Failure{Kind: Range, Span: e.Spn, Detail: e.Failing})
	return func(m *machine) bool {
		met := c(m)
		if !met {
			m.fail(id)
		}
		return met
	}
}

// rangeCheck makes sure that each scalar of a value is in its range.
func (s *scope) rangeCheck(t *lang.Type, span lang.Span) func(m *machine, v []int64) {
	bs := scalarBounds(t, int64(len(s.u.frames)))
	id := s.u.failureID(Failure{Kind: Range, Span: span, Detail: fmt.Sprintf("the value is outside %s", t)})
	return func(m *machine, v []int64) {
		for i, b := range bs {
			if v[i] < b.lo || v[i] > b.hi {
				m.fail(id)
				v[i] = b.lo
			}
		}
	}
}

func (s *scope) let(e *lang.Let) func(m *machine) {
	n := e.Var.Type.Slots()
	x := s.value(e.X)
	at := s.bind(e.Var, n)
	check := s.rangeCheck(e.Var.Type, e.X.Pos())
	return func(m *machine) {
		dst := m.bound[at : at+n]
		x(m, dst)
		check(m, dst)
	}
}

func (s *scope) binary(e *lang.Binary) number {
	switch e.Op {
	case lang.Eq, lang.Ne:
		return s.equal(e)
	}
	x, y := s.scalar(e.X), s.scalar(e.Y)
	truth := func(f func(a, b int64) bool) number {
		return func(m *machine) int64 {
			if f(x(m), y(m)) {
				return 1
			}
			return 0
		}
	}
	switch e.Op {
	case lang.Add:
		return func(m *machine) int64 { return x(m) + y(m) }
	case lang.Sub:
		return func(m *machine) int64 { return x(m) - y(m) }
	case lang.Mul:
		return func(m *machine) int64 { return x(m) * y(m) }
	case lang.Div, lang.Mod:
		return s.divide(e, x, y)
	case lang.Lt:
		return truth(func(a, b int64) bool { return a < b })
	case lang.Le:
		return truth(func(a, b int64) bool { return a <= b })
	case lang.Gt:
		return truth(func(a, b int64) bool { return a > b })
	case lang.Ge:
		return truth(func(a, b int64) bool { return a >= b })
	case lang.And:
		return func(m *machine) int64 {
			if x(m) == 0 {
				return 0
			}
			return y(m)
		}
	case lang.Or:
		return func(m *machine) int64 {
			if x(m) != 0 {
				return 1
			}
			return y(m)
		}
	}
	panic(fmt.Sprintf("model: no operator: %d", e.Op))
}

// divide is Euclidean: the remainder is never negative.
func (s *scope) divide(e *lang.Binary, x, y number) number {
	id := s.u.failureID(Failure{Kind: Range, Span: e.Spn, Detail: "division by zero"})
	isMod := e.Op == lang.Mod
	return func(m *machine) int64 {
		a, b := x(m), y(m)
		if b == 0 {
			m.fail(id)
			return 0
		}
		q, r := a/b, a%b
		if r < 0 {
			if b > 0 {
				q, r = q-1, r+b
			} else {
				q, r = q+1, r-b
			}
		}
		if isMod {
			return r
		}
		return q
	}
}

func (s *scope) equal(e *lang.Binary) number {
	same := int64(1)
	if e.Op == lang.Ne {
		same = 0
	}
	n := e.X.Type().Slots()
	if k := e.X.Type().Kind; k != lang.Record && k != lang.Array {
		x, y := s.scalar(e.X), s.scalar(e.Y)
		return func(m *machine) int64 {
			if x(m) == y(m) {
				return same
			}
			return 1 - same
		}
	}
	x, y := s.value(e.X), s.value(e.Y)
	return func(m *machine) int64 {
		a := m.push(n)
		x(m, a)
		b := m.push(n)
		y(m, b)
		defer m.pop(2 * n)
		for i := range a {
			if a[i] != b[i] {
				return 1 - same
			}
		}
		return same
	}
}

func (s *scope) in(e *lang.In) number {
	x := s.scalar(e.X)
	d := e.Dom
	switch {
	case d.Typ != nil:
		lo, hi := d.Typ.Bounds()
		return func(m *machine) int64 { return truth(within(x(m), lo, hi)) }
	case d.List != nil:
		list := make([]number, len(d.List))
		for i, l := range d.List {
			list[i] = s.scalar(l)
		}
		return func(m *machine) int64 {
			k := x(m)
			for _, l := range list {
				if l(m) == k {
					return 1
				}
			}
			return 0
		}
	case d.Lo != nil:
		lo, hi := s.scalar(d.Lo), s.scalar(d.Hi)
		return func(m *machine) int64 { return truth(within(x(m), lo(m), hi(m))) }
	case d.Of != nil:
		each := s.held(d.Of)
		return func(m *machine) int64 {
			k, found := x(m), false
			each(m, func(n int64) bool { found = n == k; return !found })
			return truth(found)
		}
	}
	return func(m *machine) int64 { x(m); return 0 }
}

func within(k, lo, hi int64) bool { return lo <= k && k <= hi }

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// elements compiles a domain of scalars to a function that visits its elements,
// lowest first, until the visitor says stop by returning false.
func (s *scope) elements(d *lang.Domain) func(m *machine, visit func(k int64) bool) {
	var lo, hi number
	switch {
	case d.Typ != nil:
		l, h := d.Typ.Bounds()
		lo, hi = func(*machine) int64 { return l }, func(*machine) int64 { return h }
	case d.Lo != nil:
		lo, hi = s.scalar(d.Lo), s.scalar(d.Hi)
	case d.Of != nil:
		return s.held(d.Of)
	default:
		return s.listed(d.List)
	}
	return func(m *machine, visit func(k int64) bool) {
		for k, h := lo(m), hi(m); k <= h && visit(k); k++ {
			continue
		}
	}
}

// span compiles a domain of scalars to its elements: from lo to hi, or those of the
// list, lowest first, if it is not nil.
func (s *scope) span(d *lang.Domain) func(m *machine) (lo, hi int64, list []int64) {
	switch {
	case d.Typ != nil:
		lo, hi := d.Typ.Bounds()
		return func(*machine) (int64, int64, []int64) { return lo, hi, nil }
	case d.Lo != nil:
		lo, hi := s.scalar(d.Lo), s.scalar(d.Hi)
		return func(m *machine) (int64, int64, []int64) { return lo(m), hi(m), nil }
	}
	each := s.elements(d)
	return func(m *machine) (int64, int64, []int64) {
		list := []int64{}
		each(m, func(k int64) bool { list = append(list, k); return true })
		return 0, 0, list
	}
}

// held visits the elements of a set, lowest first, or of a sequence, in order.
func (s *scope) held(e lang.Expr) func(m *machine, visit func(k int64) bool) {
	all, t := s.value(e), e.Type()
	n := t.Slots()
	lo, _ := t.Of().Bounds()
	return func(m *machine, visit func(k int64) bool) {
		v := m.push(n)
		defer m.pop(n)
		all(m, v)
		if t.Sugar == lang.Seq {
			for _, k := range v[1 : 1+v[0]] {
				if !visit(k) {
					return
				}
			}
			return
		}
		for i, is := range v {
			if is != 0 && !visit(lo+int64(i)) {
				return
			}
		}
	}
}

// listed visits the elements of a set written out, sorted, each once.
func (s *scope) listed(exprs []lang.Expr) func(m *machine, visit func(k int64) bool) {
	list := make([]number, len(exprs))
	for i, e := range exprs {
		list[i] = s.scalar(e)
	}
	return func(m *machine, visit func(k int64) bool) {
		vs := make([]int64, len(list))
		for i, x := range list {
			vs[i] = x(m)
		}
		for _, k := range sortedUnique(vs) {
			if !visit(k) {
				return
			}
		}
	}
}

func (s *scope) quant(e *lang.Quant) number {
	if e.Dom.Wait != nil {
		return s.quantWaiting(e)
	}
	each := s.elements(e.Dom)
	at := s.bind(e.Var, 1)
	body := s.scalar(e.Body)
	op := e.Op
	return func(m *machine) int64 {
		acc := start(op)
		each(m, func(k int64) bool {
			m.bound[at] = k
			m.work++
			return fold(op, &acc, body(m))
		})
		return acc
	}
}

func start(op lang.QuantOp) int64 { return truth(op == lang.All) }

// fold adds an element's value; false says that the result is decided.
func fold(op lang.QuantOp, acc *int64, x int64) bool {
	switch op {
	case lang.All:
		*acc = x
		return x != 0
	case lang.Any:
		*acc = x
		return x == 0
	}
	*acc += x
	return true
}
