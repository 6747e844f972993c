package packetdrill

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// FileName is what the file is called in the folder of a counterexample.
const FileName = "kernel.pkt"

// Write writes the end that broke a rule (without a violation: A) as a script.
// It ends where the rule was broken; what the end sent in that step is in a
// comment, because no other TCP is to be held to it. A run that no script can
// tell becomes a file of comments that says why: that is no error.
func Write(w io.Writer, t *sim.Trace) error {
	s := script{t: t, side: t.Violation.End}
	s.events()
	var b bytes.Buffer
	s.head(&b)
	if s.why != "" {
		comment(&b, "There is no script: "+s.why+".")
	} else {
		b.Write(s.body.Bytes())
	}
	_, err := w.Write(b.Bytes())
	return err
}

// script is a script under construction.
type script struct {
	t    *sim.Trace
	side endpoint.End // under test
	body bytes.Buffer
	why  string        // there is no script; "" if there is one so far
	n    int           // lines with a time
	zero time.Duration // when the first of them was: packetdrill begins at 0
	last time.Duration // of the last line that made something happen

	sockets
	numbers
}

// cannot ends the script: the first reason counts.
func (s *script) cannot(format string, args ...any) {
	if s.why == "" {
		s.why = fmt.Sprintf(format, args...)
	}
}

// head says what the file is. It says it of a file without a script, too.
func (s *script) head(b *bytes.Buffer) {
	t, v := s.t, &s.t.Violation
	comment(b, "End "+s.side.String()+" of "+report.Name(t)+", a run of halfopen, for packetdrill.")
	if v.Found() {
		comment(b, v.Rule.Name+", "+v.Rule.Section+": "+v.Text)
	}
	if s.why != "" {
		return
	}
	comment(b, "What arrived at "+s.side.String()+" is injected (<), what it sent is expected (>).")
	comment(b, "Not compared: octets, and the windows and SYN options, which are the kernel's own.")
	for i := range t.Scenario.Fault {
		comment(b, "fault "+strconv.Itoa(i+1)+": "+t.Scenario.Fault[i].String())
	}
	b.WriteByte('\n')
	if t.Scenario.IPv6 {
		b.WriteString("--ip_version=ipv6\n\n")
	}
}

// comment writes a line of comment. A text may come from a stack, or an oracle,
// of somebody else: it stays one line of ASCII.
func comment(b *bytes.Buffer, text string) {
	b.WriteString("// ")
	b.WriteString(ascii(strings.TrimSpace(text)))
	b.WriteByte('\n')
}

func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}

// line writes what the script does at a time: a segment that is injected, a
// system call.
func (s *script) line(at time.Duration, text, note string) {
	if s.n == 0 {
		s.zero = at
	}
	s.last = at
	s.write(seconds(at-s.zero), text, note)
}

// patience is how much later than it was in the run a segment may come that is
// expected: as long as an ACK may be delayed (RFC 9293 3.8.6.3, MUST-40). It may
// come as much earlier as it likes: when to resend, and for how long to hold back
// what is small, is for each TCP to choose within its bounds.
const patience = 500 * time.Millisecond

// expect writes a segment that has to come.
func (s *script) expect(at time.Duration, text, note string) {
	s.write(seconds(s.last-s.zero)+"~"+seconds(at+patience-s.zero), text, note)
}

func (s *script) write(when, text, note string) {
	s.n++
	fmt.Fprintf(&s.body, "%13s %s", when, text)
	if note != "" {
		s.body.WriteString("  // " + ascii(note))
	}
	s.body.WriteByte('\n')
}

// seconds writes a time as packetdrill reads it: "0", "1.5", "0.01". It counts
// in microseconds; what is less is left out.
func seconds(d time.Duration) string {
	text := strconv.FormatInt(int64(d/time.Second), 10)
	if us := int64(d % time.Second / time.Microsecond); us > 0 {
		text += "." + strings.TrimRight(strconv.FormatInt(1_000_000+us, 10)[1:], "0")
	}
	return text
}

