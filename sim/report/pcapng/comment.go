package pcapng

import (
	"strconv"
	"strings"

	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// commenter says what became of each segment.
type commenter struct {
	t        *sim.Trace
	arrivals [][]*sim.Event // by id, in the order of arrival
}

func newCommenter(t *sim.Trace) *commenter {
	c := &commenter{t: t, arrivals: make([][]*sim.Event, len(t.Segments)+1)}
	for i := range t.Events {
		e := &t.Events[i]
		if e.Cause.Kind != sim.Arrival && e.Cause.Kind != sim.Fault {
			continue
		}
		if s := t.Segment(e.Cause.Segment); s != nil {
			c.arrivals[s.ID] = append(c.arrivals[s.ID], e)
		}
	}
	return c
}

// comment is "#2 fault 1: delayed to 1.510s", "#3 lost: loss", "#4 fault 1:
// duplicated; delivered at 0.020s, at 0.040s".
func (c *commenter) comment(s *sim.SegmentRecord) string {
	var notes []string
	if s.Of != 0 {
		notes = append(notes, "retransmit of #"+strconv.FormatUint(uint64(s.Of), 10))
	}
	if s.Malformed {
		notes = append(notes, "malformed: not as it was sent")
	}
	told := false // that it was delayed to a moment
	for _, n := range c.t.ByOf(s) {
		text := c.edit(n, s)
		told = told || strings.HasPrefix(text, "delayed to")
		notes = append(notes, "fault "+strconv.Itoa(int(n))+": "+text)
	}
	if s.Revived {
		notes = append(notes, "saved by the loss cap")
	}
	if s.NCopies == 0 && s.Cause != link.LostByScript && s.Cause != link.LostByCut {
		notes = append(notes, "lost: "+s.Cause.String())
	}
	if s.NCopies > 0 && !(told && len(c.arrivals[s.ID]) <= 1) {
		notes = append(notes, c.delivery(s))
	}
	return "#" + strconv.FormatUint(uint64(s.ID), 10) + " " + strings.Join(notes, "; ")
}

// edit is what a scripted fault did to a segment.
func (c *commenter) edit(n uint16, s *sim.SegmentRecord) string {
	if int(n) > len(c.t.Scenario.Fault) || n == 0 {
		return "not in the script"
	}
	f := &c.t.Scenario.Fault[n-1]
	switch f.Op {
	case faults.Drop:
		return "dropped"
	case faults.Delay:
		if s.NCopies > 0 {
			return "delayed to " + report.Clock(c.t.CopiesOf(s)[0].At)
		}
		return "delayed by " + report.Span(f.By)
	case faults.Duplicate:
		return "duplicated after " + report.Span(f.By)
	case faults.Reorder:
		return "reordered behind " + strconv.FormatUint(uint64(f.Behind), 10)
	case faults.Corrupt:
		return "corrupted at bit " + strconv.FormatUint(uint64(f.Bit), 10)
	case faults.Hold:
		return "held until " + f.Until.End.String() + " " + f.Until.State.String()
	case faults.Cut:
		return "cut"
	}
	return report.FaultText(c.t, n)
}

// delivery says when the copies arrived, and how.
func (c *commenter) delivery(s *sim.SegmentRecord) string {
	if len(c.arrivals[s.ID]) == 0 {
		return "under way at the end"
	}
	var b strings.Builder
	b.WriteString("delivered")
	for i, e := range c.arrivals[s.ID] {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(" at " + report.Clock(e.At))
		switch {
		case e.Cause.Deaf:
			b.WriteString(" to a host that was down")
		case e.Cause.Undetected:
			b.WriteString(" corrupted, undetected")
		case e.Cause.Corrupt:
			b.WriteString(" with a bad checksum")
		}
	}
	return b.String()
}
