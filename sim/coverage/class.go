package coverage

import (
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
)

// Class says which pairs of states the two ends of a run may be in: the more
// can go wrong, the more pairs are legal.
type Class uint8

// The fault classes.
const (
	// NoClass is that of runs into which something other than a RST is
	// injected, or in which a damaged segment keeps its checksum: a segment that
	// the receiver believes may bring any pair about.
	NoClass Class = iota
	// ClientServer: a link that loses and reorders nothing, one end opens
	// actively and one passively, each once.
	ClientServer
	// AnyOpen: the same link, any opens, simultaneous ones too, each end once.
	AnyOpen
	// Lossy: loss, duplication, reordering, corruption.
	Lossy
	// Ended: ABORT, half-duplex close, user timeout, R2 or a crash, too.
	Ended
	// Reopened: class AnyOpen, but an end may open more than once.
	Reopened
	// ReopenedEnded: what class Ended adds to Reopened, without loss. Also the
	// class of runs into which RSTs are injected.
	ReopenedEnded
	// ReopenedLossy: all of these.
	ReopenedLossy
	// Outlived: a datagram may outlive its connection.
	Outlived
	NumClasses = int(Outlived) + 1
)

// ClassOf is the class that a scenario asks for, every default filled in as
// World.Scenario has it. What only the run can show (that an end gave up, that a
// listener turned active) an Observer adds: see Observer.Class.
func ClassOf(s *scenario.Scenario) Class {
	f := askedFor(s)
	return f.class()
}

// asked is what a scenario, and then a run, needs of a class.
type asked struct {
	anyOpen, lossy, ended, reopened, outlived bool

	injected bool // a RST
	foreign  bool // something else is injected, or looks like what was sent and is not
}

func (f *asked) class() Class {
	switch {
	case f.foreign:
		return NoClass
	case f.outlived && f.reopened:
		return Outlived
	case f.reopened && f.lossy:
		return ReopenedLossy
	case f.reopened && f.ended, f.injected:
		return ReopenedEnded
	case f.reopened:
		return Reopened
	case f.ended:
		return Ended
	case f.lossy:
		return Lossy
	case f.anyOpen:
		return AnyOpen
	}
	return ClientServer
}

func askedFor(s *scenario.Scenario) asked {
	var f asked
	for e := range s.Link {
		f.lossy = f.lossy || lossy(&s.Link[e])
		f.foreign = f.foreign || s.Link[e].Undetected
		f.ended = f.ended || s.Ends[e].Config.UserTimeout > 0
	}
	f.opens(s)
	for i := range s.Fault {
		switch l := &s.Fault[i]; l.Op {
		case faults.Crash:
			f.ended = true
		case faults.Restart, faults.Stall:
		case faults.Inject:
			f.injected = true
			f.foreign = f.foreign || !l.Injected.Flags.Has(endpoint.RST)
		default:
			f.lossy = true
			f.foreign = f.foreign || l.Undetected
		}
	}
	f.outlived = longest(s) > 2*leastMSL(s)
	return f
}

// opens reads the applications.
func (f *asked) opens(s *scenario.Scenario) {
	var active, passive [2]int
	for i := range s.Apps {
		a := &s.Apps[i]
		for k := range a.Acts {
			switch act := &a.Acts[k]; {
			case act.Op == scenario.ActAbort:
				f.ended = true
			case act.Op == scenario.ActOpen && act.Passive:
				passive[a.End]++
			case act.Op == scenario.ActOpen:
				active[a.End]++
			}
		}
	}
	f.reopened = active[0]+passive[0] > 1 || active[1]+passive[1] > 1
	f.anyOpen = active[0]+active[1] > 1 || passive[0]+passive[1] > 1
}

// lossy reports whether a direction may lose, double, damage or reorder.
func lossy(c *link.Config) bool {
	return c.Loss > 0 || c.Gilbert != link.Gilbert{} || c.Reorder > 0 || c.Duplicate > 0 ||
		c.Corrupt > 0 || c.QueuePackets > 0 || c.QueueOctets > 0 || c.MTU > 0 || c.Down ||
		c.Delay.Model != link.Constant && !c.FIFO
}

func leastMSL(s *scenario.Scenario) time.Duration {
	least := time.Duration(endpoint.DefaultMSL)
	for e := range s.Ends {
		if m := s.Ends[e].Config.MSL; m > 0 {
			least = min(least, m)
		}
	}
	return least
}

// longest is how long a datagram may be under way. Exponential delays have no
// end; 40 times the mean is rarer than 1 in 10^17.
func longest(s *scenario.Scenario) time.Duration {
	var path, script time.Duration
	for e := range s.Link {
		d := &s.Link[e].Delay
		path = max(path, d.Min, d.Max, d.Min+40*d.Mean)
	}
	for i := range s.Fault {
		switch l := &s.Fault[i]; l.Op {
		case faults.Delay, faults.Duplicate:
			script += l.By
		case faults.Hold, faults.Reorder:
			if script += l.By; l.By == 0 {
				script += s.Heal
			}
		}
	}
	return path + script
}
