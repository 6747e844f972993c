package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// latePlays are the second half of plays: the end of a connection, answers,
// giving up, and the end of a run.
var latePlays = []twoRuns{
	{"I-31", "TIME-WAIT ends early", func(p *play, wrong bool) {
		p.timeWait()
		p.wait(pick2(wrong, 4*time.Minute, 4*time.Minute-1))
		p.timeout(A, tcb{})
	}},
	{"I-31", "TIME-WAIT ends late", func(p *play, wrong bool) {
		p.timeWait()
		p.wait(pick2(wrong, 4*time.Minute, 4*time.Minute+1))
		p.timeout(A, tcb{})
	}},
	{"I-32", "TIME-WAIT does not acknowledge the FIN again", func(p *play, wrong bool) {
		p.timeWait()
		p.wait(time.Second)
		p.timeout(B, tcb{state: sLASTACK, una: 1, nxt: 2, rcv: 2}, seg{flags: FIN | ACK, seq: 1, ack: 2})
		again := []seg{{flags: ACK, seq: 2, ack: 2}}
		if wrong {
			again = nil
		}
		p.arrive(A, seg{flags: FIN | ACK, seq: 1, ack: 2}, tcb{state: sTIMEWAIT, una: 2, nxt: 2, rcv: 2, eof: true}, again...)
		p.wait(time.Second)
		p.timeout(B, tcb{state: sLASTACK, una: 1, nxt: 2, rcv: 2}, seg{flags: FIN | ACK, seq: 1, ack: 2})
	}},
	{"I-33", "reopened below what was used", func(p *play, wrong bool) {
		p.reset(claiming(func(c *endpoint.Profile) { c.ReopensTimeWait = endpoint.ReopensByNumber }))
		p.timeWait()
		iss := pick2(wrong, 1000, -1000)
		p.arrive(A, seg{flags: SYN, seq: 5000}, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1, iss: iss, irs: 5000},
			seg{flags: SYN | ACK, iss: iss, ack: 5001})
	}},
	{"I-40", "text outside the window is taken", func(p *play, wrong bool) {
		p.connect()
		p.arrive(B, seg{flags: ACK, seq: 2000, ack: 1, n: 10}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, readable: pick2(wrong, 0, 10)},
			seg{flags: ACK, seq: 1, ack: 1})
	}},
	{"I-40", "the ACK of a segment beyond the window is used", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10})
		p.j.ends[A].ackHeard = 11
		p.arrive(A, seg{flags: ACK, seq: 2000, ack: 11}, tcb{state: sESTABLISHED, una: pick2(wrong, 1, 11), nxt: 11, rcv: 1},
			seg{flags: ACK, seq: 11, ack: 1})
	}},
	{"I-41", "a corrupted segment changes the state", func(p *play, wrong bool) {
		p.connect()
		s := p.segment(A, seg{flags: RST, seq: 1})
		p.step(B, sim.Cause{Kind: sim.Arrival, Corrupt: true}, &s, pick2(wrong, est, tcb{}))
	}},
	{"I-41", "a corrupted segment is answered", func(p *play, wrong bool) {
		p.connect()
		s := p.segment(A, seg{flags: ACK, seq: 1, n: 5})
		var out []seg
		if wrong {
			out = []seg{{flags: ACK, seq: 1, ack: 1}}
		}
		p.step(B, sim.Cause{Kind: sim.Arrival, Corrupt: true}, &s, est, out...)
	}},
	{"I-47", "CLOSED holds a timer", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallAbort, 0, tcb{deadline: pick2(wrong, endpoint.Never, time.Second)}, seg{flags: RST, seq: 1})
	}},
	{"I-57", "what arrives was sent", func(p *play, wrong bool) {
		p.listen()
		s := p.segment(A, seg{flags: SYN, seq: pick2(wrong, 0, 1)})
		p.step(B, sim.Cause{Kind: sim.Arrival, Segment: 1}, &s, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1, irs: pick2(wrong, 0, 1)},
			seg{flags: SYN | ACK, ack: pick2(wrong, 1, 2)})
	}},
	{"I-57", "not more often than it was copied", func(p *play, wrong bool) {
		p.listen()
		s := p.segment(A, seg{flags: SYN})
		p.step(B, sim.Cause{Kind: sim.Arrival, Segment: 1}, &s, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}, seg{flags: SYN | ACK, ack: 1})
		p.step(B, sim.Cause{Kind: sim.Arrival, Segment: pick2(wrong, uint32(0), 1)}, &s, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1})
	}},
	{"I-30", "TIME-WAIT at an end that never closed", func(p *play, wrong bool) {
		p.finWait2()
		if wrong {
			p.j.ends[A].closed = false
		}
		p.call(B, sim.CallClose, 0, tcb{state: sLASTACK, una: 1, nxt: 2, rcv: 2}, seg{flags: FIN | ACK, seq: 1, ack: 2})
		p.arrive(A, seg{flags: FIN | ACK, seq: 1, ack: 2}, tcb{state: sTIMEWAIT, una: 2, nxt: 2, rcv: 2}, seg{flags: ACK, seq: 2, ack: 2})
	}},
	{"wire", "what is emitted does not decode", func(p *play, wrong bool) {
		p.connect()
		p.badEmit = wrong
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10})
	}},
	{"down", "a host that is down is silent", func(p *play, wrong bool) {
		p.connect()
		p.step(B, sim.Cause{Kind: sim.Fault, Fault: 1}, nil, tcb{})
		s := p.segment(A, seg{flags: ACK, seq: 1, ack: 1})
		var out []seg
		if wrong {
			out = []seg{{flags: RST, seq: 1}}
		}
		p.step(B, sim.Cause{Kind: sim.Arrival, Deaf: true}, &s, tcb{}, out...)
	}},
	{"una", "SND.UNA beyond every ACK", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10})
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 1, n: 10}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11}, seg{flags: ACK, seq: 1, ack: 11})
		p.arrive(A, seg{flags: ACK, seq: 1, ack: pick2(wrong, 11, 10)}, tcb{state: sESTABLISHED, una: 11, nxt: 11, rcv: 1})
	}},
	{"owed-answer", "no ACKs in FIN-WAIT-2", func(p *play, wrong bool) {
		p.finWait2()
		p.call(B, sim.CallSend, 10, tcb{state: sCLOSEWAIT, una: 1, nxt: 11, rcv: 2}, seg{flags: ACK, seq: 1, ack: 2, n: 10})
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 2, n: 10}, tcb{state: sFINWAIT2, una: 2, nxt: 2, rcv: 11})
		p.wait(200 * time.Millisecond)
		c := tcb{state: sFINWAIT2, una: 2, nxt: 2, rcv: 11}
		if wrong {
			p.wait(1)
			p.timeout(A, c)
		} else {
			p.timeout(A, c, seg{flags: ACK, seq: 2, ack: 11})
		}
	}},
	{"owed-answer", "a SYN in ESTABLISHED is dropped silently", func(p *play, wrong bool) {
		p.connect()
		var out []seg
		if !wrong {
			out = []seg{{flags: ACK, seq: 1, ack: 1}}
		}
		p.inject(B, seg{flags: SYN, seq: 50}, est, out...)
		p.wait(time.Second)
		p.end(sim.Quiet, false)
	}},
	{"owed-answer", "simultaneous open is not answered", func(p *play, wrong bool) {
		p.call(A, sim.CallActiveOpen, 0, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN})
		p.call(B, sim.CallActiveOpen, 0, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN})
		if wrong {
			p.arrive(B, seg{flags: SYN}, tcb{state: sSYNSENT, nxt: 1})
		} else {
			p.arrive(B, seg{flags: SYN}, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}, seg{flags: SYN | ACK, ack: 1})
		}
	}},
	{"owed-answer", "CLOSED does not answer with a RST", func(p *play, wrong bool) {
		out := []seg{{flags: RST | ACK, seq: 0, absolute: true, ack: int(playISS[A] + 1)}}
		if wrong {
			out = nil
		}
		p.arrive(B, seg{flags: SYN}, tcb{}, out...)
	}},
	{"unowed-answer", "a RST answered with an ACK", func(p *play, wrong bool) {
		p.connect()
		var out []seg
		if wrong {
			out = []seg{{flags: ACK, seq: 1, ack: 1}}
		}
		p.arrive(B, seg{flags: RST, seq: 5000}, est, out...)
	}},
	{"unowed-answer", "a pure ACK answered with an ACK", func(p *play, wrong bool) {
		p.connect()
		var out []seg
		if wrong {
			out = []seg{{flags: ACK, seq: 1, ack: 1}}
		}
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 1}, est, out...)
	}},
	{"unowed-answer", "an ACK out of CLOSED", func(p *play, wrong bool) {
		p.arrive(B, seg{flags: RST, seq: 5}, tcb{}, pick2(wrong, nil, []seg{{flags: ACK, seq: 1, ack: 1}})...)
	}},
	{"earned-give-up", "R2 too early", func(p *play, wrong bool) {
		p.connect()
		c := tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}
		g := seg{flags: ACK, seq: 1, ack: 1, n: 10, lost: true}
		p.call(A, sim.CallSend, 10, c, g)
		p.wait(time.Second)
		p.timeout(A, c, g)
		p.wait(pick2(wrong, 99*time.Second, 98*time.Second))
		p.timeout(A, tcb{err: endpoint.ErrTimeout})
	}},
	{"earned-give-up", "an answer had come", func(p *play, wrong bool) {
		p.connect()
		c := tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}
		g := seg{flags: ACK, seq: 1, ack: 1, n: 10}
		p.call(A, sim.CallSend, 10, c, g)
		if wrong {
			p.arrive(B, g, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11}, seg{flags: ACK, seq: 1, ack: 11})
			p.j.ends[A].ackHeard, p.j.ends[A].try.ackSeen = 11, 11 // and was held to be of what is not yet sent
		}
		p.wait(50 * time.Second)
		p.timeout(A, c, g)
		p.wait(50 * time.Second)
		p.timeout(A, tcb{err: endpoint.ErrTimeout})
	}},
	{"earned-give-up", "the FIN was resent without its bit", func(p *play, wrong bool) {
		p.closing()
		p.wait(time.Second)
		p.timeout(A, tcb{state: sCLOSING, una: 1, nxt: 2, rcv: 2}, seg{flags: pick2(wrong, FIN|ACK, ACK), seq: pick2(wrong, 1, 2), ack: 2})
		p.wait(100 * time.Second)
		p.timeout(A, tcb{err: endpoint.ErrTimeout})
	}},
	{"resting", "LAST-ACK never rests", func(p *play, wrong bool) {
		p.lastAck()
		if !wrong {
			p.arrive(B, seg{flags: ACK, seq: 2, ack: 2}, tcb{})
			p.call(A, sim.CallAbort, 0, tcb{}, seg{flags: RST, seq: 2})
		}
		p.end(sim.Quiet, false)
	}},
	{"resting", "ESTABLISHED with octets outstanding", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		if wrong {
			p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 11, nxt: 21, rcv: 1}, seg{flags: ACK, seq: 11, ack: 1, n: 10, lost: true})
		}
		p.end(sim.Quiet, false)
	}},
	{"resting", "ESTABLISHED opposite CLOSED with nothing forgotten", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallAbort, 0, tcb{}, seg{flags: RST, seq: 1, lost: true})
		if wrong {
			p.j.aborted, p.j.forgot = false, false
		}
		p.end(sim.Quiet, false)
	}},
	{"delivered-all", "octets are lost in a fair run", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10})
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 1, n: 10}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11, readable: pick2(wrong, 10, 9)},
			seg{flags: ACK, seq: 1, ack: 11})
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 11}, tcb{state: sESTABLISHED, una: 11, nxt: 11, rcv: 1})
		p.end(sim.Quiet, true)
	}},
	{"settle", "a FIN is never acknowledged", func(p *play, wrong bool) {
		p.closing()
		p.wait(pick2(wrong, time.Minute, 20*time.Minute))
		p.end(sim.OverEvents, true)
	}},
}
