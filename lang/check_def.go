package lang

import (
	"fmt"
	"slices"
)

// defEntry is a definition.
type defEntry struct {
	decl   *DefDecl
	state  resolveState
	params []*Type // nil ones are wrong
	result *Type   // nil where none is written, or it is wrong
	body   Expr    // as checked for itself
	bad    bool    // wrong in itself: its uses are passed over in silence
	early  bool    // used before the data that it reads are known, so by a constant
}

// checkDef checks a definition for itself, once: what is wrong in it is reported at
// its own place. Uses check again what depends on where they stand.
func (c *checker) checkDef(d *defEntry) {
	switch d.state {
	case inWork:
		if !d.bad {
			c.fail(codeRecursion, d.decl.Name.Span(), fmt.Sprintf("`%s` is defined by itself", d.decl.Name.Name)).
				advise("a def cannot use itself, directly or through others; quantifiers go through sets")
		}
		d.bad = true
		return
	case done:
		return
	}
	if d.early && !c.dataKnown {
		return
	}
	d.state, d.early, d.params = inWork, false, nil
	sites := c.sites
	c.sites = nil
	before := c.failed
	b := &body{checker: c, place: inDef, scope: &scope{}}
	for _, p := range d.decl.Params {
		d.params = append(d.params, b.parameter(p).Type)
	}
	if d.decl.Result != nil {
		d.result = c.typeOf(d.decl.Result)
	}
	d.body = b.value(d.decl.Body, d.result)
	d.state, d.bad = done, c.failed > before || d.body == nil
	if d.early = d.bad && c.failed == before && !c.dataKnown; d.early {
		d.state, d.bad = untouched, false // once more when they are known
	}
	c.sites = sites
}

// parameter declares a parameter as a local.
func (b *body) parameter(p *ParamNode) *Var {
	if first := b.scope.here(p.Name.Name); first != nil {
		b.fail(codeDuplicate, p.Name.Span(), fmt.Sprintf("parameter `%s` is declared twice", p.Name.Name)).see(first.Span, "first declared here")
	}
	v := b.newVar(p.Name.Name, b.typeOf(p.Type), p.Name.Span())
	if v.Type != nil && hasCaller(v.Type) {
		b.fail(codeCaller, p.Type.Span(), "a caller cannot be handed on").
			advise("it is kept in a variable of its unit with `hold` and answered with `reply … to`")
		v.Type = nil
	}
	b.bind(v)
	return v
}

// unfold puts a def's body in the place of its use.
func (b *body) unfold(n *CallNode, s *symbol) Expr {
	d := s.def
	if b.unit != nil && !slices.Contains(b.defUsers[s.name], b.unit.unit) {
		b.defUsers[s.name] = append(b.defUsers[s.name], b.unit.unit)
	}
	b.checkDef(d)
	if d.early && b.place == inConst && b.failed == 0 {
		b.fail(codeNotConstant, n.Span(), fmt.Sprintf("`%s` is not a constant: it reads data", s.name)).see(s.span, "declared here")
	}
	if d.bad || d.early {
		return nil
	}
	if len(n.Args) != len(d.params) {
		b.fail(codeArity, n.Span(), fmt.Sprintf("`%s` takes %s, not %d", s.name, countOf(len(d.params), "argument"), len(n.Args))).
			see(s.span, "declared here")
		return nil
	}
	args, vars := make([]Expr, len(n.Args)), make([]*Var, len(n.Args))
	for i, a := range n.Args {
		if a.Key != nil {
			b.fail(codeBadParts, a.Key.Span(), "the arguments of a def are written without names")
		}
		args[i] = b.value(a.Value, d.params[i])
		p := d.decl.Params[i]
		vars[i] = b.newBound(p.Name.Name, d.params[i], p.Name.Span())
	}
	if slices.Contains(args, nil) {
		return nil
	}
	b.sites = append(b.sites, n.Span())
	around, global := b.scope, b.global
	b.scope, b.global = &scope{vars: vars}, true
	x := b.value(d.decl.Body, d.result)
	b.scope, b.global = around, global
	b.sites = b.sites[:len(b.sites)-1]
	if x == nil {
		return nil
	}
	if d.result != nil && !isLit(x) {
		x = &Conv{ExprBase{d.result, x.Pos()}, x}
	}
	for i := len(vars) - 1; i >= 0; i-- {
		x = &Let{ExprBase{x.Type(), n.Span()}, vars[i], args[i], x}
	}
	return x
}
