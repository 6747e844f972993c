package vnet

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// Scenario is the connection as a scenario of its own, for `halfopen run` and for
// a bug report: the program's calls are application lines in it. The octets are
// not those of the program. Replay says whether it does the same.
func (r *Record) Scenario() scenario.Scenario {
	s := r.Trace.Scenario.Clone()
	s.Apps = s.Apps[:0]
	s.Limits.Events, s.Limits.Instant = 0, 0 // one connection needs no more than any run
	for e := range endpoint.End(2) {
		s.Apps = append(s.Apps, appsOf(r.Trace, e)...)
	}
	return s
}

// Replay runs Scenario, as far as the record goes, and returns its trace. It
// reports false if that is not the same run: the program's calls of one instant
// came in an order that application lines do not have, or something else of the
// network's own struck the connection.
func (r *Record) Replay() (*sim.Trace, bool) {
	s := r.Scenario()
	w := sim.NewWorld(stacks)
	if err := w.Reset(&s); err != nil {
		return r.Trace, false
	}
	for range r.Trace.Events {
		if _, ok := w.Step(); !ok {
			break
		}
	}
	if w.Digest() != r.digest {
		return r.Trace, false
	}
	t := w.Trace().Clone()
	t.Violation, t.Outcome = r.Trace.Violation, r.Trace.Outcome
	return t, true
}

// appsOf are the calls that were made in the name of an end: a pause, or a state
// that is waited for, before each that needs one.
func appsOf(t *sim.Trace, e endpoint.End) (apps []scenario.App) {
	var acts []scenario.Act
	var entries [endpoint.NumStates]int64
	var at time.Duration      // when the last call was made
	entered, now := false, at // a state was entered since, now
	state := endpoint.Closed  // which one
	for i := range t.Events {
		x := &t.Events[i]
		if x.End != e {
			continue
		}
		if x.Cause.Kind == sim.Call {
			if x.At > at && (len(acts) == 0 || !(entered && now == x.At)) {
				acts = append(acts, scenario.Act{Op: scenario.ActWait, Every: x.At - at})
			}
			if entered && now == x.At {
				acts = append(acts, scenario.Act{Op: scenario.ActWhen, State: state, N: entries[state]})
			}
			acts = append(acts, actOf(&x.Cause))
			if at, entered = x.At, false; x.Cause.Err != 0 { // the line ends there
				apps, acts, at = append(apps, scenario.App{End: e, Acts: acts}), nil, 0
			}
		}
		if x.After != x.Before {
			entries[x.After]++
			if x.Cause.Kind != sim.Call {
				entered, now, state = true, x.At, x.After
			}
		}
	}
	if len(acts) > 0 {
		apps = append(apps, scenario.App{End: e, Acts: acts})
	}
	return apps
}

// actOf is a call as an application makes it.
func actOf(c *sim.Cause) scenario.Act {
	n := int64(max(c.N, 1))
	switch c.Call {
	case sim.CallActiveOpen, sim.CallPassiveOpen:
		return scenario.Act{Op: scenario.ActOpen, Passive: c.Call == sim.CallPassiveOpen, NoWait: true}
	case sim.CallSend:
		return scenario.Act{Op: scenario.ActSend, N: n}
	case sim.CallReceive:
		return scenario.Act{Op: scenario.ActReceive, N: n}
	case sim.CallAbort:
		return scenario.Act{Op: scenario.ActAbort}
	}
	return scenario.Act{Op: scenario.ActClose}
}