// events writes the run, step by step, up to the violation.
func (s *script) events() {
	t := s.t
	for i := range t.Events {
		e := &t.Events[i]
		broken := t.Violation.Found() && e.N == t.Violation.Step
		if e.End == s.side {
			s.happens(e)
			s.accepts(e)
			s.sends(e, broken)
		} else {
			s.losses(e)
		}
		if s.why != "" {
			return
		}
		if broken {
			break
		}
	}
	if v := &t.Violation; v.Found() {
		comment(&s.body, "Here "+s.side.String()+" broke the rule: "+v.Text)
		if v.Got != "" || v.Want != "" {
			comment(&s.body, "got "+v.Got+", want "+v.Want)
		}
	}
	if s.n == 0 {
		s.cannot("nothing happens at %v", s.side)
	}
}

// happens writes why a step of the end under test happened.
func (s *script) happens(e *sim.Event) {
	c := &e.Cause
	switch c.Kind {
	case sim.Call:
		s.call(e)
	case sim.Arrival:
		s.arrives(e, s.t.Segment(c.Segment))
	case sim.Fault:
		s.strikes(e)
	}
}

// strikes writes what a fault did at a moment.
func (s *script) strikes(e *sim.Event) {
	if n := int(e.Cause.Fault); n > 0 && n <= len(s.t.Scenario.Fault) {
		switch s.t.Scenario.Fault[n-1].Op {
		case faults.Crash, faults.Restart:
			s.cannot("fault %d: a kernel's host does not crash and forget at a script's word", n)
			return
		case faults.Inject:
			s.arrives(e, s.t.Segment(e.Cause.Segment))
			return
		}
	}
	comment(&s.body, "fault "+strconv.Itoa(int(e.Cause.Fault))+": "+report.FaultText(s.t, e.Cause.Fault))
}

// arrives injects a segment.
func (s *script) arrives(e *sim.Event, r *sim.SegmentRecord) {
	c := &e.Cause
	switch {
	case r == nil:
		s.cannot("event %d: the trace has no record of the segment that arrives", e.N)
	case c.Deaf:
		s.cannot("#%d arrives at a host that is down", r.ID)
	case c.Undetected:
		s.cannot("#%d arrives damaged, and its checksum is right all the same", r.ID)
	case c.Corrupt:
		comment(&s.body, s.name(r)+" arrives with a bad checksum: not injected")
	case r.Malformed:
		s.cannot("#%d does not decode", r.ID)
	default:
		note := s.name(r)
		if c.Copy > 0 {
			note += ", copy " + strconv.Itoa(int(c.Copy)+1)
		}
		if text, ok := s.inbound(r); ok {
			s.line(e.At, text, note+s.faults(r))
		}
	}
}

// losses says of what the peer sends that it does not come.
func (s *script) losses(e *sim.Event) {
	emits := s.t.EmitsOf(e)
	for i := range emits {
		if r := &emits[i]; r.NCopies == 0 {
			comment(&s.body, s.name(r)+" is lost: not injected"+s.faults(r))
		}
	}
}

// sends expects what the end under test sent.
func (s *script) sends(e *sim.Event, broken bool) {
	emits := s.t.EmitsOf(e)
	for i := range emits {
		r := &emits[i]
		if r.Malformed && !broken {
			s.cannot("#%d does not decode", r.ID)
		}
		if s.why != "" {
			return
		}
		text, ok := s.outbound(r)
		switch {
		case broken:
			comment(&s.body, "in the step that broke the rule it sent "+s.name(r))
		case ok:
			s.expect(e.At, text, s.name(r)+s.faults(r))
		}
	}
}

// name is how the other faces call a segment.
func (s *script) name(r *sim.SegmentRecord) string {
	text := "#" + strconv.FormatUint(uint64(r.ID), 10) + " [" + r.Flags.String() + "]"
	if r.Of != 0 {
		text += ", retransmit of #" + strconv.FormatUint(uint64(r.Of), 10)
	}
	return text
}

// faults names the faults that edited the fate of a segment.
func (s *script) faults(r *sim.SegmentRecord) string {
	text := ""
	for _, n := range s.t.ByOf(r) {
		text += ", fault " + strconv.Itoa(int(n)) + ": " + report.FaultText(s.t, n)
	}
	return text
}
