package lang

import (
	"fmt"
	"slices"
)

// Options are the settings of Check and Load; the zero value is the usual one.
type Options struct {
	// Params gives values to sizes in place of those in the text (`param`). A name
	// that the spec does not have means nothing.
	Params map[string]int64
	// Rooted says that the file system opens paths in the sense of io/fs only, so
	// that no import leads out of it. A file system that opens other names (absolute
	// ones, or with ..) decides by itself what it reads.
	Rooted bool
}

// Check elaborates the base system and every update of parsed files; a file that
// another imports comes before it. The program is nil if the list holds an error;
// the list is in the order of the text and may hold warnings beside a program.
//
// The cost is linear in the text for each update, apart from defs, which are
// unfolded at each use up to a fixed bound.
func Check(files []*File, opt Options) (*Program, ErrorList) {
	p, errs := check(files, opt)
	return p, errs.Tidy()
}

// check is Check with all errors, untidied.
func check(files []*File, opt Options) (*Program, ErrorList) {
	r := &reporter{seen: map[string]bool{}}
	src := collect(files, r)
	base := newChecker(r, src.base, nil)
	base.declareParams(src.params, opt.Params)
	base.elaborate()
	if base.sound = r.failed == 0; base.sound {
		(&fingerprinter{}).finish(base.sys)
	}
	p := &Program{Name: src.name, Params: base.params, Base: base.sys}
	if len(files) > 0 {
		p.Path = files[len(files)-1].Path
	}
	p.Machines = base.machines(src.machines)
	var news []*checker
	for _, u := range src.updates {
		up, c := checkUpdate(base, u, src, p.Machines)
		p.Updates = append(p.Updates, up)
		news = append(news, c)
	}
	if !r.list.HasErrors() {
		checkSymmetry(base, news, src.updates, p)
	}
	r.update = nil
	if !r.list.HasErrors() {
		warn(base, news, p.Updates, src.system)
	}
	if r.list.HasErrors() {
		return nil, r.list
	}
	return p, r.list
}

// A reporter collects errors. A place gets each code once, so that what is wrong
// in the base is not said again for every new version.
type reporter struct {
	list   ErrorList
	seen   map[string]bool
	update *UpdateDecl // whose new version is being elaborated; nil for the base
	sites  []Span      // uses of defs that are being unfolded, outermost first
	failed int         // number of errors so far
}

// fail reports an error and gives it back for more detail.
func (r *reporter) fail(code string, at Span, msg string) *Error {
	e := &Error{Code: code, Span: at, Msg: msg}
	if len(r.sites) > 0 {
		e.Span = r.sites[0]
		e.Related = append(e.Related, Related{Span: at, Msg: "in this definition"})
	}
	if r.update != nil && !inside(e.Span, r.update.Span()) {
		e.Related = append(e.Related, Related{Span: r.update.Name.Span(),
			Msg: fmt.Sprintf("in the new version of update `%s`", r.update.Name.Name)})
	}
	r.failed++
	r.add(e)
	return e
}

// warn reports a warning under its name.
func (r *reporter) warn(code string, at Span, msg string) *Error {
	e := &Error{Code: code, Warning: true, Name: warningNames[code], Span: at, Msg: msg}
	r.add(e)
	return e
}

func (r *reporter) add(e *Error) {
	if key := e.key(); !r.seen[key] {
		r.seen[key] = true
		r.list = append(r.list, e)
	}
}

// key tells errors apart: a place gets each code once.
func (e *Error) key() string { return fmt.Sprint(e.Code, e.Span.Start, e.Span.End.Offset) }

// advise adds what to do.
func (e *Error) advise(advice string) *Error {
	e.Advice = advice
	return e
}

// see adds another place.
func (e *Error) see(at Span, msg string) *Error {
	e.Related = append(e.Related, Related{Span: at, Msg: msg})
	return e
}

// inside says whether a lies within b.
func inside(a, b Span) bool {
	return a.Start.Filename == b.Start.Filename &&
		a.Start.Offset >= b.Start.Offset && a.End.Offset <= b.End.Offset
}

