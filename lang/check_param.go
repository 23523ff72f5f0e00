package lang

import "fmt"

// paramEntry is a size. Like a type it is computed when it is first needed, so
// that the order of declarations does not matter.
type paramEntry struct {
	decl  *ParamDecl
	state resolveState
	value int64
	bad   bool // it has no value because its declaration, or what was set, is wrong
}

// declareParams enters the names of the sizes; set gives values from outside.
func (c *checker) declareParams(decls []*ParamDecl, set map[string]int64) {
	c.set = set
	for _, d := range decls {
		s := &symbol{kind: symParam, name: d.Name.Name, span: d.Name.Span(), param: &paramEntry{decl: d}}
		if c.declare(s) {
			c.sizes = append(c.sizes, s)
		}
	}
}

// setParams computes all sizes, in the order of the text.
func (c *checker) setParams() {
	for _, s := range c.sizes {
		if n, ok := c.param(s); ok {
			c.params = append(c.params, Param{Name: s.name, Value: n, Span: s.span})
		}
	}
}

// param gives the value of a size; false where it has none, which is reported.
func (c *checker) param(s *symbol) (int64, bool) {
	p := s.param
	switch p.state {
	case inWork:
		if !p.bad {
			c.fail(codeRecursion, s.span, fmt.Sprintf("`%s` is defined by itself", s.name)).
				advise("the value of a param is made of numbers and of other params")
		}
		p.bad = true
		return 0, false
	case done:
		return p.value, !p.bad
	}
	sites := c.sites
	c.sites = nil // what is wrong is wrong at the declaration
	c.compute(s)
	c.sites = sites
	return p.value, !p.bad
}

// compute gives a size its value. One that is set from outside does not need the
// expression that it is declared with, which is still checked.
func (c *checker) compute(s *symbol) {
	p := s.param
	n, given := c.set[s.name]
	p.state = inWork
	if given {
		c.setParam(s, n)
	}
	b := &body{checker: c, place: inConst}
	n, ok := b.constInt(p.decl.Value)
	switch {
	case given:
	case ok && !p.bad:
		c.setParam(s, n)
	default:
		p.state, p.bad = done, true
		c.notSilent(p.decl.Value.Span())
	}
}

// setParam gives a size a value, which has to be one that can be stored.
func (c *checker) setParam(s *symbol, n int64) {
	p := s.param
	p.state, p.value = done, n
	if n < minStored || n > maxStored {
		c.fail(codeTooLarge, p.decl.Value.Span(), fmt.Sprintf("`%s` is %d, but stored numbers lie within %d..%d", s.name, n, minStored, maxStored))
		p.bad = true
	}
}
