package reports

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/lucheck/lucheck/explorer"
)

// fill draws a value of any type that occurs in a report. Pointers in lists are
// never nil; depth bounds traces in failures in traces.
func fill(t *rapid.T, v reflect.Value, depth int) {
	if _, ok := v.Interface().(explorer.Verdict); ok {
		v.SetUint(rapid.Uint64Range(0, uint64(explorer.Infeasible)).Draw(t, "verdict"))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(rapid.OneOf(rapid.SampledFrom([]string{"", "unit", "none", "any", "fs[1]", "received", "a b-c"}), rapid.String()).Draw(t, "text"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64Range(-1, 12).Draw(t, "number"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "truth"))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), depth)
		}
	case reflect.Pointer:
		if depth > 0 && rapid.Bool().Draw(t, "present") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem(), depth-1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), rapid.IntRange(0, 3).Draw(t, "length"), 3))
		for i := range v.Len() {
			if e := v.Index(i); e.Kind() == reflect.Pointer {
				e.Set(reflect.New(e.Type().Elem()))
				fill(t, e.Elem(), depth)
			} else {
				fill(t, e, depth)
			}
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]int64{rapid.String().Draw(t, "key"): 3, "chunks": 2}))
	default:
		t.Fatalf("no way to draw a %s", v.Type())
	}
}

func anyReport(t *rapid.T) *explorer.Report {
	r := new(explorer.Report)
	fill(t, reflect.ValueOf(r).Elem(), 3)
	r.Schema = explorer.Schema
	return r
}

// TestAnyReport checks what holds of every report, however odd.
func TestAnyReport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyReport(t)
		before := encode(t, r)
		again, err := ReadJSON(bytes.NewReader(before))
		if err != nil {
			t.Fatal(err)
		}
		if after := encode(t, again); !bytes.Equal(before, after) {
			t.Fatalf("read and written again:\n%s", cmp.Diff(string(before), string(after)))
		}
		style := Style{Width: rapid.SampledFrom([]int{40, 80, 200}).Draw(t, "width"), ASCII: rapid.Bool().Draw(t, "ascii"),
			Detail: Detail(rapid.IntRange(0, 2).Draw(t, "detail"))}
		var one, two bytes.Buffer
		render(t, &one, r, style)
		render(t, &two, again, style)
		checkMarks(t, one.String())
		if one.String() != two.String() {
			t.Fatalf("equal reports, different text:\n%s", cmp.Diff(one.String(), two.String()))
		}
		if after := encode(t, r); !bytes.Equal(before, after) {
			t.Fatal("rendering changed the report")
		}
	})
}

func encode(t *rapid.T, r *explorer.Report) []byte {
	var b bytes.Buffer
	if err := JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func render(t *rapid.T, b *bytes.Buffer, r *explorer.Report, s Style) {
	if err := Text(b, r, s); err != nil {
		t.Fatal(err)
	}
	for _, f := range findings(r) {
		if err := Trace(b, f, source, s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadJSONRefuses(t *testing.T) {
	whole, err := os.ReadFile(folder + "/empty.json")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.TrimSpace(string(whole))
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "cut off"},
		{"white space", " \n", "cut off"},
		{"no JSON", "hello", "no report"},
		{"an array", "[]", "no report"},
		{"no schema", "{}", `schema is ""`},
		{"another schema", strings.Replace(text, "report/v1", "report/v9", 1), `schema is "lucheck.report/v9"`},
		{"two reports", text + text, "follows"},
		{"a verdict that is none", `{"schema":"lucheck.report/v1","scenarios":[{"cells":[{"verdict":"fine"}]}]}`, "no such verdict: fine"},
		{"a null scenario", `{"schema":"lucheck.report/v1","scenarios":[null]}`, "scenario 0 is null"},
		{"a null cell", `{"schema":"lucheck.report/v1","scenarios":[{"cells":[null]}]}`, "cell 0"},
		{"a null cause", `{"schema":"lucheck.report/v1","scenarios":[{"causes":[null]}]}`, "cause 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadJSON(strings.NewReader(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something with %q", err, c.want)
			}
		})
	}
	for i := range text {
		if _, err := ReadJSON(strings.NewReader(text[:i])); err == nil {
			t.Fatalf("a report cut off at byte %d is accepted", i)
		}
	}
	newer := strings.Replace(text, `"schema"`, `"added": {"later": 1}, "schema"`, 1)
	if _, err := ReadJSON(strings.NewReader(newer)); err != nil {
		t.Errorf("a key that was added later: %v", err)
	}
}

// strictSchema is the schema with every object closed, so that a key that it does
// not name is found.
func strictSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	closeObjects(doc)
	c := jsonschema.NewCompiler()
	if err := c.AddResource("strict.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("strict.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closeObjects(node any) {
	switch n := node.(type) {
	case []any:
		for _, e := range n {
			closeObjects(e)
		}
	case map[string]any:
		if _, ok := n["properties"].(map[string]any); ok && n["type"] == "object" {
			n["additionalProperties"] = false
		}
		for _, e := range n {
			closeObjects(e)
		}
	}
}

func TestSchema(t *testing.T) {
	s := strictSchema(t)
	for _, path := range inputs(t) {
		var b bytes.Buffer
		if err := JSON(&b, read(t, path)); err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(doc); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	var b bytes.Buffer
	if err := JSON(&b, &explorer.Report{Schema: explorer.Schema, Tool: explorer.Tool{Version: "1"},
		Exit: explorer.Exit{Class: "ok"}, Scenarios: []*explorer.Scenario{{Cells: []*explorer.Cell{{Level: "unit", Transfer: "none"}}}}}); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("a report of zero values: %v", err)
	}
}

func TestSchemaRefuses(t *testing.T) {
	s := strictSchema(t)
	text, err := os.ReadFile(folder + "/write_path.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, from, to string }{
		{"a verdict that is none", `"verdict": "valid"`, `"verdict": "fine"`},
		{"a missing key", `"transfer": "flush",`, ``},
		{"a list that is null", `"affected": [`, `"affected": null, "x": [`},
		{"another schema", "report/v1", "report/v2"},
		{"an exit code that is none", `"code": 1,`, `"code": 5,`},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := bytes.Replace(text, []byte(c.from), []byte(c.to), 1)
			if bytes.Equal(changed, text) {
				t.Fatal("nothing was changed")
			}
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(changed))
			if err != nil {
				t.Fatal(err)
			}
			if s.Validate(doc) == nil {
				t.Error("it is accepted")
			}
		})
	}
}

// TestSchemaNamesEveryKey walks through the Go types of a report.
func TestSchemaNamesEveryKey(t *testing.T) {
	var doc any
	if err := json.Unmarshal(Schema, &doc); err != nil {
		t.Fatal(err)
	}
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		if seen[typ] {
			return
		}
		seen[typ] = true
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(typ.Elem())
		case reflect.Struct:
			for i := range typ.NumField() {
				f := typ.Field(i)
				if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && !bytes.Contains(Schema, []byte(`"`+name+`"`)) {
					t.Errorf("%s.%s: the schema has no key %q", typ, f.Name, name)
				}
				walk(f.Type)
			}
		}
	}
	walk(reflect.TypeFor[explorer.Report]())
	if len(seen) < 20 {
		t.Errorf("only %d types were seen", len(seen))
	}
}
