package oracle_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle"
)

// play takes steps from the initial state, each the first one of the group named, and
// switches at "|" with the transfer named behind it, if any ("c w |f w"). It gives the
// fields of the state where it ends, or the kind of what fails in the last of them;
// "blocked" where the group has no step.
func play(t *testing.T, p *lang.Program, script string) (fields []oracle.Field, failed string) {
	t.Helper()
	w, err := oracle.NewWorld(p, len(p.Updates)-1)
	if err != nil {
		t.Fatal(err)
	}
	starts, failure := w.Start(oracle.Old)
	if failure != nil {
		return nil, failure.Kind
	}
	s := starts[0]
	words := strings.Fields(script)
	for i, word := range words {
		if transfer, is := strings.CutPrefix(word, "|"); is {
			if transfer == "" {
				transfer = "none"
			}
			s, failure, err = w.SwitchWith(s, transfer)
		} else {
			steps := w.Successors(s)
			n := slices.IndexFunc(steps, func(st oracle.Step) bool { return st.Group == word })
			if n < 0 {
				return nil, "blocked"
			}
			s, failure = steps[n].To, steps[n].Failure
		}
		switch {
		case err != nil:
			t.Fatal(err)
		case failure != nil && i < len(words)-1:
			t.Fatalf("%s fails: %s", word, failure)
		case failure != nil:
			return nil, failure.Kind
		}
	}
	return w.Render(s), ""
}

// playing is a script with what it leads to: a kind of failure, "blocked", or fields
// as "path=value", separated by semicolons, where no value is a field that is not there.
type playing struct{ name, text, script, want string }

func (c playing) check(t *testing.T) {
	fields, failed := play(t, load(t, c.text, nil), c.script)
	if failed != "" {
		if failed != c.want {
			t.Errorf("it ends with %s, want %s", failed, c.want)
		}
		return
	}
	for _, want := range strings.Split(c.want, "; ") {
		path, value, _ := strings.Cut(want, "=")
		got := ""
		for _, f := range fields {
			if f.Path == path {
				got = f.Value
			}
		}
		if got != value {
			t.Errorf("%s is %q, want %q, in %v", path, got, value, fields)
		}
	}
}

// Old w sends u.m(1) or something else; the new u has another parameter.
const (
	adaptBase = `shared s: 0..1 = 0
		shared full: 0..9 = 1
		process u { on m(k: 0..1) { reply } on n(k: 0..1, j: 0..1) { reply } }
		process w { on m() { SEND; reply } }
		process v { on m() { reply } }
		client c { loop { call w.m() } }
		client d { loop { send u.n(0, 0) } }
		`
	adaptUnits = `process u { on m(k: 0..1, j: 0..1) { reply } }
		process w { on m() { reply } } `
)

// adaptSpec is the system above with a statement of old w and more of an update.
func adaptSpec(send, update string) string {
	return strings.ReplaceAll(adaptBase, "SEND", send) + "update up { " + adaptUnits + update + " }"
}

