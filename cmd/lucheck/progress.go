package main

import (
	"fmt"
	"os"
	"time"
	"unicode/utf8"

	"github.com/dustin/go-humanize"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/lucheck/lucheck/explorer"
)

// patience is how long a run may take before its progress is shown.
const patience = time.Second

// meter shows on standard error how far a run is.
type meter struct {
	out   *os.File
	plain time.Duration // time between lines; 0: one line that moves
	next  time.Time
	title string
	bar   *progressbar.ProgressBar
}

// newMeter gives the meter for a mode, or nil where none is to be shown.
func newMeter(mode string, out *os.File) *meter {
	m := &meter{out: out, next: time.Now().Add(patience)}
	switch mode {
	case "off":
		return nil
	case "plain":
		m.plain = 5 * time.Second
	default:
		if !term.IsTerminal(int(out.Fd())) {
			return nil
		}
	}
	return m
}

// start names what is explored from now on.
func (m *meter) start(title string) {
	if m != nil {
		m.title = title
	}
}

// show is called often; it prints now and then.
func (m *meter) show(p explorer.Progress) {
	now := time.Now()
	if now.Before(m.next) {
		return
	}
	text := fmt.Sprintf("%s: %s, %s states, %s steps, depth %d, %s", m.title, p.Phase,
		humanize.Comma(p.States), humanize.Comma(p.Steps), p.Depth, humanize.IBytes(uint64(max(p.Bytes, 0))))
	if m.plain > 0 {
		m.next = now.Add(m.plain)
		fmt.Fprintln(m.out, text)
		return
	}
	m.next = now.Add(200 * time.Millisecond)
	if m.bar == nil {
		m.bar = progressbar.NewOptions(-1, progressbar.OptionSetWriter(m.out), progressbar.OptionSpinnerType(14),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(true))
	}
	m.bar.Describe(m.fitting(text))
	if err := m.bar.Add(1); err != nil {
		m.bar = nil // a terminal that cannot be written to gets nothing more
	}
}

// fitting cuts text to the terminal's width, since a line that is folded there
// cannot be taken away again.
func (m *meter) fitting(text string) string {
	width, _, err := term.GetSize(int(m.out.Fd()))
	if room := width - 12; err == nil && room > 0 && utf8.RuneCountInString(text) > room {
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
