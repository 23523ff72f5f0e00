package oracle_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle"
	"github.com/lucheck/lucheck/model/oracle/gen"
)

// exchanges lists exchanges that make up all that a version's `symmetric` arrays allow.
func exchanges(sys *lang.System) (all []oracle.Exchange) {
	seen := map[string]bool{}
	for _, u := range sys.Units {
		if !u.Symmetric || u.Index.Name != "" && seen[u.Index.Name] {
			continue
		}
		seen[u.Index.Name] = true
		lo, hi := u.Index.Bounds()
		for v := lo; v < hi; v++ {
			x := oracle.Exchange{Type: u.Index.Name, A: v, B: v + 1}
			if x.Type == "" {
				x.Array = u.Name
			}
			all = append(all, x)
		}
	}
	return all
}

// common lists what two versions allow both.
func common(p *lang.Program, up *lang.Update) (both []oracle.Exchange) {
	declared := func(sys *lang.System, name string) string {
		for _, t := range sys.Types {
			if t.Name == name {
				return t.Declaration()
			}
		}
		return ""
	}
	for _, x := range exchanges(up.New) {
		for _, o := range exchanges(p.Base) {
			if x == o && declared(p.Base, x.Type) == declared(up.New, x.Type) {
				both = append(both, x)
			}
		}
	}
	return both
}

// asymmetry gives what tells apart what a program's `symmetric` arrays assert to be
// interchangeable, "" for nothing.
func asymmetry(p *lang.Program, index int, limit int) (string, error) {
	y, err := oracle.NewSymmetry(p, index, oracle.Options{MaxStates: limit})
	if err != nil {
		return "", err
	}
	for _, part := range []struct {
		all  []oracle.Exchange
		look func(oracle.Exchange) (string, error)
	}{{exchanges(p.Base), y.Old}, {exchanges(p.Updates[index].New), y.New}, {common(p, p.Updates[index]), y.Update}} {
		for _, x := range part.all {
			if found, err := part.look(x); found != "" || err != nil {
				return found, err
			}
		}
	}
	return "", nil
}

func loaded(text string) (*lang.Program, lang.ErrorList) {
	p, _, errs, err := lang.Load(fstest.MapFS{"spec.lu": &fstest.MapFile{Data: []byte(text)}}, "spec.lu", lang.Options{})
	if err != nil {
		panic(err)
	}
	return p, errs
}

// TestSymmetricSpecs looks at specs with all that can be done with interchangeable values.
func TestSymmetricSpecs(t *testing.T) {
	for _, text := range []string{`
		type id = 0..1
		type job = record { from: id, n: 0..1 }
		protocol ask(a: id): app -> fs { take give? }
		shared held: id? = none
		shared last: id = choose id
		shared queue: seq 1 of job
		ghost seen: [id] bool on fs.take = true
		client app[id] symmetric {
			note seen[self] = false
			loop { call fs.take(self)
			  assert held == self
			  if choose bool { call fs.give(self) } else { call fs.drop_it(self) } }
		}
		process fs mailbox 2 {
			var busy: [id] bool
			on take(a: id) { await held == none; atomic { held = a; last = a; queue = [job(from: a, n: 0)] }; busy[a] = true; reply }
			on give(a: id) { if held == a { held = none }; busy[a] = false; reply }
			on drop_it(a: id) { atomic { held = none; queue = []; for i in id { busy[i] = false } }; reply }
		}
		always count(i in id: held == i) <= 1
		stable free when all(i in id: held != i or queue != [] and queue.first.from == i)
		update u {
			process fs {
				var asked: set of id
				on take(a: id) { await held == none; atomic { held = a; asked += {a} }; reply }
			}
			transfer t { for i in id { fs.busy[i] = not old.fs.busy[i] } }
			plan p { stop fs; replace fs with t }
		}`, `
		type id = { x, y }
		client app[id] symmetric { loop { var k = choose id; call w[k].put(self) } }
		process w[id] {
			var who: caller
			var from: id? = none
			on put(a: id) { if from == none { from = a; hold who } else { reply to who; from = none; reply } }
		}
		update u {
			process w { var n: set of id; on put(a: id) { n = if a in n then n - {a} else n + {a}; reply to who; reply } }
			transfer t { for i in id { w[i].n = if old.w[i].from == none then {} else {i} } }
			plan p { replace w at unit with t }
		}`, `
		client app[0..2] symmetric { loop { call fs.go() } }
		process fs { var n: 0..2; on go() { n = (n + 1) mod 3; call f[0].see(); reply } }
		function f[0..1] { on see() { reply } }
		update u { process fs { on go() { n = 0; reply } } plan p { replace fs at unit } }`,
	} {
		p, errs := loaded(text)
		if p == nil {
			t.Fatal(errs)
		}
		if found, err := asymmetry(p, 0, 20_000); found != "" || err != nil {
			t.Errorf("%s %v\n%s", found, err, text)
		}
	}
}

