package matchers_test

import (
	"strings"
	"testing"

	"example.org/halfopen/sim/scenario"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
	. "example.org/halfopen/specs/matchers"
)

const (
	a = endpoint.A
	b = endpoint.B
)

// conversation is a run in which A sends 1000 octets and closes, and B answers
// with 500 and closes.
const conversation = `
A: open active; send 1000; close; receive all
B: open passive; receive all; send 500; close
drop A SYN #1
`

func run(t *testing.T, text string) *sim.Trace {
	t.Helper()
	s, err := scenario.Parse(t.Name(), text)
	if err != nil {
		t.Fatal(err)
	}
	r := search.NewRunner(sim.TCP())
	if _, err := r.Run(&s); err != nil {
		t.Fatal(err)
	}
	return r.World.Trace().Clone()
}

// trial is a matcher and whether it shall match.
type trial struct {
	name    string
	matcher types.GomegaMatcher
	want    bool
	says    string // part of the message of a matcher that does not match
}

var trials = []trial{
	{"follows", FollowRFC9293(), true, ""},
	{"visits", Visit(endpoint.SynSent, endpoint.FinWait1, endpoint.TimeWait), true, ""},
	{"visits at A", Visit(endpoint.FinWait2).At(a), true, ""},
	{"does not visit at B", Visit(endpoint.FinWait2).At(b), false, "to visit FIN-WAIT-2 at B; B went CLOSED -> LISTEN"},
	{"visits in order", Visit(endpoint.TimeWait, endpoint.FinWait1), false, "to visit TIME-WAIT, then FIN-WAIT-1; A went"},
	{"no end visits both", Visit(endpoint.Listen, endpoint.FinWait1), false, "to visit LISTEN, then FIN-WAIT-1"},
	{"the first CLOSED is no visit", Visit(endpoint.Closed, endpoint.SynSent), false, "to visit CLOSED, then SYN-SENT"},
	{"takes an edge", TakeEdge(endpoint.CloseWait, endpoint.LastAck), true, ""},
	{"takes it elsewhere", TakeEdge(endpoint.CloseWait, endpoint.LastAck).At(a), false, "to take CLOSE-WAIT -> LAST-ACK at A; A went"},
	{"takes no edge in two steps", TakeEdge(endpoint.FinWait1, endpoint.TimeWait), false, "to take FIN-WAIT-1 -> TIME-WAIT"},
	{"ends", EndIn(endpoint.Closed, endpoint.Closed), true, ""},
	{"ends elsewhere", EndIn(endpoint.Closed, endpoint.Listen), false, "A is in CLOSED and B in CLOSED"},
	{"delivers", Deliver(1500), true, ""},
	{"delivers at B", Deliver(1000).At(b), true, ""},
	{"delivers less at A", Deliver(1000).At(a), false, "to deliver 1000 octets at A; A read 500 and B read 1000"},
	{"emits", Emit(endpoint.KindSYN, 2), true, ""},
	{"emits at A", Emit(endpoint.KindSYN, 2).At(a), true, ""},
	{"emits not at B", Emit(endpoint.KindSYN, 2).At(b), false, "to emit SYN 2 times at B; A sent 2 and B sent 0"},
	{"hears nothing", Hear(endpoint.ErrReset), false, `to hear "connection reset"; A heard [] and B []`},
}

func TestMatchers(t *testing.T) {
	trace := run(t, conversation)
	for _, c := range trials {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.matcher.Match(trace)
			if err != nil || got != c.want {
				t.Fatalf("Match = %t, %v; want %t", got, err, c.want)
			}
			message := c.matcher.NegatedFailureMessage(trace)
			if !got {
				message = c.matcher.FailureMessage(trace)
			}
			for _, part := range []string{c.says, "CLOSED           (passive OPEN)", "replay  halfopen replay"} {
				if !strings.Contains(message, part) {
					t.Errorf("message lacks %q:\n%s", part, message)
				}
			}
		})
	}
}

// A violation and a budget are both reasons not to have followed the RFC.
func TestFollowRFC9293Fails(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*sim.Trace)
		says  string
	}{
		"violation": {
			func(t *sim.Trace) {
				t.Violation = sim.Violation{
					Rule: sim.Rule{ID: "I-13", Name: "iss-stable", Section: "RFC 9293 section 3.4.1"},
					Step: 3, Text: "B changed ISS 300 -> 9005 in SYN-RECEIVED",
				}
			},
			"iss-stable (RFC 9293 section 3.4.1) says: B changed ISS 300 -> 9005",
		},
		"budget":    {func(t *sim.Trace) { t.Outcome = sim.OverInstant }, "it did not come to its end: budget-instant"},
		"cut short": {func(t *sim.Trace) { t.Outcome = sim.Unfinished }, "it did not come to its end: unfinished"},
	} {
		t.Run(name, func(t *testing.T) {
			trace := run(t, conversation)
			c.spoil(trace)
			m := FollowRFC9293()
			if ok, err := m.Match(trace); ok || err != nil {
				t.Fatalf("Match = %t, %v", ok, err)
			}
			if got := m.FailureMessage(trace); !strings.Contains(got, c.says) || !strings.Contains(got, "[SYN]") {
				t.Errorf("message lacks %q, or the ladder:\n%s", c.says, got)
			}
		})
	}
}

func TestHear(t *testing.T) {
	refused := run(t, "A: open active\nB: ")
	g := gomega.NewWithT(t)
	g.Expect(refused).To(Hear(endpoint.ErrReset).At(a))
	g.Expect(refused).NotTo(Hear(endpoint.ErrReset).At(b))
}

// What is not a run is an error, not a mismatch: NotTo must not pass on it.
func TestNotARun(t *testing.T) {
	for _, actual := range []any{nil, 7, (*sim.Trace)(nil)} {
		if _, err := FollowRFC9293().Match(actual); err == nil {
			t.Errorf("Match(%v) gives no error", actual)
		}
		if got := FollowRFC9293().FailureMessage(actual); !strings.Contains(got, "a run is a *sim.Trace") {
			t.Errorf("message of %v: %s", actual, got)
		}
	}
}

// A world has a trace, so it can be asked directly.
func TestWorldIsARun(t *testing.T) {
	r := search.NewRunner(sim.TCP())
	if _, err := r.Run(&scenario.Scenario{}); err != nil {
		t.Fatal(err)
	}
	gomega.NewWithT(t).Expect(r.World).To(Deliver(2000))
}
