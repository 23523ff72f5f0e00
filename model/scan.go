package model

import "github.com/lucheck/lucheck/lang"

// blocks gives the statement lists directly inside a statement.
func blocks(s lang.Stmt) [][]lang.Stmt {
	switch s := s.(type) {
	case *lang.If:
		return [][]lang.Stmt{s.Then, s.Else}
	case *lang.While:
		return [][]lang.Stmt{s.Body}
	case *lang.For:
		return [][]lang.Stmt{s.Body}
	case *lang.Loop:
		return [][]lang.Stmt{s.Body}
	case *lang.Atomic:
		return [][]lang.Stmt{s.Body}
	case *lang.Either:
		return s.Branches
	case *lang.Stop:
		return [][]lang.Stmt{s.Else}
	case *lang.Replace:
		return [][]lang.Stmt{s.Else}
	}
	return nil
}

// walk visits every statement of a list, outer ones first.
func walk(list []lang.Stmt, visit func(lang.Stmt)) {
	for _, s := range list {
		visit(s)
		for _, b := range blocks(s) {
			walk(b, visit)
		}
	}
}

// sent is a message that a statement sends.
type sent struct {
	target *lang.Target
	call   bool
}

// sends lists what a body sends.
func sends(body []lang.Stmt) []sent {
	var out []sent
	rhs := func(r lang.Rhs) {
		if r.Call != nil {
			out = append(out, sent{r.Call, true})
		}
	}
	walk(body, func(s lang.Stmt) {
		switch s := s.(type) {
		case *lang.Assign:
			rhs(s.Rhs)
		case *lang.If:
			rhs(s.Cond)
		case *lang.While:
			rhs(s.Cond)
		case *lang.CallStmt:
			out = append(out, sent{s.Target, true})
		case *lang.Send:
			out = append(out, sent{s.Target, false})
		}
	})
	return out
}

// bodies lists the code of a unit, both versions: each with the system's version
// it belongs to, and a client's as its only one.
func (u *unit) bodies() [][]lang.Stmt {
	var out [][]lang.Stmt
	for _, h := range u.handlers {
		out = append(out, h.handler.Body)
	}
	if u.client {
		out = append(out, u.old.Body)
		if u.new != nil {
			out = append(out, u.new.Body)
		}
	}
	return out
}

// sends lists what a unit's code sends, in both versions.
func (u *unit) sends() []sent {
	var out []sent
	for _, b := range u.bodies() {
		out = append(out, sends(b)...)
	}
	return out
}

// hasAssertion says whether a body has an assertion with one of the labels.
func hasAssertion(body []lang.Stmt, labels []string) bool {
	found := false
	walk(body, func(s lang.Stmt) {
		if a, ok := s.(*lang.Assert); ok && contains(labels, a.Label) {
			found = true
		}
	})
	return found
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// hiddenBound says whether a `for` keeps its upper bound in an implicit local.
func hiddenBound(f *lang.For) bool {
	if f.Dom.Hi == nil {
		return false
	}
	_, constant := f.Dom.Hi.(*lang.Lit)
	return !constant
}