// A checker elaborates one version of the system.
type checker struct {
	*reporter
	src        *version
	old        *checker         // the base, for a new version
	set        map[string]int64 // values for sizes from outside
	sizes      []*symbol        // the base's sizes, in the order of the text
	params     []Param          // those of them that have a value
	sys        *System
	names      map[string]*symbol
	units      []*unitEntry
	badResults map[*Message]bool  // messages whose result type is wrong
	spent      int                // operations for constants so far
	scalars    int                // in constants and lists so far
	dataKnown  bool               // all data have their types
	sound      bool               // no error so far: nothing in the system is nil for being wrong
	members    map[string][]*Type // enums by their members
	holds      map[*Var]*Message  // a message whose callers a variable holds
	moves      map[string][]*Var  // old variables whose callers transfers move to "unit.variable"
	calls      map[callEdge]Span  // from functions to functions, by name
	hookOf     map[*hookSource]*Hook
	composed   map[Expr]composition // sets and sequences that are made of others
	defUsers   map[string][]*Unit   // whose code uses a def, by the def's name
	size       int64                // scalars in all variables and mailboxes so far
	work       int                  // nodes of unfolded defs so far
}

// callEdge says that the code of a function calls another one.
type callEdge struct{ from, to string }

func newChecker(r *reporter, src *version, old *checker) *checker {
	c := &checker{reporter: r, src: src, old: old, sys: &System{}, names: map[string]*symbol{},
		members: map[string][]*Type{}, holds: map[*Var]*Message{}, moves: map[string][]*Var{}, calls: map[callEdge]Span{}, defUsers: map[string][]*Unit{}, badResults: map[*Message]bool{}, composed: map[Expr]composition{}}
	if old != nil {
		c.params = old.params
		for _, s := range old.sizes {
			c.names[s.name] = s
		}
	}
	return c
}

// elaborate builds the system. Declarations come before code, so that their order
// in the text does not matter.
func (c *checker) elaborate() {
	c.declareNames()
	if c.old == nil {
		c.setParams()
	}
	for _, d := range c.src.types {
		if t := c.namedType(c.names[d.decl.Name.Name], d.decl.Name.Span()); t != nil {
			c.sys.Types = append(c.sys.Types, t)
		}
	}
	for _, d := range c.src.data {
		c.data(d)
	}
	for _, u := range c.units {
		c.unitHead(u)
	}
	for _, u := range c.units {
		c.unitVars(u)
	}
	c.dataKnown = true
	for _, d := range c.src.protocols {
		c.protocol(d)
	}
	for _, d := range c.src.defs {
		c.checkDef(c.names[d.Name.Name].def)
	}
	for _, u := range c.units {
		c.unitCode(u)
	}
	c.findRecursion()
	c.hooks()
	c.properties()
}

// declare enters a name; a name that is taken is an error.
func (c *checker) declare(s *symbol) bool {
	if s.name == "bool" || s.name == "caller" {
		c.fail(codeDuplicate, s.span, fmt.Sprintf("`%s` is the name of a built-in type", s.name))
		return false
	}
	if first := c.names[s.name]; first != nil {
		if f, t := first.span.Start, s.span.Start; f.Filename == t.Filename && f.Offset > t.Offset {
			first, s = s, first // the one that comes later in the text is to blame
		}
		c.fail(codeDuplicate, s.span, fmt.Sprintf("`%s` is already declared as %s", s.name, first.describe())).
			see(first.span, "first declared here")
		return false
	}
	c.names[s.name] = s
	return true
}

// declareNames enters all names of the version and drops the declarations whose
// names are taken.
func (c *checker) declareNames() {
	src := c.src
	src.types = slices.DeleteFunc(src.types, func(d *typeSource) bool {
		return !c.declare(&symbol{kind: symType, name: d.decl.Name.Name, span: d.decl.Name.Span(), typ: &typeEntry{src: d}})
	})
	src.defs = slices.DeleteFunc(src.defs, func(d *DefDecl) bool {
		return !c.declare(&symbol{kind: symDef, name: d.Name.Name, span: d.Name.Span(), def: &defEntry{decl: d}})
	})
	src.data = slices.DeleteFunc(src.data, func(d *DataDecl) bool {
		v := &Var{Name: d.Name.Name, Class: d.Class(), Span: d.Name.Span()}
		return !c.declare(&symbol{kind: symData, name: v.Name, span: v.Span, v: v})
	})
	for _, u := range src.units {
		e := &unitEntry{src: u, vars: map[string]*Var{}, handlers: map[string]*Handler{},
			locals: map[localKey]*readableLocal{}, coded: map[string]resolveState{},
			unit: &Unit{Name: u.decl.Name.Name, Kind: u.decl.Kind(), Span: u.decl.Name.Span(), Count: 1}}
		if c.declare(&symbol{kind: symUnit, name: e.unit.Name, span: e.unit.Span, unit: e}) {
			c.units = append(c.units, e)
			c.sys.Units = append(c.sys.Units, e.unit)
		}
	}
	src.protocols = slices.DeleteFunc(src.protocols, func(d *ProtocolDecl) bool {
		p := &Protocol{Name: d.Name.Name, Span: d.Name.Span()}
		return !c.declare(&symbol{kind: symProtocol, name: p.Name, span: p.Span, protocol: p})
	})
	src.stables = slices.DeleteFunc(src.stables, func(d *StableDecl) bool {
		return !c.declare(&symbol{kind: symStable, name: d.Name.Name, span: d.Name.Span()})
	})
}

