package reports

import (
	"io"
	"strconv"

	"github.com/lucheck/lucheck/explorer"
)

// GivenAway prints how many safe points each level gives away against the weakest stable
// state. It returns the error of the writer.
func GivenAway(w io.Writer, x *explorer.Weakest, s Style) error {
	p := newPage(s)
	p.line()
	var rows [][]string
	for _, g := range x.Levels {
		v := g.Verdict
		rows = append(rows, []string{g.Level, looks[v].sign + " " + v.String(), strconv.Itoa(g.Lost)})
	}
	p.table([]string{"level", x.Transfer, "gives away"}, rows, 2)
	return p.writeTo(w)
}
