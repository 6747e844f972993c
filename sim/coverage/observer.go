package coverage

import (
	"math/bits"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
)

// Observer is handed every step of run after run, and counts. In steady state
// it allocates nothing. Use NewObserver; then, for each run, Reset, Step for
// each step, End.
type Observer struct {
	counts Counts
	run    uint64 // of this observer, from 1
	new    []Cell // what this run has covered, each once

	script faults.Script
	floor  [2]time.Duration // the least delay of each direction
	asked  asked

	state  [2]endpoint.State
	felt   [2]felt  // during each end's stay in its state
	row    [2]int32 // the last row of each end, -1 if none
	latest [2]uint32
	wire   []datagram // by id-1
	pairs  []uint8    // the pairs of states, as they were entered
}

// datagram is what is remembered of a segment until the end of the run.
type datagram struct {
	kind    endpoint.Kind
	delayed bool // no copy is in time
	arrived bool // a copy that the checksum did not catch has
}

// NewObserver returns an observer that has seen nothing.
func NewObserver(s *Space) *Observer {
	return &Observer{counts: *NewCounts(s)}
}

// Counts is what all runs so far have covered. It goes on changing; the caller
// may Zero it.
func (o *Observer) Counts() *Counts { return &o.counts }

// Covered lists the cells that the run since the last Reset has covered, each
// once, as they came. It is valid until the next Reset.
func (o *Observer) Covered() []Cell { return o.new }

// Reset begins a run of a scenario that World.Reset has resolved
// (World.Scenario). What was counted stays.
func (o *Observer) Reset(s *scenario.Scenario) {
	o.run++
	o.counts.runs++
	o.new = o.new[:0]
	o.script = s.Fault
	o.asked = askedFor(s)
	for e := range s.Link {
		o.floor[e] = max(s.Link[e].Delay.Min, link.MinHop)
	}
	o.state, o.felt = [2]endpoint.State{}, [2]felt{}
	o.row, o.latest = [2]int32{-1, -1}, [2]uint32{}
	o.wire = o.wire[:0]
	o.pairs = append(o.pairs[:0], 0)
	o.mark(firstState)
	o.mark(firstState)
}

// mark counts a cell.
func (o *Observer) mark(c Cell) {
	n := &o.counts.cells[c]
	n.hits++
	if n.last != o.run {
		n.last = o.run
		n.in++
		o.new = append(o.new, c)
	}
}

// Step counts one step. Of an end that does not tell its state it counts
// nothing but what happens to its datagrams. Steps may be those that an oracle
// has completed for an end that hides a state.
func (o *Observer) Step(s *sim.Step) {
	if s.Arrived != nil {
		o.arrive(s)
	}
	if from, to := s.Before.State, s.After.State; from != to &&
		s.Before.Known&s.After.Known&endpoint.KnowState != 0 {
		o.move(s, Edge{from, to})
	}
	for i := range s.Emits {
		o.emit(s, &s.Emits[i])
	}
}

// move counts a change of state. A crash ends a stay, but is no edge of TCP's.
func (o *Observer) move(s *sim.Step, e Edge) {
	o.state[s.End] = e.To
	o.pairs = append(o.pairs, uint8(int(o.state[0])*numStates+int(o.state[1])))
	faults := o.felt[s.End]
	o.felt[s.End] = 0
	if s.Cause.Kind == sim.Fault && s.Arrived == nil {
		return
	}
	o.asked.anyOpen = o.asked.anyOpen || e == Edge{endpoint.Listen, endpoint.SynSent}
	o.asked.ended = o.asked.ended || e.To == endpoint.Closed && gaveUp(s)
	o.mark(Cell(firstState + int(e.To)))
	o.mark(Cell(firstEdge + int(e.From)*numStates + int(e.To)))
	i := coreIndex[e.From][e.To]
	if i < 0 {
		return
	}
	under := Cell(firstUnder + int(i)*NumFaults)
	if faults == 0 {
		o.mark(under)
		return
	}
	for ; faults != 0; faults &= faults - 1 {
		o.mark(under + Cell(bits.TrailingZeros32(uint32(faults))))
	}
}

