package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// sentPlays are the plays about what has been sent: the window that it has to fit, the
// acknowledgment of it, and where what follows stands.
var sentPlays = []twoRuns{
	{"I-35", "new text beyond the window", func(p *play, wrong bool) {
		p.connect()
		p.sends(500, nil)
		n := pick2(wrong, 500, 501)
		p.call(A, sim.CallSend, n, tcb{state: sESTABLISHED, una: 1, nxt: 501 + n, rcv: 1}, seg{flags: ACK, seq: 501, ack: 1, n: n})
	}},
	{"I-35", "a FIN may stand on the edge, text may not", func(p *play, wrong bool) {
		p.connect()
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 1, wnd: 10}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, wnd: 10})
		n := pick2(wrong, 10, 11)
		p.call(A, sim.CallSend, n, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, wnd: 10, unsent: n})
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: n + 2, rcv: 1, wnd: 10}, seg{flags: FIN | ACK, seq: 1, ack: 1, n: n})
	}},
	{"I-35", "a probe leaves by a timer", func(p *play, wrong bool) {
		p.connect()
		shut := tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, wnd: -1}
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 1, wnd: -1}, shut)
		shut.unsent = 10
		p.call(A, sim.CallSend, 10, shut)
		shut.nxt, shut.unsent = 2, 9
		probe := seg{flags: ACK, seq: 1, ack: 1, n: 1}
		p.wait(time.Second)
		if wrong {
			p.arrive(A, seg{flags: ACK, seq: 1, ack: 1, wnd: -1}, shut, probe)
		}
		p.timeout(A, shut, probe)
	}},
	{"ack-taken", "an acknowledgment moves nothing", func(p *play, wrong bool) {
		p.connect()
		p.sends(10, nil)
		p.j.hostile = true // so that B need not have taken them
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 11}, tcb{state: sESTABLISHED, una: pick2(wrong, 11, 1), nxt: 11, rcv: 1})
	}},
	{"ack-taken", "one in the middle moves less", func(p *play, wrong bool) {
		p.connect()
		p.sends(10, nil)
		p.j.hostile = true // so that B need not have taken them
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 6}, tcb{state: sESTABLISHED, una: pick2(wrong, 6, 5), nxt: 11, rcv: 1})
	}},
	{"ack-taken", "behind a gap it may wait, in order not", func(p *play, wrong bool) {
		p.connect()
		p.sends(10, nil)
		rcv := 1
		if wrong {
			rcv = 6
		}
		p.j.hostile = true // so that the octets need not be the peer's
		p.arrive(A, seg{flags: ACK, seq: pick2(wrong, 3, 1), ack: 11, n: 5}, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: rcv, readable: rcv - 1},
			seg{flags: ACK, seq: 11, ack: rcv})
	}},
	{"window-taken", "a window update is ignored", func(p *play, wrong bool) {
		p.connect()
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 1, wnd: 2000}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, wnd: pick2(wrong, 2000, 1000)})
	}},
	{"window-taken", "a window that shuts behind what was sent is ignored", func(p *play, wrong bool) {
		p.connect()
		p.sends(10, nil)
		p.j.hostile = true
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 11, wnd: 990}, tcb{state: sESTABLISHED, una: 11, nxt: 11, rcv: 1, wnd: pick2(wrong, 990, 1000)})
	}},
	{"window-taken", "after one behind a gap the older may be ignored, the newest not", func(p *play, wrong bool) {
		p.connect()
		p.j.hostile = true
		p.arrive(A, seg{flags: ACK, seq: pick2(wrong, 3, 1), ack: 1, n: 5, lost: true},
			tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: pick2(wrong, 1, 6), readable: pick2(wrong, 0, 5)}, seg{flags: ACK, seq: 1, ack: pick2(wrong, 1, 6)})
		p.arrive(A, seg{flags: ACK, seq: pick2(wrong, 1, 6), ack: 1, wnd: 2000},
			tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: pick2(wrong, 1, 6), readable: pick2(wrong, 0, 5)})
	}},
	{"ack-seq", "an ACK from SND.UNA", func(p *play, wrong bool) {
		p.connect()
		p.sends(10, nil)
		p.j.hostile = true
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 1, n: 5}, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 6, readable: 5},
			seg{flags: ACK, seq: pick2(wrong, 11, 1), ack: 6})
	}},
	{"ack-seq", "an ACK above SND.NXT", func(p *play, wrong bool) {
		p.connect()
		p.j.hostile = true
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 1, n: 5}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 6, readable: 5},
			seg{flags: ACK, seq: pick2(wrong, 1, 2), ack: 6})
	}},
	{"ack-seq", "a keep-alive is one below, and of a timer", func(p *play, wrong bool) {
		p.connect()
		p.j.hostile = true
		alive := seg{flags: ACK, seq: 0, ack: 1}
		if wrong {
			p.arrive(A, seg{flags: ACK, seq: 1, ack: 1, n: 5}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 6, readable: 5},
				seg{flags: ACK, seq: 0, ack: 6})
		}
		p.wait(2 * time.Hour)
		p.timeout(A, est, alive)
	}},
	{"call", "an OPEN that is refused without a reason", func(p *play, wrong bool) {
		p.step(A, refused(sim.CallActiveOpen, pick2(wrong, endpoint.ErrResources, endpoint.ErrExists)), nil, tcb{})
	}},
	{"call", "a passive one", func(p *play, wrong bool) {
		p.step(A, refused(sim.CallPassiveOpen, pick2(wrong, endpoint.ErrResources, endpoint.ErrExists)), nil, tcb{})
	}},
	{"call", "a SEND before the handshake is over waits", func(p *play, wrong bool) {
		p.listen()
		p.step(A, refused(sim.CallSend, pick2(wrong, endpoint.ErrResources, endpoint.ErrNotExist)), nil, tcb{state: sSYNSENT, nxt: 1})
	}},
	{"call", "a SEND is refused before CLOSE", func(p *play, wrong bool) {
		p.connect()
		c := est
		if !wrong {
			c = tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}
			p.call(A, sim.CallClose, 0, c, seg{flags: FIN | ACK, seq: 1, ack: 1})
		}
		p.step(A, refused(sim.CallSend, endpoint.ErrClosing), nil, c)
	}},
	{"call", "a CLOSE is refused the first time", func(p *play, wrong bool) {
		p.connect()
		c := est
		if !wrong {
			c = tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}
			p.call(A, sim.CallClose, 0, c, seg{flags: FIN | ACK, seq: 1, ack: 1})
		}
		p.step(A, refused(sim.CallClose, endpoint.ErrClosing), nil, c)
	}},
	{"call", "a RECEIVE is refused while octets may come", func(p *play, wrong bool) {
		p.finWait2()
		p.step(pick2(wrong, B, A), refused(sim.CallReceive, endpoint.ErrClosing), nil,
			pick2(wrong, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 2, eof: true}, tcb{state: sFINWAIT2, una: 2, nxt: 2, rcv: 1}))
	}},
	{"call", "an ABORT is refused", func(p *play, wrong bool) {
		if wrong {
			p.call(A, sim.CallPassiveOpen, 0, tcb{state: sLISTEN})
		}
		p.step(A, refused(sim.CallAbort, endpoint.ErrNotExist), nil, tcb{})
	}},
	{"user-timeout", "an end goes on after it", func(p *play, wrong bool) {
		p.reset(claiming(func(c *endpoint.Profile) { c.UserTimeout = 30 * time.Second }))
		p.connect()
		c, g := tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10, lost: true}
		p.call(A, sim.CallSend, 10, c, g)
		p.wait(pick2(wrong, 30*time.Second, 30*time.Second+1))
		p.timeout(A, c, g)
	}},
	{"user-timeout", "a word of the peer may begin it anew", func(p *play, wrong bool) {
		p.reset(claiming(func(c *endpoint.Profile) { c.UserTimeout = 30 * time.Second }))
		p.connect()
		c, g := tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10, lost: true}
		p.call(A, sim.CallSend, 10, c, g)
		p.wait(20 * time.Second)
		if !wrong {
			p.arrive(A, seg{flags: ACK, seq: 1, ack: 1}, c)
		}
		p.wait(20 * time.Second)
		p.timeout(A, c, g)
	}},
	{"unsent", "octets that wait are not told", func(p *play, wrong bool) {
		p.listen()
		p.call(A, sim.CallSend, 10, tcb{state: sSYNSENT, nxt: 1, unsent: pick2(wrong, 10, 0)})
	}},
	{"unsent", "octets that have left are told still", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1, unsent: pick2(wrong, 0, 10)}, seg{flags: ACK, seq: 1, ack: 1, n: 10})
	}},
	{"unsent", "none are left when the FIN is sent", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1, unsent: pick2(wrong, 0, 1)}, seg{flags: FIN | ACK, seq: 1, ack: 1})
	}},
}

// refused is a call that was answered with an error.
func refused(c sim.UserCall, err endpoint.Error) sim.Cause {
	return sim.Cause{Kind: sim.Call, Call: c, Err: err}
}
