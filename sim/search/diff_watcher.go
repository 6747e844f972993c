package search

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// watcher makes a sight of a run, step by step.
type watcher struct {
	*sight
	seed uint64
	conn int

	iss, irs     endpoint.Seq // of the connection, as the wire has them
	open, synced bool         // which of them are there
	max          int64        // what A has sent, relative
	place        int64        // in order, of what A heard, relative
	edge         int64        // the right edge of A's window, relative
	top          int64        // the end of all that was heard
	gappy        bool
	simultaneous bool
	first        [3]bool // SYN, SYN,ACK, FIN have been sent
	wnd          uint16  // of the peer, and the largest
	widest       int64
	know         heard
	acked        int64 // the highest ACK field heard, used or not
}

func (w *watcher) reset(s *sight, seed uint64) {
	*s = sight{main: s.main[:0], calls: [2][]item{s.calls[0][:0], s.calls[1][:0]}, heard: s.heard[:0], sent: s.sent[:0]}
	*w = watcher{sight: s, seed: seed}
}

// see takes a step into the normal form. What the peer does is not compared.
func (w *watcher) see(s *sim.Step) {
	if s.End == endpoint.B {
		return
	}
	it := item{moment: moment{step: s.N, at: s.At}, before: s.Before.State, knew: w.know}
	it.cause = w.causeOf(s)
	it.gappy = w.gappy
	for i := range s.Emits {
		it.reset = it.reset || s.Emits[i].Segment.Flags.Has(endpoint.RST)
	}
	w.call(s, it)
	w.state(s, it)
	for i := range s.Emits {
		w.send(s, &s.Emits[i], it)
	}
}

func (w *watcher) causeOf(s *sim.Step) cause {
	c := cause{kind: s.Cause.Kind, fault: s.Cause.Fault}
	switch {
	case c.kind == sim.Call:
		c.call = s.Cause.Call
	case s.Arrived != nil:
		c.kind = sim.Arrival
		if s.ArrivedErr == nil && !s.Cause.Deaf {
			w.hear(s, &c)
		}
	}
	return c
}

// hear takes in what arrived at A.
func (w *watcher) hear(s *sim.Step, c *cause) {
	m := s.Arrived
	c.fault = 0
	if m.Flags.Has(endpoint.SYN) && s.Before.State < endpoint.SynReceived && (!w.synced || m.Seq != w.irs) {
		w.irs, w.synced = m.Seq, true
		w.place, w.top, w.gappy = 0, 0, false
		w.know.syn, w.know.fin, w.know.text = false, false, 0
	}
	c.flags = m.Flags &^ shade
	c.seq = int64(m.Seq.Sub(w.irs))
	c.end = c.seq + int64(m.Len())
	if m.Flags.Has(endpoint.ACK) {
		c.ack = int64(m.Ack.Sub(w.iss))
		c.acks = int8(sign(c.ack - w.max))
		w.gappy = w.gappy || m.Len() > 0 && c.ack < w.acked-w.widest // MAY-12: it may be dropped
		w.acked = max(w.acked, c.ack)
	}
	switch {
	case c.end < w.place, c.end == w.place && m.Len() > 0:
		c.place = -1
	case c.seq > w.place:
		c.place = 1
	}
	if m.Flags.Has(endpoint.ACK) && c.place == 0 { // of an old segment it is not used, above a gap perhaps
		w.know.ack = max(w.know.ack, c.ack)
	}
	c.beyond = w.open && c.end > w.edge
	if s.Cause.Undetected || s.Cause.Kind == sim.Fault && m.Len() > 0 {
		w.damaged = true
	}
	w.wnd, w.widest = m.Wnd, max(w.widest, int64(m.Wnd))
	w.heard = append(w.heard, hearing{
		moment: moment{step: s.N, at: s.At}, conn: w.conn, before: s.Before.State, cause: *c, gappy: w.gappy, wnd: m.Wnd,
	})
	if m.Flags.Has(endpoint.RST) {
		w.know.rst++
		return
	}
	if m.Flags.Has(endpoint.SYN) {
		if s.Before.State.Synchronized() { // it is not taken
			return
		}
		w.know.syn = true
		w.simultaneous = w.simultaneous || s.Before.State == endpoint.SynSent && !m.Flags.Has(endpoint.ACK)
	}
	w.know.fin = w.know.fin || m.Flags.Has(endpoint.FIN)
	w.know.text = max(w.know.text, c.end)
	if m.Len() > 0 {
		w.top = max(w.top, c.end)
		if c.place > 0 || c.beyond {
			w.gappy = true
		} else if !w.gappy {
			w.place = max(w.place, c.end)
		}
	}
}

func sign(n int64) int { return int(min(max(n, -1), 1)) }

// shade is the bits that the normal form does not show.
const shade = endpoint.PSH | endpoint.ECE | endpoint.CWR

// call notes what a call answered. That an OPEN began a new connection is
// noticed by its SYN.
func (w *watcher) call(s *sim.Step, it item) {
	if s.Cause.Kind != sim.Call {
		return
	}
	c := &s.Cause
	it.fact = fact{what: called, call: c.Call, err: classOf(c.Err), mss: -1}
	switch c.Call {
	case sim.CallSend, sim.CallReceive:
		if c.Err == 0 && !c.EOF {
			return
		}
		if c.Call == sim.CallSend && it.err == endpoint.ErrNotExist {
			w.refused = true // with room for more it had been taken before
			return
		}
		it.what, it.eof = answered, c.EOF
		if c.EOF {
			it.n = s.Offset + int64(c.N)
		}
		list := &w.calls[c.Call-sim.CallSend]
		if n := len(*list); n == 0 || (*list)[n-1].fact != it.fact { // to several lines the same is said several times
			*list = append(*list, it)
		}
	default:
		w.main = append(w.main, it)
	}
}

