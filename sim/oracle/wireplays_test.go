package oracle

import (
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

var (
	mss100        = []byte{2, 4, 0, 100}
	sackPermitted = []byte{4, 2, 1, 1}
	twelve        = []byte{254, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0} // an option of no known kind
)

// wirePlays are the plays about single segments, and about timers.
var wirePlays = []twoRuns{
	{"I-34", "more text than the MSS option allows", func(p *play, wrong bool) {
		p.connectWith(nil, mss100)
		p.sends(pick2(wrong, 100, 101), nil)
	}},
	{"I-34", "more text than a peer without the option takes", func(p *play, wrong bool) {
		p.connectWith(nil, nil)
		p.sends(pick2(wrong, 536, 537), nil)
	}},
	{"I-34", "the same over IPv6", func(p *play, wrong bool) {
		p.scenario.IPv6 = true
		p.reset(playProfile)
		p.connectWith(nil, nil)
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 1, wnd: 2000}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, wnd: 2000})
		n := pick2(wrong, 1220, 1221)
		p.call(A, sim.CallSend, n, tcb{state: sESTABLISHED, una: 1, nxt: 1 + n, rcv: 1, wnd: 2000}, seg{flags: ACK, seq: 1, ack: 1, n: n})
	}},
	{"I-34", "options are not counted", func(p *play, wrong bool) {
		p.connectWith(nil, mss100)
		p.sends(pick2(wrong, 88, 89), twelve)
	}},
	{"I-34", "the listener's side", func(p *play, wrong bool) {
		p.connectWith(mss100, nil)
		n := pick2(wrong, 100, 101)
		p.call(B, sim.CallSend, n, tcb{state: sESTABLISHED, una: 1, nxt: 1 + n, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: n})
	}},
	{"I-34", "a listener that hides the handshake", func(p *play, wrong bool) {
		p.reset(claiming(hidesSynReceived))
		p.listen()
		p.arrive(B, seg{flags: SYN, options: mss100}, tcb{state: sLISTEN, deadline: time.Hour}, seg{flags: SYN | ACK, ack: 1})
		p.hiddenBirth(est)
		n := pick2(wrong, 100, 101)
		p.call(B, sim.CallSend, n, tcb{state: sESTABLISHED, una: 1, nxt: 1 + n, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: n})
	}},
	{"I-34", "an MSS option after the SYN", func(p *play, wrong bool) {
		p.connect()
		p.sends(10, pick2(wrong, twelve, mss100))
	}},
	{"sockets", "a segment to another port", func(p *play, wrong bool) {
		p.connect()
		p.port = pick2(wrong, uint16(0), 1)
		p.sends(10, nil)
	}},
	{"no-ack", "text without ACK is taken", func(p *play, wrong bool) {
		p.connect()
		p.inject(B, seg{flags: 0, seq: 1, n: 10}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: pick2(wrong, 1, 11), readable: pick2(wrong, 0, 10)})
	}},
	{"no-ack", "text without ACK can be read", func(p *play, wrong bool) {
		p.connect()
		p.inject(B, seg{flags: 0, seq: 1, n: 10}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, readable: pick2(wrong, 0, 10)})
	}},
	{"no-ack", "a FIN without ACK moves RCV.NXT", func(p *play, wrong bool) {
		p.connect()
		p.inject(B, seg{flags: FIN, seq: 1}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: pick2(wrong, 1, 2)})
	}},
	{"I-1", "a FIN without ACK closes", func(p *play, wrong bool) {
		p.connect()
		p.inject(B, seg{flags: FIN, seq: 1}, pick2(wrong, est, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 2, eof: true}))
	}},
	{"no-ack", "a segment without ACK opens the window", func(p *play, wrong bool) {
		p.connect()
		p.inject(B, seg{flags: 0, seq: 1, n: 10}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, wnd: pick2(wrong, 1000, 2000)})
	}},
	{"no-ack", "an old segment without ACK opens the window", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		p.inject(B, seg{flags: 0, seq: 6, n: 10}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11, readable: 10, wnd: pick2(wrong, 1000, 2000)})
	}},
	{"in-order", "a FIN behind old text is thrown away", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		g := seg{flags: FIN | ACK, seq: 1, ack: 1, n: 10}
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 11, nxt: 12, rcv: 1}, seg{flags: FIN | ACK, seq: 11, ack: 1, lost: true})
		p.arrive(B, g, pick2(wrong, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 12, readable: 10, eof: true},
			tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11, readable: 10}), seg{flags: ACK, seq: 1, ack: pick2(wrong, 12, 11)})
	}},
	{"in-order", "new text behind old text is thrown away", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 11, nxt: 21, rcv: 1}, seg{flags: ACK, seq: 11, ack: 1, n: 10, lost: true})
		rcv := pick2(wrong, 21, 11)
		p.arrive(B, seg{flags: ACK, seq: 6, ack: 1, n: 15}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: rcv, readable: rcv - 1}, seg{flags: ACK, seq: 1, ack: rcv})
	}},
	{"in-order", "text that fills the window is taken in part", func(p *play, wrong bool) {
		p.connect()
		c := tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, rwnd: 6}
		p.timeout(B, c)
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10, lost: true})
		c.rcv = pick2(wrong, 7, 6)
		c.rwnd, c.readable = -1, c.rcv-1
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 1, n: 10}, c, seg{flags: ACK, seq: 1, ack: c.rcv})
	}},
	{"I-38", "an old segment sets the window", func(p *play, wrong bool) {
		p.connect()
		c := tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}
		p.call(A, sim.CallSend, 10, c, seg{flags: ACK, seq: 1, ack: 1, n: 10})
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 1, n: 10}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11, readable: 10}, seg{flags: ACK, seq: 1, ack: 11})
		c.una, c.wnd = 11, 500
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 11, wnd: 500}, c)
		c.wnd = pick2(wrong, 500, 900)
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 6, wnd: 900}, c)
	}},
	{"I-51", "two ACKs for one segment", func(p *play, wrong bool) {
		p.connect()
		ack := seg{flags: ACK, seq: 1, ack: 1}
		p.arrive(B, seg{flags: ACK, seq: -20, ack: 1, n: 5}, est, pick2(wrong, []seg{ack}, []seg{ack, ack})...)
	}},
	{"I-56", "a second OPEN is not refused", func(p *play, wrong bool) {
		p.connect()
		p.step(A, sim.Cause{Kind: sim.Call, Call: sim.CallActiveOpen, Err: pick2(wrong, endpoint.ErrExists, 0)}, nil, est)
	}},
	{"I-56", "CLOSE in CLOSED is not refused", func(p *play, wrong bool) {
		p.step(A, sim.Cause{Kind: sim.Call, Call: sim.CallClose, Err: pick2(wrong, endpoint.ErrNotExist, 0)}, nil, tcb{})
	}},
	{"rto-after-syn", "text is resent 1 s after a SYN was lost", func(p *play, wrong bool) {
		p.lostSYN(nil, nil)
		p.resends(pick2(wrong, 3*time.Second, 3*time.Second-1))
	}},
	{"I-45", "a timer is started with nothing outstanding", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		p.wait(time.Second)
		c := tcb{state: sESTABLISHED, una: 11, nxt: 11, rcv: 1}
		c.deadline = p.now + pick2(wrong, 59*time.Second-1, time.Minute) // that of say expires by 60 s
		p.timeout(A, c)
	}},
	{"I-62", "an end resends to a silent peer for ever", func(p *play, wrong bool) {
		p.connect()
		p.sends(10, nil)
		c := tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}
		p.wait(pick2(wrong, 160*time.Second, 160*time.Second+1))
		p.timeout(A, c, seg{flags: ACK, seq: 1, ack: 1, n: 10})
	}},
	{"I-62", "a SYN is resent for ever", func(p *play, wrong bool) {
		p.listen()
		p.wait(pick2(wrong, 240*time.Second, 240*time.Second+1))
		p.timeout(A, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN})
	}},
	{"settle", "an end goes on although its peer has crashed", func(p *play, wrong bool) {
		p.closing()
		p.step(B, sim.Cause{Kind: sim.Fault, Fault: 1}, nil, tcb{})
		p.wait(time.Minute)
		p.timeout(A, tcb{state: sCLOSING, una: 1, nxt: 2, rcv: 2, eof: true}, seg{flags: FIN | ACK, seq: 1, ack: 2})
		p.wait(time.Minute)
		if !wrong {
			p.timeout(A, tcb{err: endpoint.ErrTimeout})
		}
		p.wait(20 * time.Minute)
		p.end(sim.OverEvents, false)
	}},
}

