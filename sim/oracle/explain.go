package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/table"
)

// resets are the kinds of RST.
const resets = table.RSTofACK | table.RSTofZero | table.RSTofNXT

// explained holds a step, with all that left in it, against the transition
// table of RFC 9293 3.10: I-1, that it leads where the step did, and I-2, that it
// lets out what left, and wants no more.
func (j *Judge) explained(s *sim.Step, d *shadow, a *arrival) bool {
	o, st := &j.out, &j.step
	if o.unclear {
		return true
	}
	if s.Before.State == s.After.State {
		j.ask(ruleI1)
	}
	if s.Cause.Kind == sim.Call {
		j.ask(ruleI56)
	}
	if s.Arrived != nil {
		j.after(s, d)
	}
	if d.rcvNxt > o.rcvNxt {
		st.Facts.Yes |= table.Advanced
		st.Facts.No &^= table.Advanced
	}
	if o.acks > 0 && o.pure == 0 {
		st.Facts.Yes |= table.WindowUpdate
		st.Facts.No &^= table.WindowUpdate
	}
	j.ask(ruleI2)
	if s.Arrived != nil {
		j.ask(ruleUnowed)
		if most := 1 + int(a.flags&endpoint.SYN/endpoint.SYN); o.pure > most {
			return j.fail(ruleI51, s, printed(o.pure), printed(most), "%v answered %s in %v with %d ACKs",
				s.End, j.causeText(s, d, a), s.Before.State, o.pure)
		}
		if o.acks > 0 {
			j.ask(ruleI51)
		}
	}
	j.found = j.memo.Match(st)
	if !j.found.Explained() {
		return j.unexplained(s, d, a)
	}
	if s.Arrived != nil || d.owed.grace != table.Now {
		j.answered(s, d)
	}
	return true
}

// unexplained chooses the rule that a step breaks which no row explains, and
// says what would have been right.
func (j *Judge) unexplained(s *sim.Step, d *shadow, a *arrival) bool {
	st := &j.step
	why, state := j.causeText(s, d, a), s.Before.State
	row, missing, extra := table.Amiss(st)
	arrived := s.Arrived != nil
	if arrived {
		j.ask(ruleOwed)
	}
	if row.ID == "" {
		return j.astray(s, why)
	}
	want := formsText(row.Sends | row.MaySend)
	switch {
	case arrived && extra&resets != 0:
		return j.fail(ruleI20, s, formsText(extra&resets), want, "%v answered %s in %v with a RST; it is owed %s",
			s.End, why, state, want)
	case arrived && extra&(table.SendACK|table.SendSYNACK) != 0:
		got := formsText(extra & (table.SendACK | table.SendSYNACK))
		return j.fail(ruleUnowed, s, got, want, "%v answered %s in %v with %s; it is owed %s", s.End, why, state, got, want)
	case arrived && missing != 0:
		return j.fail(ruleOwed, s, "nothing", want, "%v did not answer %s in %v with %s", s.End, why, state, want)
	case extra != 0:
		return j.fail(ruleI2, s, formsText(extra), want, "%v sent %s on %s in %v; %s is what may leave%s",
			s.End, formsText(extra), why, state, want, j.unclaimed(explains))
	}
	return j.fail(ruleI2, s, "nothing", want, "%v did not send %s on %s in %v%s",
		s.End, want, why, state, j.unclaimed(explains))
}

// astray is called for a step that no row leads to where it did, though it went
// nowhere: it should have gone, or the call should have been refused.
func (j *Judge) astray(s *sim.Step, why string) bool {
	st, state := &j.step, s.Before.State
	if s.Arrived == nil && j.refusal() {
		return j.fail(ruleI56, s, "done", "an error", "%v did %s in %v, which has to be refused", s.End, why, state)
	}
	row := table.Row{To: state}
	if rows := table.Expected(st); len(rows) > 0 {
		row = rows[0]
	}
	if s.Arrived != nil && st.Sent == 0 && row.Sends != 0 && row.Grace == table.Now {
		return j.fail(ruleOwed, s, "nothing", formsText(row.Sends), "%v did not answer %s in %v with %s",
			s.End, why, state, formsText(row.Sends))
	}
	return j.fail(ruleI1, s, s.After.State.String(), row.To.String(), "%v is in %v after %s in %v, which leads to %v%s",
		s.End, s.After.State, why, state, row.To, j.unclaimed(table.Leads))
}

// refusal reports whether the call would have been right if it had failed.
func (j *Judge) refusal() bool {
	st := j.step
	st.Facts.Yes |= table.Refused
	st.Facts.No &^= table.Refused
	return explains(&st)
}

func explains(st *table.Step) bool { return table.Match(st).Explained() }

// Explained is the row of RFC 9293 3.10 that explains the last step that was
// judged, and those that let out what left besides; the zero value if there is
// none: of a step in which no end was called, or whose end tells too little.
func (j *Judge) Explained() table.Found { return j.found }
