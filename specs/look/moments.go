package look

import (
	"fmt"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
)

// Moment is what happened in one step, whatever it was that made the fates of
// the segments: two runs whose moments are the same are the same to both ends.
type Moment struct {
	At            time.Duration
	End           endpoint.End
	Kind          sim.CauseKind
	Segment       string // which one arrived, by what it is: "A SYN #2"
	Before, After endpoint.State
	TCB           sim.TCB
}

// Moments lists what happened, but for the events that are left out (nil:
// none), and cuts: these are no event to an end, only to what it emits.
func Moments(t *sim.Trace, leaveOut func(*sim.Event) bool) []Moment {
	var list []Moment
	for i := range t.Events {
		e := &t.Events[i]
		c := &e.Cause
		cut := c.Kind == sim.Fault && c.Segment == 0 && t.Scenario.Fault[c.Fault-1].Op == faults.Cut
		if cut || leaveOut != nil && leaveOut(e) {
			continue
		}
		m := Moment{At: e.At, End: e.End, Kind: c.Kind, Before: e.Before, After: e.After, TCB: e.TCB}
		if s := t.Segment(c.Segment); s != nil {
			m.Segment = fmt.Sprintf("%v %v #%d", s.End, s.Kind, s.Nth)
		}
		list = append(list, m)
	}
	return list
}

// Part says where two runs part: the first moment of each that the other does
// not have, or "" if they are the same.
func Part(a, b []Moment) string {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return describe(a, i) + "\nagainst\n" + describe(b, i)
		}
	}
	return ""
}

func describe(list []Moment, at int) string {
	if at >= len(list) {
		return "(nothing)"
	}
	return fmt.Sprintf("%+v", list[at])
}

// Tied reports whether a segment that a fault had set aside arrived at the same
// instant as another one did: after it, then, which is something that no delay
// can say.
func Tied(t *sim.Trace) bool {
	var set, plain = map[time.Duration]bool{}, map[time.Duration]bool{}
	for i := range t.Events {
		e := &t.Events[i]
		s := t.Segment(e.Cause.Segment)
		if s == nil {
			continue
		}
		aside := t.CopiesOf(s)[e.Cause.Copy].Aside != 0
		if plain[e.At] && aside || set[e.At] {
			return true
		}
		set[e.At], plain[e.At] = aside, true
	}
	return false
}

// Twice returns the first step in which a segment came a second time, at the
// same moment as the first, and changed its end, or nil; calls of the
// application may lie in between. A copy that finds a wider window than the
// first one is left aside: it may fit, where the first did not.
func Twice(t *sim.Trace) *sim.Event {
	var last [2]sim.Event // of each end
	var first [2]struct { // the last segment to arrive
		id   uint32
		at   time.Duration
		edge endpoint.Seq // of the window, before it
	}
	for i := range t.Events {
		e := &t.Events[i]
		before, f := &last[e.End], &first[e.End]
		arrived := e.Cause.Kind == sim.Arrival && !e.Cause.Corrupt
		if arrived && f.id == e.Cause.Segment && f.at == e.At {
			if f.edge == edge(before) && changed(before, e) {
				return e
			}
		} else if arrived {
			f.id, f.at, f.edge = e.Cause.Segment, e.At, edge(before)
		}
		*before = *e
	}
	return nil
}

// edge is the right edge of an end's window after a step.
func edge(e *sim.Event) endpoint.Seq { return e.TCB.RCVNXT + endpoint.Seq(e.TCB.RCVWND) }

// changed reports whether the second step moved anything but timers and
// counters.
func changed(first, second *sim.Event) bool {
	a, b := &first.TCB, &second.TCB
	return first.After != second.After || a.UNA != b.UNA || a.RCVNXT != b.RCVNXT ||
		a.Readable != b.Readable || a.EOF != b.EOF
}
