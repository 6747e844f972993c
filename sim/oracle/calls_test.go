package oracle

import (
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// TestUnreadMayGo has the ends of a connection that flush what was not read.
func TestUnreadMayGo(t *testing.T) {
	claim := func(c *endpoint.Profile) {
		c.Note3TimeWait, c.HalfDuplexClose, c.ReopensTimeWait = true, true, endpoint.ReopensByNumber
	}
	refused := sim.Cause{Kind: sim.Call, Call: sim.CallReceive, Err: endpoint.ErrAborted}
	left := tcb{err: endpoint.ErrAborted, readable: 10} // it forgets to flush, for now
	for _, c := range []struct {
		name string
		run  func(p *play)
	}{
		{"a RST", func(p *play) { p.arrive(B, seg{flags: RST, seq: 11}, tcb{err: endpoint.ErrReset}) }},
		{"ABORT", func(p *play) { p.abort(B, 1, false) }},
		{"ABORT into TIME-WAIT", func(p *play) {
			p.call(B, sim.CallAbort, 0, tcb{state: sTIMEWAIT, una: 1, nxt: 1, rcv: 11}, seg{flags: RST, seq: 1})
		}},
		{"a half-duplex CLOSE", func(p *play) { p.call(B, sim.CallClose, 0, tcb{}, seg{flags: RST, seq: 1}) }},
		{"after ABORT", func(p *play) {
			p.call(B, sim.CallAbort, 0, left, seg{flags: RST, seq: 1})
			p.step(B, refused, nil, left)
			p.timeout(B, tcb{err: endpoint.ErrAborted})
		}},
		{"a new connection out of TIME-WAIT", func(p *play) {
			c := tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 11, readable: 10}
			p.call(B, sim.CallClose, 0, c, seg{flags: FIN | ACK, seq: 1, ack: 11})
			p.arrive(A, seg{flags: FIN | ACK, seq: 1, ack: 11}, tcb{state: sCLOSEWAIT, una: 11, nxt: 11, rcv: 2, eof: true},
				seg{flags: ACK, seq: 11, ack: 2})
			p.call(A, sim.CallClose, 0, tcb{state: sLASTACK, una: 11, nxt: 12, rcv: 2, eof: true}, seg{flags: FIN | ACK, seq: 11, ack: 2})
			p.arrive(B, seg{flags: FIN | ACK, seq: 11, ack: 2}, tcb{state: sTIMEWAIT, una: 2, nxt: 2, rcv: 12, readable: 10, eof: true},
				seg{flags: ACK, seq: 2, ack: 12})
			p.arrive(B, seg{flags: SYN, seq: 5000}, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1, iss: 1000, irs: 5000},
				seg{flags: SYN | ACK, iss: 1000, ack: 5001})
		}},
		{"OPEN", func(p *play) {
			p.call(B, sim.CallAbort, 0, left, seg{flags: RST, seq: 1})
			p.j.ends[B].lostData = false
			p.call(B, sim.CallPassiveOpen, 0, tcb{state: sLISTEN})
		}},
	} {
		p := newPlay(t)
		p.reset(claiming(claim))
		p.connect()
		p.say(10)
		c.run(p)
		if v := p.j.Violation(); v.Found() {
			t.Errorf("%s: %s: %s", c.name, v.Rule.ID, v.Text)
		}
	}
}

// TestUserTimeoutIsAnError also in TIME-WAIT, of an end that has one.
func TestUserTimeoutIsAnError(t *testing.T) {
	for _, claims := range []bool{true, false} {
		p := newPlay(t)
		if claims {
			p.reset(claiming(func(c *endpoint.Profile) { c.UserTimeout = time.Minute }))
		}
		p.timeWait()
		p.wait(4 * time.Minute)
		p.timeout(A, tcb{err: endpoint.ErrUserTimeout})
		if v := p.j.Violation(); v.Found() == claims {
			t.Errorf("claims one: %v, found %q (%s)", claims, v.Rule.ID, v.Text)
		}
	}
}
