package cells

import (
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/report"
)

// Run puts every cell to the endpoints of a factory, each in a test of its own,
// at every place of the sequence space. The profile says which of the RFC's
// choices they made. A cell that cannot be put is skipped if the stack refuses
// its configuration, or hides the state (endpoint.Profile.HidesSynReceived);
// one whose state is never reached fails.
func Run(t *testing.T, new endpoint.Factory, p endpoint.Profile) {
	s := NewStack(new, p)
	for _, c := range All() {
		t.Run(c.Event.Name+"/"+c.State.Name, func(t *testing.T) {
			if p.HidesSynReceived && c.State.Is == endpoint.SynReceived {
				t.Skip("the stack hides SYN-RECEIVED")
			}
			for _, at := range Places() {
				r := s.Put(&c, at)
				switch {
				case r.Unfit != "" && r.Trace == nil:
					t.Skip(r.Unfit)
				case r.Unfit != "":
					t.Fatalf("%s\n%s\n%s", r.Unfit, r.Scenario, ladder(&r))
				case r.Wrong != "":
					t.Fatalf("%s\nat %s\n\n%s\n%s", r.Wrong, at.Name, r.Scenario, ladder(&r))
				}
			}
		})
	}
}

// ladder is the run of a result.
func ladder(r *Result) string {
	var b strings.Builder
	if err := report.Ladder(&b, r.Trace, report.LadderOptions{}); err != nil {
		return "(no ladder: " + err.Error() + ")"
	}
	return b.String()
}
