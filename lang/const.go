package lang

import "math/bits"

// Numbers that a spec stores lie within int32; numbers that it computes lie
// within +-maxNumber, which the checker makes sure of, so that no arithmetic
// behind it overflows.
const maxNumber = 1 << 62

// numRange is an interval of numbers that an expression can have.
type numRange struct{ lo, hi int64 }

// rangeOf gives the values that an Int expression of type t can have.
func rangeOf(t *Type) numRange { return numRange{t.Lo, t.Hi} }

// arith gives the least interval that holds x op y for all values of both. It
// reports false where a result may leave +-maxNumber.
func arith(op Op, x, y numRange) (numRange, bool) {
	if x.lo > x.hi || y.lo > y.hi { // an empty range: nothing is ever computed
		return numRange{0, 0}, true
	}
	switch op {
	case Add:
		return numRange{x.lo + y.lo, x.hi + y.hi}.checked()
	case Sub:
		return numRange{x.lo - y.hi, x.hi - y.lo}.checked()
	case Mul:
		r := numRange{maxNumber, -maxNumber}
		for _, p := range [4][2]int64{{x.lo, y.lo}, {x.lo, y.hi}, {x.hi, y.lo}, {x.hi, y.hi}} {
			n, ok := mul(p[0], p[1])
			if !ok {
				return r, false
			}
			r = numRange{min(r.lo, n), max(r.hi, n)}
		}
		return r, true
	case Div:
		// The Euclidean quotient is at most one further from 0 than the dividend.
		far := max(x.hi, -x.lo)
		r := numRange{-far - 1, far + 1}
		if x.lo >= 0 && y.lo >= 0 {
			r = numRange{0, x.hi}
		}
		return r.checked()
	case Mod:
		far := max(y.hi, -y.lo) // 0 <= x mod y < |y|
		if x.lo >= 0 {
			return numRange{0, min(x.hi, max(far-1, 0))}, true
		}
		return numRange{0, max(far-1, 0)}, true
	}
	return x, true
}

func (r numRange) checked() (numRange, bool) {
	return r, r.lo >= -maxNumber && r.hi <= maxNumber
}

