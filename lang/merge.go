package lang

import (
	"fmt"
	"slices"
)

// A source is what the files of a spec declare.
type source struct {
	name    string
	system  *Ident // nil without a name
	params  []*ParamDecl
	base    *version
	updates []*UpdateDecl

	machines []*MachineDecl
}

// A version holds the declarations of one version of the system, as syntax.
type version struct {
	types     []*typeSource
	defs      []*DefDecl
	data      []*DataDecl
	protocols []*ProtocolDecl
	stables   []*StableDecl
	always    []*AlwaysDecl
	units     []*unitSource
	hooks     []*hookSource // of the base, in every version
}

// typeSource is a declared type; extends is the declaration that it extends, nil
// for others.
type typeSource struct {
	decl    *TypeDecl
	extends *TypeDecl
}

// unitSource is a unit with the members that it has in a version.
type unitSource struct {
	decl      *UnitDecl
	mailbox   ExprNode
	members   []Member
	symmetric *Span // of the name behind which the word stands; nil where it does not
}

func newUnitSource(d *UnitDecl) *unitSource {
	u := &unitSource{decl: d, mailbox: d.Mailbox, members: d.Members}
	u.saysSymmetric(d)
	return u
}

// saysSymmetric takes in what a head says: the word itself, or an index without it.
func (u *unitSource) saysSymmetric(d *UnitDecl) {
	if at := d.Name.Span(); d.Symmetric {
		u.symmetric = &at
	} else if d.Index != nil {
		u.symmetric = nil
	}
}

// collect sorts the declarations of all files.
func collect(files []*File, r *reporter) *source {
	s := &source{base: &version{}}
	for _, f := range files {
		if f.System != nil {
			if s.system != nil {
				r.fail(codeTwoSystems, f.System.Span(), fmt.Sprintf("this is the second system, after `%s`", s.system.Name)).
					see(s.system.Span(), "first declared here")
			} else {
				s.system, s.name = f.System, f.System.Name
			}
		}
		for _, item := range f.Items {
			s.add(item, r)
		}
	}
	if len(s.updates) > maxUpdates {
		r.fail(codeTooLarge, s.updates[maxUpdates].Name.Span(), fmt.Sprintf("a spec has at most %d updates", maxUpdates))
		s.updates = s.updates[:maxUpdates]
	}
	names := map[string]Span{}
	s.updates = slices.DeleteFunc(s.updates, func(u *UpdateDecl) bool {
		if u.Of != nil && u.Of.Name != s.name {
			e := r.fail(codeOtherSystem, u.Of.Span(), fmt.Sprintf("this spec has no system `%s`", u.Of.Name))
			if s.name != "" {
				e.advise(fmt.Sprintf("the system is `%s`", s.name))
			} else {
				e.advise("import the file that declares it")
			}
		}
		first, taken := names[u.Name.Name]
		if taken {
			r.fail(codeDuplicate, u.Name.Span(), fmt.Sprintf("there already is an update `%s`", u.Name.Name)).see(first, "first declared here")
		}
		names[u.Name.Name] = u.Name.Span()
		return taken
	})
	return s
}

func (s *source) add(item Item, r *reporter) {
	b := s.base
	b.addHooks(item, "")
	switch d := item.(type) {
	case *ParamDecl:
		s.params = append(s.params, d)
	case *TypeDecl:
		b.types = append(b.types, &typeSource{decl: d})
	case *DefDecl:
		b.defs = append(b.defs, d)
	case *DataDecl:
		b.data = append(b.data, d)
	case *ProtocolDecl:
		b.protocols = append(b.protocols, d)
	case *StableDecl:
		b.stables = append(b.stables, d)
	case *AlwaysDecl:
		b.always = append(b.always, d)
	case *UnitDecl:
		b.units = append(b.units, newUnitSource(d))
	case *UpdateDecl:
		s.updates = append(s.updates, d)
	case *MachineDecl:
		s.machines = append(s.machines, d)
	}
}

// clone copies a version so that the copy can be changed.
func (v *version) clone() *version {
	return &version{slices.Clone(v.types), slices.Clone(v.defs), slices.Clone(v.data), slices.Clone(v.protocols),
		slices.Clone(v.stables), slices.Clone(v.always), slices.Clone(v.units), slices.Clone(v.hooks)}
}

// A merger applies the changes of an update to a copy of the base.
type merger struct {
	*reporter
	base    *checker
	new     *version
	up      *Update
	touched map[string]Span // names that the update has changed
	dropped map[string]bool // names that it has dropped
	labels  map[string]bool // of the base's assertions; nil until they are needed
}

// touch remembers that a name is changed here; a second change is an error.
func (m *merger) touch(name string, at Span) bool {
	if first, twice := m.touched[name]; twice {
		m.fail(codeChangedTwice, at, fmt.Sprintf("the update already changes `%s`", name)).see(first, "first here")
		return false
	}
	m.touched[name] = at
	return true
}