// TestSymmetryIsNeeded breaks one rule at a time. Each spec is refused, for that rule, and
// without the word, so that nothing is asserted, values do not come out interchangeable.
func TestSymmetryIsNeeded(t *testing.T) {
	const clients = "client app[id] symmetric { loop { call fs.go(self) } }\n"
	const nothing = "process fs { on go(a: id) { reply; reply } }"
	// Where the type, the clients or the update matter they are written out.
	spec := func(data, body, update string) string {
		return "type id = 0..1\n" + clients + data + "\nprocess fs { var n: 0..2; on go(a: id) { " + body + " } }\nupdate u { " + update + " }"
	}
	for _, c := range []struct{ rule, code, text string }{
		{"a constant compared", "LU0320", spec("", "if a == 0 { n = 1 }; reply", nothing)},
		{"a constant passed", "LU0320", spec("process log { var k: id? = none; on put(a: id) { k = a; reply } }", "call log.put(0); reply", nothing)},
		{"an instance named", "LU0320", spec("process w[id] { var k: bool; on put() { k = true; reply } }", "call w[0].put(); reply", nothing)},
		{"a constant stored", "LU0320", spec("shared x: id? = none", "x = 0; reply", nothing)},
		{"a constant out of a def", "LU0320", spec("def first() -> id = 0\nshared x: id? = none", "x = first(); reply", nothing)},
		{"a constant replied", "LU0320", spec("function f { on get() -> id { reply 1 } }\nshared x: id? = none", "var r = call f.get(); x = r; reply", nothing)},
		{"a constant as initial value", "LU0320", spec("shared x: id = 0", "x = a; reply", nothing)},
		{"an array that differs", "LU0320", spec("shared x: [id] bool = [true, false]", "x[a] = true; reply", nothing)},
		{"a set of one", "LU0320", spec("shared x: set of id = {0}", "x = {a}; reply", nothing)},
		{"a set of one and another", "LU0320", spec("shared x: set of id", "x = {a, 0}; reply", nothing)},
		{"a sequence of one", "LU0320", spec("shared x: seq 2 of id", "x = [a, 0]; reply", nothing)},
		{"a choice among some", "LU0320", spec("shared x: id? = none\nshared y: id = choose id", "y = choose {1}; reply", nothing)},
		{"some initial values", "LU0320", spec("shared y: id = choose {1}", "reply", nothing)},
		{"a name of a value", "LU0320", strings.Replace(spec("", "if a == x { n = 1 }; reply", nothing), "0..1", "{ x, y }", 1)},
		{"a property of one", "LU0320", spec("shared x: [id] bool\nstable s when not x[1]", "x[a] = true; reply", nothing)},
		{"a ghost of one", "LU0320", spec("ghost x: 0..1 on fs.go = if a == 0 then 1 else 0\nalways x < 2", "reply", nothing)},
		{"a transfer of one", "LU0320", spec("shared x: id? = none", "x = a; reply", "process fs { on go(a: id) { x = a; x = a; reply } }\ntransfer t { if old.x == 0 { fs.n = 1 } }")},
		{"a plan for one", "LU0320", spec("shared x: id? = none", "x = a; reply", "process fs { on go(a: id) { x = a; x = a; reply } }\nplan p { await x != 0; replace fs at unit }")},
		{"a converted message of one", "LU0320", spec("process log mailbox 2 { var k: bool; on put(a: id) { k = true } }", "send log.put(a); reply",
			nothing+"process log { on put(a: id, b: bool) { k = b } }\nconvert log.put(a) -> (a, a == 0)")},
		{"accepted for one", "LU0320", spec("shared x: [id] bool", "x[a] = x[a]; reply", "accepts x[1] in { true }\n"+nothing)},
		{"tolerated for one", "LU0320", spec("shared x: [id] bool", "x[a] = true; reply", "tolerate x[1]\nprocess fs { on go(a: id) { reply } }")},

		{"less than", "LU0321", spec("shared x: id = choose id", "if x < a { n = 1 }; x = a; reply", nothing)},
		{"arithmetic", "LU0321", spec("", "n = a + 1; reply", nothing)},
		{"a range", "LU0321", spec("shared x: id = choose id", "x = choose 0..0; reply", nothing)},
		{"a for between steps", "LU0321", spec("shared x: [id] bool", "for i in id { x[i] = not x[i] }; reply", nothing)},
		{"a for that keeps the last", "LU0321", spec("shared x: id? = none", "atomic { for i in id { x = i } }; reply", nothing)},
		{"a for that reads what another wrote", "LU0321", spec("shared x: [id] 0..2\nshared k: id = choose id", "atomic { for i in id { x[i] = (x[k] + 1) mod 3 } }; k = a; reply", nothing)},
		{"a for that counts in a local", "LU0321", spec("shared x: [id] 0..1", "atomic { var k: 0..2 = 0; for i in id { k = 1 - x[i]; x[i] = k } }; reply",
			nothing+"\ntransfer t { var k: 0..2 = 0; for i in id { x[i] = k mod 2; k += 1 } }")},
		{"a for that sends", "LU0321", spec("process log mailbox 2 { var k: id? = none; on put(a: id) { k = a } }", "atomic { for i in id { send log.put(i) } }; reply", nothing)},
		{"a transfer that keeps the last", "LU0321", spec("shared x: id? = none", "x = none; reply", "process fs { on go(a: id) { x = a; reply } }\ntransfer t { for i in id { x = i } }")},
		{"notes of all clients at first", "LU0321", strings.Replace(spec("ghost x: id? = none", "assert x != none; reply", nothing), "{ loop", "{ note x = self; loop", 1)},
		{"instances replaced in an order", "LU0321", spec("process w[id] { on put() { reply } }", "call w[a].put(); reply", "process w { var k: bool; on put() { k = true; reply } }\nplan p { replace each w at unit }")},

		{"a number of it", "LU0322", spec("", "n = a; reply", nothing)},
		{"a conversion", "LU0322", spec("type num = 0..2", "n = num(a); reply", nothing)},
		{"an index of something else", "LU0322", spec("shared x: [0..1] bool", "x[a] = true; reply", nothing)},
		{"an instance of another array", "LU0322", spec("process w[0..1] { var k: bool; on put() { k = true; reply } }", "call w[a].put(); reply", nothing)},
		{"a parameter of another type", "LU0322", spec("process log { var k: 0..1; on put(a: 0..1) { k = a; reply } }", "call log.put(a); reply", nothing)},
		{"a reply of another type", "LU0322", spec("shared x: 0..1\nfunction f { on get(a: id) -> 0..1 { reply a } }", "x = call f.get(a); reply", nothing)},
		{"a set of something else", "LU0322", spec("shared x: set of 0..1", "x = {a}; reply", nothing)},
		{"a set added", "LU0322", spec("shared x: set of 0..1\nshared y: set of id", "y = {a}; x = {} + y; reply", nothing)},
		{"a sequence of something else", "LU0322", spec("shared x: seq 2 of 0..1", "x = [a]; reply", nothing)},
		{"a record of something else", "LU0322", spec("type r = record { k: 0..1 }\nshared x: r", "x = r(k: a); reply", nothing)},
		{"a choice as something else", "LU0322", spec("shared y: set of id", "y += {a}; n = choose y; reply", nothing)},
		{"a computed value", "LU0322", spec("shared x: id? = none", "x = n; reply", nothing)},
		{"a truth value", "LU0322", strings.Replace(spec("", "if a { n = 1 }; reply", nothing), "0..1", "bool", 1)},
		{"a key of another type", "LU0322", spec("protocol p(k: id): fs -> log { put? put }\nprocess log { on put(k: 0..1) { reply } }", "call log.put(0); reply", nothing)},
		{"callers who wait for something else", "LU0322", spec("process q { var who: caller; on get() -> 0..1 { hold who } on one() -> id { hold who } on answer(a: id) { reply a to who; reply } }\nclient other { loop { var r = call q.get(); if r == 1 { await false } } }",
			"call q.answer(a); reply", nothing)},

		{"no initial value", "LU0323", spec("shared x: id", "x = a; reply", nothing)},
		{"no initial value of a part", "LU0323", spec("type r = record { k: id }\nshared x: r", "x = r(k: a); reply", nothing)},
		{"no value of a local", "LU0323", spec("", "var k: id; if choose bool { k = a }; if k == a { n = 1 }; reply", nothing)},
		{"a part of a local without value", "LU0323", spec("type r = record { k: id, b: bool }\nshared x: r? = none", "var k: r; k.b = true; x = k; reply", nothing)},
		{"a new variable", "LU0323", spec("", "reply", "process fs { var x: id = choose id; on go(a: id) { x = a; reply } }")},

		{"self without a name", "LU0324", "client app[0..1] symmetric { loop { call fs.go(self) } }\nprocess fs { var n: 0..2; on go(a: 0..1) { n = a; reply } }\nupdate u { process fs { on go(a: 0..1) { reply } } }"},
		{"an instance without a name", "LU0324", "client app { loop { var k = choose 0..0; call fs[k].go() } }\nprocess fs[0..1] symmetric { var n: 0..2; on go() { n = 1; reply } }\nupdate u { process fs { on go() { reply } } }"},

		{"a quantifier that can fail", "LU0325", spec("shared x: [id] 0..1", "x[a] = 1; if any(i in id: 1 / x[i] == 1) { n = 1 }; reply", nothing)},
		{"a quantifier over a set that can fail", "LU0325", spec("shared x: [id] 0..1\nshared y: set of id", "x[a] = 1; y += {a}; if all(i in y + {a}: 1 / x[i] == 2) { n = 1 }; reply",
			"process fs { on go(a: id) { reply } }\ntransfer t { for i in id { x[i] = 0 } }")},
		{"a quantifier over messages that can fail", "LU0325", spec("process w[id] mailbox 2 { on put(k: 0..1) { } }", "n = (n + 1) mod 2; send w[a].put(n); assert any(m in w.waiting(put): 1 / m.k == 1) or true; reply", nothing)},
		{"what can be in old form", "LU0325", spec("shared x: [id] 0..1", "x[a] = 1; reply",
			"shared x: [id] 0..2\nprocess fs { on go(a: id) { x[a] = 1; assert any(i in id: x[i] == 1); reply } }")},
		{"what can be gone", "LU0325", spec("shared x: [id] bool\nshared y: [id] bool", "x[a] = not x[a]; if all(i in id: x[i] and y[i]) { n = 1 }; reply",
			"drop data y\n"+"process fs { on go(a: id) { reply } }")},

		{"another variable of the same range", "LU0326", spec("shared x: id? = none\ntype num = 0..1", "x = a; reply", "shared x: num?\nprocess fs { on go(a: id) { x = 0; reply } }")},
		{"another index of the same range", "LU0326", spec("shared x: [id] bool\ntype num = 0..1", "x[a] = true; reply", "shared x: [num] bool\nprocess fs { on go(a: id) { x[0] = true; reply } }")},
		{"another message of the same form", "LU0326", spec("process log mailbox 2 { var k: 0..1; on put(a: id, b: 0..1) { } }", "send log.put(a, 0); reply",
			"process fs { on go(a: id) { send log.put(0, a); reply } }\nprocess log { on put(a: 0..1, b: id) { k = a } }")},
		{"another reply of the same form", "LU0326", spec("shared x: id? = none\nprocess q { on get(a: id) -> id { reply a } }", "var r = call q.get(a); x = r; reply",
			"process fs { on go(a: id) { var r = call q.get(a); n = r; reply } }\nprocess q { on get(a: id) -> 0..1 { reply 0 } }")},
		{"another key of the same range", "LU0326", spec("protocol p(k: id): fs -> log { put? put }\nprocess log mailbox 2 { on put(k: id) { } }", "send log.put(a); reply",
			"protocol p(k: 0..1): fs -> log { put? put }\nprocess log { on put(k: 0..1) { } }\nprocess fs { on go(a: id) { send log.put(0); reply } }\n")},
		{"another index of a unit", "LU0326", spec("process w[id] { var k: bool; on put() { k = true; reply } }", "call w[a].put(); reply", "process w[0..1] { }\nprocess fs { on go(a: id) { call w[0].put(); reply } }")},
		{"a local of a text that stays", "LU0326", spec("type r = record { k: id }\nshared x: r? = none", "var k: r? = x; x = r(k: a); x = k; reply", "type r = record { k: 0..1 }\nprocess fs { on go(a: id) { x = none; reply } }")},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if p, errs := loaded(c.text); p != nil {
				t.Error("it is accepted")
			} else {
				for _, e := range errs {
					if e.Code != c.code && !e.Warning {
						t.Errorf("%v, not %s", e, c.code)
					}
				}
			}
			p, errs := loaded(strings.Replace(c.text, " symmetric", "", 1))
			if p == nil {
				t.Fatal(errs)
			}
			x := oracle.Exchange{Type: "id", A: 0, B: 1}
			if c.code == "LU0324" {
				x = oracle.Exchange{Array: map[bool]string{true: "app", false: "fs"}[strings.Contains(c.text, "app[")], A: 0, B: 1}
			}
			y, err := oracle.NewSymmetry(p, 0, oracle.Options{MaxStates: 20000})
			if err != nil {
				t.Fatal(err)
			}
			for _, look := range []func(oracle.Exchange) (string, error){y.Old, y.New, y.Update} {
				if found, err := look(x); found != "" || err != nil {
					if err != nil {
						t.Error(err)
					}
					return
				}
			}
			t.Error("the values come out interchangeable")
		})
	}
}

