package explorer

// Verdict is what is said of a cell. The zero value is Unknown, so no path
// through the code can say Valid by forgetting to decide.
type Verdict uint8

// The verdicts (definitions section 3).
const (
	Unknown    Verdict = iota // a limit stopped the exploration, or the level is not decided
	Valid                     // every point is immediate or eventual
	Possible                  // some fair path stays outside R2 for ever
	Stray                     // no failure, but R2 can get out of reach
	Invalid                   // a failure before R2
	Vacuous                   // the level has no reachable point
	Broken                    // the new version alone fails
	Feasible                  // some transfer is valid
	Infeasible                // none is
)

var verdictNames = [...]string{"unknown", "valid", "possible", "stray", "invalid", "vacuous", "broken", "feasible", "infeasible"}

// String is the verdict as the language writes it.
func (v Verdict) String() string { return verdictNames[v] }

// MarshalText writes the verdict's word.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a verdict's word; an unknown word is an error.
func (v *Verdict) UnmarshalText(text []byte) error {
	for i, name := range verdictNames {
		if name == string(text) {
			*v = Verdict(i)
			return nil
		}
	}
	return &VerdictError{Word: string(text)}
}

// VerdictError is a word that is no verdict.
type VerdictError struct{ Word string }

func (e *VerdictError) Error() string { return "no such verdict: " + e.Word }
