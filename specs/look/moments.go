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

// Twice returns the first step in which a segment came a second time, right
// after the first, and changed its end, or nil. A copy that follows one which
// made the end advertise a wider window is left aside: it may fit, where the
// first did not.
func Twice(t *sim.Trace) *sim.Event {
	var edges [2]endpoint.Seq     // the right edge of each end's window
	var before, edge endpoint.Seq // that of the end of the last step, before and after it
	for i := range t.Events {
		e := &t.Events[i]
		if i > 0 && before == edge && again(&t.Events[i-1], e) && changed(&t.Events[i-1], e) {
			return e
		}
		before, edge = edges[e.End], e.TCB.RCVNXT+endpoint.Seq(e.TCB.RCVWND)
		edges[e.End] = edge
	}
	return nil
}

// again reports whether two steps are the arrivals of two copies of a segment.
func again(first, second *sim.Event) bool {
	return first.Cause.Kind == sim.Arrival && second.Cause.Kind == sim.Arrival && first.End == second.End &&
		first.Cause.Segment == second.Cause.Segment && !first.Cause.Corrupt
}

// changed reports whether the second step moved anything but timers and
// counters.
func changed(first, second *sim.Event) bool {
	a, b := &first.TCB, &second.TCB
	return first.After != second.After || a.UNA != b.UNA || a.RCVNXT != b.RCVNXT ||
		a.Readable != b.Readable || a.EOF != b.EOF
}
