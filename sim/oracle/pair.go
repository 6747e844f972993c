package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/joint"
	"example.org/halfopen/sim/oracle/table"
	"example.org/halfopen/sim/scenario"
)

// troubles are what has happened in a run so far, or may happen at any time, that
// decides which pairs of states its two ends can be in (joint.Class).
type troubles struct {
	lossy    bool    // segments may be lost, doubled, held up or overtaken,
	late     bool    // and come so late that the end they come to has been opened again
	resent   bool    // an end has sent something again, which doubles it, too
	active   [2]bool // the end was opened so,
	passive  [2]bool // and so
	reopened bool    // an end was opened more than once
	reset    bool    // one ended a connection otherwise than by FINs: it aborted, gave up, crashed
	forged   bool    // a RST came that no end sent
	unseen   bool    // an end did not tell its state
}

// foresee works out what the scenario alone says.
func (t *troubles) foresee(s *scenario.Scenario) {
	*t = troubles{}
	for e := range s.Link {
		c := &s.Link[e]
		t.lossy = t.lossy || mayLose(c)
		t.late = t.late || c.Reorder > 0 || c.Duplicate > 0 || c.Delay.Model != link.Constant && !c.FIFO
	}
	for i := range s.Fault {
		switch s.Fault[i].Op {
		case faults.Crash, faults.Restart, faults.Stall, faults.Inject:
		case faults.Delay, faults.Duplicate, faults.Reorder, faults.Hold:
			t.lossy, t.late = true, true
		default:
			t.lossy = true
		}
	}
}

// mayLose reports whether a direction may lose, double, damage or reorder.
func mayLose(c *link.Config) bool {
	return c.Loss > 0 || c.Gilbert != link.Gilbert{} || c.Reorder > 0 || c.Duplicate > 0 || c.Corrupt > 0 ||
		c.QueuePackets > 0 || c.QueueOctets > 0 || c.MTU > 0 || c.Down || c.Delay.Model != link.Constant && !c.FIFO
}

// class is that of the run so far.
func (t *troubles) class() joint.Class {
	lossy := t.lossy || t.resent
	anyOpen := t.active[0] && t.active[1] || t.passive[0] && t.passive[1] ||
		t.active[0] && t.passive[0] || t.active[1] && t.passive[1]
	switch {
	case t.late && (t.reopened || t.forged):
		return joint.Outliving
	case lossy && (t.reopened || t.forged):
		return joint.LossyEverything
	case t.forged, t.reopened && t.reset:
		return joint.Everything
	case t.reopened:
		return joint.Reopening
	case t.reset:
		return joint.GivingUp
	case lossy:
		return joint.Lossy
	case anyOpen:
		return joint.Simultaneous
	}
	return joint.Reliable
}

// meet takes in a step, for the class of the run.
func (t *troubles) meet(j *Judge, s *sim.Step, d *shadow) {
	from, to := s.Before.State, s.After.State
	switch s.Cause.Kind {
	case sim.Call:
		switch s.Cause.Call {
		case sim.CallActiveOpen:
			t.active[s.End] = true
		case sim.CallPassiveOpen:
			t.passive[s.End] = true
		case sim.CallSend:
			t.active[s.End] = t.active[s.End] || from == sLISTEN && to == sSYNSENT
		}
	case sim.Timeout:
		t.resent = t.resent || j.step.Sent&^table.SendACK != 0
	default:
		// It was not in order, and no RST of the peer's either: it reset the connection itself.
		t.reset = t.reset || sESTABLISHED <= from && from < sTIMEWAIT && from != sLASTACK && to == sCLOSED &&
			s.Arrived != nil && s.Arrived.Flags&endpoint.RST == 0
	}
	if j.aborted || j.gaveUp || to == sCLOSED && j.hides(s.End, from) { // what it hid is reset
		t.reset = true
	}
	if d.opens > 1 {
		t.reopened = true
	}
}

// together is I-58 and I-59: the two ends are in states that they can be in at
// the same time, if no more has happened than has. Nothing is said of runs in
// which an end was told what its peer never said.
func (j *Judge) together(s *sim.Step) bool {
	a, b := &j.ends[endpoint.A], &j.ends[endpoint.B]
	t := &j.troubles
	least := joint.MinClass(a.state, b.state)
	if least == joint.Reliable { // as nearly always
		j.ask(ruleI58)
		return true
	}
	switch {
	case j.hostile || t.unseen || j.hides(endpoint.A, a.state) || j.hides(endpoint.B, b.state):
		return true
	case a.note3 || b.note3, t.forged && (a.reopened || b.reopened): // 3.5.2; 3.6.1: back to TIME-WAIT
		return true
	}
	j.ask(ruleI58)
	class := t.class()
	if joint.Legal(class, a.state, b.state) {
		return true
	}
	pair := a.state.String() + " and " + b.state.String()
	if least != joint.Never {
		return j.fail(ruleI58, s, pair, "a pair of the class "+class.String(),
			"A and B are in %s, which takes more than has happened: the class is %q, the pair's is %q", pair, class, least)
	}
	return j.fail(ruleI59, s, pair, "a pair of two ends that agree",
		"A and B are in %s: one has seen a FIN that the other has not sent", pair)
}
