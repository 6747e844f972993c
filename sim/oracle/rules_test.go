package oracle

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
)

// pick2 is the right or the wrong value of a play.
func pick2[T any](wrong bool, good, bad T) T {
	if wrong {
		return bad
	}
	return good
}

var est = tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1}

// twoRuns are a run that breaks a rule and one almost the same that does not.
type twoRuns struct {
	rule, name string
	run        func(p *play, wrong bool)
}

// allPlays are two runs at least for each rule.
func allPlays() []twoRuns {
	return slices.Concat(plays, latePlays, callPlays, wirePlays, sentPlays, bookPlays)
}

// plays are the first: what an end tells, and emits.
var plays = []twoRuns{
	{"I-1", "no edge ESTABLISHED -> FIN-WAIT-2", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallClose, 0, tcb{state: pick2(wrong, sFINWAIT1, sFINWAIT2), una: 1, nxt: 2, rcv: 1},
			seg{flags: FIN | ACK, seq: 1, ack: 1})
	}},
	{"I-1", "CLOSE-WAIT without a FIN", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1})
		p.arrive(B, seg{flags: pick2(wrong, FIN|ACK, ACK), seq: 1, ack: 1},
			tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: pick2(wrong, 2, 1)}, seg{flags: ACK, seq: 1, ack: 2})
	}},
	{"I-1", "simultaneous close: FIN-WAIT-1 takes the FIN but stays", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1})
		p.call(B, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1})
		p.arrive(A, seg{flags: FIN | ACK, seq: 1, ack: 1}, tcb{state: pick2(wrong, sCLOSING, sFINWAIT1), una: 1, nxt: 2, rcv: 2},
			seg{flags: ACK, seq: 2, ack: 2})
	}},
	{"I-1", "a crash ends in CLOSED", func(p *play, wrong bool) {
		p.connect()
		p.step(B, sim.Cause{Kind: sim.Fault, Fault: 1}, nil, tcb{state: pick2(wrong, sCLOSED, sLISTEN)})
	}},
	{"I-3", "octets are those of the peer", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		p.offset[B][1] = pick2(wrong, int64(0), 1)
		p.call(B, sim.CallReceive, 5, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11, readable: 5})
	}},
	{"I-3", "no more octets than were sent", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		p.call(B, sim.CallReceive, pick2(wrong, 10, 11), tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11})
	}},
	{"I-4", "nothing is delivered before ESTABLISHED", func(p *play, wrong bool) {
		p.halfOpen()
		if wrong {
			p.call(B, sim.CallReceive, 1, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1})
		}
	}},
	{"I-5", "EOF after all octets", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 11, nxt: 12, rcv: 1}, seg{flags: FIN | ACK, seq: 11, ack: 1})
		p.arrive(B, seg{flags: FIN | ACK, seq: 11, ack: 1}, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 12, readable: 10, eof: true},
			seg{flags: ACK, seq: 1, ack: 12})
		if !wrong {
			p.call(B, sim.CallReceive, 10, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 12, eof: true})
		}
		p.step(B, sim.Cause{Kind: sim.Call, Call: sim.CallReceive, EOF: true}, nil, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 12, eof: true})
	}},
	{"I-7", "SND.UNA <= SND.NXT", func(p *play, wrong bool) {
		p.connect()
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 1}, tcb{state: sESTABLISHED, una: pick2(wrong, 1, 2), nxt: 1, rcv: 1})
	}},
	{"I-8", "SND.UNA does not go back", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 5}, tcb{state: sESTABLISHED, una: pick2(wrong, 11, 5), nxt: 11, rcv: 1})
	}},
	{"I-8", "RCV.NXT does not go back", func(p *play, wrong bool) {
		p.connect()
		p.say(10)
		p.call(B, sim.CallReceive, 10, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: pick2(wrong, 11, 1)})
	}},
	{"I-9", "SND.MAX does not go back", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10})
		p.timeout(A, tcb{state: sESTABLISHED, una: 1, nxt: pick2(wrong, 11, 5), rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 4})
	}},
	{"I-10", "nothing is received that was not sent", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10})
		rcv := pick2(wrong, 11, 12)
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 1, n: 10}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: rcv},
			seg{flags: ACK, seq: 1, ack: rcv})
	}},
	{"I-11", "wrong ACK number in LAST-ACK", func(p *play, wrong bool) {
		p.finWait2()
		p.call(B, sim.CallClose, 0, tcb{state: sLASTACK, una: 1, nxt: 2, rcv: 2}, seg{flags: FIN | ACK, seq: 1, ack: pick2(wrong, 2, 1)})
	}},
	{"I-12", "the same number carries the same octet", func(p *play, wrong bool) {
		p.connect()
		text := append([]byte(nil), sim.Content(sim.ContentStart(7, 0), 0, 10)...)
		if wrong {
			text[3]++
		}
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, text: text})
	}},
	{"I-13", "ISS changes on the SYN,ACK that is resent", func(p *play, wrong bool) {
		p.halfOpen()
		p.wait(time.Second)
		p.timeout(B, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}, seg{flags: SYN | ACK, ack: 1, iss: pick2(wrong, 0, 8705)})
	}},
	{"I-13", "ISS changes in the TCB", func(p *play, wrong bool) {
		p.halfOpen()
		p.timeout(B, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1, iss: pick2(wrong, 0, 8705)}, seg{flags: SYN | ACK, ack: 1})
	}},
	{"I-14", "FIN before pending data", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 20, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1, unsent: 10}, seg{flags: ACK, seq: 1, ack: 1, n: 10})
		n := pick2(wrong, 10, 0)
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 12 + n, rcv: 1}, seg{flags: FIN | ACK, seq: 11, ack: 1, n: n})
	}},
	{"I-14", "the FIN keeps its number", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1, lost: true})
		p.wait(time.Second)
		p.timeout(A, tcb{state: sFINWAIT1, una: 1, nxt: pick2(wrong, 2, 3), rcv: 1}, seg{flags: FIN | ACK, seq: pick2(wrong, 1, 2), ack: 1})
	}},
	{"I-15", "FIN without CLOSE", func(p *play, wrong bool) {
		p.connect()
		if !wrong {
			p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1, lost: true})
		}
		c := pick2(wrong, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, tcb{state: sESTABLISHED, una: 1, nxt: 2, rcv: 1})
		p.timeout(A, c, seg{flags: FIN | ACK, seq: 1, ack: 1})
	}},
	{"I-15", "octets taken after CLOSE", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1})
		p.call(A, sim.CallSend, pick2(wrong, 0, 5), tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1})
	}},
	{"I-15", "octets that SEND never took", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, pick2(wrong, 10, 9), tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10})
	}},
	{"I-16", "data without ACK", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: pick2(wrong, ACK, 0), seq: 1, ack: 1, n: 10})
	}},
	{"I-17", "SYN with FIN", func(p *play, wrong bool) {
		p.call(B, sim.CallPassiveOpen, 0, tcb{state: sLISTEN})
		p.call(A, sim.CallActiveOpen, 0, tcb{state: sSYNSENT, nxt: 1}, seg{flags: pick2(wrong, SYN, SYN|FIN)})
	}},
	{"I-19", "SYN,ACK in ESTABLISHED", func(p *play, wrong bool) {
		p.halfOpen()
		if wrong {
			p.arrive(B, seg{flags: ACK, seq: 1, ack: 1}, est)
		}
		p.timeout(B, pick2(wrong, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}, est), seg{flags: SYN | ACK, ack: 1})
	}},
	{"I-20", "RST where an ACK is owed", func(p *play, wrong bool) {
		p.connect()
		p.arrive(B, seg{flags: ACK, seq: -20, ack: 1}, est, pick2(wrong, seg{flags: ACK, seq: 1, ack: 1}, seg{flags: RST, seq: 1}))
	}},
	{"I-20", "RST in the wrong form", func(p *play, wrong bool) {
		p.arrive(B, seg{flags: ACK, seq: 5, ack: 9}, tcb{}, seg{flags: RST, seq: pick2(wrong, 9, 0)})
	}},
	{"I-20", "RST for nothing", func(p *play, wrong bool) {
		p.connect()
		p.call(A, pick2(wrong, sim.CallAbort, sim.CallReceive), 0, pick2(wrong, tcb{}, est), seg{flags: RST, seq: 1})
	}},
	{"I-22", "RST beyond RCV.NXT resets", func(p *play, wrong bool) {
		p.connect()
		p.arrive(A, seg{flags: RST, seq: pick2(wrong, 1, 100)}, tcb{err: endpoint.ErrReset})
	}},
	{"I-22", "the exact RST is ignored", func(p *play, wrong bool) {
		p.connect()
		p.arrive(A, seg{flags: RST, seq: 1}, pick2(wrong, tcb{err: endpoint.ErrReset}, est))
	}},
	{"I-23", "LISTEN is left by a RST", func(p *play, wrong bool) {
		p.call(B, sim.CallPassiveOpen, 0, tcb{state: sLISTEN})
		p.arrive(B, seg{flags: RST}, tcb{state: pick2(wrong, sLISTEN, sCLOSED)})
	}},
	{"I-24", "a passive origin goes back to LISTEN", func(p *play, wrong bool) {
		p.halfOpen()
		p.arrive(B, seg{flags: RST, seq: 1}, tcb{state: pick2(wrong, sLISTEN, sCLOSED)})
	}},
	{"I-25", "ESTABLISHED with the SYN unacknowledged", func(p *play, wrong bool) {
		p.halfOpen()
		p.arrive(A, seg{flags: SYN | ACK, ack: 1}, tcb{state: sESTABLISHED, una: pick2(wrong, 1, 0), nxt: 1, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1})
	}},
	{"I-26", "both in ESTABLISHED, but not with each other", func(p *play, wrong bool) {
		p.halfOpen()
		off := pick2(wrong, 0, 500)
		p.arrive(A, seg{flags: SYN | ACK, ack: 1, iss: off}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1, irs: off})
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 1}, est)
	}},
	{"I-27", "LAST-ACK closes on any ACK", func(p *play, wrong bool) {
		p.lastAck()
		p.arrive(B, seg{flags: ACK, seq: 2, ack: pick2(wrong, 2, 1)}, tcb{})
	}},
	{"I-27", "FIN-WAIT-2 without the ACK of the FIN", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1})
		ack := pick2(wrong, 2, 1)
		p.arrive(B, seg{flags: FIN | ACK, seq: 1, ack: 1}, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 2}, seg{flags: ACK, seq: 1, ack: 2})
		p.arrive(A, seg{flags: ACK, seq: 1, ack: ack}, tcb{state: sFINWAIT2, una: ack, nxt: 2, rcv: 1})
	}},
	{"I-28", "CLOSE-WAIT short of the peer's FIN", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallSend, 10, tcb{state: sESTABLISHED, una: 1, nxt: 11, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: 10, lost: wrong})
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 12, rcv: 1}, seg{flags: FIN | ACK, seq: 11, ack: 1})
		if wrong { // a stack that tells a FIN where none was
			p.arrive(B, seg{flags: FIN | ACK, seq: 1, ack: 1}, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 2}, seg{flags: ACK, seq: 1, ack: 2})
			return
		}
		p.arrive(B, seg{flags: ACK, seq: 1, ack: 1, n: 10}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 11})
		p.arrive(B, seg{flags: FIN | ACK, seq: 11, ack: 1}, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 12}, seg{flags: ACK, seq: 1, ack: 12})
	}},
	{"I-29", "FIN-WAIT-1 although the FIN is acknowledged", func(p *play, wrong bool) {
		p.connect()
		p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1})
		p.arrive(B, seg{flags: FIN | ACK, seq: 1, ack: 1}, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 2}, seg{flags: ACK, seq: 1, ack: 2})
		p.arrive(A, seg{flags: ACK, seq: 1, ack: 2}, tcb{state: pick2(wrong, sFINWAIT2, sFINWAIT1), una: 2, nxt: 2, rcv: 1})
	}},
}

