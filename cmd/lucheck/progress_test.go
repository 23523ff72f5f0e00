package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lucheck/lucheck/explorer"
)

// fakeTerminal is written to from several goroutines, and can break.
type fakeTerminal struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
	broken bool
	writes int
}

func (f *fakeTerminal) Write(b []byte) (int, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.writes++; f.broken {
		return 0, errors.New("gone")
	}
	return f.buffer.Write(b)
}

func (f *fakeTerminal) text() string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.buffer.String()
}

// fakeMeter is a meter with a clock that stands still.
func fakeMeter(plain time.Duration, width int) (*meter, *fakeTerminal, *time.Time) {
	out, clock := &fakeTerminal{}, time.Unix(0, 0)
	m := &meter{out: out, plain: plain, title: "s.lu, update u", next: clock.Add(patience)}
	m.now, m.width = func() time.Time { return clock }, func() int { return width }
	return m, out, &clock
}

func exploring(states int64) explorer.Progress {
	return explorer.Progress{Phase: "old version", States: states, Steps: 2 * states, Depth: 7, Frontier: 1234, Bytes: 3 << 20}
}

// A short run shows nothing, a long one a line now and then, with a rate from the start.
func TestMeterPlain(t *testing.T) {
	m, out, clock := fakeMeter(5*time.Second, 0)
	m.most = 4 << 30
	for tenth := range 81 {
		*clock = time.Unix(0, 0).Add(time.Duration(tenth) * 100 * time.Millisecond)
		m.show(exploring(int64(tenth) * 20_000)) // 200,000 states in a second
	}
	want := "s.lu, update u: old version, 200,000 states (200,000/s), 400,000 steps, depth 7, frontier 1,234, 3.0 MiB of 4.0 GiB\n" +
		"s.lu, update u: old version, 1,200,000 states (200,000/s), 2,400,000 steps, depth 7, frontier 1,234, 3.0 MiB of 4.0 GiB\n"
	if got := out.text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	m.stop() // there is no line to take away
	if out.text() != want {
		t.Errorf("stop printed something")
	}
}

// The rate follows what is measured, slowly, and begins anew with each phase.
func TestPace(t *testing.T) {
	var c pace
	at := func(seconds float64) time.Time { return time.Unix(0, int64(seconds*1e9)) }
	for _, step := range []struct {
		seconds float64
		p       explorer.Progress
		rate    float64
	}{
		{0, exploring(1000), 0},
		{0.05, exploring(5000), 0},           // too soon to tell
		{1, exploring(2000), 1000},           // the first rate as it is
		{4, exploring(2000), 1000 * 0.36788}, // nothing for the time of smoothing: 1/e is left
		{5, explorer.Progress{Phase: "switch", States: 9000, Done: 0, Of: 9}, 0}, // counted in points from here
		{7, explorer.Progress{Phase: "switch", States: 9999, Done: 8, Of: 9}, 4},
		{8, explorer.Progress{Phase: "switch", States: 9999, Done: 2, Of: 9}, 0}, // the next transfer
	} {
		if c.add(step.p, at(step.seconds)); c.rate < step.rate*0.999 || c.rate > step.rate*1.001 {
			t.Errorf("after %gs: %g, want %g", step.seconds, c.rate, step.rate)
		}
	}
}

// Time that is left is said only where the size of a phase is known, and a rate.
func TestMeterLine(t *testing.T) {
	for _, c := range []struct {
		p    explorer.Progress
		rate float64
		want string
	}{
		{exploring(10), 0, "old version, 10 states, 20 steps, depth 7, frontier 1,234, 3.0 MiB"},
		{exploring(10), 123_456, "old version, 10 states (120,000/s), 20 steps, depth 7, frontier 1,234, 3.0 MiB"},
		{exploring(10), 7.4, "old version, 10 states (7/s), 20 steps, depth 7, frontier 1,234, 3.0 MiB"},
		{explorer.Progress{Phase: "switch with f", States: 50, Done: 3000, Of: 4000}, 0, "switch with f, 75% of 4,000 points, 50 states, 0 B"},
		{explorer.Progress{Phase: "switch with f", States: 50, Done: 3000, Of: 4000}, 10, "switch with f, 75% of 4,000 points, about 1m40s left of these at this rate, 50 states, 0 B"},
		{explorer.Progress{Phase: "judging", States: 50}, 10, "judging, 50 states, 0 B"},
	} {
		m := &meter{pace: pace{rate: c.rate}}
		if got := m.line(c.p); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// On a terminal a line moves, at most so often, is cut to the width, and goes in the end.
func TestMeterMoves(t *testing.T) {
	m, out, clock := fakeMeter(0, 60)
	for ms := range 2001 {
		*clock = time.Unix(0, 0).Add(time.Duration(ms) * time.Millisecond)
		m.show(exploring(int64(ms)))
	}
	shown := slices.Compact(regexp.MustCompile(`old version, [0-9,]+ `).FindAllString(out.text(), -1))
	if want := []string{"1,000", "1,200", "1,400", "1,600", "1,800", "2,000"}; strings.Join(shown, "") != "old version, "+strings.Join(want, " old version, ")+" " {
		t.Errorf("shown: %q", shown)
	}
	if text := out.text(); strings.Contains(text, "\n") || strings.Contains(text, "frontier") {
		t.Errorf("the line is folded or too long: %q", text)
	}
	m.show(explorer.Progress{Phase: "judging"}) // at once
	if !strings.Contains(out.text(), "judging") {
		t.Errorf("another phase is not shown: %q", out.text())
	}
	m.stop()
	text := out.text()
	if left := text[strings.LastIndexByte(strings.TrimRight(text, "\r"), '\r')+1:]; m.bar != nil || strings.TrimSpace(left) != "" {
		t.Errorf("the line is not taken away, but ends in %q", left)
	}
}

// A terminal that is gone is left alone, and so is one that nobody wants to look at.
func TestMeterOff(t *testing.T) {
	m, out, clock := fakeMeter(0, 60)
	out.broken = true
	for s := range 9 {
		*clock = time.Unix(int64(s), 0)
		m.show(exploring(int64(s)))
	}
	if !m.gone {
		t.Errorf("written to %d times, though it is gone", out.writes)
	}
	(*meter)(nil).stop()

	file, err := os.Create(filepath.Join(t.TempDir(), "err"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, c := range []struct {
		mode            string
		quiet, terminal bool
		want            bool
	}{
		{"auto", false, false, false}, {"off", false, false, false}, {"plain", false, false, true}, {"plain", true, false, true},
		{"auto", false, true, true}, {"auto", true, true, false}, {"off", false, true, false},
	} {
		if got := newMeter(c.mode, c.quiet, c.terminal, file) != nil; got != c.want {
			t.Errorf("%+v: shown %v", c, got)
		}
	}
}
