package cells

import (
	"fmt"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/report"
)

// Run puts every cell to the endpoints of a factory, each in a test of its own,
// at every place of the sequence space. The profile says which of the RFC's
// choices they made. A cell is skipped if the stack refuses its configuration,
// or hides its state (endpoint.Profile.HidesSynReceived); one whose state the
// stack does not reach fails.
func Run(t *testing.T, new endpoint.Factory, p endpoint.Profile) {
	s := NewStack(new, p)
	for _, c := range All() {
		t.Run(c.Event.Name+"/"+c.State.Name, func(t *testing.T) {
			switch failure, skip := s.putEverywhere(&c); {
			case skip != "":
				t.Skip(skip)
			case failure != "":
				t.Fatal(failure)
			}
		})
	}
}

// putEverywhere puts a cell at every place. It says what is wrong, or why the
// cell cannot be put.
func (s *Stack) putEverywhere(c *Cell) (failure, skip string) {
	if s.profile.HidesSynReceived && c.State.Is == endpoint.SynReceived {
		return "", "the stack hides SYN-RECEIVED"
	}
	for _, at := range Places() {
		switch r := s.Put(c, at); {
		case r.Unfit != "" && r.Trace == nil:
			return "", r.Unfit
		case r.Unfit != "":
			return fmt.Sprintf("%s\n\n%s\n%s", r.Unfit, r.Scenario, ladder(&r)), ""
		case r.Wrong != "":
			return fmt.Sprintf("%s\nat %s\n\n%s\n%s", r.Wrong, at.Name, r.Scenario, ladder(&r)), ""
		}
	}
	return "", ""
}

// ladder is the run of a result.
func ladder(r *Result) string {
	var b strings.Builder
	if err := report.Ladder(&b, r.Trace, report.LadderOptions{}); err != nil {
		return "(no ladder: " + err.Error() + ")"
	}
	return b.String()
}
