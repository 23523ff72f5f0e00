package main

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/lang"
)

// A number in a transfer that was learned at one size may stand for a param, or for its
// neighbour: what is said with the param can hold at every size.

// maxRewordings bounds the texts that are tried, each at two sizes.
const maxRewordings = 24

// literal finds numbers in code, with what makes one the number of a statement before it.
var literal = regexp.MustCompile(`(\.(?:at|in)\(\w+, )?\b(\d+)\b`)

// rewording is the search for a transfer that is valid at more sizes.
type rewording struct {
	*synthCommand
	s     *spec
	u     *lang.Update
	m     *lang.Machine
	o     explorer.Options
	best  *draft
	tried int
}

// reword says numbers of a transfer that was learned with some params by these.
func (r *rewording) reword(ctx context.Context, found *explorer.Synthesis, params []lang.Param) {
	for _, body := range rewordings(found.Body, params) {
		if r.tried++; r.tried > maxRewordings || len(r.best.bad) == 0 || ctx.Err() != nil {
			return
		}
		r.attempt(ctx, found, body)
	}
}

// attempt takes a transfer with another body, where it is valid at more sizes than the best so far.
func (r *rewording) attempt(ctx context.Context, found *explorer.Synthesis, body []string) {
	if len(r.best.bad) == 0 {
		return
	}
	other := *found
	other.Body = body
	d, err := r.insert(r.s, r.u, &other)
	if err != nil {
		return
	}
	if verdict, _, err := r.prove(ctx, d.files(), r.s, r.u, r.m, d.Level, r.best.bad[0], atLargerSizes(r.o)); err != nil || verdict != explorer.Valid {
		return
	}
	if err := r.try(ctx, r.s, r.u, r.m, d, r.o); err == nil && d.verdict == explorer.Valid && len(d.bad) < len(r.best.bad) {
		r.best = d
	}
}

// rewordings are the bodies in which numbers are said with a param, or as its neighbours:
// first all that can be, then those that are equal to each other, then one by one.
func rewordings(body []string, params []lang.Param) (out [][]string) {
	numbers := map[int64]int{}
	everything := map[int64]string{}
	each(body, func(n int64) string { numbers[n]++; return strconv.FormatInt(n, 10) })
	for _, gap := range []int64{0, -1, 1} {
		for _, p := range params {
			n, text := p.Value+gap, p.Name
			switch {
			case numbers[n] == 0:
				continue
			case gap < 0:
				text = p.Name + " - 1"
			case gap > 0:
				text = p.Name + " + 1"
			}
			if everything[n] == "" {
				everything[n] = text
			}
			out = append(out, replaced(body, n, text, -1))
			for k := range numbers[n] {
				if numbers[n] > 1 {
					out = append(out, replaced(body, n, text, k))
				}
			}
		}
	}
	if len(everything) > 1 {
		all := each(body, func(n int64) string { return or(everything[n], strconv.FormatInt(n, 10)) })
		out = append([][]string{all}, out...)
	}
	return out
}

// replaced has a text in the place of the k-th number n, or, for -1, of all of them.
func replaced(body []string, n int64, text string, k int) []string {
	at := -1
	return each(body, func(found int64) string {
		if found == n {
			if at++; k < 0 || k == at {
				return text
			}
		}
		return strconv.FormatInt(found, 10)
	})
}

// each replaces the numbers in code, but for those of statements. A sum is put into
// parentheses where what is beside it binds it.
func each(body []string, f func(n int64) string) (out []string) {
	for _, line := range body {
		var b strings.Builder
		from := 0
		for _, at := range literal.FindAllStringSubmatchIndex(line, -1) {
			n, err := strconv.ParseInt(line[at[4]:at[5]], 10, 64)
			if at[2] >= 0 || err != nil {
				continue
			}
			text := f(n)
			if strings.Contains(text, " ") && (bindsRight.MatchString(line[:at[4]]) || bindsLeft.MatchString(line[at[5]:])) {
				text = "(" + text + ")"
			}
			b.WriteString(line[from:at[4]] + text)
			from = at[5]
		}
		out = append(out, b.String()+line[from:])
	}
	return out
}

// The operators that bind a sum behind them, or before them.
var (
	bindsRight = regexp.MustCompile(`(-|\*|/|\bmod) *$`)
	bindsLeft  = regexp.MustCompile(`^ *(\*|/|mod\b)`)
)
