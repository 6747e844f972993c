package wireonly

import (
	"slices"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// pick is the right or the wrong value of a play.
func pick[T any](wrong bool, good, bad T) T {
	if wrong {
		return bad
	}
	return good
}

var none endpoint.Options

// pair is a run that breaks a rule (without Prefix) and one almost the same that
// does not.
type pair struct {
	rule, name string
	run        func(p *play, wrong bool)
}

// plays has a pair for each rule, those about timers apart: see timerPlays.
var plays = []pair{
	{"explained", "an ACK in CLOSED", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallAbort, 0, seg{flags: RST, seq: 1})
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 1, n: 5}, seg{flags: pick(wrong, RST, ACK), seq: 1, ack: 1})
	}},
	{"explained", "text in FIN-WAIT-2", func(p *play, wrong bool) {
		p.finWait2()
		p.call(A, sim.CallSend, pick(wrong, 0, 5), seg{flags: ACK, seq: 2, ack: 1, n: pick(wrong, 0, 5)})
	}},
	{"explained", "a FIN in TIME-WAIT", func(p *play, wrong bool) {
		p.timeWait()
		p.wait(time.Second)
		p.arrive(A, seg{flags: FIN | ACK, seq: 1, ack: 2}, seg{flags: pick(wrong, ACK, FIN|ACK), seq: pick(wrong, 2, 1), ack: 2})
	}},
	{"claimed", "CLOSE in ESTABLISHED leads to FIN-WAIT-1", func(p *play, wrong bool) {
		p.connect()
		p.as(pick(wrong, sFINWAIT1, sFINWAIT2)).call(A, sim.CallClose, 0, seg{flags: FIN | ACK, seq: 1, ack: 1})
	}},
	{"claimed", "simultaneous close goes by CLOSING", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallClose, 0, seg{flags: FIN | ACK, seq: 1, ack: 1})
		p.as(pick(wrong, sCLOSING, sTIMEWAIT)).arrive(A, seg{flags: FIN | ACK, seq: 1, ack: 1}, seg{flags: ACK, seq: 2, ack: 2})
	}},
	{"claimed", "TIME-WAIT lasts 2 MSL", func(p *play, wrong bool) {
		p.timeWait()
		p.wait(pick(wrong, 4*time.Minute, 4*time.Minute-1))
		p.as(sCLOSED).timeout(A)
	}},
	{"claimed", "R2 has to pass", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 5, seg{flags: ACK, seq: 1, ack: 1, n: 5})
		p.wait(pick(wrong, 100*time.Second, 99*time.Second))
		p.as(sCLOSED).timeout(A)
	}},
	{"claimed", "TIME-WAIT does not last for ever", func(p *play, wrong bool) {
		p.timeWait()
		p.wait(5 * time.Minute)
		p.as(pick(wrong, sCLOSED, sTIMEWAIT)).timeout(A)
	}},
	{"edge", "back from LAST-ACK", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallClose, 0, seg{flags: FIN | ACK, seq: 1, ack: 1})
		p.arrive(B, seg{flags: FIN | ACK, seq: 1, ack: 1}, seg{flags: ACK, seq: 1, ack: 2})
		p.as(pick(wrong, sCLOSEWAIT, sLASTACK)).call(B, sim.CallClose, 0)
		p.as(sCLOSEWAIT).arrive(B, seg{flags: ACK, seq: 2, ack: 1})
	}},
	{"I-11", "wrong ACK number in LAST-ACK", func(p *play, wrong bool) {
		p.finWait2()
		p.call(B, sim.CallClose, 0, seg{flags: FIN | ACK, seq: 1, ack: pick(wrong, 2, 1)})
	}},
	{"I-11", "a gap is acknowledged", func(p *play, wrong bool) {
		p.connect()
		p.arrive(B, seg{flags: ACK, seq: 11, ack: 1, n: 10}, seg{flags: ACK, seq: 1, ack: pick(wrong, 1, 21)})
	}},
	{"I-11", "a FIN over a gap", func(p *play, wrong bool) {
		p.connect()
		p.arrive(B, seg{flags: FIN | ACK, seq: 11, ack: 1}, seg{flags: ACK, seq: 1, ack: pick(wrong, 1, 12)})
	}},
	{"I-11", "a second FIN behind the first", func(p *play, wrong bool) { // 3.10.7.4, eighth check: advance RCV.NXT over the FIN
		p.finWait2()
		p.arrive(B, seg{flags: FIN | ACK, seq: 2, ack: 1}, seg{flags: ACK, seq: 1, ack: pick(wrong, 3, 4)})
	}},
	{"I-11", "a second FIN that nothing was done about", func(p *play, wrong bool) {
		p.finWait2()
		p.arrive(B, seg{flags: FIN | ACK, seq: 2, ack: 1}, seg{flags: ACK, seq: 1, ack: 2})
		p.arrive(B, seg{flags: FIN | ACK, seq: 1, ack: 1}, seg{flags: ACK, seq: 1, ack: pick(wrong, 2, 3)})
	}},
	{"I-11", "a second FIN over a gap", func(p *play, wrong bool) {
		p.finWait2()
		p.arrive(B, seg{flags: FIN | ACK, seq: 3, ack: 1}, seg{flags: ACK, seq: 1, ack: pick(wrong, 2, 4)})
	}},
	{"I-11", "another SYN after the way back to LISTEN", func(p *play, wrong bool) { // 3.10.7.4, fourth check
		p.halfOpen()
		p.arrive(B, seg{flags: SYN, seq: 100})
		p.arrive(B, seg{flags: SYN, seq: 70000}, seg{flags: SYN | ACK, ack: pick(wrong, 70001, 70002)})
	}},
	{"I-11", "another SYN without it", func(p *play, wrong bool) {
		p.halfOpen()
		p.arrive(B, seg{flags: SYN, seq: 70000}, seg{flags: SYN | ACK, ack: pick(wrong, 1, 70001)})
	}},
	{"I-12", "the same number carries the same octet", func(p *play, wrong bool) {
		p.connect()
		text := append([]byte(nil), sim.Content(sim.ContentStart(7, 0), 0, 10)...)
		p.call(A, sim.CallSend, 10, seg{flags: ACK, seq: 1, ack: 1, text: text})
		if p.wait(time.Second); wrong {
			text[3]++
		}
		p.timeout(A, seg{flags: ACK, seq: 1, ack: 1, text: text})
	}},
	{"I-13", "ISS changes on the SYN,ACK that is resent", func(p *play, wrong bool) {
		p.halfOpen()
		p.wait(time.Second)
		p.timeout(B, seg{flags: SYN | ACK, ack: 1, iss: pick(wrong, 0, 8705)})
	}},
	{"I-14", "the FIN moves", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 5)
		p.call(A, sim.CallClose, 0, seg{flags: FIN | ACK, seq: 1, ack: 1, n: 5})
		p.wait(time.Second)
		p.timeout(A, seg{flags: FIN | ACK, seq: pick(wrong, 6, 5), ack: 1})
	}},
	{"I-14", "the FIN comes before text that waits", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 5)
		p.call(A, sim.CallClose, 0, seg{flags: FIN | ACK, seq: 1, ack: 1, n: pick(wrong, 5, 3)})
	}},
	{"I-15", "a FIN without CLOSE", func(p *play, wrong bool) {
		p.connect()
		if !wrong {
			p.call(A, sim.CallClose, 0)
		}
		p.timeout(A, seg{flags: FIN | ACK, seq: 1, ack: 1})
	}},
	{"I-15", "octets that nobody gave", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 5, seg{flags: ACK, seq: 1, ack: 1, n: pick(wrong, 5, 6)})
	}},
	{"I-16", "text without ACK", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 5, seg{flags: pick(wrong, ACK, 0), seq: 1, ack: 1, n: 5})
	}},
	{"I-17", "SYN and FIN", func(p *play, wrong bool) {
		p.call(A, sim.CallActiveOpen, 0, seg{flags: pick(wrong, SYN, SYN|FIN)})
	}},
	{"I-18", "an ACK in SYN-SENT", func(p *play, wrong bool) {
		p.listen()
		p.wait(time.Second)
		p.timeout(A, seg{flags: pick(wrong, SYN, ACK)})
	}},
	{"I-18", "a SYN in ESTABLISHED", func(p *play, wrong bool) {
		p.connect()
		p.wait(time.Second)
		p.timeout(A, seg{flags: pick(wrong, ACK, SYN), seq: pick(wrong, 1, 0), ack: 1})
	}},
	{"I-19", "SYN,ACK in ESTABLISHED", func(p *play, wrong bool) {
		p.connect()
		p.wait(time.Second)
		p.arrive(B, seg{flags: SYN}, seg{flags: pick(wrong, ACK, SYN|ACK), seq: pick(wrong, 1, 0), ack: 1})
	}},
	{"I-20", "a RST for a RST", func(p *play, wrong bool) {
		p.arrive(B, seg{flags: pick(wrong, ACK, RST), seq: 5, ack: 5}, seg{flags: RST, seq: 5})
	}},
	{"I-20", "the form of a RST", func(p *play, wrong bool) {
		p.arrive(B, seg{flags: SYN, absolute: true, seq: 100}, seg{flags: RST | ACK, absolute: true, ack: pick(wrong, 101, 100)})
	}},
	{"I-20", "a RST in SYN-SENT for a good ACK", func(p *play, wrong bool) {
		p.listen()
		at := pick(wrong, 7, 1)
		p.arrive(A, seg{flags: ACK, seq: 1, ack: at}, seg{flags: RST, seq: at})
	}},
	{"I-20", "a RST in SYN-RECEIVED for a good ACK outside the window", func(p *play, wrong bool) { // 3.5.2, group 2
		p.halfOpen()
		at := pick(wrong, 2, 1)
		p.arrive(B, seg{flags: ACK, seq: -100, ack: at}, seg{flags: RST, seq: at})
	}},
	{"I-20", "a RST in SYN-RECEIVED for a SYN,ACK with a good ACK", func(p *play, wrong bool) {
		p.call(A, sim.CallActiveOpen, 0, seg{flags: SYN})
		p.call(B, sim.CallActiveOpen, 0, seg{flags: SYN})
		p.arrive(A, seg{flags: SYN}, seg{flags: SYN | ACK, ack: 1})
		at := pick(wrong, 2, 1)
		p.arrive(A, seg{flags: SYN | ACK, ack: at}, seg{flags: RST, seq: at})
	}},
	{"I-20", "ABORT where SND.NXT stands", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallAbort, 0, seg{flags: RST, seq: pick(wrong, 1, 2)})
	}},
	{"I-20", "a RST without a cause", func(p *play, wrong bool) {
		p.connect()
		p.call(A, pick(wrong, sim.CallAbort, sim.CallReceive), 0, seg{flags: RST, seq: 1})
	}},
	{"I-21", "a RST for a bad ACK in ESTABLISHED", func(p *play, wrong bool) {
		p.connect()
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 100}, seg{flags: pick(wrong, ACK, RST), seq: pick(wrong, 1, 100), ack: 1})
	}},
	{"I-22", "text after a RST that is good", func(p *play, wrong bool) {
		p.connect()
		p.arrive(B, seg{flags: RST, seq: pick(wrong, 2, 1)}, pick(wrong, []seg{{flags: ACK, seq: 1, ack: 1}}, nil)...)
		p.call(B, sim.CallSend, 5, seg{flags: ACK, seq: 1, ack: 1, n: 5})
	}},
	{"I-22", "a RST that is not exact is obeyed", func(p *play, wrong bool) {
		p.connect()
		p.as(sCLOSED).arrive(B, seg{flags: RST, seq: pick(wrong, 1, 2)})
	}},
	{"I-23", "LISTEN sends an ACK", func(p *play, wrong bool) {
		p.call(B, sim.CallPassiveOpen, 0)
		if p.arrive(B, seg{flags: ACK, seq: 1, ack: 1}, seg{flags: RST, seq: 1}); wrong {
			p.arrive(B, seg{flags: ACK, seq: 1, ack: 1}, seg{flags: ACK, seq: 1, ack: 1})
		}
	}},
	{"I-23", "LISTEN is left on an ACK", func(p *play, wrong bool) {
		p.as(sLISTEN).call(B, sim.CallPassiveOpen, 0)
		p.as(pick(wrong, sLISTEN, sESTABLISHED)).arrive(B, seg{flags: ACK, seq: 1, ack: 1}, seg{flags: RST, seq: 1})
	}},
	{"I-28", "CLOSE-WAIT without a FIN", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallClose, 0, seg{flags: FIN | ACK, seq: 1, ack: 1})
		p.as(sCLOSEWAIT).arrive(B, seg{flags: pick(wrong, FIN|ACK, ACK), seq: 1, ack: 1},
			pick(wrong, []seg{{flags: ACK, seq: 1, ack: 2}}, nil)...)
	}},
	{"I-30", "TIME-WAIT of the passive closer", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallClose, 0, seg{flags: FIN | ACK, seq: 1, ack: 1})
		p.as(pick(wrong, sCLOSEWAIT, sTIMEWAIT)).arrive(B, seg{flags: FIN | ACK, seq: 1, ack: 1}, seg{flags: ACK, seq: 1, ack: 2})
	}},
	{"I-32", "TIME-WAIT does not acknowledge the FIN again", func(p *play, wrong bool) {
		p.timeWait()
		p.wait(time.Second)
		p.arrive(A, seg{flags: FIN | ACK, seq: 1, ack: 2}, pick(wrong, []seg{{flags: ACK, seq: 2, ack: 2}}, nil)...)
		p.wait(time.Second)
		p.timeout(B, seg{flags: FIN | ACK, seq: 1, ack: 2})
	}},
	{"I-34", "more than the peer takes", func(p *play, wrong bool) {
		p.connect() // without MSS: 536
		n := pick(wrong, 536, 537)
		p.call(A, sim.CallSend, n, seg{flags: ACK, seq: 1, ack: 1, n: n})
	}},
	{"I-34", "MSS without SYN", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 1, seg{flags: ACK, seq: 1, ack: 1, n: 1, options: pick(wrong, none, none.AppendMSS(1000))})
	}},
	{"I-35", "beyond the window", func(p *play, wrong bool) {
		p.connectWith(none.AppendMSS(1460), none.AppendMSS(1460))
		n := pick(wrong, 1000, 1002)
		p.call(A, sim.CallSend, n, seg{flags: ACK, seq: 1, ack: 1, n: n})
	}},
	{"I-35", "a window that came at the edge of the own", func(p *play, wrong bool) { // Appendix A.2
		profile := playProfile
		profile.ReceiveBuffer = 1000
		p.reset(profile)
		p.connectWith(none.AppendMSS(1460), none.AppendMSS(1460))
		p.call(A, sim.CallSend, 1000, seg{flags: ACK, seq: 1, ack: 1, n: 1000})
		p.arrive(A, seg{flags: ACK, seq: pick(wrong, 1001, 1002), ack: 1001}, seg{flags: ACK, seq: 1001, ack: 1})
		p.call(A, sim.CallSend, 5, seg{flags: ACK, seq: 1001, ack: 1, n: 5})
	}},
	{"I-41", "a corrupted segment is answered", func(p *play, wrong bool) {
		p.connect()
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 1, n: 5, corrupt: true}, pick(wrong, nil, []seg{{flags: ACK, seq: 1, ack: 1}})...)
	}},
	{"I-43", "an ACK for an ACK", func(p *play, wrong bool) {
		p.connect()
		p.arrive(B, seg{flags: ACK, seq: pick(wrong, 0, 1), ack: 1}, seg{flags: ACK, seq: 1, ack: 1})
	}},
	{"I-43", "an ACK beyond a window that was taken back", func(p *play, wrong bool) { // is not acceptable
		p.connect()
		wnd := pick(wrong, 20, 21)
		p.arrive(B, seg{flags: ACK, seq: 11, ack: 1, n: 10}, seg{flags: ACK, seq: 1, ack: 1, wnd: wnd})
		p.arrive(B, seg{flags: ACK, seq: 21, ack: 1}, seg{flags: ACK, seq: 1, ack: 1, wnd: wnd})
	}},
	{"I-43", "the same with scaled windows", func(p *play, wrong bool) { // RFC 7323 2.4
		ws := pick(wrong, none, none.AppendWindowScale(2).Pad())
		p.connectWith(ws, ws)
		p.arrive(B, seg{flags: ACK, seq: 11, ack: 1, n: 10}, seg{flags: ACK, seq: 1, ack: 1, wnd: 5})
		p.arrive(B, seg{flags: ACK, seq: 21, ack: 1}, seg{flags: ACK, seq: 1, ack: 1, wnd: 5})
	}},
	{"I-52", "a SACK that nobody permitted", func(p *play, wrong bool) {
		permitted := none.AppendSACKPermitted().Pad()
		p.connectWith(permitted, pick(wrong, permitted, none))
		p.arrive(B, seg{flags: ACK, seq: 11, ack: 1, n: 10},
			seg{flags: ACK, seq: 1, ack: 1, options: none.AppendSACK(p.block(11, 21)).Pad()})
	}},
	{"I-52", "timestamps left out", func(p *play, wrong bool) {
		ts := none.AppendTimestamps(1, 0).Pad()
		p.options = [2]endpoint.Options{ts, ts}
		p.halfOpen()
		p.arrive(A, seg{flags: SYN | ACK, ack: 1}, seg{flags: ACK, seq: 1, ack: 1, options: pick(wrong, ts, none)})
	}},
	{"I-52", "a window scale that was not offered", func(p *play, wrong bool) {
		ws := none.AppendWindowScale(7).Pad()
		p.options = [2]endpoint.Options{pick(wrong, ws, none), ws}
		p.halfOpen()
	}},
	{"I-53", "a SACK of what has not come", func(p *play, wrong bool) {
		permitted := none.AppendSACKPermitted().Pad()
		p.connectWith(permitted, permitted)
		p.arrive(B, seg{flags: ACK, seq: 11, ack: 1, n: 10},
			seg{flags: ACK, seq: 1, ack: 1, options: none.AppendSACK(p.block(11, pick(wrong, 21, 22))).Pad()})
	}},
	{"I-53", "first the block that came last", func(p *play, wrong bool) {
		permitted := none.AppendSACKPermitted().Pad()
		p.connectWith(permitted, permitted)
		one, two := p.block(11, 21), p.block(31, 41)
		p.arrive(B, seg{flags: ACK, seq: 11, ack: 1, n: 10},
			seg{flags: ACK, seq: 1, ack: 1, options: none.AppendSACK(one).Pad()})
		blocks := pick(wrong, []endpoint.SACKBlock{two, one}, []endpoint.SACKBlock{one, two})
		p.arrive(B, seg{flags: ACK, seq: 31, ack: 1, n: 10},
			seg{flags: ACK, seq: 1, ack: 1, options: none.AppendSACK(blocks...).Pad()})
	}},
	{"seq", "a gap in what is sent", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 10, seg{flags: ACK, seq: pick(wrong, 1, 3), ack: 1, n: 5})
	}},
	{"owed-answer", "old text draws nothing", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 1, n: 10}, pick(wrong, []seg{{flags: ACK, seq: 1, ack: 11}}, nil)...)
		p.wait(time.Second)
		p.call(A, sim.CallReceive, 0)
	}},
	{"owed-answer", "text is not acknowledged", func(p *play, wrong bool) {
		p.finWait2()
		p.call(B, sim.CallSend, 10, seg{flags: ACK, seq: 1, ack: 2, n: 10})
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 2, n: 10})
		p.wait(400 * time.Millisecond)
		p.timeout(A, pick(wrong, []seg{{flags: ACK, seq: 2, ack: 11}}, nil)...)
		p.wait(time.Second)
		p.call(A, sim.CallReceive, 0)
	}},
	{"owed-answer", "a SYN in ESTABLISHED draws nothing", func(p *play, wrong bool) {
		p.connect()
		p.wait(10 * time.Second)
		p.arrive(B, seg{flags: SYN, seq: 50}, pick(wrong, []seg{{flags: ACK, seq: 1, ack: 1}}, nil)...)
		p.wait(time.Second)
		p.call(A, sim.CallReceive, 0)
	}},
	{"owed-answer", "simultaneous open is not known", func(p *play, wrong bool) {
		p.listen()
		p.arrive(A, seg{flags: SYN}, pick(wrong, []seg{{flags: SYN | ACK, ack: 1}}, nil)...)
	}},
	{"owed-answer", "CLOSED is silent", func(p *play, wrong bool) {
		p.arrive(B, seg{flags: SYN, absolute: true, seq: 100},
			pick(wrong, []seg{{flags: RST | ACK, absolute: true, ack: 101}}, nil)...)
	}},
	{"unowed-answer", "an ACK for a RST", func(p *play, wrong bool) {
		p.connect()
		p.arrive(B, seg{flags: pick(wrong, ACK, RST), seq: 0, ack: 1}, seg{flags: ACK, seq: 1, ack: 1})
	}},
	{"wire", "what leaves is a segment", func(p *play, wrong bool) {
		p.badEmit = wrong
		p.listen()
	}},
}