// classOf is an error as far as implementations have to agree on it: see the
// allowance "gone".
func classOf(e endpoint.Error) endpoint.Error {
	switch e {
	case endpoint.ErrReset, endpoint.ErrRefused, endpoint.ErrUserTimeout, endpoint.ErrTimeout, endpoint.ErrAborted:
		return endpoint.ErrNotExist
	}
	return e
}

// state notes the entry of a state.
func (w *watcher) state(s *sim.Step, it item) {
	was, is := s.Before.State, s.After.State
	if was == is || s.After.Known&endpoint.KnowState == 0 || is == endpoint.LastAck {
		return
	}
	if is <= endpoint.SynSent {
		w.open, w.first, w.simultaneous = false, [3]bool{}, false
	}
	if is == endpoint.Established && w.simultaneous {
		return
	}
	it.fact = fact{what: entered, state: is, mss: -1}
	if it.cause.kind == sim.Fault {
		it.fault = it.cause.fault
	}
	w.main = append(w.main, it)
}

// send notes a segment that A sent.
func (w *watcher) send(s *sim.Step, m *sim.Emit, it item) {
	seg := &m.Segment
	if seg.Flags.Has(endpoint.SYN) && (!w.open || seg.Seq != w.iss) {
		w.iss, w.open, w.max, w.edge = seg.Seq, true, 0, 1+int64(seg.Wnd)
		w.first, w.know.ack, w.acked = [3]bool{}, 0, 0
		w.conn++
	}
	it.segment = m.ID
	out := sending{
		moment: it.moment, conn: w.conn, state: it.before, flags: seg.Flags &^ shade, seq: int64(seg.Seq.Sub(w.iss)), kind: it.cause.kind,
		closed: w.wnd == 0 && w.know.syn,
	}
	out.end = out.seq + int64(seg.Len())
	if seg.Flags.Has(endpoint.RST) {
		w.refusal(s, seg, it)
		w.sent = append(w.sent, out)
		return
	}
	if seg.Flags.Has(endpoint.ACK) {
		out.ack = int64(seg.Ack.Sub(w.irs))
		out.early = w.synced && out.ack > w.top
		w.edge = max(w.edge, out.ack+int64(seg.Wnd))
		if out.ack >= w.top {
			w.gappy, w.place = false, max(w.place, w.top)
		}
	}
	out.oldest = out.seq <= w.know.ack && w.know.ack < out.end
	if n := len(seg.Text); n > 0 {
		want := sim.Content(sim.ContentStart(w.seed, int(endpoint.A)), out.seq-1, n)
		out.wrong = out.end > w.acked && string(want) != string(seg.Text)
		w.text = max(w.text, out.seq+int64(n))
	}
	w.max = max(w.max, out.end)
	w.sent = append(w.sent, out)
	w.opening(seg, &out, it)
}

// opening notes the first SYN, SYN,ACK and FIN of a connection.
func (w *watcher) opening(seg *endpoint.Segment, out *sending, it item) {
	it.fact = fact{what: sent, flags: out.flags, seq: out.seq, mss: -1}
	switch {
	case seg.Flags.Has(endpoint.SYN):
		which := 0
		if seg.Flags.Has(endpoint.ACK) {
			which, it.ack = 1, out.ack
		}
		if w.first[which] {
			return
		}
		w.first[which] = true
		if mss, ok := seg.Options.MSS(); ok {
			it.mss = int32(mss)
		}
	case seg.Flags.Has(endpoint.FIN) && !w.first[2]:
		w.first[2] = true
		it.flags, it.seq = endpoint.FIN|endpoint.ACK, out.end-1
	default:
		return
	}
	w.main = append(w.main, it)
}

// refusal notes a RST. Its numbers are relative to the segment that it answers,
// or, if it answers none, to what A has sent.
func (w *watcher) refusal(s *sim.Step, seg *endpoint.Segment, it item) {
	it.fact = fact{what: sent, flags: seg.Flags &^ shade, mss: -1}
	switch a := s.Arrived; {
	case a == nil:
		it.flags &^= endpoint.ACK
		it.seq = int64(seg.Seq.Sub(w.iss)) - w.max
	case seg.Flags.Has(endpoint.ACK):
		it.seq, it.ack = int64(seg.Seq), int64(seg.Ack.Sub(a.Seq.Add(a.Len())))
	default:
		it.seq = int64(seg.Seq.Sub(a.Ack))
	}
	w.main = append(w.main, it)
}

// finish notes how the run ended.
func (w *watcher) finish(world *sim.World, v *sim.Violation) {
	w.outcome, w.end, w.last = world.Outcome(), world.Now(), w.know
	if w.outcome != sim.Quiet {
		it := item{fact: fact{what: stopped, outcome: w.outcome, mss: -1}, before: world.Status(endpoint.A).State, gappy: w.gappy}
		it.at, it.step, it.cause.kind = world.Now(), v.Step, sim.Timeout
		w.main = append(w.main, it)
	}
}