func (m *merger) change(op ChangeOp, what, name string, at Span) {
	m.up.Changes = append(m.up.Changes, Change{Op: op, What: what, Name: name, Span: at})
}

// put replaces the declaration with that name, or adds it.
func put[D any](m *merger, list []D, d D, what string, name func(D) *Ident) []D {
	id := name(d)
	if !m.touch(id.Name, id.Span()) {
		return list
	}
	i := slices.IndexFunc(list, func(e D) bool { return name(e).Name == id.Name })
	if i < 0 {
		if m.taken(id) {
			return list
		}
		m.change(Added, what, id.Name, id.Span())
		return append(list, d)
	}
	m.change(Replaced, what, id.Name, id.Span())
	list[i] = d
	return list
}

// taken reports a new name that the base has for something else.
func (m *merger) taken(id *Ident) bool {
	s := m.base.names[id.Name]
	if s == nil || m.dropped[id.Name] {
		return false
	}
	m.fail(codeDuplicate, id.Span(), fmt.Sprintf("`%s` is already declared as %s", id.Name, s.describe())).see(s.span, "first declared here")
	return true
}

func typeName(t *typeSource) *Ident       { return t.decl.Name }
func defName(d *DefDecl) *Ident           { return d.Name }
func dataName(d *DataDecl) *Ident         { return d.Name }
func protocolName(d *ProtocolDecl) *Ident { return d.Name }
func stableName(d *StableDecl) *Ident     { return d.Name }

// apply merges one declaration of the update.
func (m *merger) apply(node ChangeNode) {
	v := m.new
	switch d := node.(type) {
	case *TypeDecl:
		v.types = put(m, v.types, &typeSource{decl: d}, "type", typeName)
	case *ExtendDecl:
		m.extend(d.Type)
	case *DefDecl:
		v.defs = put(m, v.defs, d, "def", defName)
	case *DataDecl:
		m.data(d)
	case *ProtocolDecl:
		v.protocols = put(m, v.protocols, d, "protocol", protocolName)
	case *StableDecl:
		v.stables = put(m, v.stables, d, "stable", stableName)
	case *AlwaysDecl:
		m.always(d)
	case *UnitDecl:
		m.unit(d)
	case *RemovalDecl:
		m.remove(d)
	case *FixesDecl:
		for _, l := range d.Labels {
			m.fix(l)
		}
	case *HookDecl:
		m.noHook(d.Span())
	}
}

// data replaces or adds data outside units.
func (m *merger) data(d *DataDecl) {
	if m.ghost(d.Class() == Ghost, d.Name, nil) {
		return
	}
	if d.On != nil {
		m.noHook(d.On.Span())
	}
	m.new.data = put(m, m.new.data, d, "data", dataName)
}

// ghost reports a change of a ghost: declares says that the change declares one;
// u is the unit whose variable name is, nil for data outside units.
func (m *merger) ghost(declares bool, name *Ident, u *unitEntry) bool {
	var old *Var
	if u != nil {
		old = u.vars[name.Name]
	} else if s := m.base.names[name.Name]; s != nil && s.kind == symData {
		old = s.v
	}
	if !declares && (old == nil || old.Class != Ghost) {
		return false
	}
	e := m.fail(codeGhostUpdate, name.Span(), fmt.Sprintf("an update cannot declare, change or drop a ghost, and `%s` is one", name.Name)).
		advise("ghosts belong to the base system: declare there what both versions need")
	if old != nil {
		e.see(old.Span, "declared here")
	}
	return true
}

func (m *merger) always(d *AlwaysDecl) {
	op := Added
	if !m.up.ReplacesAlways {
		if len(m.new.always) > 0 {
			op = Replaced
		}
		m.new.always = nil
		m.up.ReplacesAlways = true
	}
	label := ""
	if d.Label != nil {
		label = d.Label.Text()
	}
	m.new.always = append(m.new.always, d)
	m.change(op, "always", label, d.Span())
}

