package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// levelWords are the levels' names in the order of lang's constants.
var levelWords = []string{"anytime", "data", "unit", "protocol", "event", "system", "state", "reboot", "hardware"}

// verdictWords are what an expectation of a cell may end in.
var verdictWords = []string{"valid", "immediate", "eventual", "possible", "stray", "invalid", "broken", "vacuous", "feasible", "infeasible"}

// readRequired reads expectations as `LEVEL [with TRANSFER] [VERDICT]`, valid
// where no verdict is given.
func readRequired(texts []string) ([]*lang.Expect, error) {
	var required []*lang.Expect
	for _, t := range texts {
		e, err := readExpect(t)
		if err != nil {
			return nil, failf(exitUsage, "--require %q: %v", t, err)
		}
		required = append(required, e)
	}
	return required, nil
}

func readExpect(text string) (*lang.Expect, error) {
	words := strings.Fields(text)
	e := &lang.Expect{Verdict: "valid"}
	if n := len(words); n > 1 && slices.Contains(verdictWords, words[n-1]) && words[n-2] != "with" {
		e.Verdict, words = words[n-1], words[:n-1]
	}
	if i := slices.Index(words, "with"); i >= 0 {
		if i != len(words)-2 {
			return nil, fmt.Errorf("one transfer's name stands behind `with`")
		}
		e.With, words = words[i+1], words[:i]
	}
	if len(words) == 0 {
		return nil, fmt.Errorf("it names no level")
	}
	level, err := readLevel(words[0], strings.Join(words[1:], " "))
	e.Level = level
	return e, err
}

// readLevel reads a level from its word and the names behind it.
func readLevel(word, names string) (lang.Level, error) {
	kind := slices.Index(levelWords, word)
	if kind < 0 {
		return lang.Level{}, fmt.Errorf("%q is no level%s", word, didYouMean(word, levelWords))
	}
	l := lang.Level{Kind: lang.LevelKind(kind)}
	for _, n := range strings.Split(names, ",") {
		if n = strings.TrimSpace(n); n != "" {
			l.Names = append(l.Names, n)
		}
	}
	named := l.Kind == lang.LevelData || l.Kind == lang.LevelProtocol || l.Kind == lang.LevelState
	switch {
	case named && len(l.Names) == 0:
		return l, fmt.Errorf("the level %s needs a name", word)
	case !named && len(l.Names) > 0:
		return l, fmt.Errorf("the level %s has no name behind it", word)
	case l.Kind == lang.LevelState && len(l.Names) > 1:
		return l, fmt.Errorf("the level state has one name")
	}
	return l, nil
}

// applies says why an expectation from the command line cannot be asked of an
// update: a name in it is not declared.
func applies(required []*lang.Expect, p *lang.Program, u *lang.Update) error {
	for _, e := range required {
		transfers := []string{}
		for _, t := range u.Transfers {
			transfers = append(transfers, t.Name)
		}
		if e.With != "" && !slices.Contains(transfers, e.With) {
			return fmt.Errorf("--require names the transfer %q, which it does not have%s", e.With, didYouMean(e.With, transfers))
		}
		known := levelNames(e.Level.Kind, p.Base)
		for _, n := range e.Level.Names {
			if !slices.Contains(known, n) {
				return fmt.Errorf("--require names %s %q, which is not declared%s", levelWords[e.Level.Kind], n, didYouMean(n, known))
			}
		}
	}
	return nil
}

// levelNames gives what may stand behind a level's word.
func levelNames(kind lang.LevelKind, s *lang.System) []string {
	var names []string
	switch kind {
	case lang.LevelProtocol:
		for _, p := range s.Protocols {
			names = append(names, p.Name)
		}
	case lang.LevelState:
		for _, p := range s.Stables {
			names = append(names, p.Name)
		}
	case lang.LevelData:
		for _, t := range s.Types {
			names = append(names, t.Name)
		}
		for _, v := range s.Data {
			names = append(names, v.Name)
		}
	}
	return names
}
