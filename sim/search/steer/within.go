package steer

import (
	"slices"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/sim/coverage"
)

// Within takes out of a scenario what its fault class does not have, so that
// coverage.ClassOf is the class or a smaller part of it. NoClass takes nothing
// out. The scenario's slices are written to.
//
// What only a run can show is not taken out: an end that gives up after R2 puts
// the run into class Ended whatever its scenario asked for.
func Within(c coverage.Class, s *scenario.Scenario) {
	h, ok := has[c]
	if !ok {
		return
	}
	for e := range s.Link {
		s.Link[e].Undetected = false
		if !h.loss {
			lossless(&s.Link[e])
		}
	}
	if !h.ended {
		for e := range s.Ends {
			s.Ends[e].Config.UserTimeout = 0
		}
	}
	s.Fault = slices.DeleteFunc(s.Fault, func(f faults.Fault) bool { return !h.fault(&f) })
	for i := range s.Apps {
		withinApp(&h, &s.Apps[i])
	}
	if !h.reopen {
		onceEach(s)
	} else if coverage.ClassOf(s) == coverage.Outlived {
		timely(s)
	}
	if !h.anyOpen {
		oneOfEach(s)
	}
}

// having is what a class has.
type having struct{ anyOpen, loss, ended, reopen, rst bool }

var has = map[coverage.Class]having{ // only asked, never walked
	coverage.ClientServer:  {},
	coverage.AnyOpen:       {anyOpen: true},
	coverage.Lossy:         {anyOpen: true, loss: true},
	coverage.Ended:         {anyOpen: true, loss: true, ended: true},
	coverage.Reopened:      {anyOpen: true, reopen: true},
	coverage.ReopenedEnded: {anyOpen: true, ended: true, reopen: true, rst: true},
	coverage.ReopenedLossy: {anyOpen: true, loss: true, ended: true, reopen: true},
}

func (h *having) fault(f *faults.Fault) bool {
	switch f.Op {
	case faults.Stall:
		return true
	case faults.Crash, faults.Restart:
		return h.ended
	case faults.Inject:
		return h.rst && f.Injected.Flags.Has(endpoint.RST)
	case faults.Corrupt:
		return h.loss && !f.Undetected
	}
	return h.loss
}

// lossless leaves of a direction its delay, and its rate without a queue that
// overflows, in the order in which it was given to it.
func lossless(c *link.Config) {
	*c = link.Config{Delay: c.Delay, Rate: c.Rate, Cap: c.Cap, FIFO: true}
}

func withinApp(h *having, a *scenario.App) {
	for i := range a.Acts {
		if act := &a.Acts[i]; act.Op == scenario.ActAbort && !h.ended {
			*act = scenario.Act{Op: scenario.ActClose}
		}
	}
}

// timely lets no datagram outlive 2 MSL: the MSL is the default, and no script
// line delays. A link alone delays for less.
func timely(s *scenario.Scenario) {
	for e := range s.Ends {
		s.Ends[e].Config.MSL = 0
	}
	s.Fault = slices.DeleteFunc(s.Fault, func(f faults.Fault) bool {
		return f.Op == faults.Delay || f.Op == faults.Duplicate || f.Op == faults.Hold || f.Op == faults.Reorder
	})
}

// onceEach takes out all OPENs of an end but its first.
func onceEach(s *scenario.Scenario) {
	var opened [2]bool
	for i := range s.Apps {
		a := &s.Apps[i]
		a.Acts = slices.DeleteFunc(a.Acts, func(act scenario.Act) bool {
			again := act.Op == scenario.ActOpen && opened[a.End]
			opened[a.End] = opened[a.End] || act.Op == scenario.ActOpen
			return again
		})
	}
}

// oneOfEach lets B listen if A opens actively, and the other way round, and lets
// nobody SEND while it may still be in LISTEN, which is an active OPEN, too (RFC
// 9293 3.10.2).
func oneOfEach(s *scenario.Scenario) {
	active := endpoint.B
	for i := range s.Apps {
		for _, act := range s.Apps[i].Acts {
			if s.Apps[i].End == endpoint.A && act.Op == scenario.ActOpen && !act.Passive {
				active = endpoint.A
			}
		}
	}
	for i := range s.Apps {
		a := &s.Apps[i]
		sends := slices.ContainsFunc(a.Acts, func(act scenario.Act) bool { return act.Op == scenario.ActSend })
		for k := range a.Acts {
			act := &a.Acts[k]
			if act.Op != scenario.ActOpen {
				continue
			}
			act.Passive = a.End != active
			act.NoWait = act.NoWait && !(act.Passive && sends)
		}
	}
}
