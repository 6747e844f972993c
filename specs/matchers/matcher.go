package matchers

import (
	"fmt"
	"strings"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// Matcher is a Gomega matcher over a run. At narrows it to one end.
type Matcher struct {
	wants string // completes "Expected the run to": "end in CLOSED"
	ends  []endpoint.End
	named bool // ends is the choice of the spec's author

	// saw returns what the ends did instead of what is wanted, and whether the
	// run matches. It is a function of the trace alone, so that asking again
	// for the failure message gives the same answer.
	saw func(t *sim.Trace, ends []endpoint.End) (string, bool)
}

var bothEnds = []endpoint.End{endpoint.A, endpoint.B}

func newMatcher(wants string, saw func(*sim.Trace, []endpoint.End) (string, bool)) *Matcher {
	return &Matcher{wants: wants, ends: bothEnds, saw: saw}
}

// At returns the matcher narrowed to what one end does; without it either end
// will do, or both are counted together.
func (m *Matcher) At(e endpoint.End) *Matcher {
	n := *m
	n.ends, n.named = []endpoint.End{e}, true
	return &n
}

// Match is of Gomega's matcher interface. It is an error to ask about anything
// but a run.
func (m *Matcher) Match(actual any) (bool, error) {
	t, err := traceOf(actual)
	if err != nil {
		return false, err
	}
	_, ok := m.saw(t, m.ends)
	return ok, nil
}

// FailureMessage is of Gomega's matcher interface: one sentence, and the
// ladder.
func (m *Matcher) FailureMessage(actual any) string { return m.message(actual, "to") }

// NegatedFailureMessage is of Gomega's matcher interface.
func (m *Matcher) NegatedFailureMessage(actual any) string { return m.message(actual, "not to") }

func (m *Matcher) message(actual any, to string) string {
	t, err := traceOf(actual)
	if err != nil {
		return err.Error()
	}
	saw, _ := m.saw(t, m.ends)
	at := ""
	if m.named {
		at = " at " + m.ends[0].String()
	}
	return fmt.Sprintf("Expected the run %s %s%s; %s\n\n%s", to, m.wants, at, saw, Ladder(t))
}

// traceOf finds the trace of whatever a spec calls a run.
func traceOf(actual any) (*sim.Trace, error) {
	switch run := actual.(type) {
	case *sim.Trace:
		if run != nil {
			return run, nil
		}
	case interface{ Trace() *sim.Trace }:
		return run.Trace(), nil
	}
	return nil, fmt.Errorf("matchers: a run is a *sim.Trace or has one; this is %T", actual)
}

// Ladder is the run as a ladder diagram, as report.Ladder writes it.
func Ladder(t *sim.Trace) string {
	var b strings.Builder
	if err := report.Ladder(&b, t, report.LadderOptions{}); err != nil {
		return "(no ladder: " + err.Error() + ")"
	}
	return b.String()
}