// extend adds members to an enum, or widens a range.
func (m *merger) extend(d *TypeDecl) {
	i := slices.IndexFunc(m.new.types, func(t *typeSource) bool { return t.decl.Name.Name == d.Name.Name })
	if i < 0 {
		known := candidates(m.reporter, m.base.names, func(s *symbol) bool { return s.kind == symType })
		m.fail(codeUnknownType, d.Name.Span(), fmt.Sprintf("the base has no type `%s` to extend", d.Name.Name)).advise(m.guess(d.Name.Name, known))
		return
	}
	if !m.touch(d.Name.Name, d.Name.Span()) {
		return
	}
	if d.Means != nil {
		m.fail(codeExtend, d.Means.Span(), "an extended type keeps its meaning").advise("leave `means` out, or declare the type anew with `type`")
	}
	old := m.new.types[i].decl
	merged := *old
	merged.Node, merged.Name = d.Node, d.Name
	switch t := d.Type.(type) {
	case *EnumTypeNode:
		base, ok := old.Type.(*EnumTypeNode)
		if !ok {
			m.fail(codeExtend, d.Type.Span(), fmt.Sprintf("`%s` is no list of names, so it has no names to add", d.Name.Name)).see(old.Span(), "declared here")
			return
		}
		all := *t
		all.Members = append(slices.Clone(base.Members), t.Members...)
		merged.Type = &all
	case *RangeTypeNode:
		if _, ok := old.Type.(*RangeTypeNode); !ok {
			m.fail(codeExtend, d.Type.Span(), fmt.Sprintf("`%s` is no range, so it cannot be widened", d.Name.Name)).see(old.Span(), "declared here")
			return
		}
		merged.Type = t
	default:
		m.fail(codeExtend, d.Type.Span(), "only lists of names and ranges can be extended").see(old.Span(), "declared here")
		return
	}
	m.new.types[i] = &typeSource{decl: &merged, extends: old}
	m.change(Extended, "type", d.Name.Name, d.Name.Span())
}

// remove applies `drop process helper` and its kin.
func (m *merger) remove(d *RemovalDecl) {
	if !m.touch(d.Name.Name, d.Name.Span()) {
		return
	}
	n, v, before := d.Name, m.new, m.new.count()
	what := d.What
	switch d.What {
	case "type":
		v.types = without(v.types, n, typeName)
	case "protocol":
		v.protocols = without(v.protocols, n, protocolName)
	case "data":
		if m.ghost(false, n, nil) {
			return
		}
		v.data = without(v.data, n, dataName)
	case "client":
		m.fail(codeClientUpdate, d.Span(), "clients are the environment: an update cannot drop one")
		return
	default:
		what = "unit"
		v.units = slices.DeleteFunc(v.units, func(u *unitSource) bool {
			return u.decl.Name.Name == n.Name && u.decl.Keyword == d.What
		})
	}
	if v.count() == before {
		delete(m.touched, n.Name)
		m.noSuch(d)
		return
	}
	m.dropped[n.Name] = true
	m.change(Dropped, what, n.Name, n.Span())
}

func (m *merger) noSuch(d *RemovalDecl) {
	known := candidates(m.reporter, m.base.names, func(s *symbol) bool {
		return s.describe() == one(d.What) || s.kind == symData && d.What == "data"
	})
	e := m.fail(codeNoSuch, d.Name.Span(), fmt.Sprintf("the base has no %s `%s` to drop", d.What, d.Name.Name)).advise(m.guess(d.Name.Name, known))
	if s := m.base.names[d.Name.Name]; s != nil {
		e.see(s.span, fmt.Sprintf("`%s` is %s", s.name, s.describe()))
	}
}

func without[D any](list []D, n *Ident, name func(D) *Ident) []D {
	return slices.DeleteFunc(list, func(d D) bool { return name(d).Name == n.Name })
}

func (v *version) count() int {
	return len(v.types) + len(v.protocols) + len(v.data) + len(v.units)
}

// unit adds a unit, or applies the changes to one of the base.
func (m *merger) unit(d *UnitDecl) {
	if d.Kind() == Client {
		m.fail(codeClientUpdate, d.Name.Span(), "clients are the environment: an update cannot change or add one").
			advise("put it into the base system")
		return
	}
	i := slices.IndexFunc(m.new.units, func(u *unitSource) bool { return u.decl.Name.Name == d.Name.Name })
	if i < 0 {
		m.addUnit(d)
		return
	}
	old := m.new.units[i]
	if old.decl.Keyword != d.Keyword {
		m.fail(codeUnitChanged, d.Name.Span(), fmt.Sprintf("`%s` is %s: an update cannot make it %s", d.Name.Name, one(old.decl.Keyword), one(d.Keyword))).
			advise("drop it, and add a unit with another name").see(old.decl.Name.Span(), "declared here")
		return
	}
	if !m.touch(d.Name.Name, d.Name.Span()) {
		return
	}
	u := &unitMerger{merger: m, name: d.Name.Name, src: &unitSource{old.decl, old.mailbox, slices.Clone(old.members), old.symmetric}}
	if s := m.base.names[u.name]; s != nil && s.kind == symUnit {
		u.old = s.unit
	}
	if d.Index != nil {
		decl := *old.decl
		decl.Index = d.Index
		u.src.decl = &decl
	}
	u.src.saysSymmetric(d)
	if d.Mailbox != nil {
		u.src.mailbox = d.Mailbox
		m.change(Replaced, "unit", u.name, d.Mailbox.Span())
	}
	for _, member := range d.Members {
		u.apply(member)
	}
	m.new.units[i] = u.src
}