// data elaborates a variable outside units.
func (c *checker) data(d *DataDecl) {
	v := c.names[d.Name.Name].v
	v.Index = len(c.sys.Data)
	c.sys.Data = append(c.sys.Data, v)
	c.variable(v, d.Type, d.Init)
	if d.Choose != nil {
		c.choices(v, d.Type, d.Choose)
	}
	c.dataMark(v, d.Mark)
}

// variable gives a variable outside code its type and its initial value.
func (c *checker) variable(v *Var, typ TypeNode, init ExprNode) {
	b := &body{checker: c, place: inConst, scope: &scope{}}
	if typ != nil {
		v.Type = c.typeOf(typ)
	}
	instances := 1
	if v.Owner != nil {
		instances = v.Owner.Count
	}
	if v.Type != nil && !c.grow(v.Span, int64(v.Type.Slots())*int64(instances)) {
		return
	}
	if init != nil && (typ == nil || v.Type != nil) {
		e := b.value(init, v.Type)
		if e != nil && v.Type == nil {
			v.Type = b.inferred(e, init.Span(), v.Name)
			c.grow(v.Span, int64(instances))
		}
		if v.Init = c.constant(e); v.Init == nil {
			c.notSilent(init.Span())
		}
	}
	if v.Type == nil {
		return
	}
	if hasCaller(v.Type) && (v.Owner == nil || v.Class != Plain) {
		c.fail(codeCaller, v.Span, fmt.Sprintf("`%s` cannot hold a caller", v.Name)).
			advise("a caller is kept in a plain variable (`var`) of a process or an object")
	}
}

// choices gives a variable outside code a set of initial values.
func (c *checker) choices(v *Var, typ TypeNode, n ExprNode) {
	if typ != nil && v.Type == nil {
		return
	}
	if v.Type != nil && !v.Type.IsScalar() {
		c.fail(codeMismatch, n.Span(), fmt.Sprintf("a set of initial values is one of numbers, names or truth values, and `%s` is %s", v.Name, describe(v.Type)))
		return
	}
	vals, elem := c.constSet(n, v.Type)
	if vals == nil {
		c.notSilent(n.Span())
		return
	}
	if v.Type == nil {
		v.Type = elem
		c.grow(v.Span, 1)
	}
	v.Choices = vals
	v.Init = &Lit{ExprBase{v.Type, n.Span()}, vals[:1]}
}

