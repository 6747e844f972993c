package steer

import (
	"slices"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
)

// app changes what the applications do.
func (m *mutator) app() {
	if len(m.s.Apps) == 0 { // it has the default ones, which have no text
		m.s.Apps = m.donor.Clone().Apps
	}
	if len(m.s.Apps) == 0 {
		return
	}
	a := &m.s.Apps[m.below(len(m.s.Apps))]
	switch m.below(12) {
	case 0: // the two ends change places
		for i := range m.s.Apps {
			m.s.Apps[i].End ^= 1
		}
	case 1:
		m.open(a)
	case 2:
		m.reopen()
	case 3:
		m.takeLine()
	case 4, 5:
		m.insert(a, m.act())
	case 6:
		m.insert(a, scenario.Act{Op: scenario.ActWait, Every: m.time(100*time.Microsecond, maxDelay)})
	case 7: // the CLOSE or ABORT comes at a state
		m.s.Apps = append(m.s.Apps, scenario.App{End: m.end(), Acts: []scenario.Act{
			{Op: scenario.ActWhen, State: m.state()}, {Op: m.ending()},
		}})
	case 8:
		if n := len(a.Acts); n > 1 {
			i := m.below(n)
			a.Acts = slices.Delete(a.Acts, i, i+1)
		}
	case 9:
		if n := len(a.Acts); n > 1 {
			i := m.below(n - 1)
			a.Acts[i], a.Acts[i+1] = a.Acts[i+1], a.Acts[i]
		}
	default:
		m.figure(a)
	}
}

// ending is CLOSE, or, seldom, ABORT.
func (m *mutator) ending() scenario.ActOp {
	if m.below(4) == 0 {
		return scenario.ActAbort
	}
	return scenario.ActClose
}

// open changes how an end opens.
func (m *mutator) open(a *scenario.App) {
	for i := range a.Acts {
		act := &a.Acts[i]
		switch {
		case act.Op != scenario.ActOpen:
		case m.below(2) == 0:
			act.Passive = !act.Passive
		default:
			act.NoWait = !act.NoWait
		}
	}
}

// reopen lets an end open again when its connection is over, and the other one,
// mostly, too. What is sent fits into the smallest buffer.
func (m *mutator) reopen() {
	e := m.end()
	for n := 1 + m.below(4); n > 0; n -= 2 {
		m.s.Apps = append(m.s.Apps, scenario.App{End: e, Acts: []scenario.Act{
			{Op: scenario.ActWhen, State: endpoint.Closed},
			{Op: scenario.ActOpen, Passive: m.below(2) == 0, NoWait: m.below(2) == 0},
			{Op: scenario.ActSend, N: int64(1 + m.below(200))},
			{Op: m.ending()},
			{Op: scenario.ActReceive},
		}})
		e = e.Peer()
	}
}

// takeLine takes a line of the donor's.
func (m *mutator) takeLine() {
	if n := len(m.donor.Apps); n > 0 {
		a := m.donor.Apps[m.below(n)]
		m.s.Apps = append(m.s.Apps, scenario.App{End: a.End, Acts: slices.Clone(a.Acts)})
	}
}

func (m *mutator) insert(a *scenario.App, act scenario.Act) {
	a.Acts = slices.Insert(a.Acts, m.below(len(a.Acts)+1), act)
}

// act is any act that an application may get on top of its others, but for
// OPEN.
func (m *mutator) act() scenario.Act {
	switch m.below(4) {
	case 0:
		return scenario.Act{Op: scenario.ActSend, N: int64(1 + m.below(2000))}
	case 1:
		return scenario.Act{Op: m.ending()}
	case 2:
		return scenario.Act{Op: scenario.ActWhen, State: m.state()}
	}
	return scenario.Act{Op: scenario.ActReceive}
}

// figure changes a number of an act.
func (m *mutator) figure(a *scenario.App) {
	if len(a.Acts) == 0 {
		return
	}
	switch act := &a.Acts[m.below(len(a.Acts))]; act.Op {
	case scenario.ActSend:
		act.N = int64(1 + m.below(maxOctets)/(1+m.below(100)))
	case scenario.ActReceive:
		act.Chunk, act.Every = 0, 0
		if m.below(2) == 0 {
			act.Chunk, act.Every = 200+m.below(2000), m.time(time.Millisecond, time.Second/2)
		}
	case scenario.ActWait:
		act.Every = m.time(100*time.Microsecond, maxDelay)
	case scenario.ActWhen:
		act.State = m.state()
	case scenario.ActClose, scenario.ActAbort:
		act.Op = m.ending()
	}
}
