package vnet

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"example.org/halfopen/sim/report"
)

// Twice runs f as Test does, two times, as the subtests "first" and "second",
// and fails if the two runs were not the same: it logs the first event at which
// they parted (see Diverged). A test that is the same twice can be debugged: what
// was seen once is seen again.
func Twice(t *testing.T, script string, f func(*testing.T, *Network)) {
	t.Helper()
	var runs [2][]Record
	for i, name := range []string{"first", "second"} {
		ok := t.Run(name, func(t *testing.T) {
			t.Helper()
			test(t, script, func(t *testing.T, n *Network) {
				n.remember = true
				f(t, n)
			}, func(n *Network) { runs[i] = n.Connections() })
		})
		if !ok {
			return // what it logged is more than enough
		}
	}
	if text := Diverged(runs[0], runs[1]); text != "" {
		t.Errorf("two runs of one test are not the same: %s", text)
	}
}

// Diverged says where two runs of one program parted: the connection and the first
// event that they do not have in common, in virtual time; "" if they are the same.
// The records are those of Connections.
func Diverged(first, second []Record) string {
	text, at := "", time.Duration(-1)
	for number := 1; ; number++ {
		a, b := numbered(first, number), numbered(second, number)
		if a == nil && b == nil {
			return text
		}
		if when, what := part(a, b); what != "" && (text == "" || when < at) {
			text, at = what, when
		}
	}
}

// numbered is the record of a connection, nil if there is none.
func numbered(list []Record, number int) *Record {
	if i := slices.IndexFunc(list, func(r Record) bool { return r.Number == number }); i >= 0 {
		return &list[i]
	}
	return nil
}

// part is when, and how, two records of one connection differ first.
func part(a, b *Record) (at time.Duration, text string) {
	switch {
	case a == nil:
		return opened(b), fmt.Sprintf("%s, opened at %s, is in the second run only", b, report.Clock(opened(b)))
	case b == nil:
		return opened(a), fmt.Sprintf("%s, opened at %s, is in the first run only", a, report.Clock(opened(a)))
	case a.String() != b.String():
		return opened(a), fmt.Sprintf("the first run has %s, the second %s", a, b)
	}
	d, err := difference(a, b)
	switch {
	case err != nil:
		return opened(a), err.Error()
	case d == nil:
		return 0, ""
	case d.Event == 0: // the scenario, or how it ended
		return opened(a), fmt.Sprintf("%s:\n%s", a, d)
	}
	// The record of one of the two may have ended.
	for _, t := range []*Record{a, b} {
		if i := int(d.Event) - 1; i < len(t.Trace.Events) {
			at = t.Trace.Events[i].At
		}
	}
	return at, fmt.Sprintf("%s: event %d, at %s:\n%s", a, d.Event, report.Clock(at), d)
}

// difference compares two traces, octet for octet as they are written.
func difference(a, b *Record) (*report.Difference, error) {
	var text bytes.Buffer
	if err := report.WriteJSONL(&text, a.Trace); err != nil {
		return nil, err
	}
	recorded, err := report.ReadJSONL(&text)
	if err != nil {
		return nil, err
	}
	return recorded.Diff(b.Trace)
}

// opened is when a connection was opened.
func opened(r *Record) time.Duration {
	if len(r.Trace.Events) == 0 {
		return 0
	}
	return r.Trace.Events[0].At
}
