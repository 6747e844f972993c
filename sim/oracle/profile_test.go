package oracle

import (
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
)

var (
	timestamps = []byte{8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1}
	scale7     = []byte{3, 3, 7, 1}
	timeWait   = tcb{state: sTIMEWAIT, una: 2, nxt: 2, rcv: 2, eof: true}
)

// claims has, for each flag of a profile, a run that is legal with it and
// breaks a rule without: a liberty; or the other way round: a promise.
var claims = []struct {
	name, rule string
	promise    bool
	claim      func(*endpoint.Profile)
	run        func(p *play)
}{
	{"CLOSE with octets unread", "I-1", false, func(c *endpoint.Profile) { c.HalfDuplexClose = true }, func(p *play) {
		p.connect()
		p.say(10)
		p.call(B, sim.CallClose, 0, tcb{}, seg{flags: RST | ACK, seq: 1, ack: 11})
	}},
	{"CLOSE with octets unread in CLOSE-WAIT", "I-1", false, func(c *endpoint.Profile) { c.HalfDuplexClose = true }, func(p *play) {
		p.connect()
		p.say(10)
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 11, nxt: 12, rcv: 1}, seg{flags: FIN | ACK, seq: 11, ack: 1})
		p.arrive(B, seg{flags: FIN | ACK, seq: 11, ack: 1}, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 12, readable: 10, eof: true},
			seg{flags: ACK, seq: 1, ack: 12})
		p.call(B, sim.CallClose, 0, tcb{}, seg{flags: RST | ACK, seq: 1, ack: 12})
	}},
	{"text after CLOSE", "I-1", false, func(c *endpoint.Profile) { c.HalfDuplexClose = true }, func(p *play) {
		p.finWait2()
		p.call(B, sim.CallSend, 10, tcb{state: sCLOSEWAIT, una: 1, nxt: 11, rcv: 2}, seg{flags: ACK, seq: 1, ack: 2, n: 10})
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 2, n: 10}, tcb{}, seg{flags: RST, seq: 2})
	}},
	{"a SYN beyond RCV.NXT reopens", "I-1", false, func(c *endpoint.Profile) { c.ReopensTimeWait = endpoint.ReopensByNumber }, func(p *play) {
		p.timeWait()
		p.arrive(A, seg{flags: SYN, seq: 5000}, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1, iss: 1000, irs: 5000},
			seg{flags: SYN | ACK, iss: 1000, ack: 5001})
	}},
	{"a SYN with a timestamp reopens", "I-1", false, func(c *endpoint.Profile) { c.ReopensTimeWait = endpoint.ReopensByTimestamp }, func(p *play) {
		p.timeWait()
		p.arrive(A, seg{flags: SYN, seq: -5000, options: timestamps}, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1, iss: 1000, irs: -5000},
			seg{flags: SYN | ACK, iss: 1000, ack: -4999})
	}},
	{"ABORT goes to TIME-WAIT", "I-1", false, func(c *endpoint.Profile) { c.Note3TimeWait = true }, func(p *play) {
		p.connect()
		p.call(A, sim.CallAbort, 0, tcb{state: sTIMEWAIT, una: 1, nxt: 1, rcv: 1}, seg{flags: RST | ACK, seq: 1, ack: 1})
		p.arrive(B, seg{flags: RST | ACK, seq: 1, ack: 1}, tcb{err: endpoint.ErrReset})
		p.wait(4 * time.Minute)
		p.timeout(A, tcb{})
		p.end(sim.Quiet, false)
	}},
	{"a RST in TIME-WAIT is ignored", "I-22", false, func(c *endpoint.Profile) { c.RFC1337 = true }, func(p *play) {
		p.timeWait()
		p.arrive(A, seg{flags: RST, seq: 2}, timeWait)
	}},
	{"a RST ends TIME-WAIT", "I-22", true, func(c *endpoint.Profile) { c.RFC1337 = true }, func(p *play) {
		p.timeWait()
		p.arrive(A, seg{flags: RST, seq: 2}, tcb{})
	}},
	{"FIN-WAIT-2 ends by itself", "earned-give-up", false, func(c *endpoint.Profile) { c.OrphanFinWait2 = time.Minute }, func(p *play) {
		p.finWait2()
		p.wait(time.Minute)
		p.timeout(A, tcb{})
		p.end(sim.Quiet, true)
	}},
	{"LISTEN until ESTABLISHED", "I-47", false, hidesSynReceived, func(p *play) { p.hiddenOpen(); p.hiddenBirth(tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1}) }},
	{"LISTEN until a FIN", "I-47", false, hidesSynReceived, func(p *play) {
		p.hiddenOpen()
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1})
		p.arrive(B, seg{flags: FIN | ACK, seq: 1, ack: 1}, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 2, eof: true},
			seg{flags: ACK, seq: 1, ack: 2})
	}},
	{"a closed listener resets what it hid", "I-47", false, hidesSynReceived, func(p *play) {
		p.hiddenOpen()
		p.call(B, sim.CallClose, 0, tcb{}, seg{flags: RST, seq: 1})
		p.arrive(A, seg{flags: RST, seq: 1}, tcb{err: endpoint.ErrReset})
		p.end(sim.Quiet, true)
	}},
	{"PAWS drops", "owed-answer", false, func(c *endpoint.Profile) { c.Timestamps = true }, func(p *play) {
		p.connectWith(timestamps, timestamps)
		p.inject(B, seg{flags: ACK, seq: -20, ack: 1, n: 5}, est)
		p.end(sim.Quiet, false)
	}},
	{"what lacks timestamps is dropped", "owed-answer", false, func(c *endpoint.Profile) { c.Timestamps = true }, func(p *play) { // RFC 7323 3.2
		p.call(A, sim.CallActiveOpen, 0, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN, options: timestamps})
		p.call(B, sim.CallActiveOpen, 0, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN, options: timestamps})
		c := tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}
		p.arrive(B, seg{flags: SYN, options: timestamps}, c, seg{flags: SYN | ACK, ack: 1, options: timestamps})
		p.inject(B, seg{flags: SYN, seq: 1}, c)
		p.wait(time.Second)
		p.timeout(B, c, seg{flags: SYN | ACK, ack: 1, options: timestamps})
	}},
	{"a challenge is withheld", "owed-answer", true, func(c *endpoint.Profile) { c.Unthrottled = true }, func(p *play) {
		p.connect()
		p.inject(B, seg{flags: ACK, seq: -20, ack: 1}, est, seg{flags: ACK, seq: 1, ack: 1})
		p.inject(B, seg{flags: ACK, seq: -20, ack: 1}, est)
		p.end(sim.Quiet, false)
	}},
	{"an ACK waits", "owed-answer", true, func(c *endpoint.Profile) { c.NoDelayedACK = true }, func(p *play) {
		p.connect()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10})
		c := tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11, readable: 10}
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 1, n: 10}, c)
		p.wait(1)
		p.timeout(B, c, seg{flags: ACK, seq: 1, ack: 11})
	}},
	{"a RST in the window resets", "I-22", true, func(c *endpoint.Profile) { c.RFC5961 = true }, func(p *play) {
		p.connect()
		p.arrive(A, seg{flags: RST, seq: 100}, tcb{err: endpoint.ErrReset})
	}},
	{"TIME-WAIT lasts a second", "I-31", true, func(c *endpoint.Profile) { c.MSL = time.Minute }, func(p *play) {
		p.timeWait()
		p.wait(time.Second)
		p.timeout(A, tcb{})
	}},
	{"an end gives up at once", "earned-give-up", true, func(c *endpoint.Profile) { c.R2 = time.Minute }, func(p *play) {
		p.connect()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10, lost: true})
		p.wait(time.Second)
		p.timeout(A, tcb{err: endpoint.ErrTimeout})
	}},
	{"a FIN is resent for ever", "I-62", true, func(c *endpoint.Profile) { c.RTOMax, c.R2 = time.Minute, time.Minute }, func(p *play) {
		p.closing()
		p.wait(20 * time.Minute)
		p.timeout(A, tcb{state: sCLOSING, una: 1, nxt: 2, rcv: 2}, seg{flags: FIN | ACK, seq: 1, ack: 2})
	}},
	{"an end does not settle", "settle", true, func(c *endpoint.Profile) {
		c.RTOMax, c.R2, c.R2SYN, c.MSL = time.Minute, time.Minute, time.Minute, time.Minute
	}, func(p *play) {
		p.closing()
		p.wait(20 * time.Minute)
		p.end(sim.OverEvents, true)
	}},
}

