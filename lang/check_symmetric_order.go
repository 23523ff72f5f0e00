package lang

import (
	"fmt"
	"maps"
	"strconv"
)

// This file judges what goes through interchangeable values one after the other: it comes
// to the same in every order.

// doubt says why reading a variable can fail while an update is under way.
type doubt struct {
	// gone: where one instance of it is gone or has another declaration, all are.
	gone bool
	// added: only the new version has it, whose own code does not miss it.
	added bool
	// former: each part of it can be in old form, or not; a readable local can be of code
	// that declares it otherwise.
	former bool
	change Span // the other declaration
}

// ordered finds the interchangeable values, or instances, that a domain goes through, lowest
// first; nil where there are none. Elements of a sequence and messages in one mailbox have
// an order by themselves.
func (s *symmetry) ordered(d *Domain) *Related {
	var t *Type
	switch {
	case d.Wait != nil:
		u := d.Wait.Unit
		if d.Wait.Index != nil || u.Index == nil {
			return nil
		}
		if who, is := s.arrays[u.Name]; is {
			return &who
		}
		t = u.Index
	case d.Of != nil && d.Of.Type().Sugar == Seq || d.Lo != nil:
		return nil
	default:
		t = d.Elem
	}
	if !s.is(t) {
		return nil
	}
	who := s.types[t.Name]
	return &who
}

// unordered judges the body of a quantifier. It is evaluated for one element after the other,
// until one decides or fails: so that their order does not matter, none can fail.
func (s *symmetry) unordered(e *Quant) bool {
	who := s.ordered(e.Dom)
	if who == nil {
		return true
	}
	f := &failing{s: s, bound: map[*Var]Expr{}}
	f.expr(e.Body, true)
	if f.what == "" {
		return true
	}
	err := s.fail(codeSymmetricFails, f.at, fmt.Sprintf("%s, and then it depends on the order of interchangeable values whether it does", f.what)).
		see(e.Spn, "evaluated here for one after the other").see(who.Span, who.Msg)
	if f.doubt != nil {
		err.see(f.doubt.change, "declared otherwise here").
			advise("read it outside `all`, `any`, `count` and `sum`, keep its declaration, or let the update leave out `symmetric`, by writing the unit's index without it")
	} else {
		err.advise("write it so that it cannot fail: an optional value, for example, is compared as a whole")
	}
	return false
}

// A round is what belongs to one of several interchangeable values: mine says of an
// expression that it is that value.
type round struct {
	at    Span // the statements of all rounds
	mine  func(Expr) bool
	wrote map[string]string // variables that are written, with what tells the rounds' parts apart
}

// apart finds what several rounds of some statements, one for each value, could have to do
// with each other: then their order would matter. It gives its place, false where there is
// none. A round writes nothing but locals of its own and, of a variable outside the
// activation, what is indexed by its value; of these variables it reads nothing else either.
func (r *round) apart(body []Stmt) (culprit Span, is bool) {
	r.wrote = map[string]string{}
	blame := func(at Span) {
		if !is {
			culprit, is = at, true
		}
	}
	v := visitor{stmt: func(x Stmt) {
		if to := assigned(x); to != nil && !r.writes(to) || !r.simple(x) {
			blame(x.Pos())
		}
	}}
	v.visitStmts(body)
	reads := visitor{expr: func(e Expr) {
		ref, isRef := e.(*Ref)
		if isRef && !ref.Old && ref.Var.Class != Local && r.wrote[varName(ref.Var)] != "" && r.owned(ref) != r.wrote[varName(ref.Var)] {
			blame(ref.Spn)
		}
	}}
	reads.visitStmts(body)
	return culprit, is
}

// simple says whether a statement does nothing but read and write.
func (r *round) simple(x Stmt) bool {
	switch x := x.(type) {
	case *Assign:
		return x.Rhs.Expr != nil
	case *If:
		return x.Cond.Expr != nil
	case *Note, *Declare, *Assert, *For:
		return true
	}
	return false
}

// assigned is the place to which a statement assigns, nil where it does not.
func assigned(x Stmt) *Ref {
	switch x := x.(type) {
	case *Assign:
		return x.To
	case *Note:
		return x.To
	}
	return nil
}

// writes takes in a place that is written, and says whether other rounds write others.
func (r *round) writes(to *Ref) bool {
	if to.Var.Class == Local {
		return inside(to.Var.Span, r.at)
	}
	name, by := varName(to.Var), r.owned(to)
	if known := r.wrote[name]; by == "" || known != "" && known != by {
		return false
	}
	r.wrote[name] = by
	return true
}

// owned says which index of a place is the round's value: of the "unit", or a number of the
// path; "" for none.
func (r *round) owned(to *Ref) string {
	if to.Unit != nil && r.mine(to.Unit) {
		return "unit"
	}
	for i, a := range to.Path {
		if a.Index != nil && r.mine(a.Index) {
			return strconv.Itoa(i)
		}
	}
	return ""
}

