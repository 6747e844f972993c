package oracle

import (
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// TestBadACKOutsideTheWindow: in SYN-RECEIVED step 1 of RFC 9293 3.10.7.4 owes
// an ACK for it, and 3.5.2 group 2 a RST. Either is right, neither moves the
// state, and silence is still none of them.
func TestBadACKOutsideTheWindow(t *testing.T) {
	received := tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}
	ack := []seg{{flags: ACK, seq: 1, ack: 1}}
	reset := func(seq uint32) []seg { return []seg{{flags: RST, seq: int(seq), absolute: true}} }
	bad := playISS[B] + 9
	for _, c := range []struct {
		name, rule string
		in         seg
		after      tcb
		out        []seg
	}{
		{"an ACK", "", seg{flags: ACK, seq: 5000, ack: 9}, received, ack},
		{"a RST", "", seg{flags: ACK, seq: 5000, ack: 9}, received, reset(bad)},
		{"a RST for text", "", seg{flags: ACK, seq: 5000, ack: 9, n: 5}, received, reset(bad)},
		{"a RST for a SYN,ACK", "", seg{flags: SYN | ACK, seq: 5000, ack: 9}, received, reset(bad)},
		{"a RST of another form", "I-20", seg{flags: ACK, seq: 5000, ack: 9}, received, reset(bad + 1)},
		{"a RST for a good ACK", "I-20", seg{flags: ACK, seq: 5000, ack: 1}, received, reset(playISS[B] + 1)},
		{"a RST for no ACK", "I-20", seg{flags: FIN, seq: 5000}, received, []seg{{flags: RST | ACK, absolute: true, ack: int(playISS[A] + 5001)}}},
		{"a RST, and back to LISTEN", "I-24", seg{flags: SYN | ACK, seq: 5000, ack: 9}, tcb{state: sLISTEN}, reset(bad)},
		{"a RST, and ESTABLISHED", "I-1", seg{flags: ACK, seq: 5000, ack: 9}, est, reset(bad)},
		{"silence", "owed-answer", seg{flags: ACK, seq: 5000, ack: 9, n: 5}, received, nil},
	} {
		p := newPlay(t)
		p.reset(claiming(func(c *endpoint.Profile) { c.Unthrottled = true }))
		p.halfOpen()
		p.arrive(B, c.in, c.after, c.out...)
		if p.ok {
			p.wait(delayedMax)
			p.timeout(B, c.after)
		}
		if v := p.j.Violation(); v.Rule.ID != c.rule {
			t.Errorf("%s: found %q (%s), want %q", c.name, v.Rule.ID, v.Text, c.rule)
		}
	}
}

// TestGroup2OfASYN: a SYN inside the window that acknowledges what was never sent. The
// fourth check of RFC 9293 3.10.7.4 owes it a challenge ACK, 3.5.2 group 2 a RST.
func TestGroup2OfASYN(t *testing.T) {
	received := tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}
	in, bad := seg{flags: SYN | ACK, seq: 2, ack: 9}, playISS[B]+9
	for _, c := range []struct {
		name, rule string
		out        []seg
	}{
		{"an ACK", "", []seg{{flags: ACK, seq: 1, ack: 1}}},
		{"a RST", "", []seg{{flags: RST, seq: int(bad), absolute: true}}},
		{"a RST of another form", "I-20", []seg{{flags: RST, seq: int(bad) + 1, absolute: true}}},
		{"silence", "owed-answer", nil},
	} {
		p := newPlay(t)
		p.reset(claiming(func(c *endpoint.Profile) { c.Unthrottled = true }))
		p.call(B, sim.CallActiveOpen, 0, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN})
		p.call(A, sim.CallActiveOpen, 0, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN})
		p.arrive(B, seg{flags: SYN}, received, seg{flags: SYN | ACK, ack: 1})
		p.arrive(B, in, received, c.out...)
		if p.ok {
			p.wait(delayedMax)
			p.timeout(B, received, seg{flags: SYN | ACK, ack: 1})
		}
		if v := p.j.Violation(); v.Rule.ID != c.rule {
			t.Errorf("%s: found %q (%s), want %q", c.name, v.Rule.ID, v.Text, c.rule)
		}
	}
}

// TestHeldInSynReceived: in SYN-RECEIVED the ACK of a segment behind a gap may be held
// with it (SHLD-31).
func TestHeldInSynReceived(t *testing.T) {
	p := newPlay(t)
	p.halfOpen()
	p.arrive(B, seg{flags: ACK, seq: 5, ack: 1}, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1})
	if v := p.j.Violation(); v.Found() {
		t.Errorf("behind a gap: %s: %s", v.Rule.ID, v.Text)
	}
	p.arrive(B, seg{flags: ACK, seq: 1, ack: 1}, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1})
	if v := p.j.Violation(); v.Rule.ID != "I-1" {
		t.Errorf("in order: %s: %s", v.Rule.ID, v.Text)
	}
}
