package main

import (
	"fmt"
	"strings"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/lang"
)

// What was found at one size is checked at larger ones: each param greater by one, and all.
// Each may cost that many states.
const largerStates = 1_000_000

// atLargerSizes are the options for a larger size.
func atLargerSizes(o explorer.Options) explorer.Options {
	if o.MaxStates == 0 || o.MaxStates > largerStates {
		o.MaxStates = largerStates
	}
	return o
}

// sizes tells what comes out at larger sizes, line by line, and at which of them it is not valid.
func sizes(params []lang.Param, prove func(set map[string]int64) (explorer.Verdict, error)) (lines []string, bad []map[string]int64) {
	all := map[string]int64{}
	var sets []map[string]int64
	for _, p := range params {
		all[p.Name] = p.Value + 1
		sets = append(sets, map[string]int64{p.Name: p.Value + 1})
	}
	if len(sets) > 1 {
		sets = append(sets, all)
	}
	for _, set := range sets {
		var text []string
		for _, p := range params {
			if v, is := set[p.Name]; is {
				text = append(text, fmt.Sprintf("%s = %d", p.Name, v))
			}
		}
		verdict, err := prove(set)
		outcome := verdict.String()
		if err != nil {
			outcome = "no spec at that size"
		} else if verdict != explorer.Valid {
			bad = append(bad, set)
		}
		lines = append(lines, fmt.Sprintf("with %s: %s", strings.Join(text, ", "), outcome))
	}
	return lines, bad
}
