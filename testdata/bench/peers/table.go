package main

import (
	"fmt"
	"os"
	"slices"
	"text/tabwriter"
)

// table prints a row for each contender, with its figures as multiples of those of the
// first one, lucheck's engine. A whole check explores more than the states of one version:
// it has no figures per state.
func table(m *member, all []*contender) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	defer w.Flush()
	fmt.Fprintln(w, "\tCPU s\t(least, greatest)\tpeak MB\tstates/CPU s\tB/state\tCPU ×\tmemory ×\t")
	states := float64(m.states)
	for _, c := range all {
		s, b := median(c.cpu), median(c.bytes)
		pace, size := "", ""
		if c.states != nil {
			pace, size = fmt.Sprintf("%.0f", states/s), fmt.Sprintf("%.1f", b/states)
		}
		fmt.Fprintf(w, "%s\t%.2f\t(%.2f, %.2f)\t%.0f\t%s\t%s\t%.2f\t%.2f\t\n", c.name, s, slices.Min(c.cpu), slices.Max(c.cpu),
			b/1e6, pace, size, s/median(all[0].cpu), b/median(all[0].bytes))
	}
}

// median is the middle one of some figures, the upper one of two.
func median(figures []float64) float64 {
	sorted := slices.Sorted(slices.Values(figures))
	return sorted[len(sorted)/2]
}
