package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
)

// ladders are traces by hand, each with a golden file.
var ladders = []struct {
	name  string
	build func(testing.TB) *tape
}{
	{"clean", cleanTape},
	{"lost-syn", lostTape},
	{"delayed", delayedTape},
	{"duplicated", duplicatedTape},
	{"corrupted", corruptedTape},
	{"half-open", halfOpenTape},
	{"violation", violationTape},
	{"long", longTape},
	{"wide", wideTape},
	{"empty", func(tb testing.TB) *tape { return newTape(tb, "") }},
}

// cleanTape is a handshake and a close: figures 6 and 12 of RFC 9293.
func cleanTape(tb testing.TB) *tape {
	p := newTape(tb, "")
	p.handshake()
	p.goodbye(30 * ms)
	return p
}

func lostTape(tb testing.TB) *tape {
	p := newTape(tb, "drop A SYN #1\n")
	p.step(0, b, call(sim.CallPassiveOpen, 0), endpoint.Listen)
	p.step(0, a, call(sim.CallActiveOpen, 0), endpoint.SynSent,
		out{flags: syn, cause: link.LostByScript, by: []uint16{1}})
	p.step(time.Second, a, due, endpoint.SynSent, out{flags: syn, of: 1, cause: link.LostByModel})
	p.step(3*time.Second, a, due, endpoint.SynSent, out{flags: syn, of: 2, at: to(3*time.Second + 10*ms)})
	p.step(3*time.Second+10*ms, b, got(3), endpoint.SynReceived, out{flags: syn | ack, ack: 1, cause: link.LostByQueue})
	return p
}

func delayedTape(tb testing.TB) *tape {
	p := newTape(tb, "delay B SYN,ACK #1 by 1.5s\n")
	p.step(0, b, call(sim.CallPassiveOpen, 0), endpoint.Listen)
	p.step(0, a, call(sim.CallActiveOpen, 0), endpoint.SynSent, out{flags: syn, at: to(10 * ms)})
	p.step(10*ms, b, got(1), endpoint.SynReceived,
		out{flags: syn | ack, ack: 1, at: to(1520 * ms), by: []uint16{1}})
	p.step(1000*ms, a, due, endpoint.SynSent, out{flags: syn, of: 1, at: to(1010 * ms)})
	p.step(1010*ms, b, got(3), endpoint.SynReceived, out{flags: ack, seq: 1, ack: 1, at: to(1020 * ms)})
	p.step(1520*ms, a, got(2), endpoint.Established, out{flags: ack, seq: 1, ack: 1, at: to(1530 * ms)})
	p.step(1530*ms, b, got(5), endpoint.Established)
	return p
}

func duplicatedTape(tb testing.TB) *tape {
	p := newTape(tb, "duplicate A DATA #1 after 20ms\n")
	p.handshake()
	p.step(30*ms, a, call(sim.CallSend, 1000), endpoint.Established,
		out{flags: psh | ack, seq: 1, ack: 1, n: 1000, at: to(40*ms, 60*ms), by: []uint16{1}})
	p.step(40*ms, b, got(4), endpoint.Established)
	p.step(40*ms, b, call(sim.CallReceive, 512), endpoint.Established)
	again := got(4)
	again.Copy = 1
	p.step(60*ms, b, again, endpoint.Established, out{flags: ack, seq: 1, ack: 1001, wnd: 65047, at: to(70 * ms)})
	p.step(70*ms, a, got(5), endpoint.Established)
	p.step(80*ms, a, call(sim.CallSend, 536), endpoint.Established,
		out{flags: psh | ack, seq: 1001, ack: 1, n: 536, at: to(90 * ms)})
	p.step(90*ms, b, got(6), endpoint.Established)
	p.step(290*ms, b, due, endpoint.Established, out{flags: ack, seq: 1, ack: 1537, wnd: zeroWindow, at: to(300 * ms)})
	p.step(300*ms, a, got(7), endpoint.Established)
	return p
}

