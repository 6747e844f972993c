package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/table"
)

// throttleWindow is how long one challenge ACK may be the reason to withhold
// another: RFC 5961 7 counts them in windows of 5 s.
const throttleWindow = 5 * time.Second

// delayedMax is what an acknowledgment must be under (MUST-40).
const delayedMax = 500 * time.Millisecond

// acks are the kinds of segment that an ACK rides on.
const acks = table.SendSYNACK | table.SendACK | table.SendText | table.SendFIN

// throttles reports whether an end may withhold ACKs when there are too many.
func (j *Judge) throttles(e endpoint.End) bool { return !j.profiles[e].Unthrottled }

// owing is an answer that an end owes.
type owing struct {
	grace   table.Grace // Soon or Delayed; Now: none is owed
	row     table.ID    // by which it is owed,
	flags   endpoint.Flags
	text    bool
	segment uint32 // for this segment
	at      time.Duration
	due     time.Duration
}

// answered keeps the books of answers: what left may pay what was owed before,
// and the row that explains the step may owe more. It is called if a segment came,
// or an answer is owed.
func (j *Judge) answered(s *sim.Step, d *shadow) {
	sends, may, grace := j.found.Answer()
	if sends != 0 && s.Arrived != nil {
		j.ask(ruleOwed)
		if grace == table.Soon && s.Before.State == sTIMEWAIT {
			j.ask(ruleI32)
		}
	}
	acked := j.step.Sent&acks != 0
	if acked && j.pays(s, d, sends) {
		d.settled(j)
	}
	if !hasTCB(s.After.State) {
		if hasTCB(s.Before.State) {
			d.settled(j) // the connection has ended, and with it what it owed
		}
		return
	}
	if acked && grace != table.Delayed && (sends|may)&table.SendACK != 0 && s.Arrived != nil { // a throttle may count it
		d.answered, d.everAnswer = s.At, true
	}
	if j.found.Debt != table.Now {
		j.debt(s, d)
	}
}

// debt writes down an ACK that was owed and has not left. It may wait as long
// as a delayed ACK does.
func (j *Judge) debt(s *sim.Step, d *shadow) {
	wait := delayedMax - 1
	if p := &j.profiles[s.End]; p.NoDelayedACK {
		wait = 0
	} else if p.DelayedACK > 0 {
		wait = min(wait, p.DelayedACK)
	}
	o, owed := &d.owed, d.owed.grace != table.Now
	if owed && (j.found.Debt == table.Delayed || o.grace != table.Delayed) {
		return // the older debt is due first, and is paid by no less
	}
	due := s.At + wait
	if owed {
		due = min(due, o.due)
	}
	*o = owing{
		grace: j.found.Debt, row: j.found.Row, flags: s.Arrived.Flags, text: len(s.Arrived.Text) > 0,
		segment: s.Cause.Segment, at: s.At, due: due,
	}
	j.due = min(j.due, due)
}

// pays reports whether an ACK that leaves in this step pays what was owed
// before. One ACK may pay for all text so far (MUST-58), and for a burst; but
// the answer to a later segment is no answer to an earlier one that was owed
// its own, and got none.
func (j *Judge) pays(s *sim.Step, d *shadow, sends table.Forms) bool {
	return d.owed.grace != table.Soon || s.At == d.owed.at || s.Arrived == nil || sends&acks == 0
}

// settled forgets a debt.
func (d *shadow) settled(j *Judge) {
	if d.owed.grace != table.Now {
		d.owed = owing{due: endpoint.Never}
		j.due = min(j.ends[0].owed.due, j.ends[1].owed.due)
	}
}

// overdue is called when time has passed the bound of an owed answer: nothing
// has paid it.
func (j *Judge) overdue(s *sim.Step) bool {
	for e := range j.ends {
		if o := &j.ends[e].owed; o.grace != table.Now && s.At > o.due {
			return j.unpaid(s.N, s.At, endpoint.End(e))
		}
	}
	return true
}

func (j *Judge) unpaid(step uint32, at time.Duration, e endpoint.End) bool {
	d := &j.ends[e]
	o, row := &d.owed, d.owed.row.Row()
	r := ruleOwed
	if row.From == sTIMEWAIT && row.Grace == table.Soon {
		r = ruleI32
	}
	what := "an ACK"
	if row.Sends != 0 {
		what = formsText(row.Sends)
	}
	g := endpoint.Segment{Flags: o.flags}
	text := ""
	if o.text {
		text = " with text"
	}
	j.v = sim.Violation{
		Rule: rules[r], Step: step, At: at, End: e, State: d.state,
		Text: e.String() + " did not answer " + g.Flags.String() + text + " in " + row.From.String() + " with " + what +
			" (#" + printed(o.segment) + " of " + o.at.String() + ", by " + o.due.String() + ")",
		Got: "nothing by " + at.String(), Want: what + " by " + o.due.String(),
	}
	return false
}

// formsText is what a report calls segments of which one is owed.
func formsText(f table.Forms) string {
	text := ""
	for set := f; set != 0; set &= set - 1 {
		if text != "" {
			text += " or "
		}
		text += formText(set & -set)
	}
	if text == "" {
		return "nothing"
	}
	return text
}

func formText(f table.Forms) string {
	switch f {
	case table.SendACK:
		return "an ACK"
	case table.RSTofACK:
		return "a RST <SEQ=SEG.ACK>"
	case table.RSTofZero:
		return "a RST <SEQ=0><ACK=SEG.SEQ+SEG.LEN>"
	case table.RSTofNXT:
		return "a RST <SEQ=SND.NXT>"
	case table.SendText:
		return "text"
	}
	return "a " + f.String()
}
