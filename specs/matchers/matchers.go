package matchers

import (
	"fmt"
	"slices"
	"strings"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// FollowRFC9293 matches a run that came to its end without breaking a rule.
// The run has to have been judged, as search.Runner does: a trace that nobody
// has judged shows no violation.
func FollowRFC9293() *Matcher {
	return newMatcher("follow RFC 9293", func(t *sim.Trace, ends []endpoint.End) (string, bool) {
		v := &t.Violation
		switch {
		case v.Found():
			return fmt.Sprintf("%s (%s) says: %s", v.Rule.Name, v.Rule.Section, v.Text), false
		case t.Outcome != sim.Quiet:
			return "it did not come to its end: " + t.Outcome.String(), false
		}
		return "it broke no rule", true
	})
}

// Visit matches a run in which one end enters these states, in this order;
// others may lie in between. The CLOSED of the beginning was not entered.
func Visit(states ...endpoint.State) *Matcher {
	wants := "visit " + join(states, ", then ")
	return newMatcher(wants, func(t *sim.Trace, ends []endpoint.End) (string, bool) {
		ok := false
		var saw []string
		for _, e := range ends {
			path := pathOf(t, e)
			ok = ok || subsequence(states, path[1:])
			saw = append(saw, fmt.Sprintf("%v went %s", e, join(path, " -> ")))
		}
		return strings.Join(saw, "; "), ok
	})
}

// TakeEdge matches a run in which one end goes from one state to the other in
// a single step.
func TakeEdge(from, to endpoint.State) *Matcher {
	wants := fmt.Sprintf("take %v -> %v", from, to)
	return newMatcher(wants, func(t *sim.Trace, ends []endpoint.End) (string, bool) {
		ok := false
		var saw []string
		for _, e := range ends {
			path := pathOf(t, e)
			for i := range path[1:] {
				ok = ok || path[i] == from && path[i+1] == to
			}
			saw = append(saw, fmt.Sprintf("%v went %s", e, join(path, " -> ")))
		}
		return strings.Join(saw, "; "), ok
	})
}

// EndIn matches a run whose ends are in these states when nothing can happen
// any more.
func EndIn(a, b endpoint.State) *Matcher {
	want := [2]endpoint.State{a, b}
	wants := fmt.Sprintf("end with A in %v and B in %v", a, b)
	return newMatcher(wants, func(t *sim.Trace, ends []endpoint.End) (string, bool) {
		ok := true
		for _, e := range ends {
			ok = ok && t.Final[e] == want[e]
		}
		return fmt.Sprintf("A is in %v and B in %v", t.Final[endpoint.A], t.Final[endpoint.B]), ok
	})
}

// Deliver matches a run whose applications read so many octets in all; At says
// which of them reads. That they are the octets which the other end sent is
// for FollowRFC9293 to say.
func Deliver(octets int64) *Matcher {
	wants := fmt.Sprintf("deliver %d octets", octets)
	return newMatcher(wants, func(t *sim.Trace, ends []endpoint.End) (string, bool) {
		var read [2]int64
		for i := range t.Events {
			c := &t.Events[i].Cause
			if c.Kind == sim.Call && c.Call == sim.CallReceive {
				read[t.Events[i].End] += int64(c.N)
			}
		}
		sum := int64(0)
		for _, e := range ends {
			sum += read[e]
		}
		return fmt.Sprintf("A read %d and B read %d", read[endpoint.A], read[endpoint.B]), sum == octets
	})
}

// Emit matches a run whose ends emit n segments of a kind, retransmissions
// included, whatever became of them; injected segments do not count.
func Emit(k endpoint.Kind, n int) *Matcher {
	wants := fmt.Sprintf("emit %v %d times", k, n)
	return newMatcher(wants, func(t *sim.Trace, ends []endpoint.End) (string, bool) {
		var sent [2]int
		for i := range t.Segments {
			s := &t.Segments[i]
			if !s.Injected && (k == endpoint.Any || s.Kind == k) {
				sent[s.End]++
			}
		}
		sum := 0
		for _, e := range ends {
			sum += sent[e]
		}
		return fmt.Sprintf("A sent %d and B sent %d", sent[endpoint.A], sent[endpoint.B]), sum == n
	})
}

// Hear matches a run in which an application is told this error by one of
// its calls, or finds it as the reason why its connection ended.
func Hear(err endpoint.Error) *Matcher {
	wants := fmt.Sprintf("hear %q", err.Error())
	return newMatcher(wants, func(t *sim.Trace, ends []endpoint.End) (string, bool) {
		ok := false
		var heard [2][]string
		for i := range t.Events {
			e := &t.Events[i]
			for _, got := range [...]endpoint.Error{e.Cause.Err, e.TCB.Err} {
				if got != 0 && !slices.Contains(heard[e.End], got.Error()) {
					heard[e.End] = append(heard[e.End], got.Error())
				}
				ok = ok || got == err && slices.Contains(ends, e.End)
			}
		}
		return fmt.Sprintf("A heard %q and B %q", heard[endpoint.A], heard[endpoint.B]), ok
	})
}

// pathOf lists the states that an end was in, one after the other, from the
// CLOSED in which every run begins.
func pathOf(t *sim.Trace, e endpoint.End) []endpoint.State {
	path := []endpoint.State{endpoint.Closed}
	for i := range t.Events {
		if v := &t.Events[i]; v.End == e && v.After != path[len(path)-1] {
			path = append(path, v.After)
		}
	}
	return path
}

// subsequence reports whether the wanted states stand in the path, in order.
func subsequence(want, path []endpoint.State) bool {
	for _, s := range path {
		if len(want) > 0 && s == want[0] {
			want = want[1:]
		}
	}
	return len(want) == 0
}

func join(states []endpoint.State, between string) string {
	var names []string
	for _, s := range states {
		names = append(names, s.String())
	}
	return strings.Join(names, between)
}
