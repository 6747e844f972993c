package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// callPlays are the plays about user calls, and about what the user is told.
var callPlays = []twoRuns{
	{"abort", "ABORT in ESTABLISHED without a RST", func(p *play, wrong bool) {
		p.connect()
		p.abort(A, 1, wrong)
	}},
	{"abort", "ABORT in ESTABLISHED with an ACK", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallAbort, 0, tcb{err: endpoint.ErrAborted}, seg{flags: pick2(wrong, RST|ACK, ACK), seq: 1, ack: 1})
	}},
	{"abort", "ABORT in SYN-RECEIVED without a RST", func(p *play, wrong bool) {
		p.halfOpen()
		p.abort(B, 1, wrong)
	}},
	{"abort", "ABORT in FIN-WAIT-1 without a RST", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1})
		p.abort(A, 2, wrong)
	}},
	{"abort", "ABORT in FIN-WAIT-2 without a RST", func(p *play, wrong bool) {
		p.finWait2()
		p.abort(A, 2, wrong)
	}},
	{"abort", "ABORT in CLOSE-WAIT without a RST", func(p *play, wrong bool) {
		p.finWait2()
		p.abort(B, 1, wrong)
	}},
	{"abort", "ABORT in SYN-SENT does nothing", func(p *play, wrong bool) {
		p.listen()
		p.call(A, sim.CallAbort, 0, pick2(wrong, tcb{err: endpoint.ErrAborted}, tcb{state: sSYNSENT, nxt: 1}))
	}},
	{"abort", "ABORT in TIME-WAIT does nothing", func(p *play, wrong bool) {
		p.timeWait()
		p.call(A, sim.CallAbort, 0, pick2(wrong, tcb{}, timeWait))
	}},
	{"I-20", "ABORT in LAST-ACK with a RST", func(p *play, wrong bool) {
		p.lastAck()
		p.abort(B, 2, !wrong)
	}},
	{"I-20", "ABORT in CLOSING with a RST, for octets that nobody has read", func(p *play, wrong bool) { // 3.10.5 has none there; SHLD-3 is of CLOSE
		p.connect()
		p.say(10)
		p.call(B, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 11, readable: 10}, seg{flags: FIN | ACK, seq: 1, ack: 11, lost: true})
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 11, nxt: 12, rcv: 1}, seg{flags: FIN | ACK, seq: 11, ack: 1})
		p.arrive(B, seg{flags: FIN | ACK, seq: 11, ack: 1}, tcb{state: sCLOSING, una: 1, nxt: 2, rcv: 12, readable: 10, eof: true}, seg{flags: ACK, seq: 2, ack: 12})
		p.abort(B, 2, !wrong)
	}},
	{"I-2", "CLOSE in ESTABLISHED sends no FIN", func(p *play, wrong bool) {
		p.connect()
		var out []seg
		if !wrong {
			out = []seg{{flags: FIN | ACK, seq: 1, ack: 1}}
		}
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: pick2(wrong, 2, 1), rcv: 1}, out...)
	}},
	{"I-2", "a RECEIVE in LAST-ACK sends an ACK", func(p *play, wrong bool) {
		p.finWait2()
		p.call(B, sim.CallClose, 0, tcb{state: sLASTACK, una: 1, nxt: 2, rcv: 2}, seg{flags: FIN | ACK, seq: 1, ack: 2})
		p.step(B, sim.Cause{Kind: sim.Call, Call: sim.CallReceive, EOF: true}, nil, tcb{state: sLASTACK, una: 1, nxt: 2, rcv: 2},
			pick2(wrong, nil, []seg{{flags: ACK, seq: 2, ack: 2}})...)
	}},
	{"I-1", "CLOSE in CLOSE-WAIT goes nowhere", func(p *play, wrong bool) {
		p.finWait2()
		p.call(B, sim.CallClose, 0, tcb{state: pick2(wrong, sLASTACK, sCLOSEWAIT), una: 1, nxt: 2, rcv: 2}, seg{flags: FIN | ACK, seq: 1, ack: 2})
	}},
	{"I-58", "ESTABLISHED opposite CLOSED, and nobody gave up", func(p *play, wrong bool) {
		p.j.troubles.unseen = false
		p.connect()
		if !wrong {
			p.abort(A, 1, false)
			return
		}
		p.arrive(A, seg{flags: RST, seq: 1}, tcb{err: endpoint.ErrReset})
	}},
	{"I-59", "CLOSE-WAIT opposite ESTABLISHED", func(p *play, wrong bool) {
		p.j.troubles.unseen = false
		p.connect()
		if !wrong {
			p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1})
		}
		p.arrive(B, seg{flags: FIN | ACK, seq: 1, ack: 1}, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 2, eof: true}, seg{flags: ACK, seq: 1, ack: 2})
	}},
	{"close", "CLOSE in SYN-SENT does nothing", func(p *play, wrong bool) {
		p.listen()
		p.call(A, sim.CallClose, 0, pick2(wrong, tcb{}, tcb{state: sSYNSENT, nxt: 1}))
	}},
	{"close", "CLOSE in LISTEN does nothing", func(p *play, wrong bool) {
		p.call(B, sim.CallPassiveOpen, 0, tcb{state: sLISTEN})
		p.call(B, sim.CallClose, 0, pick2(wrong, tcb{}, tcb{state: sLISTEN}))
	}},
	{"unread", "octets vanish at the peer's FIN", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 11, nxt: 12, rcv: 1}, seg{flags: FIN | ACK, seq: 11, ack: 1})
		p.arrive(B, seg{flags: FIN | ACK, seq: 11, ack: 1},
			tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 12, readable: pick2(wrong, 10, 0), eof: true}, seg{flags: ACK, seq: 1, ack: 12})
	}},
	{"unread", "octets vanish at an end's own CLOSE", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		p.call(B, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 11, readable: pick2(wrong, 10, 9)}, seg{flags: FIN | ACK, seq: 1, ack: 11})
	}},
	{"unread", "octets vanish with the last ACK", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 11, nxt: 12, rcv: 1}, seg{flags: FIN | ACK, seq: 11, ack: 1})
		p.arrive(B, seg{flags: FIN | ACK, seq: 11, ack: 1}, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 12, readable: 10, eof: true},
			seg{flags: ACK, seq: 1, ack: 12})
		p.call(B, sim.CallClose, 0, tcb{state: sLASTACK, una: 1, nxt: 2, rcv: 12, readable: 10, eof: true}, seg{flags: FIN | ACK, seq: 1, ack: 12})
		p.arrive(B, seg{flags: ACK, seq: 12, ack: 2}, tcb{readable: pick2(wrong, 10, 0), eof: true})
	}},
	{"unread", "RECEIVE takes more away than it gives", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		p.call(B, sim.CallReceive, 4, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11, readable: pick2(wrong, 6, 0)})
	}},
	{"unread", "RECEIVE fails although octets wait", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		c := tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 12, readable: 10, eof: true}
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 11, nxt: 12, rcv: 1}, seg{flags: FIN | ACK, seq: 11, ack: 1})
		p.arrive(B, seg{flags: FIN | ACK, seq: 11, ack: 1}, c, seg{flags: ACK, seq: 1, ack: 12})
		refusal := sim.Cause{Kind: sim.Call, Call: sim.CallReceive, Err: endpoint.ErrClosing}
		if !wrong {
			c.readable = 0
			p.call(B, sim.CallReceive, 10, c)
		}
		p.step(B, refusal, nil, c)
	}},
	{"I-6", "a reset is not told", func(p *play, wrong bool) {
		p.finWait2()
		p.arrive(B, seg{flags: RST, seq: 2}, tcb{err: pick2(wrong, endpoint.ErrReset, 0), eof: wrong})
	}},
	{"I-6", "an end in order is told as a reset", func(p *play, wrong bool) {
		p.lastAck()
		p.arrive(B, seg{flags: ACK, seq: 2, ack: 2}, tcb{err: pick2(wrong, 0, endpoint.ErrReset), eof: true})
	}},
	{"I-6", "TIME-WAIT ends with an error", func(p *play, wrong bool) {
		p.timeWait()
		p.wait(4 * time.Minute)
		p.timeout(A, tcb{err: pick2(wrong, 0, endpoint.ErrTimeout), eof: true})
	}},
	{"delivered-all", "octets are lost with the connection", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10})
		readable := pick2(wrong, 10, 0)
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 1, n: 10}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11, readable: readable}, seg{flags: ACK, seq: 1, ack: 11})
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 11}, tcb{state: sESTABLISHED, una: 11, nxt: 11, rcv: 1})
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 11, nxt: 12, rcv: 1}, seg{flags: FIN | ACK, seq: 11, ack: 1})
		p.arrive(B, seg{flags: FIN | ACK, seq: 11, ack: 1}, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 12, readable: readable, eof: true},
			seg{flags: ACK, seq: 1, ack: 12})
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 12}, tcb{state: sFINWAIT2, una: 12, nxt: 12, rcv: 1})
		p.call(B, sim.CallClose, 0, tcb{state: sLASTACK, una: 1, nxt: 2, rcv: 12, readable: readable, eof: true}, seg{flags: FIN | ACK, seq: 1, ack: 12})
		p.arrive(A, seg{flags: FIN | ACK, seq: 1, ack: 12}, tcb{state: sTIMEWAIT, una: 12, nxt: 12, rcv: 2, eof: true}, seg{flags: ACK, seq: 12, ack: 2})
		p.arrive(B, seg{flags: ACK, seq: 12, ack: 2}, tcb{readable: readable, eof: true})
		p.wait(4 * time.Minute)
		p.timeout(A, tcb{eof: true})
		p.end(sim.Quiet, true)
	}},
}

// abort is an ABORT of an end whose SND.NXT is nxt, with a RST or without.
func (p *play) abort(e endpoint.End, nxt int, silent bool) {
	p.t.Helper()
	if silent {
		p.call(e, sim.CallAbort, 0, tcb{err: endpoint.ErrAborted})
		return
	}
	p.call(e, sim.CallAbort, 0, tcb{err: endpoint.ErrAborted}, seg{flags: RST, seq: nxt})
}
