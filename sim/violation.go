package sim

import (
	"time"

	"example.org/halfopen/endpoint"
)

// Rule names one thing that RFC 9293, or a companion, demands.
type Rule struct {
	ID      string // "I-13"
	Name    string // "iss-stable": in file names and reports
	Section string // "RFC 9293 section 3.4.1"
}

// Violation is a run's breach of a rule: a value that can be compared, sorted
// and written. The zero value is no violation.
type Violation struct {
	Rule  Rule
	Step  uint32         // the step that broke it; 0 for the end of the run
	At    time.Duration  // virtual time
	End   endpoint.End   // the end that broke it
	State endpoint.State // its state after the step
	Text  string         // one line: who did what, with the two figures that disagree
	Got   string         // what was seen
	Want  string         // what the rule allows
}

// Found reports whether v is a violation.
func (v *Violation) Found() bool { return v.Rule.ID != "" }