// sends lets A send n octets in one segment with these options.
func (p *play) sends(n int, options []byte) {
	p.t.Helper()
	p.call(A, sim.CallSend, n, tcb{state: sESTABLISHED, una: 1, nxt: 1 + n, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: n, options: options})
}

// lostSYN is a handshake of which A's first SYN is lost, with these options.
func (p *play) lostSYN(a, b []byte) {
	p.t.Helper()
	p.call(B, sim.CallPassiveOpen, 0, tcb{state: sLISTEN})
	p.call(A, sim.CallActiveOpen, 0, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN, lost: true, options: a})
	p.wait(time.Second)
	p.timeout(A, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN, options: a})
	p.arrive(B, seg{flags: SYN, options: a}, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}, seg{flags: SYN | ACK, ack: 1, options: b})
	p.arrive(A, seg{flags: SYN | ACK, ack: 1, options: b}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1})
}

// resends lets A send text that is lost, and again after a time.
func (p *play) resends(after time.Duration) {
	p.t.Helper()
	c := tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}
	g := seg{flags: ACK, seq: 1, ack: 1, n: 10, lost: true}
	p.call(A, sim.CallSend, 10, c, g)
	p.wait(after)
	p.timeout(A, c, g)
}

// TestStrangersAreAnswered: what answers a segment from another port goes back
// there; so does all that leaves once a listener may have taken its SYN.
func TestStrangersAreAnswered(t *testing.T) {
	from := func(p *play, g seg) *endpoint.Segment {
		s := p.segment(A, g)
		s.SrcPort++
		return &s
	}
	undetected := sim.Cause{Kind: sim.Arrival, Corrupt: true, Undetected: true}
	for _, c := range []struct {
		name, rule string
		run        func(p *play)
	}{
		{"a RST to the stranger", "", func(p *play) {
			p.connect()
			p.port = 1
			p.step(B, undetected, from(p, seg{flags: ACK, seq: 1, ack: 1}), est, seg{flags: RST, seq: 1})
		}},
		{"a RST to another", "sockets", func(p *play) {
			p.connect()
			p.port = 2
			p.arrive(B, seg{flags: ACK, seq: 5000, ack: 1}, est, seg{flags: RST, seq: 1})
		}},
		{"a connection with the stranger", "", func(p *play) {
			p.listen()
			p.port = 1
			c := tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}
			p.step(B, undetected, from(p, seg{flags: SYN}), c, seg{flags: SYN | ACK, ack: 1})
			p.wait(time.Second)
			p.timeout(B, c, seg{flags: SYN | ACK, ack: 1})
		}},
		{"a connection with another", "sockets", func(p *play) {
			p.halfOpen()
			p.port = 1
			p.wait(time.Second)
			p.timeout(B, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}, seg{flags: SYN | ACK, ack: 1})
		}},
	} {
		p := newPlay(t)
		c.run(p)
		if v := p.j.Violation(); v.Rule.ID != c.rule {
			t.Errorf("%s: found %q (%s), want %q", c.name, v.Rule.ID, v.Text, c.rule)
		}
	}
}
