package report

import (
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// Short names, so that a trace by hand reads like a ladder.
const (
	a = endpoint.A
	b = endpoint.B

	ms = time.Millisecond
	us = time.Microsecond

	fin = endpoint.FIN
	syn = endpoint.SYN
	rst = endpoint.RST
	psh = endpoint.PSH
	ack = endpoint.ACK
)

// tape builds a trace by hand, step by step.
type tape struct {
	sim.Trace
	tcb [2]sim.TCB
	nth [2][endpoint.NumKinds]uint32
}

// newTape begins a trace of a scenario; the ISS of A is 100 and that of B 300.
func newTape(tb testing.TB, text string) *tape {
	tb.Helper()
	s, err := scenario.Parse("tape", text)
	if err != nil {
		tb.Fatal(err)
	}
	p := &tape{}
	p.Scenario = s
	for e, iss := range []endpoint.Seq{100, 300} {
		p.tcb[e] = sim.TCB{ISS: iss, UNA: iss, NXT: iss, MAX: iss, SNDWND: 65535, RCVWND: 65535, Deadline: endpoint.Never}
	}
	return p
}

// out is a segment to be emitted. Its zero fate is to be lost.
type out struct {
	flags    endpoint.Flags
	seq, ack endpoint.Seq // relative to 100 and 300
	n        uint32
	of       uint32
	wnd      uint16 // 0: 65535; zeroWindow: 0
	options  endpoint.Options
	at       []time.Duration // arrivals
	flip     uint32          // bit of the first copy, 0 for none
	cause    link.Cause
	by       []uint16
}

const zeroWindow = 1

func call(c sim.UserCall, n int32) sim.Cause { return sim.Cause{Kind: sim.Call, Call: c, N: n} }

func got(id uint32) sim.Cause { return sim.Cause{Kind: sim.Arrival, Segment: id} }

func struck(n uint16) sim.Cause { return sim.Cause{Kind: sim.Fault, Fault: n} }

var due = sim.Cause{Kind: sim.Timeout}

// step appends an event and what it emitted.
func (p *tape) step(at time.Duration, e endpoint.End, c sim.Cause, after endpoint.State, emits ...out) {
	t := &p.tcb[e]
	before := p.Final[e]
	p.Final[e] = after
	first := uint32(len(p.Segments))
	for i := range emits {
		p.emit(at, e, &emits[i])
	}
	p.Events = append(p.Events, sim.Event{
		N: uint32(len(p.Events) + 1), At: at, End: e, Cause: c, Before: before, After: after,
		TCB: *t, FirstEmit: first, Emits: uint32(len(emits)),
	})
}

func (p *tape) emit(at time.Duration, e endpoint.End, o *out) {
	s := endpoint.Segment{Flags: o.flags, Text: make([]byte, o.n)}
	k := s.Kind()
	p.nth[e][k]++
	wnd := o.wnd
	switch wnd {
	case 0:
		wnd = 65535
	case zeroWindow:
		wnd = 0
	}
	r := sim.SegmentRecord{
		ID: uint32(len(p.Segments) + 1), Of: o.of, Nth: p.nth[e][k], At: at, End: e, Kind: k, Flags: o.flags,
		Seq: p.tcb[e].ISS + o.seq, Wnd: wnd, Len: o.n, ISS: p.tcb[e].ISS, PeerISS: p.tcb[e.Peer()].ISS, Offset: -1,
		Cause: o.cause, FirstCopy: uint32(len(p.Copies)), NCopies: uint8(len(o.at)),
		FirstBy: uint32(len(p.By)), NBy: uint8(len(o.by)),
		FirstOption: uint32(len(p.Options)), NOption: uint8(len(o.options)),
	}
	if o.flags.Has(ack) {
		r.Ack = r.PeerISS + o.ack
	}
	if o.n > 0 {
		r.Offset = int64(o.seq) - 1
	}
	for i, at := range o.at {
		c := link.Copy{At: at}
		if i == 0 && o.flip != 0 {
			c.Flips[0], c.NFlips = o.flip, 1
		}
		p.Copies = append(p.Copies, c)
	}
	p.By = append(p.By, o.by...)
	p.Options = append(p.Options, o.options...)
	p.Segments = append(p.Segments, r)
	t := &p.tcb[e]
	t.NXT = r.Seq.Add(int(o.n))
	if o.flags.Any(syn | fin) {
		t.NXT++
	}
	if t.MAX.Less(t.NXT) {
		t.MAX = t.NXT
	}
}

// to is a list of arrivals.
func to(at ...time.Duration) []time.Duration { return at }

// handshake shakes hands over a link of 10 ms, in 5 steps.
func (p *tape) handshake() {
	p.step(0, b, call(sim.CallPassiveOpen, 0), endpoint.Listen)
	p.step(0, a, call(sim.CallActiveOpen, 0), endpoint.SynSent, out{flags: syn, at: to(10 * ms)})
	p.step(10*ms, b, got(1), endpoint.SynReceived, out{flags: syn | ack, ack: 1, at: to(20 * ms)})
	p.tcb[a].UNA++
	p.step(20*ms, a, got(2), endpoint.Established, out{flags: ack, seq: 1, ack: 1, at: to(30 * ms)})
	p.tcb[b].UNA++
	p.step(30*ms, b, got(3), endpoint.Established)
}

// goodbye closes, A first, and waits 2 MSL.
func (p *tape) goodbye(now time.Duration) {
	p.step(now, a, call(sim.CallClose, 0), endpoint.FinWait1, out{flags: fin | ack, seq: 1, ack: 1, at: to(now + 10*ms)})
	id := uint32(len(p.Segments))
	p.step(now+10*ms, b, got(id), endpoint.CloseWait, out{flags: ack, seq: 1, ack: 2, at: to(now + 20*ms)})
	p.step(now+10*ms, b, sim.Cause{Kind: sim.Call, Call: sim.CallReceive, EOF: true}, endpoint.CloseWait)
	p.step(now+10*ms, b, call(sim.CallClose, 0), endpoint.LastAck, out{flags: fin | ack, seq: 1, ack: 2, at: to(now + 20*ms)})
	p.step(now+20*ms, a, got(id+1), endpoint.FinWait2)
	p.step(now+20*ms, a, got(id+2), endpoint.TimeWait, out{flags: ack, seq: 2, ack: 2, at: to(now + 30*ms)})
	p.step(now+30*ms, b, got(id+3), endpoint.Closed)
	p.step(now+20*ms+4*time.Minute, a, due, endpoint.Closed)
	p.Outcome = sim.Quiet
}