func hidesSynReceived(c *endpoint.Profile) { c.HidesSynReceived = true }

// hiddenOpen is a handshake of which B, in LISTEN, shows nothing: its SYN,ACK is
// lost, A's SYN comes again, B's timer resends, and A's ACK is lost.
func (p *play) hiddenOpen() {
	p.listen()
	listening, synack := tcb{state: sLISTEN, deadline: time.Hour}, seg{flags: SYN | ACK, ack: 1}
	p.arrive(B, seg{flags: SYN}, listening, synack)
	p.arrive(B, seg{flags: SYN}, listening, synack)
	p.timeout(B, listening, synack)
	p.arrive(A, seg{flags: SYN | ACK, ack: 1}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, lost: true})
}

func (p *play) hiddenBirth(c tcb) { p.arrive(B, seg{flags: ACK, seq: 1, ack: 1}, c) }

// connectWith connects with these options on the SYNs.
func (p *play) connectWith(a, b []byte) {
	p.call(B, sim.CallPassiveOpen, 0, tcb{state: sLISTEN})
	p.call(A, sim.CallActiveOpen, 0, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN, options: a})
	p.arrive(B, seg{flags: SYN, options: a}, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}, seg{flags: SYN | ACK, ack: 1, options: b})
	p.arrive(A, seg{flags: SYN | ACK, ack: 1, options: b}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1})
	p.arrive(B, seg{flags: ACK, seq: 1, ack: 1}, est)
}

