package oracle

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// World is a program with one of its updates: everything that does not change
// while states do. It is not safe for concurrent use.
type World struct {
	program  *lang.Program
	update   *lang.Update
	old, new *config // all units old; the affected ones new
	affected map[string]bool
	all      team // the instances of the affected units, of either version
	// complete says that the affected units are all units that differ, so that the
	// switched system can reach the new version.
	complete bool
	target   *config // all units new; new itself if complete
	graphs   map[*lang.Handler]*graph
	clients  map[*lang.Unit]*graph
	bodies   map[*lang.Transfer]*graph
	plans    map[*lang.Plan]*graph
	stages   map[string]*config // by name, see stage
	automata map[*lang.Protocol]*protocol
	decls    map[*lang.Type]string
	strong   map[resting]bool // see strongly
	callers  []string         // activations that were held: number + 1 is their scalar
	machine  *lang.Machine    // what it runs on, nil where nothing is said of that
}

// config says which text each instance runs and what there is to store.
type config struct {
	name      string
	crews     []crew
	texts     map[instance]*lang.Unit
	protocols []*protocol
	always    []*lang.Property
	slots     []slot
	slotOf    map[slotKey]int
	boxes     []box
	boxOf     map[instance]int
	passOver  bool // assertions that the update fixes are passed over
	done      team // of the affected instances those that are new; see stage.go
	found     map[mention]foundVar
}

// instance is one of a unit, by its number.
type instance struct {
	unit string
	inst int
}

// team is a set of instances.
type team map[instance]bool

// crew is what the instances of one unit run, by number; nil where there is none.
type crew []*lang.Unit

// slot is the place of one variable of one instance.
type slot struct {
	v    *lang.Var
	unit *lang.Unit // nil for data outside units
	inst int
}

// slotKey identifies the place of a variable across versions. The unit is "" for data
// outside units.
type slotKey struct {
	unit, name string
	inst       int
}

// box is the mailbox of one instance.
type box struct {
	unit *lang.Unit
	inst int
}

// NewWorld prepares an update of a program, given by its number in p.Updates; -1
// is an update that changes nothing. It fails where there is no such update.
func NewWorld(p *lang.Program, index int) (*World, error) {
	if index < -1 || index >= len(p.Updates) {
		return nil, fmt.Errorf("there is no update number %d", index)
	}
	u := &lang.Update{New: p.Base}
	if index >= 0 {
		u = p.Updates[index]
	}
	w := &World{
		program: p, update: u, affected: map[string]bool{}, all: team{}, complete: true,
		graphs: map[*lang.Handler]*graph{}, clients: map[*lang.Unit]*graph{}, bodies: map[*lang.Transfer]*graph{},
		plans: map[*lang.Plan]*graph{}, stages: map[string]*config{}, automata: map[*lang.Protocol]*protocol{},
		decls: map[*lang.Type]string{}, strong: map[resting]bool{},
	}
	for _, name := range w.differing() {
		if len(u.Only) > 0 && !slices.Contains(u.Only, name) {
			w.complete = false
			continue
		}
		w.affected[name] = true
		for _, i := range w.instances(name) {
			w.all[i] = true
		}
	}
	w.old = w.newConfig("old", p.Base, whole(p.Base.Units))
	w.old.passOver = true
	w.target = w.newConfig("new", u.New, whole(u.New.Units))
	w.new = w.target
	if !w.complete {
		w.new = w.newConfig("part", u.New, whole(w.partUnits()))
	}
	w.new.done = w.all
	return w, nil
}

// differing names the units, clients aside, that only one version has or whose
// fingerprints differ: those of the old version first, then those added.
func (w *World) differing() []string {
	var names []string
	for _, u := range w.program.Base.Units {
		if n := unitNamed(w.update.New.Units, u.Name); u.Kind != lang.Client && (n == nil || n.Fingerprint != u.Fingerprint) {
			names = append(names, u.Name)
		}
	}
	for _, u := range w.update.New.Units {
		if u.Kind != lang.Client && unitNamed(w.program.Base.Units, u.Name) == nil {
			names = append(names, u.Name)
		}
	}
	return names
}

// partUnits lists what runs after a switch that leaves out some changed units.
func (w *World) partUnits() []*lang.Unit {
	var units []*lang.Unit
	stays := func(name string) bool {
		return slices.Contains(w.differing(), name) && !w.affected[name]
	}
	for _, u := range w.update.New.Units {
		switch old := unitNamed(w.program.Base.Units, u.Name); {
		case !stays(u.Name):
			units = append(units, u)
		case old != nil:
			units = append(units, old)
		}
	}
	for _, u := range w.program.Base.Units {
		if unitNamed(w.update.New.Units, u.Name) == nil && stays(u.Name) {
			units = append(units, u)
		}
	}
	return units
}

func unitNamed(units []*lang.Unit, name string) *lang.Unit {
	for _, u := range units {
		if u.Name == name {
			return u
		}
	}
	return nil
}

// whole is a version's units, each with all its instances.
func whole(units []*lang.Unit) []crew {
	var crews []crew
	for _, u := range units {
		crews = append(crews, slices.Repeat(crew{u}, u.Count))
	}
	return crews
}

// newConfig puts units together with a version's data, protocols and properties.
func (w *World) newConfig(name string, sys *lang.System, crews []crew) *config {
	c := &config{
		name: name, crews: crews, always: sys.Always, texts: map[instance]*lang.Unit{},
		slotOf: map[slotKey]int{}, boxOf: map[instance]int{}, found: map[mention]foundVar{},
	}
	for _, p := range sys.Protocols {
		c.protocols = append(c.protocols, w.automaton(p))
	}
	for _, v := range sys.Data {
		c.store(nil, v, 0)
	}
	for _, units := range crews {
		for i, u := range units {
			if u != nil {
				c.settle(u, i)
			}
		}
	}
	return c
}

