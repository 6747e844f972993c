package look_test

import (
	"slices"
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/specs/look"
)

func run(t *testing.T, text string) *sim.Trace {
	t.Helper()
	s, err := scenario.Parse(t.Name(), text)
	if err != nil {
		t.Fatal(err)
	}
	r := search.NewRunner(sim.TCP())
	if v, err := r.Run(&s); err != nil || v.Found() {
		t.Fatal(v.Text, err)
	}
	return r.World.Trace().Clone()
}

const talk = `
A: open active; send 1000; close; receive all
B: open passive; receive all; wait 1s; send 500; close
`

func TestSegments(t *testing.T) {
	trace := run(t, talk+"drop A SYN #1-2\n")
	if got := look.Dwell(trace, endpoint.A, endpoint.TimeWait); got != 4*time.Minute {
		t.Errorf("TIME-WAIT took %v", got)
	}
	if got := look.Dwell(trace, endpoint.B, endpoint.TimeWait); got != 0 {
		t.Errorf("B was in TIME-WAIT for %v", got)
	}
	if got := look.Gaps(trace, endpoint.A, endpoint.KindSYN); !slices.Equal(got, []time.Duration{time.Second, 2 * time.Second}) {
		t.Errorf("SYNs are %v apart", got)
	}
	if got := look.Longest(trace, endpoint.A); got != 1000 {
		t.Errorf("the longest segment has %d octets", got)
	}
}

func TestSummarize(t *testing.T) {
	for _, c := range []struct {
		name, text                   string
		delivered, reported, crashed bool
		forged                       bool
	}{
		{name: "talk", text: talk, delivered: true},
		{name: "refused", text: "A: open active; send 10\n", delivered: true, reported: true},
		{name: "called off", text: "A: open active nowait; send 10; close\n", reported: true},
		{name: "crashed", text: talk + "crash B when B ESTABLISHED\nrestart B after 1s\n", crashed: true, reported: true},
		{name: "forged", text: talk + "inject B->A RST seq=rcv.nxt-1 when A ESTABLISHED\n", delivered: true, forged: true},
		{name: "corrupted", text: talk + "corrupt A SYN #1 bit 130 undetected\n", delivered: true, forged: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := look.Summarize(run(t, c.text))
			if s.Delivered() != c.delivered || s.Reported != c.reported || s.Crashed != c.crashed || s.Forged != c.forged {
				t.Errorf("%+v, delivered %t", s, s.Delivered())
			}
		})
	}
}

func TestPart(t *testing.T) {
	plain, same := look.Moments(run(t, talk), nil), look.Moments(run(t, talk), nil)
	if got := look.Part(plain, same); got != "" {
		t.Errorf("the same runs part at %s", got)
	}
	if got := look.Part(plain, look.Moments(run(t, talk+"delay A FIN #1 by 1ns\n"), nil)); got == "" {
		t.Error("two runs that differ do not part")
	}
	if got := look.Part(plain, plain[:3]); got == "" {
		t.Error("a run and its beginning do not part")
	}
}

// A copy that a fault set aside comes after what arrives at the same instant.
func TestTied(t *testing.T) {
	held := "A: open active; close\nB: open passive; receive all; close\nhold A ACK #1 until A FIN-WAIT-1\n"
	if !look.Tied(run(t, held)) {
		t.Error("the ACK that was held until the FIN left is not tied with it")
	}
	if look.Tied(run(t, talk)) {
		t.Error("a run without faults is tied")
	}
}

func TestTwice(t *testing.T) {
	if e := look.Twice(run(t, talk+"duplicate A ANY after 0s\nduplicate B ANY after 0s\n")); e != nil {
		t.Errorf("step %d is of a copy that changed something", e.N)
	}
	trace := run(t, talk+"duplicate A DATA #1 after 0s\n")
	for i := range trace.Events { // spoil the step of the second copy
		if e := &trace.Events[i]; e.Cause.Kind == sim.Arrival && e.Cause.Copy == 1 {
			e.TCB.RCVNXT++
			e.TCB.RCVWND--
		}
	}
	if e := look.Twice(trace); e == nil || e.Cause.Copy != 1 {
		t.Errorf("a second copy that moved RCV.NXT is not found: %v", e)
	}
}
