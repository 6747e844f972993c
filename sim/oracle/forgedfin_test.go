package oracle

import (
	"testing"

	"example.org/halfopen/endpoint"
)

// TestFINThatNeedNotBeTaken: a FIN counts once RCV.NXT stands behind it, unless it
// bears the number of an octet, or lay beyond the window (RFC 9293 3.10.7.4).
func TestFINThatNeedNotBeTaken(t *testing.T) {
	text := seg{flags: ACK, seq: 1, ack: 1, n: 10}
	after := func(c tcb, rcv int) tcb {
		c.rcv, c.readable = rcv, 10
		return c
	}
	closed := est
	closed.state = sCLOSEWAIT
	early := func(n int) seg { return seg{flags: FIN | ACK, seq: 11 - n, ack: 1, n: n} }
	for _, c := range []struct {
		name, rule string
		before     []seg // above a gap
		after      tcb   // of the text that fills it, up to 10
	}{
		{"text with the number of the FIN: it is old", "", []seg{{flags: FIN | ACK, seq: 10, ack: 1}}, after(est, 11)},
		{"and a stack may have it", "", []seg{{flags: FIN | ACK, seq: 10, ack: 1}}, after(closed, 11)},
		{"the text was there before", "", []seg{{flags: ACK, seq: 5, ack: 1, n: 6}, {flags: FIN | ACK, seq: 10, ack: 1}}, after(est, 11)},
		{"a FIN behind all text is taken", "", []seg{early(2)}, after(closed, 12)},
		{"and not left", "I-1", []seg{early(2)}, after(est, 12)},
		{"one beyond the window is cut off", "", []seg{{flags: FIN | ACK, seq: 9, ack: 1, n: 1002}}, after(est, 11)},
		{"and does not count", "I-1", []seg{{flags: FIN | ACK, seq: 9, ack: 1, n: 1002}}, after(closed, 11)},
	} {
		p := newPlay(t)
		p.connect()
		for _, g := range c.before {
			p.inject(B, g, est, seg{flags: ACK, seq: 1, ack: 1})
		}
		p.arrive(B, text, c.after, seg{flags: ACK, seq: 1, ack: c.after.rcv})
		if v := p.j.Violation(); v.Rule.ID != c.rule {
			t.Errorf("%s: found %q (%s), want %q", c.name, v.Rule.ID, v.Text, c.rule)
		}
	}
}

// TestFINBeyondTheWindow: what was cut off does not count when as many octets have
// come in order.
func TestFINBeyondTheWindow(t *testing.T) {
	told := func(state endpoint.State, rcv, wnd int) tcb {
		return tcb{state: state, una: 1, nxt: 1, rcv: rcv, readable: rcv - 1, rwnd: wnd}
	}
	ack := func(n, wnd int) seg { return seg{flags: ACK, seq: 1, ack: n, wnd: wnd} }
	for state, rule := range map[endpoint.State]string{sESTABLISHED: "", sCLOSEWAIT: "I-1"} {
		p := newPlay(t)
		p.connect()
		p.j.ends[B].edge = 91 // it has never offered more
		p.inject(B, seg{flags: ACK, seq: 1, ack: 1, n: 50}, told(sESTABLISHED, 51, 40), ack(51, 40))
		p.inject(B, seg{flags: FIN | ACK, seq: 60, ack: 1, n: 40}, told(sESTABLISHED, 51, 40), ack(51, 40))
		p.inject(B, seg{flags: ACK, seq: 51, ack: 1, n: 30}, told(sESTABLISHED, 81, 1000), ack(81, 1000))
		p.inject(B, seg{flags: ACK, seq: 81, ack: 1, n: 20}, told(state, 101, 980), ack(101, 980))
		if v := p.j.Violation(); v.Rule.ID != rule {
			t.Errorf("%v: found %q (%s), want %q", state, v.Rule.ID, v.Text, rule)
		}
	}
}