func corruptedTape(tb testing.TB) *tape {
	p := newTape(tb, "corrupt A SYN #1 bit 113\n")
	p.step(0, b, call(sim.CallPassiveOpen, 0), endpoint.Listen)
	p.step(0, a, call(sim.CallActiveOpen, 0), endpoint.SynSent,
		out{flags: syn, at: to(10 * ms), flip: 113, by: []uint16{1}})
	bad := got(1)
	bad.Corrupt = true
	p.step(10*ms, b, bad, endpoint.Listen)
	p.step(1000*ms, a, due, endpoint.SynSent, out{flags: syn, of: 1, at: to(1010 * ms)})
	return p
}

// halfOpenTape is figure 9 of RFC 9293: B crashes, comes back, and learns from
// A's data that there was a connection.
func halfOpenTape(tb testing.TB) *tape {
	p := newTape(tb, "crash B when B ESTABLISHED\nrestart B after 2s\ncut A->B at 1s for 1s\nstall A reads at 1s for 1s\n"+
		"inject B->A RST seq=rcv.nxt+100 at 3s\n")
	p.handshake()
	p.tcb[a].IRS = 300 // B's ISS will be gone: what A knows of it counts
	p.tcb[b] = sim.TCB{Deadline: endpoint.Never}
	p.step(30*ms, b, struck(1), endpoint.Closed)
	p.step(30*ms, a, call(sim.CallSend, 100), endpoint.Established,
		out{flags: psh | ack, seq: 1, ack: 301, n: 100, at: to(40 * ms)})
	deaf := got(4)
	deaf.Deaf = true
	p.step(40*ms, b, deaf, endpoint.Closed)
	p.step(1000*ms, a, struck(3), endpoint.Established)
	p.step(1000*ms, a, struck(4), endpoint.Established)
	p.step(1030*ms, a, due, endpoint.Established,
		out{flags: psh | ack, seq: 1, ack: 301, n: 100, of: 4, cause: link.LostByCut, by: []uint16{3}})
	p.step(2030*ms, b, struck(2), endpoint.Closed)
	inject(p, 3000*ms, 5)
	p.step(3030*ms, a, due, endpoint.Established,
		out{flags: psh | ack, seq: 1, ack: 301, n: 100, of: 5, at: to(3040 * ms)})
	p.step(3040*ms, b, got(7), endpoint.Closed, out{flags: rst, at: to(3050 * ms)})
	p.Segments[7].Seq = 301
	p.step(3050*ms, a, got(8), endpoint.Closed)
	p.step(3050*ms, a, sim.Cause{Kind: sim.Call, Call: sim.CallReceive, Err: endpoint.ErrReset}, endpoint.Closed)
	p.Outcome = sim.Quiet
	return p
}

// inject lets a RST arrive at A in B's name.
func inject(p *tape, at time.Duration, fault uint16) {
	p.emit(at, b, &out{flags: rst, at: to(at), by: []uint16{fault}})
	s := &p.Segments[len(p.Segments)-1]
	s.Injected, s.Nth, s.Seq, s.ISS, s.PeerISS = true, 0, 401, 0, 100
	c := struck(fault)
	c.Segment = s.ID
	p.step(at, a, c, p.Final[a])
}

// violationTape is the example of the package: B chooses a new ISS when it hears
// the SYN again.
func violationTape(tb testing.TB) *tape {
	p := delayedTape(tb)
	p.Events, p.Segments, p.Copies = p.Events[:5], p.Segments[:4], p.Copies[:4]
	p.Copies[3].At = 1020 * ms
	s := &p.Segments[3]
	s.Flags, s.Kind, s.Seq = syn|ack, endpoint.KindSYNACK, 9005
	p.Final = [2]endpoint.State{endpoint.SynSent, endpoint.SynReceived}
	p.Violation = sim.Violation{
		Rule: sim.Rule{ID: "I-13", Name: "iss-stable", Section: "RFC 9293 section 3.4.1"},
		Step: 5, At: 1010 * ms, End: b, State: endpoint.SynReceived,
		Text: "B changed ISS 300 -> 9005 in SYN-RECEIVED", Got: "ISS 9005", Want: "300",
	}
	return p
}

