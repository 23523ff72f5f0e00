package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dustin/go-humanize"
	"github.com/schollz/progressbar/v3"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/lucheck/lucheck/explorer"
)

const (
	patience  = time.Second            // how long a run may take before its progress is shown
	moving    = 200 * time.Millisecond // between two changes of a line that moves
	plainly   = 5 * time.Second        // between two plain lines
	smoothing = 3 * time.Second        // over how long a rate is averaged
	shortest  = 100 * time.Millisecond // in which it is measured
)

// progressFlag adds the flag of commands that explore.
func (a *app) progressFlag(f *pflag.FlagSet) {
	a.progress = choice{"auto", []string{"auto", "plain", "off"}}
	f.Var(&a.progress, "progress", "progress of long runs on standard error: auto (on a terminal, unless --quiet), plain or off")
}

// watch names what is explored, with how much memory at most, and gives what shows its
// progress; nil where none is to be shown.
func (a *app) watch(title string, most size) func(explorer.Progress) {
	if a.meter == nil {
		a.meter = newMeter(a.progress.value, a.quiet, term.IsTerminal(int(a.err.Fd())), a.err)
	}
	if a.meter == nil {
		return nil
	}
	a.meter.title, a.meter.most = title, int64(most)
	return a.meter.show
}

// meter shows on standard error how far a run is. What it shows has no influence on
// anything. A nil meter shows nothing.
type meter struct {
	out   io.Writer
	now   func() time.Time
	width func() int    // of the terminal; 0 where it is not known
	plain time.Duration // time between lines; 0: one line that moves
	next  time.Time
	title string
	most  int64 // memory at most; 0: no limit
	pace  pace
	bar   *progressbar.ProgressBar
	gone  bool // the terminal cannot be written to: it gets nothing more
}

// newMeter gives the meter for a mode, or nil where none is to be shown; terminal says that out
// is one.
func newMeter(mode string, quiet, terminal bool, out *os.File) *meter {
	m := &meter{out: out, now: time.Now, width: func() int {
		width, _, err := term.GetSize(int(out.Fd()))
		if err != nil {
			return 0
		}
		return width
	}}
	switch mode {
	case "off":
		return nil
	case "plain":
		m.plain = plainly
	default:
		if quiet || !terminal {
			return nil
		}
	}
	m.next = m.now().Add(patience)
	return m
}

// show is called often; it prints now and then, and where another phase begins.
func (m *meter) show(p explorer.Progress) {
	now := m.now()
	begins := m.bar != nil && p.Phase != m.pace.phase
	m.pace.add(p, now)
	if m.gone || now.Before(m.next) && !begins {
		return
	}
	text := m.title + ": " + m.line(p)
	if m.plain > 0 {
		m.next = now.Add(m.plain)
		fmt.Fprintln(m.out, text)
		return
	}
	m.next = now.Add(moving)
	if m.bar == nil {
		m.bar = progressbar.NewOptions(-1, progressbar.OptionSetWriter(m.out), progressbar.OptionSpinnerType(14),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(true))
	}
	m.bar.Describe(fitting(text, m.width()))
	m.gone = m.bar.Add(1) != nil
}

// line says how far a run is. How long it still takes is said only of a phase whose size is
// known, as far as the present rate goes: how many states there are nobody knows before
// they are found.
func (m *meter) line(p explorer.Progress) string {
	memory := humanize.IBytes(uint64(max(p.Bytes, 0)))
	if m.most > 0 {
		memory += " of " + humanize.IBytes(uint64(m.most))
	}
	parts := []string{p.Phase}
	rate := m.pace.rate
	switch {
	case p.Of > 0:
		parts = append(parts, fmt.Sprintf("%d%% of %s points", 100*p.Done/p.Of, humanize.Comma(p.Of)))
		if rate >= 1 {
			left := time.Duration(float64(p.Of-p.Done) / rate * float64(time.Second))
			parts = append(parts, fmt.Sprintf("about %s left of these at this rate", max(left.Round(time.Second), time.Second)))
		}
		parts = append(parts, humanize.Comma(p.States)+" states")
	case p.Steps == 0: // nothing is being explored
		parts = append(parts, humanize.Comma(p.States)+" states")
	default:
		states := humanize.Comma(p.States) + " states"
		if rate >= 1 {
			states += fmt.Sprintf(" (%s/s)", rounded(rate))
		}
		parts = append(parts, states, humanize.Comma(p.Steps)+" steps", fmt.Sprintf("depth %d", p.Depth), "frontier "+humanize.Comma(p.Frontier))
	}
	return strings.Join(append(parts, memory), ", ")
}

// rounded is a rate with two digits that count.
func rounded(rate float64) string {
	unit := math.Pow(10, math.Max(0, math.Floor(math.Log10(rate))-1))
	return humanize.Comma(int64(math.Round(rate/unit) * unit))
}

// pace is how fast a phase goes on: states in a second, or points where their number is known.
type pace struct {
	phase string
	count int64
	at    time.Time
	rate  float64 // smoothed; 0: not known yet
}

// add notes how far the phase is. Another phase begins anew.
func (c *pace) add(p explorer.Progress, now time.Time) {
	count := p.States
	if p.Of > 0 {
		count = p.Done
	}
	since := now.Sub(c.at).Seconds()
	if p.Phase != c.phase || count < c.count {
		*c = pace{phase: p.Phase, count: count, at: now}
		return
	}
	if since < shortest.Seconds() {
		return
	}
	latest := float64(count-c.count) / since
	if c.rate == 0 {
		c.rate = latest
	} else {
		c.rate += (latest - c.rate) * (1 - math.Exp(-since/smoothing.Seconds()))
	}
	c.count, c.at = count, now
}

// fitting cuts text to a terminal's width, since a line that is folded there cannot be
// taken away again.
func fitting(text string, width int) string {
	if room := width - 12; room > 0 && utf8.RuneCountInString(text) > room {
		return string([]rune(text)[:room])
	}
	return text
}

// stop takes the moving line away.
func (m *meter) stop() {
	if m == nil || m.bar == nil {
		return
	}
	if err := m.bar.Finish(); err == nil {
		m.bar = nil
	}
}