// block is a SACK block in the numbers of A.
func (p *play) block(left, right int) endpoint.SACKBlock {
	iss := endpoint.Seq(playISS[A])
	return endpoint.SACKBlock{Left: iss.Add(left), Right: iss.Add(right)}
}

func TestEachRuleIsBrokenAndKept(t *testing.T) {
	broken := map[string]bool{}
	for _, c := range slices.Concat(plays, timerPlays) {
		t.Run(c.rule+" "+c.name, func(t *testing.T) {
			p := newPlay(t)
			if c.run(p, false); !p.ok || !p.j.End(End{At: p.now}) {
				v := p.j.Violation()
				t.Errorf("the right play broke %s: %s", v.Rule.ID, v.Text)
			}
			p = newPlay(t)
			c.run(p, true)
			v := p.j.Violation()
			if v.Rule.ID != Prefix+c.rule {
				t.Errorf("the wrong play broke %q: %s (got %s, want %s); want %s", v.Rule.ID, v.Text, v.Got, v.Want, c.rule)
			}
			if p.j.Step(&sim.Step{}) || p.j.Violation() != v {
				t.Error("judged on after the first violation")
			}
		})
		broken[Prefix+c.rule] = true
	}
	for _, r := range Rules() {
		if !broken[r.ID] && r.ID != rules[ruleI37].ID { // a warning: see TestWindowMovedBack
			t.Errorf("no play breaks %s", r.ID)
		}
	}
}
