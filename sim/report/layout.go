package report

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// line is one numbered line of a trace: a comment (a call, a timer, a fault), a
// departure, an arrival, or a departure and its arrival.
type line struct {
	n     int // from 1
	at    time.Duration
	end   endpoint.End // whose step it shows: the actor, the sender, the receiver
	event int          // index of that step's event

	segment uint32 // id of the segment, 0 for a comment
	departs bool   // the segment leaves on this line
	arrival int    // index of the event in which it arrives on this line, -1 if it does not
}

// layout is how the events of a trace fall into numbered lines. The numbering
// is part of the schema of the JSON Lines: how a line looks may change, what
// gets a line of its own may not, but with a new schema version.
//
//   - A call, timer or fault is a line, unless it is an active OPEN that sends
//     its SYN.
//   - Each emitted segment is a line.
//   - An arrival is a line, unless it shares that of the departure.
//   - Lines stand in the order of the events, but a passive OPEN goes before an
//     active OPEN of the same instant, as in the figures.
type layout struct {
	lines     []line
	ofEvent   []int   // by index of the event: the number of the line that shows it
	ofSegment []int   // by id: the number of the line on which it departs, 0 if on none
	arrivals  [][]int // by id: indexes of the events in which it arrived
	shared    []bool  // by index of the event: it is an arrival on its departure's line
}

// newLayout numbers the lines of a trace.
func newLayout(t *sim.Trace) *layout {
	l := &layout{
		ofEvent:   make([]int, len(t.Events)),
		ofSegment: make([]int, len(t.Segments)+1),
		arrivals:  make([][]int, len(t.Segments)+1),
		shared:    make([]bool, len(t.Events)),
	}
	for i := range t.Events {
		if s := arrived(t, &t.Events[i]); s != nil {
			l.arrivals[s.ID] = append(l.arrivals[s.ID], i)
		}
	}
	for i := range t.Events {
		l.shareArrivals(t, i)
	}
	for i := range t.Events {
		if listensToo(t, i) {
			l.addEvent(t, i+1)
		}
		if !listensToo(t, i-1) {
			l.addEvent(t, i)
		}
	}
	return l
}

// listensToo reports whether event i is an active OPEN, and the next is a
// passive OPEN of the peer at the same instant.
func listensToo(t *sim.Trace, i int) bool {
	if i < 0 || i+1 >= len(t.Events) {
		return false
	}
	e, f := &t.Events[i], &t.Events[i+1]
	return e.At == f.At && e.End != f.End &&
		e.Cause.Kind == sim.Call && e.Cause.Call == sim.CallActiveOpen &&
		f.Cause.Kind == sim.Call && f.Cause.Call == sim.CallPassiveOpen && f.Emits == 0
}

// arrived is the segment that arrives in an event, an injected one included;
// nil if none does.
func arrived(t *sim.Trace, e *sim.Event) *sim.SegmentRecord {
	if e.Cause.Kind == sim.Arrival || e.Cause.Kind == sim.Fault {
		return t.Segment(e.Cause.Segment)
	}
	return nil
}

// shareArrivals marks the arrivals that share a line with a departure of an
// event.
func (l *layout) shareArrivals(t *sim.Trace, departure int) {
	for _, s := range t.EmitsOf(&t.Events[departure]) {
		if a := l.arrivals[s.ID]; len(a) > 0 && l.adjacent(t, departure, a[0], s.ID) {
			l.shared[a[0]] = true
		}
	}
}

// adjacent reports whether nothing else happened between the departure of a
// segment and its arrival. What the sender did at the instant of the departure
// does not count, nor do arrivals of what it sent before, if they share a line
// too and nothing came of them: a burst stays a burst.
func (l *layout) adjacent(t *sim.Trace, departure, arrival int, id uint32) bool {
	d := &t.Events[departure]
	for i := departure + 1; i < arrival; i++ {
		e := &t.Events[i]
		if e.At == d.At && e.End == d.End || listensToo(t, i-1) && i-1 == departure {
			continue
		}
		if l.shared[i] && e.Cause.Segment < id && e.Emits == 0 {
			continue
		}
		return false
	}
	return true
}

// addEvent appends the lines of an event.
func (l *layout) addEvent(t *sim.Trace, i int) {
	e := &t.Events[i]
	first := len(l.lines) + 1
	s := arrived(t, e)
	switch {
	case l.shared[i]:
		first = l.ofSegment[s.ID]
	case s != nil:
		l.add(line{at: e.At, end: e.End, event: i, segment: s.ID, arrival: i})
	case e.Cause.Kind == sim.Call && e.Cause.Call == sim.CallActiveOpen && e.Cause.Err == 0 && e.Emits > 0:
		// The SYN says it.
	default:
		l.add(line{at: e.At, end: e.End, event: i, arrival: -1})
	}
	l.ofEvent[i] = first
	for _, s := range t.EmitsOf(e) {
		arrival := -1
		if a := l.arrivals[s.ID]; len(a) > 0 && l.shared[a[0]] {
			arrival = a[0]
		}
		l.ofSegment[s.ID] = l.add(line{
			at: e.At, end: e.End, event: i, segment: s.ID, departs: true, arrival: arrival,
		})
	}
}

func (l *layout) add(n line) int {
	n.n = len(l.lines) + 1
	l.lines = append(l.lines, n)
	return n.n
}

// last is the number of the last line that shows an event.
func (l *layout) last(t *sim.Trace, i int) int {
	if e := &t.Events[i]; e.Emits > 0 {
		return l.ofSegment[e.FirstEmit+e.Emits]
	}
	return l.ofEvent[i]
}

// violationLine is the number of the line to which the violation belongs: the
// last of its step. 0 means the end of the run.
func (l *layout) violationLine(t *sim.Trace) int {
	if i := eventOf(t, t.Violation.Step); i >= 0 {
		return l.last(t, i)
	}
	return 0
}

// eventOf is the index of the event with the number n, -1 if there is none.
func eventOf(t *sim.Trace, n uint32) int {
	if i := int(n) - 1; n > 0 && i < len(t.Events) && t.Events[i].N == n {
		return i
	}
	for i := range t.Events {
		if n > 0 && t.Events[i].N == n {
			return i
		}
	}
	return -1
}
