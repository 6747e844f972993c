package report

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// Story is a run in words and numbered lines: what all faces of it have in
// common, for faces that are no text.
type Story struct {
	Headline string // the whole story in one sentence
	Summary  string // how much of what, and what the numbers count from
	Lines    []Line // line n is Lines[n-1]

	// Breach is the rule that was broken and the two figures that disagree, ""
	// if none was; At is the number of the line that it belongs to, 0 for the
	// end of the run.
	Breach string
	At     int
}

// Line is a numbered line of a ladder: a call, timer or fault, a departure, an
// arrival, or a departure and its arrival.
type Line struct {
	N     int // from 1
	At    time.Duration
	End   endpoint.End // whose step it shows: the actor, the sender, the receiver
	Event int          // index of that step in Trace.Events

	Segment uint32 // its id, 0 for a call, timer or fault
	Departs bool   // the segment leaves on this line
	Arrival int    // index of the event in which it arrives on this line, -1 if it does not

	Text  string   // "[SYN] Seq=0", "RTO 1s fires"
	Notes []string // what is in parentheses below: "fault 1: drop"
}

// Tell tells a run. width is how many columns there are for what a segment
// says: of one that needs more, what the reader knows already is left out, and
// then the rest is the first note.
func Tell(t *sim.Trace, width int) *Story {
	l := newLayout(t)
	p := newPainter(t, l, LadderOptions{})
	s := &Story{Headline: headline(t, l), Summary: summary(t, LadderOptions{})}
	if t.Violation.Found() {
		s.Breach, s.At = breach(&t.Violation), l.violationLine(t)
	}
	for i := range l.lines {
		n := &l.lines[i]
		for ; p.seen < n.event; p.seen++ {
			p.timers.see(t, p.seen)
		}
		line := Line{
			N: n.n, At: n.at, End: n.end, Event: n.event,
			Segment: n.segment, Departs: n.departs, Arrival: n.arrival,
		}
		if n.segment == 0 {
			line.Text = p.eventText(n.event)
		} else {
			g := t.Segment(n.segment)
			line.Notes = p.notes(n, g)
			rest := ""
			if line.Text, rest = p.names.info(g, width); rest != "" && (n.departs || g.Injected) {
				line.Notes = append([]string{rest}, line.Notes...)
			}
		}
		s.Lines = append(s.Lines, line)
	}
	return s
}
