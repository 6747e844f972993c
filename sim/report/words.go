package report

import (
	"strconv"
	"strings"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
)

// Clock writes a virtual time as a ladder does: "1.010s", in milliseconds,
// rounded down, so that nothing seems to happen later than it did.
func Clock(d time.Duration) string {
	b := strconv.AppendInt(nil, int64(d/time.Second), 10)
	ms := int64(d % time.Second / time.Millisecond)
	return string(append(b, '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10), 's'))
}

// Span writes a duration in seconds, as short as it goes: "1.5s", "240.3s",
// "20ms", "1us". Ladders and packet comments use it.
func Span(d time.Duration) string {
	switch {
	case d < 0 || d%time.Microsecond != 0:
		return strings.ReplaceAll(d.String(), "µ", "u")
	case d == 0:
		return "0s"
	case d < time.Millisecond:
		return strconv.FormatInt(int64(d/time.Microsecond), 10) + "us"
	case d < time.Second && d%time.Millisecond == 0:
		return strconv.FormatInt(int64(d/time.Millisecond), 10) + "ms"
	}
	s := strconv.FormatInt(int64(d/time.Second), 10)
	if us := int64(d % time.Second / time.Microsecond); us != 0 {
		f := strconv.FormatInt(1_000_000+us, 10)[1:]
		s += "." + strings.TrimRight(f, "0")
	}
	return s + "s"
}

// FaultText says what the scripted fault with the number n, from 1, does to a
// segment or a host: "delay 1.5s". It is empty if there is no such fault.
func FaultText(t *sim.Trace, n uint16) string {
	if n == 0 || int(n) > len(t.Scenario.Fault) {
		return ""
	}
	f := &t.Scenario.Fault[n-1]
	switch f.Op {
	case faults.Drop:
		return "drop"
	case faults.Delay:
		return "delay " + Span(f.By)
	case faults.Duplicate:
		return "duplicate after " + Span(f.By)
	case faults.Reorder:
		return "reorder behind " + strconv.FormatUint(uint64(f.Behind), 10)
	case faults.Corrupt:
		return "corrupt bit " + strconv.FormatUint(uint64(f.Bit), 10)
	case faults.Hold:
		return "hold until " + f.Until.End.String() + " " + f.Until.State.String()
	case faults.Cut:
		return "cut " + direction(f) + " for " + Span(f.By)
	case faults.Crash:
		return "crash"
	case faults.Restart:
		return "restart"
	case faults.Stall:
		return "stall reads for " + Span(f.By)
	case faults.Inject:
		return "injected"
	}
	return ""
}

func direction(f *faults.Fault) string {
	if f.Both {
		return "A<->B"
	}
	return f.End.String() + "->" + f.End.Peer().String()
}

// numbered is "fault 1: delay 1.5s".
func numbered(n uint16, text string) string {
	s := "fault " + strconv.FormatUint(uint64(n), 10)
	if text == "" {
		return s
	}
	return s + ": " + text
}

// fateNotes says what link and script did to a segment: one note for each fault
// that edited its fate, and one for a loss that no fault explains.
func fateNotes(t *sim.Trace, s *sim.SegmentRecord) []string {
	var notes []string
	if s.Injected {
		for _, n := range t.ByOf(s) {
			notes = append(notes, numbered(n, "injected"))
		}
		return notes
	}
	for _, n := range t.ByOf(s) {
		text := FaultText(t, n)
		if strings.HasPrefix(text, "cut ") {
			text = "cut"
		}
		notes = append(notes, numbered(n, text))
	}
	scripted := s.Cause == link.LostByScript || s.Cause == link.LostByCut
	if s.NCopies == 0 && !(scripted && s.NBy > 0) {
		notes = append(notes, "lost: "+s.Cause.String())
	}
	if s.Revived {
		notes = append(notes, "saved by the loss cap")
	}
	return notes
}

// arrivalNotes says what is odd about an arrival.
func arrivalNotes(e *sim.Event) []string {
	var notes []string
	c := &e.Cause
	if c.Copy > 0 {
		notes = append(notes, "copy "+strconv.Itoa(int(c.Copy)+1))
	}
	switch {
	case c.Deaf:
		notes = append(notes, "lost: host down")
	case c.Undetected:
		notes = append(notes, "corrupted: undetected")
	case c.Corrupt:
		notes = append(notes, "corrupted: checksum")
	}
	return notes
}

// callText is "SEND 1000", "RECEIVE: end of stream", "CLOSE: connection
// closing".
func callText(c *sim.Cause) string {
	s := c.Call.String()
	if c.N > 0 {
		s += " " + strconv.Itoa(int(c.N))
	}
	switch {
	case c.Err != 0:
		s += ": " + c.Err.Error()
	case c.EOF:
		s += ": end of stream"
	}
	return s
}

// timers derives which timer an event was from the state and from what was
// emitted: an endpoint says only when it wants to be called, not why.
type timers struct {
	prev     [2]int           // index of each end's last event, -1 if none
	progress [2]time.Duration // when each end's SND.UNA last moved
}

// see takes note of an event after its text was asked for.
func (m *timers) see(t *sim.Trace, i int) {
	e := &t.Events[i]
	if p := m.prev[e.End]; p < 0 || t.Events[p].TCB.UNA != e.TCB.UNA {
		m.progress[e.End] = e.At
	}
	m.prev[e.End] = i
}

// text is "RTO 1s fires", "delayed ACK", "TIME-WAIT ends".
func (m *timers) text(t *sim.Trace, i int) string {
	e := &t.Events[i]
	switch {
	case e.Before == endpoint.TimeWait && e.After == endpoint.Closed:
		return "TIME-WAIT ends"
	case e.After == endpoint.Closed && e.TCB.Err == endpoint.ErrUserTimeout:
		return "user timeout"
	case e.After == endpoint.Closed && e.TCB.Err == endpoint.ErrTimeout:
		return "R2 is over: connection given up"
	case e.Emits == 0:
		return "timer fires"
	}
	s := &t.Segments[e.FirstEmit]
	probes := false
	if p := m.prev[e.End]; p >= 0 {
		probes = t.Events[p].TCB.SNDWND == 0 && e.Before.Synchronized()
	}
	switch {
	case probes && s.Len > 0:
		return "persist timer fires"
	case s.Of != 0:
		since := t.Segment(s.Of).At
		return "RTO " + Span(e.At-max(since, m.progress[e.End])) + " fires"
	case s.Kind == endpoint.KindACK:
		return "delayed ACK"
	case s.Len > 0:
		return "override timer fires"
	}
	return "timer fires"
}

// ascii replaces what an 80-column terminal cannot show: texts come from
// stacks and oracles of other people.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}