// TestClaims: a stack has the liberties that it claims, and no others; it is
// held to the promises that it gives, and to no others.
func TestClaims(t *testing.T) {
	for _, c := range claims {
		t.Run(c.name, func(t *testing.T) {
			var with endpoint.Profile
			if !c.promise {
				with = playProfile
			}
			without := with
			c.claim(&with)
			good, bad := with, without
			if c.promise {
				good, bad = without, with
			}
			if v := playWith(t, good, c.run); v.Found() {
				t.Errorf("step %d: %s: %s (got %s, want %s)", v.Step, v.Rule.ID, v.Text, v.Got, v.Want)
			}
			v := playWith(t, bad, c.run)
			if v.Rule.ID != c.rule {
				t.Errorf("found %q (%s), want %q", v.Rule.ID, v.Text, c.rule)
			}
			t.Log(v.Text)
		})
	}
}

func playWith(t *testing.T, profile endpoint.Profile, run func(*play)) sim.Violation {
	p := newPlay(t, faults.Fault{})
	p.reset(profile)
	run(p)
	return p.j.Violation()
}

// TestOrphanLimit: FIN-WAIT-2 may end no sooner than claimed.
func TestOrphanLimit(t *testing.T) {
	profile := claiming(func(c *endpoint.Profile) { c.OrphanFinWait2 = time.Minute })
	v := playWith(t, profile, func(p *play) {
		p.finWait2()
		p.wait(time.Minute - 1)
		p.timeout(A, tcb{})
	})
	if v.Rule.ID != "earned-give-up" {
		t.Errorf("found %q (%s)", v.Rule.ID, v.Text)
	}
}

// TestHiddenBirthIsJudged: what a listener hid is caught up on, and judged.
func TestHiddenBirthIsJudged(t *testing.T) {
	var hides endpoint.Profile
	hidesSynReceived(&hides)
	for _, c := range []struct {
		rule string
		run  func(p *play)
	}{
		{"una", func(p *play) { p.hiddenBirth(tcb{state: sESTABLISHED, una: 2, nxt: 2, rcv: 1}) }},
		{"I-25", func(p *play) { p.hiddenBirth(tcb{state: sESTABLISHED, una: 0, nxt: 1, rcv: 1}) }},
		{"I-1", func(p *play) { p.hiddenBirth(tcb{state: sFINWAIT2, una: 1, nxt: 1, rcv: 1}) }},
		{"I-1", func(p *play) { p.timeout(B, est) }},
		{"I-1", func(p *play) { p.arrive(B, seg{flags: ACK, seq: 1, ack: 9}, est) }},
		{"I-1", func(p *play) { p.hiddenBirth(tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, irs: 0, iss: 500}) }},
	} {
		v := playWith(t, hides, func(p *play) { p.hiddenOpen(); c.run(p) })
		if v.Rule.ID != c.rule {
			t.Errorf("found %q (%s), want %q", v.Rule.ID, v.Text, c.rule)
		}
	}
	p := newPlay(t)
	p.reset(hides)
	p.hiddenOpen()
	p.hiddenBirth(est)
	if n := p.j.Coverage().Edges[sSYNRECEIVED][sESTABLISHED]; n != 1 || p.j.Coverage().Edges[sLISTEN][sSYNRECEIVED] != 1 {
		t.Error("the edges of the hidden state were not counted")
	}
}

// TestWindowsAreScaled: an ACK that nothing was owed is a window update only if
// its window is read with the scale, and that counts only if both SYNs had it.
func TestWindowsAreScaled(t *testing.T) {
	for _, c := range []struct {
		a, b []byte
		rule string
	}{{scale7, scale7, ""}, {scale7, nil, "unowed-answer"}, {nil, scale7, "unowed-answer"}, {nil, nil, "unowed-answer"}} {
		v := playWith(t, playProfile, func(p *play) {
			p.connectWith(c.a, c.b)
			wnd := 1000
			if c.a != nil && c.b != nil {
				wnd <<= 7
			}
			p.arrive(B, seg{flags: ACK, seq: 1, ack: 1}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, wnd: wnd}, seg{flags: ACK, seq: 1, ack: 1, wnd: 10}) // 1280 octets: more than 1000
		})
		if v.Rule.ID != c.rule {
			t.Errorf("scale %v %v: found %q (%s), want %q", c.a, c.b, v.Rule.ID, v.Text, c.rule)
		}
	}
}
