package steer

import (
	"slices"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/scheduler/stream"
)

// Bounds of what Mutate makes: a run that takes long is worth no more than one
// that does not.
const (
	maxFaults = 12
	maxApps   = 10
	maxActs   = 10
	maxOctets = 20_000 // of one SEND
	maxDelay  = 5 * time.Second
	maxOutage = time.Minute      // longer than the shortest 2 MSL
	leastMSL  = 10 * time.Second // far above maxDelay
)

// Mutate draws a changed copy of a scenario: two to five changes to its seed,
// link, ends, applications and faults. A donor, which may be the scenario
// itself, is where whole parts are taken from. It is a pure function of the two
// and the draws, and shares no memory with them.
//
// The result is always valid (Scenario.Check) if the two are. And where
// they keep the promises of a sweep's scenarios it keeps them, too, without
// which a run that is no TCP's fault could look like one: losses are capped, no
// delay comes near an MSL, and all that is sent is read.
func Mutate(src *stream.Source, s, donor *scenario.Scenario) scenario.Scenario {
	m := mutator{src: src, s: s.Clone(), donor: donor}
	for range 2 + m.below(2)*m.below(4) {
		m.change()
	}
	m.keepPromises()
	return m.s
}

type mutator struct {
	src   *stream.Source
	s     scenario.Scenario
	donor *scenario.Scenario
}

func (m *mutator) below(n int) int { return int(m.src.Below(uint64(n))) }

func (m *mutator) end() endpoint.End { return endpoint.End(m.below(2)) }

// time draws one from least to most, each order of magnitude as likely as
// the next, of one digit.
func (m *mutator) time(least, most time.Duration) time.Duration {
	powers := 1
	for p := least * 10; p <= most; p *= 10 {
		powers++
	}
	t := least
	for n := m.below(powers); n > 0; n-- {
		t *= 10
	}
	return min(t*time.Duration(1+m.below(9)), most)
}

// change makes one change. What reaches new states is mostly what the
// applications do and which segment is lost when; so these come more often.
func (m *mutator) change() {
	switch m.below(16) {
	case 0:
		m.s.Seed = m.src.Uint64()
	case 1, 2:
		m.link()
	case 3:
		m.host()
	case 4:
		m.heal()
	case 5:
		m.splice()
	case 6, 7, 8, 9, 10:
		m.app()
	default:
		m.fault()
	}
}

// splice takes whole parts from the donor.
func (m *mutator) splice() {
	d := m.donor.Clone()
	switch m.below(4) {
	case 0:
		m.s.Link = d.Link
	case 1:
		m.s.Apps, m.s.Ends = d.Apps, d.Ends
	case 2: // the beginning of one script, the end of the other
		m.s.Fault = append(m.s.Fault[:m.below(len(m.s.Fault)+1)], d.Fault[m.below(len(d.Fault)+1):]...)
	case 3:
		m.s.Seed, m.s.Link, m.s.Fault = d.Seed, d.Link, d.Fault
	}
}

// heal moves the end of all faults.
func (m *mutator) heal() {
	if m.below(2) == 0 {
		m.s.Heal = 0
		return
	}
	m.s.Heal = m.time(time.Second, 300*time.Second)
}

// host changes a constant of an end. MSL stays far above every delay.
func (m *mutator) host() {
	c := &m.s.Ends[m.end()].Config
	switch m.below(9) {
	case 0:
		c.FixedISS, c.ISS = true, endpoint.Seq(uint32(0)-uint32(m.below(3000)))
	case 1:
		c.MSS = uint16(64 + m.below(1400))
	case 2:
		c.ReceiveBuffer = m.below(2) * (256 + m.below(4000))
	case 3:
		c.SendBuffer = m.below(2) * (256 + m.below(4000))
	case 4:
		c.NoNagle = !c.NoNagle
	case 5:
		c.NoDelayedACK = !c.NoDelayedACK
	case 6:
		c.MSL = time.Duration(10+m.below(50)) * time.Second
	case 7:
		c.UserTimeout = time.Duration(m.below(2)*(20+m.below(100))) * time.Second
	case 8:
		c.NoMSSOption = !c.NoMSSOption
	}
}

