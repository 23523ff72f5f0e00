package oracle

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// resting is a place where an activation rests, in a configuration.
type resting struct {
	conf *config
	g    *graph
	node int
}

// strongly says whether the next step of a frame is owed strong fairness: it rests at
// a statement that only full mailboxes can shut. A reply that has come stays, so weak
// fairness is enough to receive it.
func (w *World) strongly(c *config, f *frame) bool {
	if f.waiting {
		return false
	}
	at := resting{c, w.graphOf(c, f), f.node}
	strong, known := w.strong[at]
	if !known {
		strong = at.fullOnly(f.node)
		w.strong[at] = strong
	}
	return strong
}

// fullOnly says whether the statement at a node can be shut by full mailboxes only.
func (at resting) fullOnly(n int) bool {
	d := at.g.nodes[n]
	switch d.op {
	case opAtomic:
		return slices.ContainsFunc(at.g.inside(d), at.toMailbox) && !at.otherwise(n)
	case opEither:
		return at.eitherFullOnly(d)
	}
	return at.toMailbox(n)
}

// eitherFullOnly is fullOnly for an either: some branch begins with such a statement
// in all its ways, and none can be shut by anything else.
func (at resting) eitherFullOnly(d node) bool {
	some := false
	for _, b := range d.branches {
		firsts := at.firsts(b, d.join)
		if slices.ContainsFunc(firsts, at.otherwise) {
			return false
		}
		always := !slices.ContainsFunc(firsts, func(n int) bool { return !at.fullOnly(n) })
		some = some || always && len(firsts) > 0
	}
	return some
}

// firsts lists the nodes with which a branch can begin after silent control: visible
// ones, and the join where it can end without.
func (at resting) firsts(branch, join int) []int {
	return slices.DeleteFunc(at.g.beginning(branch, join), func(n int) bool {
		return n != join && !at.g.nodes[n].visible
	})
}

// toMailbox says whether the node itself is a send, signal or call to a process or
// object, as the units are now.
func (at resting) toMailbox(n int) bool {
	t := at.g.nodes[n].target()
	return t != nil && !at.isFunction(t)
}

func (at resting) isFunction(t *lang.Target) bool {
	if u := at.conf.texts[instance{t.Unit.Name, 0}]; u != nil {
		return u.Kind == lang.Function
	}
	return t.Unit.Kind == lang.Function
}

// otherwise says whether something else than a full mailbox can shut what stands at a
// node: an await, a call of a function, a choose among elements that are not constant;
// anywhere in an atomic, at the beginning of an either's branches.
func (at resting) otherwise(n int) bool {
	d := at.g.nodes[n]
	switch d.op {
	case opAtomic:
		return slices.ContainsFunc(at.g.inside(d), at.otherwise)
	case opEither:
		return slices.ContainsFunc(d.branches, func(b int) bool {
			return slices.ContainsFunc(at.firsts(b, d.join), at.otherwise)
		})
	}
	_, await := d.stmt.(*lang.Await)
	t := d.target()
	return await || t != nil && at.isFunction(t) || chooses(d)
}

// chooses says whether a node chooses among elements that are not constant, or from a
// set or a sequence, which can be empty.
func chooses(d node) bool {
	var rhs lang.Rhs
	switch s := d.stmt.(type) {
	case *lang.Assign:
		rhs = s.Rhs
	case *lang.If, *lang.While:
		if d.op == opBranch {
			rhs = condition(s)
		}
	}
	if rhs.Choose == nil {
		return false
	}
	return rhs.Choose.Of != nil || slices.ContainsFunc(append([]lang.Expr{rhs.Choose.Lo, rhs.Choose.Hi}, rhs.Choose.List...), func(e lang.Expr) bool {
		return e != nil && !constant(e)
	})
}