// gaveUp reports whether an end that went to CLOSED did so of itself and before
// its time: after R2 or a user timeout, by an ABORT, or by a half-duplex close.
func gaveUp(s *sim.Step) bool {
	if s.Cause.Kind == sim.Timeout {
		return s.Before.State != endpoint.TimeWait
	}
	for i := range s.Emits {
		if s.Emits[i].Segment.Flags.Has(endpoint.RST) {
			return true
		}
	}
	return false
}

// both says that both ends feel a fault.
func (o *Observer) both(f Fault) {
	o.felt[0].add(f)
	o.felt[1].add(f)
}

// emit looks at the fate of a datagram.
func (o *Observer) emit(s *sim.Step, m *sim.Emit) {
	for uint32(len(o.wire)) < m.ID-1 {
		o.wire = append(o.wire, datagram{}) // injected: its step shows it, and no other
	}
	d, f := datagram{kind: m.Segment.Kind()}, m.Fate
	if f.N == 0 {
		o.both(FaultOf(Drop, d.kind))
	} else if d.delayed = o.late(s, f); d.delayed {
		o.both(FaultOf(Delay, d.kind))
	}
	o.wire = append(o.wire, d)
}

// late reports whether every copy takes longer than the least delay of its
// direction. One that waits for others to overtake it is reordered, not late.
func (o *Observer) late(s *sim.Step, f *link.Fate) bool {
	for i := range f.N {
		c := &f.Copies[i]
		if c.Aside == 0 && c.At-s.At <= o.floor[s.End] ||
			c.Aside != 0 && o.script[c.Aside-1].Op != faults.Hold {
			return false
		}
	}
	return true
}

// arrive looks at what arrives.
func (o *Observer) arrive(s *sim.Step) {
	c := &s.Cause
	if c.Kind == sim.Fault { // injected
		if s.Arrived.Flags.Has(endpoint.RST) {
			o.both(RSTInjected)
		}
		return
	}
	d := &o.wire[c.Segment-1]
	if c.Deaf {
		o.both(FaultOf(Drop, d.kind))
		return
	}
	if d.delayed && !d.arrived {
		o.both(FaultOf(Delay, d.kind))
	}
	if c.Corrupt {
		o.both(FaultOf(Corrupt, d.kind))
		if !c.Undetected {
			return
		}
	}
	from := s.End.Peer()
	switch {
	case d.arrived:
		o.both(FaultOf(Duplicate, d.kind))
	case c.Segment < o.latest[from]:
		o.both(FaultOf(Reorder, d.kind))
	}
	d.arrived = true
	o.latest[from] = max(o.latest[from], c.Segment)
}

// Class is the fault class of the run so far: what the scenario asks for, and
// what has happened that no scenario tells beforehand.
func (o *Observer) Class() Class { return o.asked.class() }

// End counts the run's pairs of states for a class: Class, or what a caller
// knows better. A run that was cut short, by a violation or a budget, has an end,
// too.
func (o *Observer) End(c Class) {
	first := Cell(firstJoint + int(c)*numPairs)
	for _, p := range o.pairs {
		o.mark(first + Cell(p))
	}
}

// Row counts a row of the transition table, by its index in Space.Rows, that
// explains a step of an end, and that it follows the end's last one.
func (o *Observer) Row(e endpoint.End, row int) {
	s := o.counts.space
	o.mark(s.Row(row))
	if last := o.row[e]; last >= 0 {
		o.mark(s.Pair(int(last), row))
	}
	o.row[e] = int32(row)
}

// Beside counts a row that explains what left in a step besides what its Row
// says. No row follows it.
func (o *Observer) Beside(row int) { o.mark(o.counts.space.Row(row)) }

// Judged counts that a rule, by its index in Space.Rules, was judged so many
// times in this run.
func (o *Observer) Judged(rule int, times uint64) {
	if times == 0 {
		return
	}
	c := o.counts.space.Rule(rule)
	o.mark(c)
	o.counts.cells[c].hits += times - 1
}