// longTape is more than a terminal shows, with a violation in its middle.
func longTape(tb testing.TB) *tape {
	p := newTape(tb, "")
	p.handshake()
	for i := range 100 {
		at := time.Duration(i)*100*ms + 30*ms
		seq := endpoint.Seq(1 + 1000*i)
		p.step(at, a, call(sim.CallSend, 1000), endpoint.Established,
			out{flags: psh | ack, seq: seq, ack: 1, n: 1000, at: to(at + 10*ms)})
		id := uint32(len(p.Segments))
		p.step(at+10*ms, b, got(id), endpoint.Established, out{flags: ack, seq: 1, ack: seq + 1000, at: to(at + 20*ms)})
		p.step(at+20*ms, a, got(id+1), endpoint.Established)
	}
	p.Violation = sim.Violation{
		Rule: sim.Rule{ID: "I-50", Name: "ack-delay", Section: "RFC 9293 section 3.8.6.3"},
		Step: 170, At: p.Events[169].At, End: a, State: endpoint.Established,
		Text: "A kept an ACK back for 700ms, longer than the 500ms that the standard allows it to do so, and this is a long text",
		Got:  "700ms", Want: "500ms",
	}
	return p
}

// wideTape has the largest of everything.
func wideTape(tb testing.TB) *tape {
	p := newTape(tb, "")
	p.handshake()
	p.tcb[b].ISS = 4294967290
	o := endpoint.Options{}.AppendMSS(65535).AppendSACKPermitted().AppendTimestamps(4294967295, 4294967295)
	o = o.AppendNOP().AppendWindowScale(14).AppendSACK(endpoint.SACKBlock{Left: 1 << 31, Right: 1<<31 + 9}).Pad()
	all := syn | fin | rst | psh | ack | endpoint.URG | endpoint.ECE | endpoint.CWR
	at := 2_000_000 * time.Second
	p.step(at, b, due, endpoint.SynReceived, out{
		flags: all, seq: 4294967295, ack: 1 << 30, n: 65000, wnd: 12345, of: 2, options: o,
		cause: link.LostByMTU,
	})
	p.Segments[3].Malformed, p.Segments[3].Revived, p.Segments[3].Up = true, true, 65535
	p.step(at, a, sim.Cause{Kind: sim.Call, Call: sim.CallReceive, Err: endpoint.ErrTimeout}, endpoint.Closed)
	p.step(at, b, sim.Cause{Kind: sim.Call, Call: sim.CallReceive, Err: endpoint.ErrUserTimeout}, endpoint.SynReceived)
	p.Violation = sim.Violation{
		Rule: sim.Rule{ID: "I-17", Name: strings.Repeat("every-flag-", 9), Section: strings.Repeat("RFC 9293 section 3.10 ", 5)},
		At:   at, End: b, Text: strings.Repeat("Ω", 200),
	}
	return p
}

func TestLadder(t *testing.T) {
	for _, tt := range ladders {
		t.Run(tt.name, func(t *testing.T) {
			p := tt.build(t)
			for _, o := range []LadderOptions{{}, {All: true}, {Absolute: true}} {
				var out bytes.Buffer
				if err := Ladder(&out, &p.Trace, o); err != nil {
					t.Fatal(err)
				}
				checkLadder(t, out.String(), &p.Trace)
				if o == (LadderOptions{}) {
					golden(t, tt.name+".ladder", out.Bytes())
				}
			}
		})
	}
}

// checkLadder holds for every ladder.
func checkLadder(t *testing.T, text string, tr *sim.Trace) {
	t.Helper()
	bad := 0
	for _, s := range strings.Split(text, "\n") {
		if len(s) > columns {
			t.Errorf("%d columns: %q", len(s), s)
		}
		if s != ascii(s) || strings.HasSuffix(s, " ") {
			t.Errorf("not plain: %q", s)
		}
		if strings.HasPrefix(s, "!!") {
			bad++
		}
	}
	if (bad > 0) != tr.Violation.Found() {
		t.Errorf("%d lines begin with !!", bad)
	}
	if !strings.HasSuffix(text, "replay  halfopen replay "+Name(tr)+"\n") {
		t.Errorf("no replay command at the end")
	}
}
