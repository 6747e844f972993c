package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

const PSH = endpoint.PSH

// book has both ends promise to go by the book. They do not tell when they want to be
// called, nor how much room there is, unless a play is about that.
func (p *play) book() {
	p.known &^= endpoint.KnowDeadline
	for e := range p.scenario.Ends {
		p.scenario.Ends[e].Config.ReceiveBuffer = 1000
	}
	p.reset(claiming(func(c *endpoint.Profile) { c.ByTheBook, c.ReceiveBuffer = true, 1000 }))
	p.j.sendBuffer = [2]int{}
}

// pushes lets A send n octets that do not arrive.
func (p *play) pushes(n int) {
	p.t.Helper()
	p.call(A, sim.CallSend, n, tcb{state: sESTABLISHED, una: 1, nxt: 1 + n, rcv: 1}, seg{flags: ACK | PSH, seq: 1, ack: 1, n: n, lost: true})
}

// shut lets A learn that the window of B is shut.
func (p *play) shut() {
	p.t.Helper()
	p.arrive(A, seg{flags: ACK, seq: 1, ack: 1, wnd: -1}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, wnd: -1})
}

// took10 is B when it has taken ten octets.
var took10 = tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11, rwnd: 990, readable: 10}

// bookPlays are the plays of ends that promise to go by the book, and of the rules of
// arrivals that are as new.
var bookPlays = []twoRuns{
	{"I-48", "a SYN is sent again too soon", func(p *play, wrong bool) {
		p.book()
		p.listen()
		p.wait(pick2(wrong, time.Second, time.Second-1))
		p.timeout(A, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN})
	}},
	{"I-48", "the RTO is not doubled", func(p *play, wrong bool) {
		p.book()
		p.listen()
		p.wait(time.Second)
		p.timeout(A, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN})
		p.wait(pick2(wrong, 2*time.Second, time.Second))
		p.timeout(A, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN})
	}},
	{"I-48", "nobody will send the SYN again", func(p *play, wrong bool) {
		p.book()
		p.known = endpoint.KnowAll
		p.call(A, sim.CallActiveOpen, 0, tcb{state: sSYNSENT, nxt: 1, deadline: pick2(wrong, time.Second, time.Second+1)}, seg{flags: SYN})
	}},
	{"I-49", "text is sent again before the RTO of the samples", func(p *play, wrong bool) {
		p.book()
		p.listen()
		p.arrive(B, seg{flags: SYN}, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}, seg{flags: SYN | ACK, ack: 1})
		p.wait(900 * time.Millisecond) // SRTT is that, RTTVAR half of it
		p.arrive(A, seg{flags: SYN | ACK, ack: 1}, est, seg{flags: ACK, seq: 1, ack: 1})
		p.pushes(10)
		p.wait(pick2(wrong, 2700*time.Millisecond, time.Second))
		p.timeout(A, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK | PSH, seq: 1, ack: 1, n: 10})
	}},
	{"I-49", "the second sample", func(p *play, wrong bool) {
		p.book()
		p.listen()
		p.arrive(B, seg{flags: SYN}, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}, seg{flags: SYN | ACK, ack: 1})
		p.wait(800 * time.Millisecond)
		p.arrive(A, seg{flags: SYN | ACK, ack: 1}, est, seg{flags: ACK, seq: 1, ack: 1})
		p.pushes(10)
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 1}, est)
		p.arrive(B, seg{flags: ACK | PSH, seq: 1, ack: 1, n: 10}, took10, seg{flags: ACK, seq: 1, ack: 11, wnd: 990})
		p.wait(1600 * time.Millisecond) // RTTVAR is 500 ms now, SRTT 900 ms
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 11}, tcb{state: sESTABLISHED, una: 11, nxt: 11, rcv: 1})
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 11, nxt: 21, rcv: 1}, seg{flags: ACK | PSH, seq: 11, ack: 1, n: 10, lost: true})
		p.wait(pick2(wrong, 2900*time.Millisecond, 2400*time.Millisecond))
		p.timeout(A, tcb{state: sESTABLISHED, una: 11, nxt: 21, rcv: 1}, seg{flags: ACK | PSH, seq: 11, ack: 1, n: 10})
	}},
	{"I-49", "a sample of what was sent twice", func(p *play, wrong bool) {
		p.book()
		p.connect()
		p.pushes(10)
		again := tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}
		p.wait(time.Second)
		p.timeout(A, again, seg{flags: ACK | PSH, seq: 1, ack: 1, n: 10})
		p.arrive(B, seg{flags: ACK | PSH, seq: 1, ack: 1, n: 10}, took10, seg{flags: ACK, seq: 1, ack: 11, wnd: 990})
		p.wait(900 * time.Millisecond)
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 11}, tcb{state: sESTABLISHED, una: 11, nxt: 11, rcv: 1})
		p.known = endpoint.KnowAll
		due := p.now + 2*time.Second // still doubled; of a sample of 1.9 s it were 3.8 s
		p.j.ends[A].clock.backedOff = false
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 11, nxt: 21, rcv: 1, deadline: pick2(wrong, due, p.now+3800*time.Millisecond)},
			seg{flags: ACK | PSH, seq: 11, ack: 1, n: 10})
	}},
	{"probe", "a probe before RTO has passed", func(p *play, wrong bool) {
		p.book()
		p.connect()
		p.shut()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, wnd: -1, unsent: 10})
		p.wait(pick2(wrong, time.Second, time.Second-1))
		p.timeout(A, tcb{state: sESTABLISHED, una: 1, nxt: 2, rcv: 1, wnd: -1, unsent: 9}, seg{flags: ACK, seq: 1, ack: 1, n: 1})
	}},
	{"probe", "probes at one interval", func(p *play, wrong bool) {
		p.book()
		p.connect()
		p.shut()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, wnd: -1, unsent: 10})
		probed := tcb{state: sESTABLISHED, una: 1, nxt: 2, rcv: 1, wnd: -1, unsent: 9}
		p.wait(time.Second)
		p.timeout(A, probed, seg{flags: ACK, seq: 1, ack: 1, n: 1})
		p.wait(pick2(wrong, 2*time.Second, time.Second))
		p.timeout(A, probed, seg{flags: ACK, seq: 1, ack: 1, n: 1})
	}},
	{"probe", "nobody will probe", func(p *play, wrong bool) {
		p.book()
		p.connect()
		p.shut()
		p.known = endpoint.KnowAll
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, wnd: -1, unsent: 10,
			deadline: pick2(wrong, p.now+time.Second, endpoint.Never)})
	}},
	{"I-7", "SND.NXT beyond what has left", func(p *play, wrong bool) {
		p.book()
		p.connect()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: pick2(wrong, 11, 12), rcv: 1}, seg{flags: ACK | PSH, seq: 1, ack: 1, n: 10})
	}},
	{"silly", "a small segment before the full one", func(p *play, wrong bool) {
		p.book()
		p.connect()
		n := pick2(wrong, 536, 100)
		p.call(A, sim.CallSend, 600, tcb{state: sESTABLISHED, una: 1, nxt: 1 + n, rcv: 1, unsent: 600 - n}, seg{flags: ACK, seq: 1, ack: 1, n: n})
	}},
	{"silly", "a full segment that waits", func(p *play, wrong bool) {
		p.book()
		p.connect()
		if wrong {
			p.call(A, sim.CallSend, 600, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, unsent: 600})
			return
		}
		p.call(A, sim.CallSend, 600, tcb{state: sESTABLISHED, una: 1, nxt: 537, rcv: 1, unsent: 64}, seg{flags: ACK, seq: 1, ack: 1, n: 536})
	}},
	{"edge", "each octet that is read is announced", func(p *play, wrong bool) {
		p.book()
		p.takes(500)
		c := tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 501, rwnd: pick2(wrong, 500, 600), readable: 400}
		var out []seg
		if wrong {
			out = []seg{{flags: ACK, seq: 1, ack: 501, wnd: 600}}
		}
		p.call(B, sim.CallReceive, 100, c, out...)
	}},
	{"edge", "a small window that opens is not announced", func(p *play, wrong bool) {
		p.book()
		p.takes(500)
		c := tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 501, rwnd: pick2(wrong, 1000, 500)}
		var out []seg
		if !wrong {
			out = []seg{{flags: ACK, seq: 1, ack: 501, wnd: 1000}}
		}
		p.call(B, sim.CallReceive, 500, c, out...)
	}},
	{"push", "the last octet without PSH", func(p *play, wrong bool) {
		p.book()
		p.connect()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: pick2(wrong, ACK|PSH, ACK), seq: 1, ack: 1, n: 10})
	}},
	{"held", "what came above the gap is forgotten", func(p *play, wrong bool) {
		p.book()
		p.connect()
		p.pushes(20)
		p.arrive(B, seg{flags: ACK, seq: 11, ack: 1, n: 10}, est, seg{flags: ACK, seq: 1, ack: 1})
		n := pick2(wrong, 20, 10)
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 1, n: 10}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1 + n, rwnd: 1000 - n, readable: n},
			seg{flags: ACK, seq: 1, ack: 1 + n, wnd: 1000 - n})
	}},
	{"ack-taken", "the ACK of text above a gap", func(p *play, wrong bool) {
		p.book()
		p.takes(10)
		p.arrive(A, seg{flags: ACK, seq: 11, ack: 11, n: 10}, tcb{state: sESTABLISHED, una: pick2(wrong, 11, 1), nxt: 11, rcv: 1}, seg{flags: ACK, seq: 11, ack: 1})
	}},
	{"ack-taken", "the ACK of text in a shut window", func(p *play, wrong bool) {
		p.book()
		p.takes(10)
		p.inject(A, seg{flags: ACK, seq: 1, ack: 1, n: 1000}, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1001, rwnd: -1, readable: 1000},
			seg{flags: ACK, seq: 11, ack: 1001, wnd: -1})
		p.inject(A, seg{flags: ACK, seq: 1001, ack: 11, n: 1}, tcb{state: sESTABLISHED, una: pick2(wrong, 11, 1), nxt: 11, rcv: 1001, rwnd: -1, readable: 1000},
			seg{flags: ACK, seq: 11, ack: 1001, wnd: -1})
	}},
	{"iss", "the clock of initial sequence numbers stands still", func(p *play, wrong bool) {
		p.book()
		p.connect()
		p.call(A, sim.CallAbort, 0, tcb{err: endpoint.ErrAborted}, seg{flags: RST, seq: 1})
		p.now = 4 * time.Second
		off := pick2(wrong, 1_000_000, 10)
		p.call(A, sim.CallActiveOpen, 0, tcb{state: sSYNSENT, nxt: 1, iss: off}, seg{flags: SYN, iss: off})
	}},
	{"iss", "a number that the connection before has used", func(p *play, wrong bool) {
		p.book()
		p.connect()
		p.pushes(500)
		p.call(A, sim.CallAbort, 0, tcb{err: endpoint.ErrAborted}, seg{flags: RST, seq: 501})
		off := pick2(wrong, 502, 250) // by the clock
		p.call(A, sim.CallActiveOpen, 0, tcb{state: sSYNSENT, nxt: 1, iss: off}, seg{flags: SYN, iss: off})
	}},
	{"room", "what SEND took is still room", func(p *play, wrong bool) {
		p.book()
		p.j.sendBuffer[A] = 100
		p.call(A, sim.CallActiveOpen, 0, tcb{state: sSYNSENT, nxt: 1, room: 100}, seg{flags: SYN})
		p.call(A, sim.CallSend, 10, tcb{state: sSYNSENT, nxt: 1, unsent: 10, room: pick2(wrong, 90, 100)})
	}},
	{"eof", "the user is not told of the FIN", func(p *play, wrong bool) {
		p.book()
		p.connect()
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1})
		p.arrive(B, seg{flags: FIN | ACK, seq: 1, ack: 1}, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 2, rwnd: 999, eof: !wrong}, seg{flags: ACK, seq: 1, ack: 2, wnd: 999})
	}},
	{"flushed", "octets that outlive an ABORT", func(p *play, wrong bool) {
		p.book()
		p.takes(10)
		p.call(B, sim.CallAbort, 0, tcb{err: endpoint.ErrAborted, readable: pick2(wrong, 0, 10)}, seg{flags: RST, seq: 1})
	}},
	{"flushed", "no end of the stream after an end in order", func(p *play, wrong bool) {
		p.book()
		p.finWait2By(999)
		p.call(B, sim.CallClose, 0, tcb{state: sLASTACK, una: 1, nxt: 2, rcv: 2, rwnd: 999, eof: true}, seg{flags: FIN | ACK, seq: 1, ack: 2, wnd: 999})
		p.arrive(B, seg{flags: ACK, seq: 2, ack: 2}, tcb{eof: !wrong})
	}},
	{"reason", "a reset that is told as something else", func(p *play, wrong bool) {
		p.book()
		p.connect()
		p.arrive(A, seg{flags: RST, seq: 1}, tcb{err: pick2(wrong, endpoint.ErrReset, endpoint.ErrAborted)})
	}},
	{"config", "a constant that is not the Config's", func(p *play, wrong bool) {
		p.scenario.Ends[A].Config.MSL = pick2(wrong, 0, time.Minute)
		p.book()
		p.listen()
	}},
	{"I-31", "the peer's FIN again does not restart TIME-WAIT", func(p *play, wrong bool) {
		p.book()
		p.finWait2By(999)
		p.call(B, sim.CallClose, 0, tcb{state: sLASTACK, una: 1, nxt: 2, rcv: 2, rwnd: 999, eof: true}, seg{flags: FIN | ACK, seq: 1, ack: 2, wnd: 999})
		in := tcb{state: sTIMEWAIT, una: 2, nxt: 2, rcv: 2, rwnd: 999, eof: true}
		p.arrive(A, seg{flags: FIN | ACK, seq: 1, ack: 2, wnd: 999}, in, seg{flags: ACK, seq: 2, ack: 2, wnd: 999})
		p.wait(time.Minute)
		p.arrive(A, seg{flags: FIN | ACK, seq: 1, ack: 2, wnd: 999}, in, seg{flags: ACK, seq: 2, ack: 2, wnd: 999})
		p.wait(pick2(wrong, 4*time.Minute, 3*time.Minute))
		p.timeout(A, tcb{eof: true})
	}},
	{"I-39", "text behind the window is taken", func(p *play, wrong bool) {
		p.connect()
		n := pick2(wrong, 1000, 1010)
		p.inject(B, seg{flags: ACK, seq: 1, ack: 1, n: 1010}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1 + n, rwnd: -1, readable: n},
			seg{flags: ACK, seq: 1, ack: 1 + n, wnd: -1})
	}},
	{"syn-text", "the FIN of a SYN,ACK is lost", func(p *play, wrong bool) {
		p.listen()
		c := pick2(wrong, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 2, eof: true}, est)
		p.inject(A, seg{flags: SYN | ACK | FIN, ack: 1}, c, seg{flags: ACK, seq: 1, ack: c.rcv})
	}},
	{"syn-text", "the text of a SYN,ACK is lost", func(p *play, wrong bool) {
		p.listen()
		c := pick2(wrong, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11, readable: 10}, est)
		p.inject(A, seg{flags: SYN | ACK, ack: 1, text: make([]byte, 10)}, c, seg{flags: ACK, seq: 1, ack: c.rcv})
	}},
	{"ack-range", "text that acknowledges what was never sent is taken", func(p *play, wrong bool) {
		p.connect()
		p.inject(B, seg{flags: ACK, seq: 1, ack: 99, n: 10}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: pick2(wrong, 1, 11)}, seg{flags: ACK, seq: 1, ack: pick2(wrong, 1, 11)})
	}},
	{"I-51", "a delayed ACK after the ACK has left", func(p *play, wrong bool) {
		p.book()
		p.takes(10)
		c := tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11, rwnd: 990, readable: 10}
		p.arrive(B, seg{flags: ACK, seq: 11, ack: 1}, c)
		if wrong {
			p.timeout(B, c, seg{flags: ACK, seq: 1, ack: 11, wnd: 990})
		}
		p.timeout(B, c, seg{flags: ACK, seq: 1, ack: 11, wnd: 990})
	}},
	{"unsent", "what SEND took is gone when SYN-RECEIVED is", func(p *play, wrong bool) {
		p.book()
		p.halfOpen()
		p.call(B, sim.CallSend, 10, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1, unsent: 10})
		p.arrive(B, seg{flags: RST, seq: 1}, tcb{state: sLISTEN, unsent: pick2(wrong, 10, 0)})
	}},
	{"owed-answer", "no ACK for another FIN", func(p *play, wrong bool) {
		p.finWait2()
		var out []seg
		if !wrong {
			out = []seg{{flags: ACK, seq: 1, ack: 2}}
		}
		p.inject(B, seg{flags: FIN | ACK, seq: 2, ack: 1}, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 2, eof: true}, out...)
		p.wait(time.Second)
		p.call(B, sim.CallReceive, 0, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 2, eof: true})
	}},
	{"stranger", "a segment for another port is taken", func(p *play, wrong bool) {
		p.connect()
		s := p.segment(A, seg{flags: ACK, seq: 1, ack: 1, n: 10})
		s.DstPort++
		p.step(B, sim.Cause{Kind: sim.Arrival}, &s, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: pick2(wrong, 1, 11)})
	}},
}

// takes connects, and B takes n octets of A, without A learning of it.
func (p *play) takes(n int) {
	p.t.Helper()
	p.connect()
	p.pushes(n)
	p.arrive(B, seg{flags: ACK | PSH, seq: 1, ack: 1, n: n}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1 + n, rwnd: 1000 - n, readable: n},
		seg{flags: ACK, seq: 1, ack: 1 + n, wnd: 1000 - n})
}

// finWait2By is finWait2 with a window that the FIN has used.
func (p *play) finWait2By(wnd int) {
	p.t.Helper()
	p.connect()
	p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1})
	p.arrive(B, seg{flags: FIN | ACK, seq: 1, ack: 1}, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 2, rwnd: wnd, eof: true},
		seg{flags: ACK, seq: 1, ack: 2, wnd: wnd})
	p.arrive(A, seg{flags: ACK, seq: 1, ack: 2, wnd: wnd}, tcb{state: sFINWAIT2, una: 2, nxt: 2, rcv: 1, wnd: wnd})
}
