package search

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// pathSystem is a graph written as paths: one component, the number of the state.
type pathSystem struct {
	states, groups []string
	edges          []pathEdge
}

type pathEdge struct {
	from, to, group int // to is -1 for FAIL
	info            Info
}

func (p *pathSystem) Components() []int             { return []int{1} }
func (p *pathSystem) Groups() int                   { return len(p.groups) }
func (p *pathSystem) Home(int) int                  { return 0 }
func (p *pathSystem) Footprint(int, []uint64) []int { return []int{0} }
func (p *pathSystem) name(s *Space, ref Ref) string { return p.states[s.Vector(ref, nil)[0]] }
func (p *pathSystem) ref(s *Space, name string) Ref {
	ref, found := s.Find([]uint64{uint64(slices.Index(p.states, name))})
	if !found {
		panic("no state " + name)
	}
	return ref
}

func (p *pathSystem) Step(group int, v []uint64, emit func([]uint64, Info) bool) {
	for _, e := range p.edges {
		if e.group == group && uint64(e.from) == v[0] {
			if e.to < 0 {
				emit(nil, e.info|Failed)
			} else {
				emit([]uint64{uint64(e.to)}, e.info)
			}
		}
	}
}

// number gives the place of a name in a list, appending it if it is new.
func number(names *[]string, name string) int {
	if i := slices.Index(*names, name); i >= 0 {
		return i
	}
	*names = append(*names, name)
	return len(*names) - 1
}

var arrow = regexp.MustCompile(`^-(\w+)(!?)(?:/(\d+))?->$`)

// path reads a line of steps.
func (p *pathSystem) path(line string) error {
	words := strings.Fields(line)
	for i := 0; i+2 < len(words); i += 2 {
		m := arrow.FindStringSubmatch(words[i+1])
		if m == nil || words[i] == "FAIL" {
			return fmt.Errorf("bad step %q", words[i+1])
		}
		e := pathEdge{from: number(&p.states, words[i]), to: -1, group: number(&p.groups, m[1])}
		if words[i+2] != "FAIL" {
			e.to = number(&p.states, words[i+2])
		}
		payload, _ := strconv.Atoi(m[3])
		if e.info = Info(payload); m[2] != "" {
			e.info |= Strong
		}
		p.edges = append(p.edges, e)
	}
	return nil
}

// TestPaths runs the cases of testdata/search/paths.txt.
func TestPaths(t *testing.T) {
	file, err := os.Open("../../testdata/search/paths.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var name string
	var sys *pathSystem
	var wants []string
	run := func() {
		if sys == nil {
			return
		}
		if len(wants) == 0 {
			t.Errorf("%s: nothing is asked", name)
		}
		t.Run(name, func(t *testing.T) { sys.check(t, wants) })
	}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		switch {
		case line == "" || line[0] == '#':
		case strings.HasPrefix(line, "case "):
			run()
			name, sys, wants = line[5:], &pathSystem{}, nil
		case strings.Contains(line, ":"):
			wants = append(wants, line)
		default:
			if err := sys.path(line); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	run()
}

func (p *pathSystem) check(t *testing.T, wants []string) {
	s, r := explored(t, p, []uint64{0}, Options{}, Run{Edges: true})
	for _, want := range wants {
		key, value, _ := strings.Cut(want, ":")
		if got := p.answer(s, r, key); got != strings.TrimSpace(value) {
			t.Errorf("%s: %s", key, got)
		}
	}
}

// answer computes the line that belongs to a key.
func (p *pathSystem) answer(s *Space, r *Region, key string) string {
	what, state, _ := strings.Cut(key, " ")
	all := func(show func(Ref) string) string {
		var words []string
		for ref := r.First; ref < r.End; ref++ {
			words = append(words, show(ref))
		}
		return strings.Join(words, " ")
	}
	name := func(ref Ref) string { return p.name(s, ref) }
	switch what {
	case "order":
		return all(name)
	case "steps":
		return fmt.Sprint(r.Steps)
	case "depth":
		return all(func(ref Ref) string { return fmt.Sprintf("%s=%d", name(ref), r.Depth(ref)) })
	case "dead":
		return names(r.Dead, name)
	case "failing":
		return names(slices.Collect(r.Failing.All()), name)
	case "failures":
		var words []string
		for _, f := range r.Failures {
			words = append(words, fmt.Sprintf("%s.%s/%d", name(f.From), p.groups[f.Group], f.Payload))
		}
		return strings.Join(words, " ")
	case "path":
		return names(s.Path(p.ref(s, state)), name)
	case "least", "greatest":
		to := p.ref(s, strings.TrimPrefix(state, "to "))
		distances := r.Graph.BackwardDistance
		if what == "greatest" {
			distances = r.Graph.Longest
		}
		dist, err := distances(context.Background(), func(ref Ref) bool { return ref == to })
		if err != nil {
			return err.Error()
		}
		return all(func(ref Ref) string { return name(ref) + "=" + distance(dist[ref]) })
	case "fair":
		var parts []string
		cycles, err := r.Graph.FairCycles(context.Background(), Fairness{})
		if err != nil {
			return err.Error()
		}
		for _, scc := range cycles.Components {
			parts = append(parts, names(scc, name))
		}
		return strings.Join(parts, " | ")
	case "walk":
		return p.walk(s, r, p.ref(s, state))
	}
	return "no such key"
}

// walk shows a fair walk from a state back to it.
func (p *pathSystem) walk(s *Space, r *Region, from Ref) string {
	cycles, err := r.Graph.FairCycles(context.Background(), Fairness{})
	if err != nil {
		return err.Error()
	}
	i := slices.IndexFunc(cycles.Components, func(scc []Ref) bool { return slices.Contains(scc, from) })
	if i < 0 {
		return "none"
	}
	text := p.name(s, from)
	for _, e := range cycles.Walk(i, from) {
		strong := ""
		if e.Label.Strong() {
			strong = "!"
		}
		text += fmt.Sprintf(" -%s%s-> %s", p.groups[e.Label.Group()], strong, p.name(s, e.To))
	}
	return text
}

func names(refs []Ref, name func(Ref) string) string {
	var words []string
	for _, ref := range refs {
		words = append(words, name(ref))
	}
	return strings.Join(words, " ")
}

func distance(d int32) string {
	switch d {
	case Unbounded:
		return "unbounded"
	case Never:
		return "never"
	}
	return fmt.Sprint(d)
}