// link changes a figure of one direction, or makes both alike.
func (m *mutator) link() {
	e := m.end()
	c := &m.s.Link[e]
	switch m.below(10) {
	case 0:
		*c = m.donor.Link[m.end()]
	case 1:
		m.s.Link[e.Peer()] = *c
	case 2:
		*c = link.Config{Delay: link.Delay{Min: m.time(time.Millisecond, 100*time.Millisecond)}}
	case 3:
		c.Loss = uint32(m.below(2) * m.below(400_000))
	case 4:
		c.Duplicate = uint32(m.below(2) * m.below(400_000))
	case 5:
		c.Corrupt, c.Undetected = uint32(m.below(2)*m.below(200_000)), false
	case 6:
		c.Reorder, c.Gap = uint32(m.below(2)*m.below(400_000)), 0
	case 7:
		c.FIFO = !c.FIFO
	case 8:
		c.Delay = link.Delay{Min: m.time(time.Millisecond, 100*time.Millisecond)}
	case 9:
		c.Delay = link.Delay{
			Model: link.Bimodal, Min: m.time(time.Millisecond, 100*time.Millisecond),
			Max: m.time(100*time.Millisecond, maxDelay), Tail: uint32(m.below(300_000)),
		}
	}
}

// fault adds, takes out or changes a line of the script.
func (m *mutator) fault() {
	n := len(m.s.Fault)
	if n == 0 {
		m.addFault()
		return
	}
	i := m.below(n)
	switch m.below(8) {
	case 0, 1, 2:
		m.addFault()
	case 3:
		m.s.Fault = slices.Delete(m.s.Fault, i, i+1)
	case 4: // the same, of another segment or moment
		again := m.s.Fault[i]
		m.alter(&again)
		m.s.Fault = slices.Insert(m.s.Fault, i+1, again)
	default:
		m.alter(&m.s.Fault[i])
	}
}

// addFault draws a line: any, or one of the first segments of a kind, which
// decide what becomes of a connection, or an outage that outlasts timers.
func (m *mutator) addFault() {
	var f faults.Fault
	switch m.below(6) {
	case 0, 1:
		o := faults.GenerateOptions{Lines: 1, Hostile: m.s.Hostile() || m.below(8) == 0, Longest: maxDelay}
		f = faults.Generate(m.src, o)[0]
	case 2:
		f = m.outage()
	default:
		f = m.firstSegments()
	}
	m.s.Fault = slices.Insert(m.s.Fault, m.below(len(m.s.Fault)+1), f)
}

// outage cuts one direction, or both, at an entry; mostly for so long that
// timers run out. TIME-WAIT's can within the minute before heal if MSL is short.
func (m *mutator) outage() faults.Fault {
	f := faults.Fault{
		Op: faults.Cut, End: m.end(), By: m.time(100*time.Millisecond, maxOutage),
		When: faults.When{Entry: faults.Entry{End: m.end(), State: m.state()}},
	}
	if m.below(2) == 0 {
		f.By = maxOutage
		for e := range m.s.Ends {
			m.s.Ends[e].Config.MSL = leastMSL
		}
	}
	if m.below(2) == 0 {
		f.Both, f.End = true, endpoint.A
	}
	return f
}

// firstSegments is a fault of the first few segments of a kind.
func (m *mutator) firstSegments() faults.Fault {
	f := faults.Fault{
		Op: faults.Op(m.below(int(faults.Corrupt) + 1)), End: m.end(),
		Kind: endpoint.Kind(1 + m.below(endpoint.NumKinds-1)), First: uint32(1 + m.below(2)),
	}
	f.Last = f.First + uint32(m.below(2)*m.below(3))
	switch f.Op {
	case faults.Delay, faults.Duplicate:
		f.By = m.time(time.Millisecond, maxDelay)
	case faults.Reorder:
		f.Behind, f.By = uint32(1+m.below(2)), maxDelay
	case faults.Corrupt:
		f.Bit = uint32(m.below(160))
	}
	return f
}

// alter changes one field of a line that its operation uses; where the result
// would mean nothing it leaves the line as it is.
func (m *mutator) alter(f *faults.Fault) {
	g := *f
	switch m.below(7) {
	case 0:
		g.End = g.End.Peer()
	case 1:
		g.Kind = endpoint.Kind(1 + m.below(endpoint.NumKinds-1))
	case 2:
		g.First = uint32(1 + m.below(4))
		g.Last = g.First
	case 3:
		g.By = m.time(time.Millisecond, longest(g.Op))
	case 4:
		g.When = faults.When{Entry: faults.Entry{End: m.end(), State: m.state()}}
	case 5:
		g.When = faults.When{Timed: true, At: m.time(time.Millisecond, maxDelay)}
	case 6:
		g.Until = faults.Entry{End: m.end(), State: m.state()}
	}
	if g.Check() == nil {
		*f = g
	}
}

// longest is how long a fault may last.
func longest(o faults.Op) time.Duration {
	if o == faults.Cut || o == faults.Stall || o == faults.Restart {
		return maxOutage
	}
	return maxDelay
}

// state is any but CLOSED, in which an end begins.
func (m *mutator) state() endpoint.State {
	return endpoint.State(1 + m.below(endpoint.NumStates-1))
}