// TestAdapt checks what becomes of single messages (definitions section 2.4). In the
// scripts, c calls w, w receives, w sends; d puts another message into the mailbox.
func TestAdapt(t *testing.T) {
	const call, j0 = `call u.m(1)`, `adapt u.m(k) -> (k, 0)`
	signal := strings.ReplaceAll(adaptSpec(`signal u.m(1)`, `adapt u.m(k) -> n(ARGS)`), adaptUnits, `process u mailbox 2 { drop on m } process w { on m() { reply } } `)
	tests := []playing{
		{"what waits is rewritten at the switch", adaptSpec(call, j0), "c w w |", "u.waiting=m(k: 1, j: 0) from w"},
		{"what is sent later in the step that sends it", adaptSpec(call, j0), "c w | w", "u.waiting=m(k: 1, j: 0) from w"},
		{"not so by a convert", adaptSpec(call, `convert u.m(k) -> (k, 0)`), "c w | w u", "message form"},
		{"not into an instance whose version is old", adaptSpec(call, j0+`
			process v { on m() { s = 1; reply } }
			only v`), "c w | w", "u.waiting=m(k: 1) from w"},
		{"from a unit whose version stays old", adaptSpec(call, j0+`
			only u`), "| c w w", "u.waiting=m(k: 1, j: 0) from w"},
		{"with the transfer's convert before it at the switch", adaptSpec(call, j0+`
			transfer f { convert u.m(k) -> (k, 1) }`), "c w w |f", "u.waiting=m(k: 1, j: 1) from w"},
		{"but not behind it", adaptSpec(call, j0+`
			transfer f { convert u.m(k) -> (k, 1) }`), "c w |f w", "u.waiting=m(k: 1, j: 0) from w"},
		{"the state as the step has left it", adaptSpec(`atomic { s = 1; send u.m(1) }`, `adapt u.m(k) -> (k, s)`), "c w | w", "u.waiting=m(k: 1, j: 1) from w"},
		{"a range failure", adaptSpec(call, `adapt u.m(k) -> (k, k + 1)`), "c w | w", "range"},
		{"a range failure at the switch", adaptSpec(call, `adapt u.m(k) -> (k, k + 1)`), "c w w |", "range"},
		{"a value in old form", adaptSpec(call, `shared s: bool
			adapt u.m(k) -> (k, if s then 1 else 0)`), "c w | w", "type safety"},
		{"a value in old form that the transfer heals", adaptSpec(call, `shared s: bool
			adapt u.m(k) -> (k, if s then 1 else 0)
			transfer f { s = true }`), "c w |f w", "u.waiting=m(k: 1, j: 1) from w"},
		{"a full mailbox: nothing is evaluated", adaptSpec(call, `adapt u.m(k) -> (k, k + 1)`), "d c w | w", "blocked"},
		{"another name", signal, "c w | w", "u.waiting=n(k: 1, j: 0) from w"},
		{"a signal is dropped by its new name", signal, "d c w | w", "u.waiting=n(k: 0, j: 0) from d; w at=m at spec.lu:4:39 (old)"},
		{"rewritten before it is dropped", strings.ReplaceAll(signal, "(ARGS)", "(k + 1, 0)"), "d c w | w", "range"},
	}
	for _, c := range tests {
		c.text = strings.ReplaceAll(c.text, "ARGS", "k, 0")
		t.Run(c.name, c.check)
	}
}

// TestAdaptedReply checks what the sender of a rewritten call waits for.
func TestAdaptedReply(t *testing.T) {
	const base = `process u { var held: caller
			on m(k: 0..1) { reply } on go() { reply to held; reply } }
		process w { on m() { call u.m(1); reply } }
		client c { loop { call w.m() } }
		client d { loop { call u.go() } }
		update up { process w { on m() { reply } } process u { drop on m; `
	tests := []playing{
		{"a reply in the form that its text knows", base + `on n(k: 0..1) { reply } } adapt u.m(k) -> n(k) }`, "c w | w u u w", "w reply="},
		{"a reply with a value", base + `on n(k: 0..1) -> 0..1 { reply k } } adapt u.m(k) -> n(k) }`, "c w | w u u w", "message form"},
	}
	for _, c := range tests {
		t.Run(c.name, c.check)
	}
}

// TestHeldForms checks the form of the reply to a caller that was held: that of the text
// which builds it, whatever became of the message that the caller sent. Old u holds the
// caller, and the new one answers, or holds it too.
func TestHeldForms(t *testing.T) {
	spec := func(result, value, update string) string {
		return `process u { var held: caller
				on m(k: 0..1) ` + result + ` { hold held }
				on go() { reply ` + value + ` to held; reply } }
			process w { on m() { var r = call u.m(1); reply } }
			client c { loop { call w.m() } }
			client d { loop { call u.go() } }
			update up { process w { on m() { reply } }
				` + update + ` }`
	}
	const dropped = "process u { drop on m }"
	noValue := strings.ReplaceAll(spec("", "", dropped), "var r = ", "")
	tests := []playing{
		{"the message is gone", spec("-> 0..1", "1", dropped), "c w w u u | d u u w", "w reply="},
		{"without a value", noValue, "c w w u u | d u u w", "w reply="},
		{"the message has another result", spec("-> 0..1", "1", `process u { on m(k: 0..1) -> bool { reply true } }`), "c w w u u | d u u w", "w reply="},
		{"so have all that are held there", spec("-> 0..1", "1", `process u { on m(k: 0..1) -> 0..2 { hold held }
			on go() { reply 2 to held; reply } }`), "c w w u u | d u u w", "message form"},
		{"a waiting message that is rewritten", spec("-> 0..1", "1", `process u { drop on m
			on n(k: 0..1) -> 0..1 { hold held } }
			convert u.m(k) -> n(k)`), "c w w | u u d u u w", "w reply="},
		{"one that is rewritten later", spec("-> 0..1", "1", `process u { drop on m
			on n(k: 0..1) -> 0..1 { hold held } }
			adapt u.m(k) -> n(k)`), "c w | w u u d u u w", "w reply="},
	}
	for _, c := range tests {
		t.Run(c.name, c.check)
	}
}