// TestRandomSymmetry looks at random specs that are accepted, and makes sure that many
// are, and that many are not.
func TestRandomSymmetry(t *testing.T) {
	seeds := 250
	if testing.Short() {
		seeds = 60
	}
	specs := rapid.Custom(gen.Symmetric)
	seen := map[string]int{}
	for seed := range seeds {
		text := specs.Example(seed)
		p, errs := loaded(text)
		if p == nil {
			seen[refusal(errs)]++
			continue
		}
		found, err := asymmetry(p, 0, 250)
		switch {
		case found != "":
			t.Errorf("seed %d: %s\n%s", seed, found, text)
		case errors.Is(err, oracle.ErrTooLarge):
			seen["too large"]++
		case err != nil:
			t.Fatal(err, text)
		default:
			seen["symmetric"]++
		}
	}
	t.Log(seen)
	if seen["symmetric"] < seeds/5 || seen["not symmetric"] < seeds/5 || seen["wrong otherwise"] > seeds/5 {
		t.Error("the specs are of the wrong kinds")
	}
}

// refusal says why a spec is refused.
func refusal(errs lang.ErrorList) string {
	for _, e := range errs {
		if !e.Warning && (e.Code < "LU0320" || e.Code > "LU0329") {
			return "wrong otherwise"
		}
	}
	return "not symmetric"
}
