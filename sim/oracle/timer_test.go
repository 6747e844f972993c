package oracle

import (
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// TestLostSYNAllows has what may resend the first octet within 3 s of a lost
// SYN all the same.
func TestLostSYNAllows(t *testing.T) {
	soon := time.Second
	for _, c := range []struct {
		name, rule string
		run        func(p *play)
	}{
		{"nothing", "rto-after-syn", func(p *play) { p.lostSYN(nil, nil); p.resends(soon) }},
		{"SACK at one end", "rto-after-syn", func(p *play) { p.lostSYN(sackPermitted, nil); p.resends(soon) }},
		{"SACK, and so a tail loss probe", "", func(p *play) { p.lostSYN(sackPermitted, sackPermitted); p.resends(soon) }},
		{"a SYN that was not lost", "", func(p *play) { p.connect(); p.resends(soon) }},
		{"a SYN that waited for 3 s", "", func(p *play) {
			p.listen()
			p.wait(3 * time.Second)
			p.timeout(A, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN})
			p.arrive(B, seg{flags: SYN}, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}, seg{flags: SYN | ACK, ack: 1})
			p.arrive(A, seg{flags: SYN | ACK, ack: 1}, est, seg{flags: ACK, seq: 1, ack: 1})
			p.resends(soon)
		}},
		{"an upper bound of RTO", "", func(p *play) {
			p.reset(claiming(func(c *endpoint.Profile) { c.RTOMax = soon }))
			p.lostSYN(nil, nil)
			p.resends(soon)
		}},
		{"a probe", "", func(p *play) {
			p.lostSYN(nil, nil)
			p.arrive(A, seg{flags: ACK, seq: 1, ack: 1, wnd: -1}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, wnd: -1})
			c := tcb{state: sESTABLISHED, una: 1, nxt: 2, rcv: 1, wnd: -1}
			probe := seg{flags: ACK, seq: 1, ack: 1, n: 1, lost: true}
			p.j.ends[A].taken = 1
			p.timeout(A, c, probe)
			p.wait(soon)
			p.timeout(A, c, probe)
		}},
		{"an answer", "", func(p *play) {
			p.lostSYN(nil, nil)
			p.sends(10, nil)
			p.arrive(A, seg{flags: ACK, seq: 1, ack: 1}, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10})
		}},
	} {
		p := newPlay(t)
		c.run(p)
		if v := p.j.Violation(); v.Rule.ID != c.rule {
			t.Errorf("%s: found %q (%s), want %q", c.name, v.Rule.ID, v.Text, c.rule)
		}
	}
}

// TestIdleTimerAllows has the timers that may run with nothing outstanding.
func TestIdleTimerAllows(t *testing.T) {
	idle := tcb{state: sESTABLISHED, una: 11, nxt: 11, rcv: 1}
	for _, c := range []struct {
		name, rule string
		claim      func(*endpoint.Profile)
		after      func(c *tcb)
		due        time.Duration
	}{
		{"none", "I-45", nil, nil, time.Minute},
		{"a delayed ACK", "", nil, nil, delayedMax - 1},
		{"a keep-alive", "", nil, nil, 2 * time.Hour},
		{"a user timeout", "", func(c *endpoint.Profile) { c.UserTimeout = time.Hour }, nil, time.Minute},
		{"no bound of RTO is claimed", "", func(c *endpoint.Profile) { c.RTOMax = 0 }, nil, time.Minute},
		{"octets wait", "", nil, func(c *tcb) { c.unsent = 5 }, time.Minute},
		{"the window is shut", "", nil, func(c *tcb) { c.wnd = -1 }, time.Minute},
		{"TIME-WAIT", "", nil, func(c *tcb) { *c = timeWait }, time.Minute},
	} {
		p := newPlay(t)
		if c.claim != nil {
			p.reset(claiming(c.claim))
		}
		after := idle
		if c.name == "TIME-WAIT" {
			p.timeWait()
		} else {
			p.connect()
			p.say(10)
		}
		if c.after != nil {
			c.after(&after)
		}
		p.wait(time.Hour)
		after.deadline = p.now + c.due
		p.timeout(A, after)
		if v := p.j.Violation(); v.Rule.ID != c.rule {
			t.Errorf("%s: found %q (%s), want %q", c.name, v.Rule.ID, v.Text, c.rule)
		}
	}
}

// TestTriesOnAllows: R2 counts from the last that was heard, and not while
// the window is shut.
func TestTriesOnAllows(t *testing.T) {
	c := tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}
	shut := c
	shut.wnd = -1
	for _, k := range []struct {
		name, rule string
		first      tcb
		wnd        int
		hear       time.Duration
	}{
		{"silence", "I-62", c, 0, 0},
		{"an answer in between", "", c, 0, 100 * time.Second},
		{"a shut window", "", shut, -1, time.Second},
	} {
		p := newPlay(t)
		p.connect()
		p.sends(10, nil)
		p.wait(k.hear)
		if k.hear > 0 {
			p.arrive(A, seg{flags: ACK, seq: 1, ack: 1, wnd: k.wnd}, k.first)
		}
		p.wait(200*time.Second - k.hear)
		p.timeout(A, k.first, seg{flags: ACK, seq: 1, ack: 1, n: 1})
		if v := p.j.Violation(); v.Rule.ID != k.rule {
			t.Errorf("%s: found %q (%s), want %q", k.name, v.Rule.ID, v.Text, k.rule)
		}
	}
}
