package wireonly

import (
	"fmt"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// Judge judges one run after another. The zero value is not ready: Reset it
// for each run. It is a plain value: CopyFrom makes a second one that goes its
// own way. It allocates nothing unless it finds a violation.
type Judge struct {
	profiles [2]endpoint.Profile
	start    [2]uint64 // where each end's stream begins in the content table
	ports    [2]uint16
	ipv6     bool
	script   faults.Script // of the scenario, not to be written to

	ends [2]side
	due  time.Duration // the earlier of the two ends' owed answers; Never if none

	step step // scratch: the step that is judged

	v       sim.Violation
	warning sim.Violation
}

// step is what is worked out about the step that is judged.
type step struct {
	was   StateSet // the set when the step began
	in    arrival
	moves moves
	// A move into CLOSED by these needs a RST that leaves, one into SYN-SENT or
	// SYN-RECEIVED by these a SYN.
	needsRST, needsSYN [endpoint.NumStates]StateSet

	sentRST, sentSYN bool
	acked            bool  // an ACK left,
	lastAck          int64 // and the last one was this
	answers          int   // ACKs without text that open no window
	resent           bool  // a retransmission was judged
	edge             int64 // as they were when the step began
	wnd              int64
	mayOwe           bool
}

// End is what a run came to.
type End struct {
	At time.Duration
	// Status is what the ends tell at the end; nil where that is not known.
	Status [2]*endpoint.Status
}

// Reset makes the judge ready for a run of a scenario that World.Reset has
// resolved (World.Scenario), by ends that claim these profiles.
func (j *Judge) Reset(s *scenario.Scenario, profiles [2]endpoint.Profile) {
	j.profiles = profiles
	j.start = [2]uint64{sim.ContentStart(s.Seed, 0), sim.ContentStart(s.Seed, 1)}
	sockets := sim.Sockets(s.IPv6)
	j.ports = [2]uint16{sockets[0].Port(), sockets[1].Port()}
	j.ipv6, j.script = s.IPv6, s.Fault
	for e := range j.ends {
		j.ends[e] = side{set: inCLOSED, due: endpoint.Never}
	}
	j.due = endpoint.Never
	j.v, j.warning = sim.Violation{}, sim.Violation{}
}

// CopyFrom makes j a copy of src.
func (j *Judge) CopyFrom(src *Judge) { *j = *src }

// Violation is the first one that was found, the zero value if none was.
func (j *Judge) Violation() sim.Violation { return j.v }

// Warning is the first breach of a rule that is a SHOULD: to be told, but not
// to be held against the end. The zero value if there was none.
func (j *Judge) Warning() sim.Violation { return j.warning }

// States is the set of states that an end can be in.
func (j *Judge) States(e endpoint.End) StateSet { return j.ends[e].set }

// Step judges one step. It returns false if a violation was found, now or
// before; after the first one nothing is judged any more.
func (j *Judge) Step(s *sim.Step) bool {
	if j.v.Found() {
		return false
	}
	if s.At > j.due && !j.overdue(s.N, s.At) {
		return false
	}
	d := &j.ends[s.End]
	if s.Cause.Deaf || s.Cause.Kind == sim.Fault && s.Arrived == nil {
		j.struck(s, d)
		return true
	}
	j.pass(s.At, s.End)
	t := &j.step
	*t = step{was: d.set, edge: d.edge, wnd: d.wnd, mayOwe: d.mayOwe}
	switch {
	case s.Arrived != nil:
		j.arrive(s, d)
	case s.Cause.Kind == sim.Call:
		j.called(s, d)
	default:
		j.expired(s, d)
	}
	for i := range s.Emits {
		if e := &s.Emits[i]; e.Nth != 0 && !j.emitted(s, d, e) {
			return false
		}
	}
	return j.settle(s, d) && j.answered(s, d) && j.claims(s, d)
}

// struck is a fault that calls no endpoint, or what reached a host that is
// down. A crash ends in CLOSED.
func (j *Judge) struck(s *sim.Step, d *side) {
	n := int(s.Cause.Fault)
	if s.Cause.Deaf || n == 0 || n > len(j.script) || j.script[n-1].Op != faults.Crash {
		return
	}
	*d = side{set: inCLOSED, due: endpoint.Never}
	j.due = min(j.ends[0].due, j.ends[1].due)
}

// settle is the end of a step: the last acknowledgment tells where RCV.NXT
// stands, and moves that had to be seen and were not did not happen.
func (j *Judge) settle(s *sim.Step, d *side) bool {
	t := &j.step
	for i := range t.moves {
		if !t.sentRST {
			t.moves[i] &^= t.needsRST[i]
		}
		if !t.sentSYN {
			t.moves[i] &^= t.needsSYN[i]
		}
	}
	if t.acked {
		j.received(d)
	}
	set := t.moves.after()
	if set == 0 {
		return j.unexplained(s, d, d.set, nil)
	}
	if set.Has(sTIMEWAIT) {
		d.waits(s, &t.moves)
	}
	if !set.within(synchronized) {
		j.settled(d)
	}
	d.wasReset = set.within(inCLOSED|inLISTEN) && (d.wasReset || t.in.resets)
	d.set = set
	return true
}

// received is what the last acknowledgment of a step tells: RCV.NXT stands
// there, and so the peer's FIN has been taken, or has not.
func (j *Judge) received(d *side) {
	t := &j.step
	switch {
	case d.oneFIN() && t.lastAck > d.finMax:
		t.moves.only(afterFIN | inCLOSED)
	case d.finHeard && t.lastAck <= d.finMin:
		t.moves.only(beforeFIN | inCLOSED)
	}
	if t.moves.after().within(synchronized) { // what came with a SYN waits until then
		d.rcvLo, d.rcvHi = t.lastAck, t.lastAck
		d.heard.from(t.lastAck)
	}
}

// fail writes down the first violation. It returns false, to be returned.
func (j *Judge) fail(r rule, s *sim.Step, got, want, format string, args ...any) bool {
	j.v = sim.Violation{
		Rule: rules[r], Step: s.N, At: s.At, End: s.End, State: j.ends[s.End].guess(),
		Text: fmt.Sprintf(format, args...), Got: got, Want: want,
	}
	return false
}

// warn writes down the first warning.
func (j *Judge) warn(r rule, s *sim.Step, got, want, format string, args ...any) {
	if j.warning.Found() {
		return
	}
	j.fail(r, s, got, want, format, args...)
	j.warning, j.v = j.v, sim.Violation{}
}

func printed[T int | int64 | uint32 | uint16](v T) string { return fmt.Sprint(v) }
