package wireonly

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// claims holds the state that the end tells against the set, and against the
// one that it told before. This is the only place where a Status is read.
func (j *Judge) claims(s *sim.Step, d *side) bool {
	if s.After.Known&endpoint.KnowState == 0 {
		d.claims = false
		return true
	}
	to := s.After.State
	if !d.set.Has(to) {
		return j.claimedAnother(s, d, to)
	}
	if from := d.claimed; d.claims && !j.step.moves[from].Has(to) {
		return j.fail(ruleEdge, s, from.String()+" -> "+to.String(), j.step.moves[from].String(),
			"%v claims to have gone %v -> %v on %s", s.End, from, to, j.causeText(s))
	}
	d.claims, d.claimed = true, to
	return true
}

// claimedAnother is a state that is not in the set. Where there is a rule about
// that state, it is this one that is broken.
func (j *Judge) claimedAnother(s *sim.Step, d *side, to endpoint.State) bool {
	r := ruleClaimed
	switch {
	case j.step.in.g != nil && j.step.in.flags&endpoint.RST != 0:
		r = ruleI22
	case d.claims && d.claimed == sLISTEN:
		r = ruleI23
	case to == sTIMEWAIT && !d.closed:
		r = ruleI30
	case afterFIN.Has(to) && !d.tookFIN():
		r = ruleI28
	}
	return j.fail(r, s, to.String(), d.set.String(), "%v claims %v on %s, but it can only be in %v",
		s.End, to, j.causeText(s), d.set)
}

// End judges how the run ended: no answer is owed any more, and what the ends
// tell is in their sets. It returns false if a violation was found, now or
// before.
func (j *Judge) End(e End) bool {
	if j.v.Found() || e.At > j.due && !j.overdue(0, e.At) {
		return false
	}
	for i := range j.ends {
		end, st := endpoint.End(i), e.Status[i]
		j.pass(e.At, end)
		d := &j.ends[i]
		if st == nil || st.Known&endpoint.KnowState == 0 || d.set.Has(st.State) {
			continue
		}
		j.v = sim.Violation{
			Rule: rules[ruleClaimed], At: e.At, End: end, State: d.guess(),
			Text: end.String() + " ends in " + st.State.String() + ", but it can only be in " + d.set.String(),
			Got:  st.State.String(), Want: d.set.String(),
		}
		return false
	}
	return true
}