func TestRules(t *testing.T) {
	crash := faults.Fault{Op: faults.Crash, End: B}
	for _, c := range allPlays() {
		t.Run(c.rule+" "+c.name, func(t *testing.T) {
			p := newPlay(t, crash)
			c.run(p, false)
			if v := p.j.Violation(); v.Found() || !p.ok {
				t.Errorf("the right run: step %d: %s: %s (got %s, want %s)", v.Step, v.Rule.ID, v.Text, v.Got, v.Want)
			}
			p = newPlay(t, crash)
			c.run(p, true)
			v := p.j.Violation()
			if v.Rule.ID != c.rule || p.ok {
				t.Fatalf("the wrong run: found %q (%s), want %q", v.Rule.ID, v.Text, c.rule)
			}
			if i := slices.IndexFunc(Rules(), func(r sim.Rule) bool { return r.ID == c.rule }); p.j.Judged().Times(i) == 0 {
				t.Errorf("it was not counted that %s was judged", c.rule)
			}
			if v.Text == "" || v.Got == "" || v.Want == "" || strings.Contains(v.Text, "\n") || strings.Contains(v.Text, "%!") {
				t.Errorf("a report with a gap: %+v", v)
			}
			t.Log(v.Text, "| got", v.Got, "| want", v.Want)
		})
	}
}

// TestEveryRuleIsPlayed keeps the table above complete.
func TestEveryRuleIsPlayed(t *testing.T) {
	played := map[string]bool{}
	for _, c := range allPlays() {
		played[c.rule] = true
	}
	for _, r := range Rules() {
		if !played[r.ID] {
			t.Errorf("no play breaks %s", r.ID)
		}
		if r.Name == "" || r.Section == "" {
			t.Errorf("%s has no name or section", r.ID)
		}
	}
}