// mul multiplies two numbers within +-maxNumber; false if the product is not.
func mul(x, y int64) (int64, bool) {
	ux, uy := uint64(max(x, -x)), uint64(max(y, -y))
	hi, lo := bits.Mul64(ux, uy)
	if hi != 0 || lo > maxNumber {
		return 0, false
	}
	if (x < 0) != (y < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

// compute applies an arithmetic operator to numbers within +-maxNumber; false on
// a divisor of 0 or a result outside. Division is Euclidean: 0 <= x mod y.
func compute(op Op, x, y int64) (int64, bool) {
	n := int64(0)
	switch op {
	case Add:
		n = x + y
	case Sub:
		n = x - y
	case Mul:
		return mul(x, y)
	case Div, Mod:
		if y == 0 {
			return 0, false
		}
		quot, rem := x/y, x%y
		if rem < 0 {
			if y > 0 {
				quot, rem = quot-1, rem+y
			} else {
				quot, rem = quot+1, rem-y
			}
		}
		n = quot
		if op == Mod {
			n = rem
		}
	}
	return n, n >= -maxNumber && n <= maxNumber
}

// compareNumbers applies an order operator.
func compareNumbers(op Op, x, y int64) bool {
	switch op {
	case Lt:
		return x < y
	case Le:
		return x <= y
	case Gt:
		return x > y
	}
	return x >= y
}

// An evaluator computes constant expressions. Its work is bounded: a constant
// that takes more operations than are left is none.
type evaluator struct {
	env  map[*Var][]int64 // variables bound by Let and Quant
	left int
}

// maxFolded bounds the work for a constant that is computed in passing.
const maxFolded = 1000

// constValue gives the scalars of a small constant expression; false if e reads
// anything that is not constant, fails, or takes too long.
func constValue(e Expr) ([]int64, bool) {
	if l, ok := e.(*Lit); ok {
		return l.Val, true
	}
	ev := evaluator{env: map[*Var][]int64{}, left: maxFolded}
	return ev.value(e)
}

// constNumber gives the number of a constant scalar expression.
func constNumber(e Expr) (int64, bool) {
	if e == nil {
		return 0, false
	}
	v, ok := constValue(e)
	if !ok || len(v) != 1 {
		return 0, false
	}
	return v[0], true
}

func (ev *evaluator) value(e Expr) ([]int64, bool) {
	if ev.left--; ev.left < 0 {
		return nil, false
	}
	switch e := e.(type) {
	case *Lit:
		return e.Val, true
	case *Ref:
		return ev.ref(e)
	case *Unary:
		n, ok := ev.scalar(e.X)
		if e.Op == Not {
			return []int64{1 - n}, ok
		}
		return []int64{-n}, ok
	case *Binary:
		return ev.binary(e)
	case *In:
		return ev.in(e)
	case *IfExpr:
		cond, ok := ev.scalar(e.Cond)
		switch {
		case !ok:
			return nil, false
		case cond == 1:
			return ev.value(e.Then)
		}
		return ev.value(e.Else)
	case *Quant:
		return ev.quant(e)
	case *Let:
		v, ok := ev.value(e.X)
		if !ok || !fits(e.Var.Type, v) {
			return nil, false
		}
		ev.env[e.Var] = v
		return ev.value(e.Body)
	case *Conv:
		v, ok := ev.value(e.X)
		return v, ok && fits(e.Typ, v)
	case *Demand:
		if holds, ok := ev.scalar(e.Cond); !ok || holds != 1 {
			return nil, false
		}
		return ev.value(e.X)
	case *Build:
		var all []int64
		for _, x := range e.Elems {
			v, ok := ev.value(x)
			if !ok {
				return nil, false
			}
			all = append(all, v...)
		}
		return all, true
	}
	return nil, false
}

func (ev *evaluator) scalar(e Expr) (int64, bool) {
	v, ok := ev.value(e)
	if !ok || len(v) != 1 {
		return 0, false
	}
	return v[0], true
}

// ref reads a bound variable or a part of it.
func (ev *evaluator) ref(e *Ref) ([]int64, bool) {
	v, ok := ev.env[e.Var]
	if !ok {
		return nil, false
	}
	t := e.Var.Type
	for _, a := range e.Path {
		at, size := 0, 0
		if a.Index == nil {
			for _, f := range t.Fields[:a.Field] {
				at += f.Type.Slots()
			}
			t = t.Fields[a.Field].Type
			size = t.Slots()
		} else {
			n, ok := ev.scalar(a.Index)
			lo, hi := t.Index.Bounds()
			if !ok || n < lo || n > hi {
				return nil, false
			}
			t = t.Elem
			size = t.Slots()
			at = int(n-lo) * size
		}
		v = v[at : at+size]
	}
	return v, true
}

func (ev *evaluator) binary(e *Binary) ([]int64, bool) {
	switch e.Op {
	case Eq, Ne:
		x, okX := ev.value(e.X)
		y, okY := ev.value(e.Y)
		if !okX || !okY || len(x) != len(y) {
			return nil, false
		}
		same := true
		for i := range x {
			same = same && x[i] == y[i]
		}
		return truth(same == (e.Op == Eq)), true
	case And, Or:
		x, ok := ev.scalar(e.X)
		if !ok || (x == 1) == (e.Op == Or) {
			return []int64{x}, ok
		}
		return ev.value(e.Y)
	}
	x, okX := ev.scalar(e.X)
	y, okY := ev.scalar(e.Y)
	if !okX || !okY {
		return nil, false
	}
	switch e.Op {
	case Lt, Le, Gt, Ge:
		return truth(compareNumbers(e.Op, x, y)), true
	}
	n, ok := compute(e.Op, x, y)
	return []int64{n}, ok
}

func (ev *evaluator) in(e *In) ([]int64, bool) {
	x, ok := ev.scalar(e.X)
	if !ok {
		return nil, false
	}
	found := false
	ok = ev.each(e.Dom, func(n int64) bool {
		found = found || n == x
		return !found
	})
	return truth(found), ok
}

// each calls f for the elements of a domain until f says false.
func (ev *evaluator) each(d *Domain, f func(int64) bool) bool {
	lo, hi := int64(0), int64(-1)
	switch {
	case d.Typ != nil:
		lo, hi = d.Typ.Bounds()
	case d.Lo != nil:
		a, okA := ev.scalar(d.Lo)
		b, okB := ev.scalar(d.Hi)
		if !okA || !okB {
			return false
		}
		lo, hi = a, b
	case d.Of != nil:
		v, ok := ev.value(d.Of)
		if !ok {
			return false
		}
		for _, part := range d.Of.Type().Parts(v) {
			if !f(part[0]) {
				break
			}
		}
		return true
	case d.Wait != nil:
		return false
	}
	for n := lo; n <= hi; n++ {
		if ev.left--; ev.left < 0 {
			return false
		}
		if !f(n) {
			return true
		}
	}
	seen := map[int64]bool{}
	for _, x := range d.List {
		n, ok := ev.scalar(x)
		if !ok {
			return false
		}
		if !seen[n] && !f(n) {
			return true
		}
		seen[n] = true
	}
	return true
}

func (ev *evaluator) quant(e *Quant) ([]int64, bool) {
	total, all, good := int64(0), true, true
	ok := ev.each(e.Dom, func(n int64) bool {
		ev.env[e.Var] = []int64{n}
		v, ok := ev.scalar(e.Body)
		total += v
		all = all && v == 1
		good = good && ok
		return good && (e.Op != All || all) && (e.Op != Any || total == 0)
	})
	if !ok || !good {
		return nil, false
	}
	switch e.Op {
	case All:
		return truth(all), true
	case Any:
		return truth(total > 0), true
	}
	return []int64{total}, true
}

func truth(b bool) []int64 {
	if b {
		return []int64{1}
	}
	return []int64{0}
}

// fits says whether the scalars are a value of t.
func fits(t *Type, v []int64) bool {
	s := t.Scalars()
	if len(s) != len(v) {
		return false
	}
	for i, n := range v {
		if s[i].Kind == Caller {
			continue
		}
		if lo, hi := s[i].Bounds(); n < lo || n > hi {
			return false
		}
	}
	return true
}
