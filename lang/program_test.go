package lang

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// mustLoad gives the program of a spec without errors.
func mustLoad(t *testing.T, spec string, opt Options) *Program {
	t.Helper()
	p, _, list, err := Load(fstest.MapFS{"spec.lu": {Data: []byte(spec)}}, "spec.lu", opt)
	if err != nil || p == nil {
		t.Fatalf("%v\n%v", err, list)
	}
	return p
}

func loadExample(t *testing.T, path string) (*Program, ErrorList) {
	t.Helper()
	p, _, list, err := Load(os.DirFS(".."), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p, list
}

func unitNamed(t *testing.T, s *System, name string) *Unit {
	t.Helper()
	for _, u := range s.Units {
		if u.Name == name {
			return u
		}
	}
	t.Fatalf("no unit %s", name)
	return nil
}

func handlerNamed(t *testing.T, s *System, unit, message string) *Handler {
	t.Helper()
	for _, h := range unitNamed(t, s, unit).Handlers {
		if h.Msg.Name == message {
			return h
		}
	}
	t.Fatalf("no handler %s.%s", unit, message)
	return nil
}

func changedUnits(u *Update, base *System) string {
	set := affected(base, u.New)
	var names []string
	for _, name := range sorted(set) {
		if set[name] {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

func TestBufferedWrites(t *testing.T) {
	p, list := loadExample(t, "scenarios/1d-buffered-writes.lu")
	if p == nil {
		t.Fatal(list)
	}
	up := p.Updates[0]
	if got := changedUnits(up, p.Base); got != "fs" {
		t.Errorf("affected: %s", got)
	}
	for _, h := range unitNamed(t, p.Base, "fs").Handlers {
		same := h.Fingerprint == handlerNamed(t, up.New, "fs", h.Msg.Name).Fingerprint
		if want := h.Msg.Name == "begin"; same != want {
			t.Errorf("%s is the same version: %v", h.Msg.Name, same)
		}
	}
	if len(unitNamed(t, up.New, "fs").Vars) != 0 {
		t.Error("the buffer is still there")
	}
	if got, want := dump(up.Transfers[0].Body), "assign stored = (old.stored + old.fs.buffered)\n"; got != want {
		t.Errorf("transfer:\n%s", got)
	}
	if m := handlerNamed(t, p.Base, "fs", "end").Mentions; !m["stored"] || !m["count"] || m["buffered"] {
		t.Errorf("mentions %v", m)
	}
}

func TestFilterDriver(t *testing.T) {
	p, list := loadExample(t, "testdata/lang/examples/2b-filter-driver.lu")
	if p == nil {
		t.Fatal(list)
	}
	up := p.Updates[0]
	if got := changedUnits(up, p.Base); got != "compare helper" {
		t.Errorf("affected: %s", got)
	}
	want := `assign now#1 = call helper.checksum(d#0)
assign ok#2 = (now#1 == compare.kept)
assert (ok#2 == ((let b#3 = d#0: digest((b#3 mod 2))) == (let b#4 = written: digest((b#4 mod 2))))), the alarm is right for this checksum
reply ok#2
`
	if got := dump(handlerNamed(t, p.Base, "compare", "readback").Body); got != want {
		t.Errorf("readback:\n%s", got)
	}
	if h := handlerNamed(t, up.New, "compare", "readback"); !strings.Contains(dump(h.Body), "(b#3 / 2)") || h.Locals[1].Type.Means != "high bit" {
		t.Errorf("the new definitions are not in use:\n%s", dump(h.Body))
	}
	old, now := handlerNamed(t, p.Base, "helper", "checksum").Msg, handlerNamed(t, up.New, "helper", "checksum").Msg
	if old.Form != now.Form || old.ReplyForm == now.ReplyForm {
		t.Error("forms of checksum")
	}
	var expects []string
	for _, e := range up.Expects {
		expects = append(expects, strings.TrimSpace(fmt.Sprint(e.Category, " ", e.Level, " ", e.Verdict)))
	}
	if got := strings.Join(expects, "; "); got != "2 anytime; 0 protocol inner invalid; 0 protocol inner infeasible; 0 protocol inner, service valid" {
		t.Errorf("expects: %s", got)
	}
}

func TestUsageCounter(t *testing.T) {
	p, list := loadExample(t, "testdata/lang/examples/4b-usage-counter.lu")
	if p == nil {
		t.Fatal(list)
	}
	app := unitNamed(t, p.Base, "app")
	want := `loop
  call vfs.open(self)
  while choose bool
    either
      call vfs.read(self)
    or
      call vfs.write(self)
  call vfs.close(self)
`
	if got := dump(app.Body); got != want || app.Count != 2 || app.Index.Name != "file" {
		t.Errorf("app:\n%s", got)
	}
	vfs := unitNamed(t, p.Base, "vfs")
	if vfs.Mailbox != 2 || !slices.Equal(vfs.Vars[0].Init.(*Lit).Val, []int64{0, 0}) {
		t.Errorf("vfs: %+v", vfs)
	}
	session := p.Base.Protocols[0]
	if len(session.Key) != 1 || session.Expr.Op != RxSeq || session.Expr.Sub[1].Op != RxStar || session.Initiator != app {
		t.Errorf("session: %+v", session)
	}
	if up := p.Updates[0]; !up.ReplacesAlways || up.New.Always[0].Label != "the counter counts files in use" {
		t.Error("the invariant is not replaced")
	}
	p = func() *Program {
		p, _, _, _ := Load(os.DirFS(".."), "testdata/lang/examples/4b-usage-counter.lu", Options{Params: map[string]int64{"files": 3}})
		return p
	}()
	if u := unitNamed(t, p.Base, "app"); u.Count != 3 || p.Params[0].Value != 3 {
		t.Errorf("with three files: %d", u.Count)
	}
}

// The plans of the examples are read whole.
func TestPlans(t *testing.T) {
	for path, plans := range map[string]int{"5d-migrate.lu": 3, "7a-update-aware.lu": 3} {
		p, list := loadExample(t, "testdata/lang/examples/"+path)
		if p == nil || len(list) != 0 || len(p.Updates[0].Plans) != plans {
			t.Errorf("%s: %v", path, list)
		}
	}
}

func TestDeclareOrAssign(t *testing.T) {
	p := mustLoad(t, `
param n = 2
shared s: 0..3
client app[0..1] {
  var a: 0..3
  var b: 0..3 = n
  var c = self
  var d: 0..3 = s
  var e = choose bool
  loop { var f: 0..3 = 1; call p.m(f); if e { d = a + b + c } }
}
process p {
  on m(x: 0..3) { var y: 0..3; var z: 0..3 = x; y = z; reply }
}
`, Options{})
	app := unitNamed(t, p.Base, "app")
	want := `declare a: 0..3 = -
declare b: 0..3 = 2
declare c: 0..1 = self
assign d#3 = s
assign e#4 = choose bool
loop
  assign f#5 = 1
  call p.m(f#5)
  if e#4
    assign d#3 = ((a#0 + b#1) + c#2)
`
	if got := dump(app.Body); got != want {
		t.Errorf("app:\n%s", got)
	}
	if got := dump(handlerNamed(t, p.Base, "p", "m").Body); got != "declare y: 0..3 = -\nassign z#2 = x#0\nassign y#1 = z#2\nreply -\n" {
		t.Errorf("m:\n%s", got)
	}
}

// An extended type changes fingerprints, not forms, and is kept by variables.
func TestExtend(t *testing.T) {
	p := mustLoad(t, extendSpec, Options{})
	u, v := p.Updates[0].New, p.Updates[1].New
	for _, c := range []struct {
		s          *System
		form, kept bool
	}{{u, true, true}, {v, false, false}} {
		old, now := handlerNamed(t, p.Base, "p", "m"), handlerNamed(t, c.s, "p", "m")
		if old.Fingerprint == now.Fingerprint {
			t.Error("m is the same version")
		}
		if (old.Msg.Form == now.Msg.Form) != c.form || (old.Msg.ReplyForm == now.Msg.ReplyForm) != c.form {
			t.Errorf("forms %q and %q", old.Msg.Form, now.Msg.Form)
		}
		if handlerNamed(t, p.Base, "p", "n").Fingerprint != handlerNamed(t, c.s, "p", "n").Fingerprint {
			t.Error("n is another version")
		}
		for i, name := range []string{"k", "r"} {
			was, is := unitNamed(t, p.Base, "p").Vars[i], unitNamed(t, c.s, "p").Vars[i]
			if is.Type.Keeps(was.Type) != c.kept || is.Type.Extends != c.kept {
				t.Errorf("%s: keeps %v, extends %v", name, is.Type.Keeps(was.Type), is.Type.Extends)
			}
		}
		was, is := unitNamed(t, p.Base, "p").Vars[2], unitNamed(t, c.s, "p").Vars[2]
		if is.Type.Keeps(was.Type) {
			t.Error("an array with a changed index is kept")
		}
	}
	was, is := unitNamed(t, p.Base, "p").Vars[3], unitNamed(t, u, "p").Vars[3]
	if is.Type.Keeps(was.Type) {
		t.Error("a variable that gets an extended type is kept")
	}
}

const extendSpec = `
type kind = { a, b }
type size = 0..1
type rec = record { k: kind, s: size }
process p {
  var k: kind = b
  var r: [0..1] rec
  var q: [kind] bool
  var w: bool
  var f: bool
  on m(x: rec) -> kind { k = x.k; reply k }
  on n(x: bool) { f = x; reply }
}
client app { var got = call p.m(rec(k: a, s: 1)); call p.n(got == a) }
update u {
  extend type kind = { c }
  extend type size = 0..3
  process p { var w: kind }
}
update v { type kind = { b, a } }
`

func TestHeldCallers(t *testing.T) {
	p := mustLoad(t, `
process p {
  var who: [0..1] caller
  on ask(i: 0..1) -> 0..3 { hold who[i] }
  on go(i: 0..1) { if who[i] != none { reply i + 1 to who[i] }; reply }
}
client app { var x = call p.ask(0); assert x == 1 }
client other { loop { call p.go(0) } }
update u { process p { on ask(i: 0..1) -> 0..3 { reply i } } }
`, Options{})
	want := "if (p.who[i#0] != 0)\n  reply (i#0 + 1) to p.who[i#0]\nreply -\n"
	for _, s := range []*System{p.Base, p.Updates[0].New} {
		if got := dump(handlerNamed(t, s, "p", "go").Body); got != want {
			t.Errorf("go:\n%s", got)
		}
	}
}

func TestConstants(t *testing.T) {
	p := mustLoad(t, `
param a = 3
param b = a * a - 1
def twice(n: 0..100) -> 0..200 = 2 * n
type t = { x, y }
shared v: 0..twice(a) = twice(2) + 1
shared w: [t] 0..9 = [a, b]
shared u: 0..20 = count(i in 0..b: i mod 2 == 0) + sum(i in {1, 2, 2}: i) + (-7) / 2 + (-7) mod 2
shared z: bool = all(i in 0..3: i < a) or any(i in t: i == y)
`, Options{})
	want := map[string]string{"v": "5", "w": "3 8", "u": "5", "z": "1"}
	for _, v := range p.Base.Data {
		if got := dumpExpr(v.Init); got != want[v.Name] {
			t.Errorf("%s = %s, not %s", v.Name, got, want[v.Name])
		}
	}
	if v := p.Base.Data[0]; v.Type.Hi != 6 {
		t.Errorf("the bound of v is %d", v.Type.Hi)
	}
}

// Too many locals are one error, wherever they come from, and their uses are none.
func TestTooManyLocals(t *testing.T) {
	for _, value := range []string{"f(1)", "g(1)", "choose bool"} {
		var spec strings.Builder
		spec.WriteString("def f(n: 0..3) = n + 1\ndef g(n: 0..3) = count(i in 0..3: i == n)\nclient a {\n")
		for i := range maxLocals + 10 {
			fmt.Fprintf(&spec, "var x%d = %s\n", i, value)
		}
		fmt.Fprintf(&spec, "x%d = x%d\n}\n", maxLocals+9, maxLocals+8)
		_, _, list, err := Load(fstest.MapFS{"spec.lu": {Data: []byte(spec.String())}}, "spec.lu", Options{})
		if err != nil || len(list) != 1 || list[0].Code != codeTooLarge || !strings.Contains(list[0].Msg, "locals") {
			t.Errorf("%s: %v %v", value, list, err)
		}
	}
}

// A handler whose locals or expressions have other types is another version, though its
// text is the same word for word.
func TestFingerprintsOfInferredTypes(t *testing.T) {
	const spec = `
type size = 0..1
type room = size?
shared x: 0..1
shared q: seq 2 of 0..1
shared r: room
def next(n: size) = (n + 1) mod 2
process other { on get() -> 0..1 { reply 0 } on slot() -> size? { reply none } }
process p {
  var v: [0..1] 0..1
  on called()   { var d = call other.get(); reply }
  on optional() { var d = call other.slot(); reply }
  on copied()   { var d = x; reply }
  on part()     { var d = v[0]; reply }
  on computed() { var d = x + 1; reply }
  on looped()   { for i in size { } reply }
  on chosen()   { var d = choose size; reply }
  on first()    { var d = q.first; reply }
  on held()     { if r != none { var d = r.value; reply } else { reply } }
  on counted()  { var d = next(0); reply }
  on whole()    { var d = q + q; reply }
  on own()      { var d = kept(1); reply }
}
def kept(n: 0..1) = n
client app { loop { call p.own() } }
`
	for change, others := range map[string]string{
		"process other { on get() -> 0..2 { reply 0 } }":      "called",
		"process other { on slot() -> 0..1? { reply none } }": "optional",
		"shared x: -1..1":                                       "copied computed",
		"process p { var v: [0..1] 0..2 }":                      "part",
		`type size = 0..1 means "pages"`:                        "optional looped chosen held counted",
		"extend type size = 0..2":                               "optional looped chosen held counted",
		"shared q: seq 2 of 0..2":                               "first whole",
		"shared q: seq 3 of 0..1":                               "first whole",
		"def kept(n: 0..2) = n":                                 "own",
		"process p { on first() { var d = q.rest; reply } }":    "first",
		"process other { on get() -> 0..1 { reply 1 } }":        "",
		"process added { on get() -> 0..1 { reply 1 } }":        "",
		"process p { on looped() { for k in size { } reply } }": "looped",
	} {
		p := mustLoad(t, spec+"update u { "+change+" }", Options{})
		for _, h := range unitNamed(t, p.Base, "p").Handlers {
			now := handlerNamed(t, p.Updates[0].New, "p", h.Msg.Name)
			want := slices.Contains(strings.Fields(others), h.Msg.Name)
			if (h.Fingerprint != now.Fingerprint) != want {
				t.Errorf("%s: %s is another version: %v", change, h.Msg.Name, !want)
			}
		}
	}
}
