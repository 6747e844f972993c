package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/table"
)

// eventOf has the event of each user call.
var eventOf = [sim.NumUserCalls]table.Event{
	table.PassiveOpen, table.ActiveOpen, table.Send, table.Receive, table.Close, table.Abort,
}

// placed are the facts about the numbers of a segment.
const placed = table.InWindow | table.NearWindow | table.SEQInWindow | table.AtNXT | table.BeforeNXT |
	table.BeyondNXT | table.SYNAgain | table.WindowZero | table.NewACK | table.ACKHigh | table.ACKOld

// when is a fact if it is true.
func when(is bool, f table.Fact) table.Fact {
	if is {
		return f
	}
	return 0
}

// claimed are the facts that a profile decides for a whole run.
func claimed(p *endpoint.Profile) table.Fact {
	return when(p.RFC5961, table.RFC5961) | when(p.RFC1337, table.RFC1337) |
		when(p.HalfDuplexClose, table.HalfDuplex) | when(p.Note3TimeWait, table.Note3) |
		when(p.HidesSynReceived, table.HidesSYNReceived)
}

// before gathers the facts that hold before the books take the step in. Only
// those are worked out that some row asks for: they depend on the event.
func (j *Judge) before(s *sim.Step, d *shadow, a *arrival) {
	st, b := &j.step, s.Before
	st.From, st.To, st.Sent = b.State, s.After.State, 0
	yes := j.claims[s.End] | when(j.out.owed, table.ACKWaits) | when(d.queued, table.CLOSEQueued)
	var unknown table.Fact
	if b.State == sLISTEN {
		yes |= when(j.hides(s.End, b.State), table.Hidden)
	}
	switch {
	case s.Arrived != nil:
		st.Event = table.Segment
		yes |= j.segmentFacts(s, d, a)
		unknown = j.untold(s, d, a)
	case s.Cause.Kind == sim.Call:
		st.Event = eventOf[s.Cause.Call]
		yes |= d.callFacts(s)
		unknown = when(b.Known&endpoint.KnowBuffers == 0, table.Unread)
	default:
		st.Event = table.Timeout
		yes |= when(b.SND.WND == 0, table.SNDZero)
		unknown = when(b.Known&endpoint.KnowWindow == 0, table.SNDZero)
	}
	if b.State == sFINWAIT1 || b.State == sCLOSING {
		yes |= when(d.una < 1, table.SYNUnacked)
		unknown |= when(b.Known&endpoint.KnowSND == 0, table.SYNUnacked)
	}
	st.Facts = table.Known(yes).Unknown(unknown)
}

// callFacts are those of a user call.
func (d *shadow) callFacts(s *sim.Step) table.Fact {
	b, c := s.Before, &s.Cause
	yes := when(c.Err != 0 || c.Call == sim.CallSend && c.N == 0, table.Refused)
	if c.Call != sim.CallClose {
		return yes
	}
	const known = endpoint.KnowBuffers | endpoint.KnowWindow | endpoint.KnowSND
	idle := b.Known&known == known && b.Unsent == 0 && d.una == d.max && b.SND.WND > 0
	return yes | when(d.taken > 0, table.SENDIssued) | when(d.closed, table.CLOSECalled) |
		when(b.Readable > 0, table.Unread) | when(idle, table.Idle)
}

// flagFacts are the facts of the control bits.
var flagFacts = func() (list [64]table.Fact) {
	for i := range list {
		f := endpoint.Flags(i)
		list[i] = when(f&endpoint.SYN != 0, table.SYN) | when(f&endpoint.FIN != 0, table.FIN) |
			when(f&endpoint.RST != 0, table.RST) | when(f&endpoint.ACK != 0, table.ACK)
	}
	return list
}()

// segmentFacts are those of the segment that arrived, and of the end that it
// came to.
func (j *Judge) segmentFacts(s *sim.Step, d *shadow, a *arrival) table.Fact {
	state, f := s.Before.State, a.flags
	yes := flagFacts[f&63] | a.placed
	if a.n > 0 {
		yes |= table.LEN | when(a.text > 0, table.Text)
	}
	if !a.intact {
		yes |= table.BadChecksum
	}
	if state <= sSYNSENT {
		return yes
	}
	switch state {
	case sSYNRECEIVED:
		yes |= when(d.passive, table.Passive) | when(d.closed, table.CLOSECalled) |
			when(d.reopened, table.Reopened) |
			when(a.judged && f&endpoint.SYN != 0 && a.seq == 0, table.SYNAgain)
	case sTIMEWAIT:
		if f&endpoint.SYN != 0 {
			yes |= when(j.reopens(s, a), table.Reopens)
		}
	}
	if f&endpoint.ACK != 0 && a.ack < d.una-int64(d.maxWnd) {
		yes |= table.ACKOld
	}
	if d.everAnswer && j.throttles(s.End) && s.At-d.answered <= throttleWindow {
		yes |= table.Throttled
	}
	if s.Before.Known&endpoint.KnowWindow != 0 {
		yes |= j.ackRange[s.End]
	}
	if j.timestamps(s.End) {
		yes |= table.RFC7323
	}
	return yes
}

// untold are the facts about a segment that nobody outside can know.
func (j *Judge) untold(s *sim.Step, d *shadow, a *arrival) (unknown table.Fact) {
	if j.out.unclear {
		return ^table.Fact(0)
	}
	if !a.judged && hasTCB(s.Before.State) {
		unknown = placed
		unknown |= when(j.profiles[s.End].ReopensTimeWait != endpoint.ReopensNever, table.Reopens)
	}
	// MAY-12, perhaps: what it has taken of the acknowledgments is not told.
	return unknown | when(s.Before.Known&endpoint.KnowSND == 0 && a.ack < d.ackHeard, table.ACKOld)
}

// after adds the facts of how the step came out. It may be called again when
// the books know more.
func (j *Judge) after(s *sim.Step, d *shadow) {
	if j.step.Event != table.Segment || j.out.unclear {
		return
	}
	const outcome = table.FINTaken | table.OwnFINAcked
	var yes, unknown table.Fact
	if d.tookFIN(s) {
		yes |= table.FINTaken
		unknown |= when(s.After.Known&endpoint.KnowRCV == 0 || !d.haveIRS || d.twoFINs, table.FINTaken)
	}
	if d.finSent && d.ackHeard > d.fin {
		yes |= table.OwnFINAcked
		told := s.After.Known&endpoint.KnowSND != 0 && d.una > d.fin
		unknown |= when(hasTCB(s.After.State) && !told, table.OwnFINAcked)
	}
	f := &j.step.Facts
	f.Yes = f.Yes&^outcome | yes
	f.No = (f.No|outcome)&^yes | unknown
}

// formOf is the kind of a segment that left, if it is no RST.
func formOf(g *endpoint.Segment) table.Forms {
	switch f := g.Flags; {
	case f&(endpoint.SYN|endpoint.ACK) == endpoint.SYN:
		return table.SendSYN
	case f&endpoint.SYN != 0:
		return table.SendSYNACK
	case f&endpoint.FIN != 0:
		return table.SendFIN
	case len(g.Text) > 0:
		return table.SendText
	}
	return table.SendACK
}