// constSet gives the values of a constant set, ascending; t is the type wanted, nil if any
// will do. nil where it is wrong.
func (c *checker) constSet(n ExprNode, t *Type) (vals []int64, elem *Type) {
	b := &body{checker: c, place: inConst, scope: &scope{}}
	d := b.domain(n, t)
	if d != nil && t != nil {
		d = b.domainOf(d, t)
	}
	if d == nil {
		return nil, nil
	}
	lo, hi := int64(0), int64(-1)
	okLo, okHi := true, true
	switch {
	case d.Typ != nil:
		lo, hi = d.Typ.Bounds()
	case d.Lo != nil:
		lo, okLo = constNumber(d.Lo)
		hi, okHi = constNumber(d.Hi)
	}
	if hi-lo >= maxInitial {
		c.fail(codeTooLarge, n.Span(), fmt.Sprintf("at most %d initial values can be told apart", maxInitial))
		return nil, nil
	}
	for k := lo; k <= hi; k++ {
		vals = append(vals, k)
	}
	if d.Of != nil {
		val, ok := c.constValue(d.Of)
		if okLo = ok; ok {
			for _, part := range d.Of.Type().Parts(val) {
				vals = append(vals, part[0])
			}
		}
	}
	for _, e := range d.List {
		k, ok := constNumber(e)
		okLo = okLo && ok
		vals = append(vals, k)
	}
	slices.Sort(vals)
	vals = slices.Compact(vals)
	switch {
	case !okLo || !okHi:
		c.fail(codeNotConstant, n.Span(), "this is not a constant").advise("an initial value is made of numbers, names of values and sizes")
	case len(vals) == 0:
		c.fail(codeEmptyRange, n.Span(), "there is no value in this")
	case t != nil && (vals[0] < lowest(t) || vals[len(vals)-1] > highest(t)):
		c.fail(codeOutOfRange, n.Span(), fmt.Sprintf("not all of these are values of %s", describe(t)))
	default:
		return vals, d.Elem
	}
	return nil, nil
}

func lowest(t *Type) int64  { lo, _ := t.Bounds(); return lo }
func highest(t *Type) int64 { _, hi := t.Bounds(); return hi }

// maxInitial bounds the initial states of a version.
const maxInitial = 4096

// notSilent makes sure that what is wrong is an error: nothing is left out of a spec in
// silence.
func (c *checker) notSilent(at Span) {
	if c.failed == 0 {
		c.fail(codeNotConstant, at, "the meaning of this cannot be found out").
			advise("write it in another way; that nothing more can be said is a defect of lucheck")
	}
}

// constant turns a constant expression into a literal; other ones are an error.
func (c *checker) constant(e Expr) Expr {
	if e == nil {
		return nil
	}
	val, ok := c.constValue(e)
	if !ok || !fits(e.Type(), val) && e.Type().Kind != Int {
		c.fail(codeNotConstant, e.Pos(), "this is not a constant").
			advise("an initial value is made of numbers, names of values and sizes")
		return nil
	}
	return &Lit{ExprBase{e.Type(), e.Pos()}, val}
}

// constValue computes a constant expression within what the version may spend.
func (c *checker) constValue(e Expr) ([]int64, bool) {
	ev := evaluator{env: map[*Var][]int64{}, left: max(0, maxConst-c.spent)}
	before := ev.left
	v, ok := ev.value(e)
	c.spent += before - ev.left
	return v, ok
}

// grow counts scalars of the state; too many are an error, said once, and false.
func (c *checker) grow(at Span, n int64) bool {
	before := c.size
	c.size += n
	if before <= maxState && c.size > maxState {
		c.fail(codeTooLarge, at, fmt.Sprintf("with this, a state has more than %d values", int64(maxState))).
			advise("choose smaller sizes")
	}
	return c.size <= maxState
}

// properties elaborates invariants and stable states.
func (c *checker) properties() {
	for _, d := range c.src.always {
		b := &body{checker: c, place: inAssert}
		p := &Property{Expr: b.value(d.Cond, boolType()), Span: d.Span()}
		if p.Expr == nil {
			c.notSilent(d.Cond.Span())
		}
		if d.Label != nil {
			p.Label = d.Label.Text()
		}
		c.sys.Always = append(c.sys.Always, p)
	}
	for _, d := range c.src.stables {
		var s *Stable
		elaborate := func() {
			b := &body{checker: c, place: inStable}
			s = &Stable{Name: d.Name.Name, Expr: b.value(d.Cond, boolType()), Span: d.Name.Span()}
			if s.Expr == nil {
				c.notSilent(d.Cond.Span())
			}
		}
		// A stable state is read in the old version: one of the base may speak of what the
		// update takes away, and then the new version has no such state.
		if c.old != nil && !inside(d.Span(), c.update.Span()) {
			if !c.attempt(elaborate) {
				continue
			}
		} else {
			elaborate()
		}
		c.sys.Stables = append(c.sys.Stables, s)
	}
}

// attempt runs a check, and takes back what it has reported if that is an error.
func (r *reporter) attempt(check func()) bool {
	list, failed := len(r.list), r.failed
	check()
	if r.failed == failed {
		return true
	}
	for _, e := range r.list[list:] {
		delete(r.seen, e.key())
	}
	r.list, r.failed = r.list[:list], failed
	return false
}