// TestAdaptedProtocol checks that the sender's protocols see the new message.
func TestAdaptedProtocol(t *testing.T) {
	spec := func(protocol string) string {
		return adaptSpec(`call u.m(1)`, protocol+"\n adapt u.m(k) -> n(k, 1 - k)")
	}
	tests := []playing{
		{"which they allow", spec(`protocol p(j: 0..1): w -> u { n m }`), "c w | w", "protocol p w [0]=1"},
		{"which they do not allow", spec(`protocol p(j: 0..1): w -> u { m n }`), "c w | w", "protocol"},
		{"its reply ends them", spec(`protocol p(j: 0..1): w -> u { n }`), "c w | w u u w", "protocol p w [0]="},
		{"of a function", `function f { on m(k: 0..1) { reply } }
			process w { on m() { call f.m(1); reply } }
			client c { loop { call w.m() } }
			update up { function f { on m(k: 0..1, j: 0..1) { reply } } process w { on m() { reply } }
				protocol p(j: 0..1): w -> f { m }
				adapt f.m(k) -> (k, 0) }`, "c w | w", "protocol p w [0]=1; w/f k="},
	}
	for _, c := range tests {
		t.Run(c.name, c.check)
	}
}

// TestAdaptedCells compares verdicts with those worked out by hand.
func TestAdaptedCells(t *testing.T) {
	// at rest, w called; w's call, requested, u runs, answered, w's reply; c answered
	const process = `process u { on m(k: 0..1) { reply } }
		process w { on m() { call u.m(1); reply } }
		client c { loop { call w.m() } }
		update up { process u { on m(k: 0..1, j: 0..1) { reply } } process w { on m() { call u.m(1, 0); reply } } `
	// the same without the request, which starts f at once
	const function = `function f { on m(k: 0..1) -> 0..1 { reply k } }
		process w { on m() { var r = call f.m(1); reply } }
		client c { loop { call w.m() } }
		update up { function f { on m(k: 0..1, j: 0..1) -> 0..1 { reply j } } process w { on m() { var r = call f.m(1, 0); reply } } `
	tests := []struct{ name, text, cells string }{
		{"nothing", process + `}`, `anytime:none invalid 3 immediate 3 eventual 2 invalid: message form, 0 to ? steps`},
		{"convert: only what waits", process + `convert u.m(k) -> (k, 0) }`,
			`anytime:none invalid 3 immediate 4 eventual 1 invalid: message form, 0 to ? steps`},
		{"adapt", process + `adapt u.m(k) -> (k, 0) }`, `anytime:none valid 3 immediate 5 eventual, 0 to 5 steps`},
		{"a function, nothing", function + `}`, `anytime:none invalid 3 immediate 3 eventual 1 invalid: message form, 0 to ? steps`},
		{"a function", function + `adapt f.m(k) -> (k, 0) }`, `anytime:none valid 3 immediate 4 eventual, 0 to 4 steps`},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) { checkCells(t, load(t, c.text, nil), c.cells) })
	}
}

// TestCarriedBeforeConverts checks what the expressions of a convert read: data as they
// are carried over, and not yet as the transfer writes them.
func TestCarriedBeforeConverts(t *testing.T) {
	spec := func(declared, arg, written string) string {
		return adaptSpec(`s = 1; call u.m(1)`, declared+"\n transfer f { "+written+"; convert u.m(k) -> (k, "+arg+") }")
	}
	tests := []playing{
		{"carried over", spec("", "s", "s = 0"), "c w w w |f", "u.waiting=m(k: 1, j: 1) from w; s=0"},
		{"the old state", spec("", "old.s", "s = 0"), "c w w w |f", "u.waiting=m(k: 1, j: 1) from w; s=0"},
		{"in old form", spec("shared s: bool", "if s then 1 else 0", "s = true"), "c w w w |f", "type safety"},
		{"new", spec("shared fresh: 0..1 = 1", "fresh", "fresh = 0"), "c w w w |f", "u.waiting=m(k: 1, j: 1) from w; fresh=0"},
	}
	for _, c := range tests {
		t.Run(c.name, c.check)
	}
}
