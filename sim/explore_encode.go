package sim

import (
	"encoding/binary"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
)

// AppendFuture appends a canonical encoding of what a world will do from now on
// if its script is spent and it comes to its end before heal. It is AppendState
// without what then cannot matter: which lines the script had, how many segments
// they counted, and how far off heal is. So two worlds of one scenario that
// different faults led to the same state append the same octets. What tells them
// apart for good is the clock of initial sequence numbers (RFC 9293 3.4.1): as
// long as an end may still choose one, the time is part of the encoding.
//
// It returns false if an endpoint has no canonical encoding, or if a "hold" has
// set a copy aside: what it waits for stands in its line only.
func (w *World) AppendFuture(b []byte) ([]byte, bool) {
	for _, f := range w.asides {
		if w.scenario.Fault[w.setAsideBy(f)-1].Op != faults.Reorder {
			return b, false
		}
	}
	script, heal, lines := w.script, w.heal, w.scenario.Fault
	w.script, w.heal = faults.Tracker{}, w.clock.Now()+1
	w.scenario.Fault = anyReorder[:]
	var numbers [8]uint16
	by := numbers[:0]
	for _, f := range w.asides {
		by = append(by, w.setAsideBy(f))
		w.slots[w.flights[f].slot].fate.Copies[w.flights[f].copy].Aside = 1
	}
	b, ok := w.AppendState(b)
	for i, f := range w.asides {
		w.slots[w.flights[f].slot].fate.Copies[w.flights[f].copy].Aside = by[i]
	}
	w.script, w.heal, w.scenario.Fault = script, heal, lines
	now := time.Duration(-1)
	if w.mayChooseISS(endpoint.A) || w.mayChooseISS(endpoint.B) {
		now = w.clock.Now()
	}
	return binary.AppendVarint(b, int64(now)), ok
}

// anyReorder stands for the line that set a copy aside: how many datagrams the
// copy still waits for, and how long, is kept with the copy itself.
var anyReorder = [1]faults.Fault{{Op: faults.Reorder}}

// setAsideBy is the number of the line that set a flight aside.
func (w *World) setAsideBy(f uint32) uint16 {
	return w.slots[w.flights[f].slot].fate.Copies[w.flights[f].copy].Aside
}

// mayChooseISS reports whether an end may still begin a connection: it listens,
// or may listen again, or an application of it may call OPEN, or a SYN may find
// it in TIME-WAIT.
func (w *World) mayChooseISS(e endpoint.End) bool {
	if w.ends[e].now().Known&endpoint.KnowState == 0 {
		return true
	}
	switch w.ends[e].now().State {
	case endpoint.Listen, endpoint.SynReceived:
		return true
	case endpoint.TimeWait:
		if w.Profile(e).ReopensTimeWait != endpoint.ReopensNever {
			return true
		}
	}
	for i := range w.lines {
		if w.scenario.Apps[i].End != e || !w.live(i) {
			continue
		}
		for pc := w.lines[i].pc; pc < len(w.scenario.Apps[i].Acts); pc++ {
			a := &w.scenario.Apps[i].Acts[pc]
			if a.Op == scenario.ActOpen && !(pc == w.lines[i].pc && w.lines[i].asked) {
				return true
			}
		}
	}
	return false
}