// settle lets an instance run a text, with its variables and its mailbox.
func (c *config) settle(u *lang.Unit, inst int) {
	c.texts[instance{u.Name, inst}] = u
	for _, v := range u.Vars {
		c.store(u, v, inst)
	}
	if u.Kind == lang.Process || u.Kind == lang.Object {
		c.boxOf[instance{u.Name, inst}] = len(c.boxes)
		c.boxes = append(c.boxes, box{unit: u, inst: inst})
	}
}

// store makes room for a variable of an instance, or for data outside units.
func (c *config) store(u *lang.Unit, v *lang.Var, inst int) {
	sl := slot{v: v, unit: u, inst: inst}
	c.slotOf[sl.key()] = len(c.slots)
	c.slots = append(c.slots, sl)
}

func (sl slot) key() slotKey {
	if sl.unit == nil {
		return slotKey{name: sl.v.Name}
	}
	return slotKey{sl.unit.Name, sl.v.Name, sl.inst}
}

// automaton is the automaton of a declared protocol, the same one in all configurations.
func (w *World) automaton(decl *lang.Protocol) *protocol {
	if w.automata[decl] == nil {
		w.automata[decl] = newProtocol(decl)
	}
	return w.automata[decl]
}

// instances lists those that a unit has in one of the two versions.
func (w *World) instances(unit string) []instance {
	count := 0
	for _, sys := range []*lang.System{w.program.Base, w.update.New} {
		if u := unitNamed(sys.Units, unit); u != nil {
			count = max(count, u.Count)
		}
	}
	var all []instance
	for i := range count {
		all = append(all, instance{unit, i})
	}
	return all
}

// handler is the handler of a unit for a message, or nil.
func handler(u *lang.Unit, msg string) *lang.Handler {
	if u == nil {
		return nil
	}
	for _, h := range u.Handlers {
		if h.Msg.Name == msg {
			return h
		}
	}
	return nil
}

// isOld says whether a handler of the unit, as it runs in c, is code that the new
// version does not have.
func (w *World) isOld(u *lang.Unit, msg string) bool {
	h := handler(u, msg)
	n := handler(unitNamed(w.update.New.Units, u.Name), msg)
	return n == nil || n.Fingerprint != h.Fingerprint
}

// running is the handler that a frame of a unit runs.
func (w *World) running(c *config, f *frame) *lang.Handler {
	if f.old {
		return handler(unitNamed(w.program.Base.Units, f.unit), f.msg)
	}
	return handler(c.texts[f.of()], f.msg)
}

// graphOf is the text that a frame runs.
func (w *World) graphOf(c *config, f *frame) *graph {
	if f.msg != "" {
		return w.handlerGraph(w.running(c, f))
	}
	u := c.texts[f.of()]
	if w.clients[u] == nil {
		w.clients[u] = newGraph(nil, u.Body)
	}
	return w.clients[u]
}

func (w *World) handlerGraph(h *lang.Handler) *graph {
	if w.graphs[h] == nil {
		w.graphs[h] = newGraph(h.Msg.Params, h.Body)
	}
	return w.graphs[h]
}

// unitOf is the unit's text that a frame runs: the old one for old code.
func (w *World) unitOf(c *config, f *frame) *lang.Unit {
	if f.old {
		return unitNamed(w.program.Base.Units, f.unit)
	}
	return c.texts[f.of()]
}

// declaration is the type spelled out, remembered.
func (w *World) declaration(t *lang.Type) string {
	d, known := w.decls[t]
	if !known {
		d = t.Declaration()
		w.decls[t] = d
	}
	return d
}

// compatible says whether values of one type keep their form under the other: the
// declarations are equal, or one extends the other, or they are built alike from
// compatible types.
func (w *World) compatible(a, b *lang.Type) bool {
	if w.declaration(a) == w.declaration(b) || a.Name != "" && a.Name == b.Name && (a.Extends || b.Extends) {
		return true
	}
	if a.Kind != b.Kind || a.Sugar != b.Sugar || a.Means != b.Means {
		return false
	}
	if (a.Sugar == lang.Optional || a.Sugar == lang.Seq) && !slices.Equal(a.Lowest(), b.Lowest()) {
		return false // what does not count in a value would be another
	}
	switch a.Kind {
	case lang.Array:
		return w.declaration(a.Index) == w.declaration(b.Index) && w.compatible(a.Elem, b.Elem)
	case lang.Record:
		return slices.EqualFunc(a.Fields, b.Fields, func(x, y lang.Field) bool {
			return x.Name == y.Name && w.compatible(x.Type, y.Type)
		})
	}
	return false
}

// instName writes an instance as the language does: "fs", "app[0]".
func instName(u *lang.Unit, inst int) string {
	if u.Index == nil {
		return u.Name
	}
	lo, _ := u.Index.Bounds()
	return u.Name + "[" + spellScalar(u.Index, lo+int64(inst)) + "]"
}

// caller is the scalar that stands for an activation in a variable of type caller.
func (w *World) caller(id string) int64 {
	if id == "" {
		return 0
	}
	i := slices.Index(w.callers, id)
	if i < 0 {
		i = len(w.callers)
		w.callers = append(w.callers, id)
	}
	return int64(i + 1)
}

// held is the activation that a scalar of type caller stands for, "" for none.
func (w *World) held(scalar int64) string {
	if scalar == 0 {
		return ""
	}
	return w.callers[scalar-1]
}
