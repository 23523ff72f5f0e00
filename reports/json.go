package reports

import (
	"bytes"
	_ "embed" // schema.json
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/lucheck/lucheck/explorer"
)

// Schema is the JSON Schema (draft 2020-12) of lucheck.report/v1. Readers must
// accept keys that it does not name, since keys are added later.
//
//go:embed schema.json
var Schema []byte

// JSON writes the report by its data contract: indented by two spaces, lists
// never null, keys sorted, ending in a line break. Equal reports give equal bytes.
func JSON(w io.Writer, r *explorer.Report) error { return writeJSON(w, r) }

// FiguresJSON writes figures by their data contract, as [JSON] does a report.
func FiguresJSON(w io.Writer, f *explorer.Figures) error { return writeJSON(w, f) }

func writeJSON[T any](w io.Writer, r *T) error {
	c, err := complete(r, unchanged)
	if err != nil {
		return err
	}
	b, err := sortedJSON(c)
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	_, err = w.Write(b)
	return err
}

// sortedJSON encodes a value with the keys of every object sorted, as those of maps
// are.
func sortedJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	d := json.NewDecoder(&b)
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, err
	}
	b.Reset()
	e.SetIndent("", "  ")
	err := e.Encode(tree)
	return b.Bytes(), err
}

// ReadJSON reads one report that [JSON] wrote. Text that is no JSON, is cut off,
// has another schema, lacks an element of a list, or goes on after the report is
// an error. Unknown keys are passed over. It reads r to its end.
func ReadJSON(r io.Reader) (*explorer.Report, error) {
	d := json.NewDecoder(r)
	report := new(explorer.Report)
	if err := d.Decode(report); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, errors.New("the report is cut off")
		}
		return nil, fmt.Errorf("this is no report: %w", err)
	}
	if report.Schema != explorer.Schema {
		return nil, fmt.Errorf("the report's schema is %q; this lucheck reads %q", report.Schema, explorer.Schema)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the report")
	}
	return report, gaps(report)
}

// gaps finds elements that are null in a list of pointers.
func gaps(r *explorer.Report) error {
	for i, s := range r.Scenarios {
		if s == nil {
			return fmt.Errorf("the report's scenario %d is null", i)
		}
		for j, c := range s.Cells {
			if c == nil {
				return fmt.Errorf("cell %d of the report's scenario %d is null", j, i)
			}
		}
		for j, c := range s.Causes {
			if c == nil {
				return fmt.Errorf("cause %d of the report's scenario %d is null", j, i)
			}
		}
	}
	return nil
}