// loop judges a `for`.
func (s *symmetry) loop(x *For) {
	if !s.chosen(x.Dom, x.Var.Type) {
		return
	}
	who := s.ordered(x.Dom)
	if who == nil {
		return
	}
	if !s.together {
		s.fail(codeSymmetricOrder, x.Dom.Span, "this takes interchangeable values in an order").
			advise("put the `for` into `atomic`, where each round may write what belongs to its own value; or use `all`, `any`, `count` or `sum`").see(who.Span, who.Msg)
		return
	}
	r := &round{at: x.Spn, mine: func(e Expr) bool { ref, is := e.(*Ref); return is && ref.Var == x.Var }}
	if at, is := r.apart(x.Body); is {
		s.fail(codeSymmetricOrder, at, "here a round of the `for` can have to do with another one, and interchangeable values have no order").
			advise(fmt.Sprintf("in each round write only locals that it declares, and what is indexed by `%s`, and read nothing else of what is written", x.Var.Name)).
			see(x.Dom.Span, "the values").see(who.Span, who.Msg)
	}
}

// beginning judges what the clients of an array do in the initial state, one after the
// other: notes that say the same for each of them, or that have nothing to do with each
// other.
func (s *symmetry) beginning(u *Unit) {
	var notes []Stmt
	firstNotes(u.Body, &notes)
	own := &visitor{}
	tells := false
	own.expr = func(e Expr) {
		ref, isRef := e.(*Ref)
		_, isSelf := e.(*SelfRef)
		tells = tells || isSelf || isRef && ref.Var.Class == Local && !ref.Var.Bound
	}
	own.visitStmts(notes)
	r := &round{at: u.Span, mine: func(e Expr) bool { _, is := e.(*SelfRef); return is }}
	if at, is := r.apart(notes); is && tells {
		who := s.declared(u)
		s.fail(codeSymmetricOrder, at, fmt.Sprintf("each instance of `%s` notes this in the initial state, in the order of their indices, and these are interchangeable", u.Name)).
			advise("note it behind the first statement that is a step, or in an element of its own: `note g[self] = …`").see(who.Span, who.Msg)
	}
}

// declared says where an array is declared symmetric, or another one with the same index.
func (s *symmetry) declared(u *Unit) Related {
	if who, is := s.arrays[u.Name]; is {
		return who
	}
	return s.types[u.Index.Name]
}

// firstNotes collects the notes that code can come to before its first step, and says
// whether it can come to its end like that.
func firstNotes(body []Stmt, notes *[]Stmt) bool {
	for _, x := range body {
		through := false
		switch x := x.(type) {
		case *Declare:
			through = true
		case *Note:
			*notes = append(*notes, x)
			through = true
		case *Loop:
			firstNotes(x.Body, notes)
		case *For:
			firstNotes(x.Body, notes)
			through = true
		case *While:
			if through = silent(x.Cond); through {
				firstNotes(x.Body, notes)
			}
		case *If:
			if silent(x.Cond) {
				then, other := firstNotes(x.Then, notes), firstNotes(x.Else, notes)
				through = then || other
			}
		}
		if !through {
			return false
		}
	}
	return true
}

// fresh are locals that have been declared without a value, and not been assigned on every
// way since: they can have the lowest value of their type.
type fresh map[*Var]bool

// unassigned refuses to read such locals, where the lowest value tells something apart.
// Where a local is not live it has that value too, but nobody sees it (definitions 1.6).
func (s *symmetry) unassigned(body []Stmt, open fresh) fresh {
	for _, x := range body {
		open = s.unassignedIn(x, open)
	}
	return open
}

func (s *symmetry) unassignedIn(x Stmt, open fresh) fresh {
	reads := visitor{expr: func(e Expr) {
		if ref, is := e.(*Ref); is && open[ref.Var] {
			told, _ := s.told(ref.Var.Type, ref.Var.Type.Lowest())
			s.lowest(ref.Var, told, ref.Spn, "can still have")
			delete(open, ref.Var)
		}
	}}
	switch x := x.(type) {
	case *Declare:
		reads.visitOwn(x)
		delete(open, x.Var)
		if told, _ := s.told(x.Var.Type, x.Var.Type.Lowest()); x.Init == nil && told != nil {
			open[x.Var] = true
		}
		return open
	case *Assign:
		if len(x.To.Path) > 0 || x.To.Var.Class != Local {
			reads.visitOwn(x)
			return open
		}
		reads.visitRhs(x.Rhs)
		delete(open, x.To.Var)
		return open
	}
	reads.visitOwn(x)
	after := fresh{}
	for _, b := range blocksOf(x) {
		maps.Copy(after, s.unassigned(b, maps.Clone(open)))
	}
	if passes(x) {
		maps.Copy(after, open)
	}
	return after
}

// passes says whether control can come past a statement without going through one of its
// blocks.
func passes(x Stmt) bool {
	switch x.(type) {
	case *If, *Either, *Atomic, *Loop:
		return false
	}
	return true
}
