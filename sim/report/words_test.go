package report

import (
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

func TestSpan(t *testing.T) {
	for _, tt := range []struct {
		d           time.Duration
		span, clock string
	}{
		{0, "0s", "0.000s"},
		{1, "1ns", "0.000s"},
		{1500, "1.5us", "0.000s"},
		{us, "1us", "0.000s"},
		{20 * ms, "20ms", "0.020s"},
		{999*ms + 999*us, "0.999999s", "0.999s"},
		{1500 * ms, "1.5s", "1.500s"},
		{time.Minute, "60s", "60.000s"},
		{4*time.Minute + 300*ms, "240.3s", "240.300s"},
		{-time.Second, "-1s", "-1.000s"},
	} {
		if got := Span(tt.d); got != tt.span {
			t.Errorf("Span(%v) is %s, want %s", tt.d, got, tt.span)
		}
		if got := Clock(tt.d); got != tt.clock {
			t.Errorf("Clock(%v) is %s, want %s", tt.d, got, tt.clock)
		}
	}
}

func TestFaultText(t *testing.T) {
	p := newTape(t, "drop A SYN #1\ndelay A SYN by 1.5s\nduplicate A SYN after 20ms\nreorder A FIN behind 2\n"+
		"corrupt A SYN bit 113\nhold A SYN until B LISTEN\ncut A<->B at 1s for 3s\ncut B->A at 1s for 3s\n"+
		"crash B at 1s\nrestart B after 2s\nstall B reads at 1s for 10s\ninject A->B RST seq=0 at 1s\n")
	want := []string{
		"drop", "delay 1.5s", "duplicate after 20ms", "reorder behind 2", "corrupt bit 113", "hold until B LISTEN",
		"cut A<->B for 3s", "cut B->A for 3s", "crash", "restart", "stall reads for 10s", "injected",
	}
	for i, w := range want {
		if got := FaultText(&p.Trace, uint16(i+1)); got != w {
			t.Errorf("fault %d is %q, want %q", i+1, got, w)
		}
	}
	for _, n := range []uint16{0, 13} {
		if got := FaultText(&p.Trace, n); got != "" {
			t.Errorf("fault %d is %q", n, got)
		}
	}
}

func TestCallText(t *testing.T) {
	for _, tt := range []struct {
		c    sim.Cause
		want string
	}{
		{call(sim.CallPassiveOpen, 0), "passive OPEN"},
		{call(sim.CallSend, 1000), "SEND 1000"},
		{sim.Cause{Call: sim.CallReceive, N: 5, EOF: true}, "RECEIVE 5: end of stream"},
		{sim.Cause{Call: sim.CallSend, Err: endpoint.ErrClosing}, "SEND: connection closing"},
		{call(sim.CallAbort, 0), "ABORT"},
	} {
		if got := callText(&tt.c); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// Which timer fired follows from what came of it.
func TestTimers(t *testing.T) {
	p := newTape(t, "")
	p.handshake()
	want := map[int]string{}
	fires := func(text string, after endpoint.State, emits ...out) {
		want[len(p.Events)] = text
		p.step(time.Duration(len(p.Events))*time.Second, a, due, after, emits...)
	}
	data := out{flags: psh | ack, seq: 1, ack: 1, n: 10}
	again := data
	again.of = 4
	fires("override timer fires", endpoint.Established, data)
	fires("RTO 1s fires", endpoint.Established, again)
	fires("delayed ACK", endpoint.Established, out{flags: ack, seq: 11, ack: 1})
	fires("timer fires", endpoint.FinWait1, out{flags: fin | ack, seq: 11, ack: 1})
	fires("timer fires", endpoint.FinWait1)
	p.tcb[a].SNDWND = 0
	fires("RTO 5s fires", endpoint.FinWait1, again)
	fires("persist timer fires", endpoint.FinWait1, again)
	p.tcb[a].Err = endpoint.ErrTimeout
	fires("R2 is over: connection given up", endpoint.Closed)
	p.Final[a], p.tcb[a].Err = endpoint.FinWait1, endpoint.ErrUserTimeout
	fires("user timeout", endpoint.Closed)
	p.Final[a], p.tcb[a].Err = endpoint.TimeWait, 0
	fires("TIME-WAIT ends", endpoint.Closed)

	m := timers{prev: [2]int{-1, -1}}
	for i := range p.Events {
		if w, ok := want[i]; ok && m.text(&p.Trace, i) != w {
			t.Errorf("event %d: %q, want %q", i+1, m.text(&p.Trace, i), w)
		}
		m.see(&p.Trace, i)
	}
}

func TestName(t *testing.T) {
	p := newTape(t, "drop A SYN #1\n")
	p.Outcome = sim.OverTime
	if got := Name(&p.Trace); got != "budget-time-67a239" {
		t.Errorf("%s", got)
	}
	p.Violation.Rule.ID = "I-13 (../Ω)"
	if got := Name(&p.Trace); got != "i-13---------67a239" {
		t.Errorf("%s", got)
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		s           string
		first, rest int
		want        []string
	}{
		{"", 5, 5, []string{""}},
		{"one two three", 7, 5, []string{"one two", "three"}},
		{"one two three", 6, 9, []string{"one", "two three"}},
		{"onetwothree", 4, 5, []string{"onet", "wothr", "ee"}},
		{"a  b", 1, 1, []string{"a", "b"}},
	} {
		got := wrap(tt.s, tt.first, tt.rest)
		if len(got) != len(tt.want) {
			t.Errorf("%q: %q", tt.s, got)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%q: %q", tt.s, got)
			}
		}
	}
}
