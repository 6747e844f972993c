package netstack_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// The versions of gVisor under which the findings are pinned: go.mod's, and
// those of go.20250215.mod and go.20230825.mod. version, which build tags
// choose, says under which this test was built.
const (
	today = iota
	in2025
	in2023
	numVersions
)

// findings are the scenarios of testdata/findings and the rule that each
// breaks: today, and in the two older versions. The day gVisor is fixed, or
// gets worse, TestFindings says so.
var findings = map[string][numVersions]string{
	"abort-after-close":        {"abort", "abort", "abort"},
	"abort-in-syn-received":    {"I-47", "panic", "panic"},
	"abort-of-a-listener":      {"abort", "abort", "abort"},
	"any-ack-opens":            {"I-1", "I-1", ""},
	"ack-of-the-unsent":        {"owed-answer", "owed-answer", "owed-answer"},
	"close-in-syn-received":    {"I-1", "I-1", "I-1"},
	"close-with-data":          {"", "I-1", "I-1"},
	"closing-fin-resent":       {"", "I-1", "I-1"},
	"closing-for-ever":         {"I-29", "I-29", "I-29"},
	"fin-behind-old-text":      {"in-order", "in-order", "in-order"},
	"fin-in-closed-window":     {"I-1", "I-1", "I-1"},
	"fin-with-bad-ack":         {"I-1", "I-1", "I-1"},
	"fin-wait-1-stays":         {"I-29", "I-29", "I-29"},
	"full-and-silent":          {"in-order", "in-order", "in-order"},
	"last-ack-stays":           {"I-29", "I-29", "I-29"},
	"listen-rst":               {"I-20", "I-20", "I-20"},
	"lost-and-never-resent":    {"resting", "resting", "resting"},
	"old-window":               {"I-38", "I-38", "I-38"},
	"outside-without-ack":      {"owed-answer", "owed-answer", "owed-answer"},
	"rst-at-the-edge":          {"unowed-answer", "I-22", "I-22"},
	"rst-in-established":       {"", "I-22", "I-22"},
	"rst-in-syn-received":      {"I-22", "I-22", "I-22"},
	"rto-after-lost-syn":       {"rto-after-syn", "rto-after-syn", "rto-after-syn"},
	"syn-ack-fin":              {"syn-text", "syn-text", "syn-text"},
	"syn-received-first-octet": {"unowed-answer", "unowed-answer", "unowed-answer"},
	"syn-received-iss":         {"I-13", "I-13", "I-13"},
	"syn-received-syn":         {"I-20", "I-20", "I-20"},
	"syn-storm":                {"budget", "budget", ""},
	"text-after-fin":           {"I-27", "I-27", "I-27"},
	"text-beyond-the-window":   {"I-3", "I-3", "I-3"},
	"time-wait-at-rcv-nxt":     {"owed-answer", "owed-answer", "owed-answer"},
	"time-wait-new-syn":        {"owed-answer", "owed-answer", "owed-answer"},
	"time-wait-old-syn":        {"owed-answer", "owed-answer", "owed-answer"},
	"window-leak":              {"budget", "budget", "budget"},
}

// TestFindings: each still breaks exactly that rule.
func TestFindings(t *testing.T) {
	files, err := filepath.Glob("testdata/findings/*.txt")
	if err != nil || len(files) != len(findings) {
		t.Errorf("%d files, %d findings, %v", len(files), len(findings), err)
	}
	for name, rules := range findings {
		t.Run(name, func(t *testing.T) {
			_, broken := play(t, finding(t, name))
			if got, _, _ := strings.Cut(broken, ":"); got != rules[version] {
				t.Errorf("broken: %q, want %q", broken, rules[version])
			}
		})
	}
}

func finding(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/findings/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// unjudged runs a scenario to its end, whatever it breaks, and returns when A
// sent segments of a kind.
func unjudged(t *testing.T, text string, k endpoint.Kind) (w *sim.World, at []time.Duration) {
	t.Helper()
	w = eachSent(t, text, func(now time.Duration, s *endpoint.Segment) {
		if s.Kind() == k {
			at = append(at, now)
		}
	})
	return w, at
}

// eachSent is unjudged for each segment that A sends.
func eachSent(t *testing.T, text string, look func(time.Duration, *endpoint.Segment)) *sim.World {
	t.Helper()
	s, err := scenario.Parse(t.Name(), text)
	if err != nil {
		t.Fatal(err)
	}
	w := sim.NewWorld(offer)
	if err := w.Reset(&s); err != nil {
		t.Fatal(err)
	}
	for {
		step, ok := w.Step()
		if !ok {
			return w
		}
		for i := range step.Emits {
			if step.End == endpoint.A {
				look(step.At, &step.Emits[i].Segment)
			}
		}
	}
}

// TestClosingForEver: what becomes of the finding of that name. The other end
// is in CLOSED, and A in CLOSING, without a timer, until its host is shut down.
func TestClosingForEver(t *testing.T) {
	w, _ := unjudged(t, finding(t, "closing-for-ever"), endpoint.Any)
	a, b := w.Status(endpoint.A), w.Status(endpoint.B)
	if a.State != endpoint.Closing || a.Deadline != endpoint.Never || b.State != endpoint.Closed {
		t.Errorf("A %v, deadline %v; B %v", a.State, a.Deadline, b.State)
	}
}

// TestSYNGivenUp: a SYN is given up after 127 s; RFC 9293 3.8.3 wants three
// minutes at least (MUST-23).
func TestSYNGivenUp(t *testing.T) {
	w, at := unjudged(t, "A netstack\nA: open active\nB: open passive\ndrop A SYN\nheal at 1h\n", endpoint.KindSYN)
	if w.Now() != 127*time.Second || w.Status(endpoint.A).Err != endpoint.ErrTimeout || len(at) != 7 {
		t.Errorf("ended at %v with %v, after %v", w.Now(), w.Status(endpoint.A).Err, at)
	}
}

// TestUserTimeout: of a handshake it is not counted, although RFC 9293 3.10.8 has
// it for any state; of text it is.
func TestUserTimeout(t *testing.T) {
	const lost = "A netstack user-timeout=30s\nA: open active; send 1\nB: open passive\nheal at 1h\ndrop A "
	if w, _ := unjudged(t, lost+"SYN\n", endpoint.KindSYN); w.Now() != 127*time.Second {
		t.Errorf("a SYN was given up after %v", w.Now())
	}
	if w, _ := unjudged(t, lost+"DATA\n", endpoint.KindDATA); w.Now() > 40*time.Second {
		t.Errorf("text was given up after %v", w.Now())
	}
}

// TestShutWindow: with the least receive buffer, full, netstack does as RFC 9293
// 3.10.7.4, first, has it, but for a FIN. No cell has so large a buffer.
func TestShutWindow(t *testing.T) {
	for segment, rule := range map[string]string{
		"PSH,ACK seq=rcv.nxt ack=snd.nxt len=1": "",
		"ACK seq=rcv.nxt ack=snd.nxt":           "",
		"ACK seq=rcv.nxt+1 ack=snd.nxt":         "",
		"SYN seq=rcv.nxt":                       "",
		"RST seq=rcv.nxt+1":                     "",
		"RST seq=rcv.nxt":                       "",
		"FIN,ACK seq=rcv.nxt ack=snd.nxt":       "I-1",
	} {
		_, broken := play(t, "A netstack receive-buffer=2048\nA: open active; wait 3s; receive all\n"+
			"B: open passive; send 2048\ninject B->A "+segment+" at 1s\n")
		if got, _, _ := strings.Cut(broken, ":"); got != rule {
			t.Errorf("%s: broken: %q, want %q", segment, broken, rule)
		}
	}
}

// TestSYNBurst: the one challenge ACK with which a half-open connection is
// found out (RFC 9293 3.5.1, figure 10) sets the retransmission timeout of the
// SYN to 2 us: a dozen SYNs leave within the round trip. RFC 6298 2.4 wants 1 s.
func TestSYNBurst(t *testing.T) {
	if version == in2023 {
		t.Skip("2023 had no such timeout")
	}
	_, at := unjudged(t, "A netstack\nA: open active\nA: when CLOSED; open active\nB: open passive\n"+
		"crash A when B ESTABLISHED\nrestart A after 1s\n", endpoint.KindSYN)
	if len(at) < 10 || at[9]-at[1] > 100*time.Millisecond {
		t.Errorf("sent at %v", at)
	}
}

// TestTimeWaitNotRestarted: a FIN that is resent with the text before it is
// acknowledged in TIME-WAIT, and 2 MSL is counted from the first one: RFC 9293
// 3.10.7.4 restarts the timeout.
func TestTimeWaitNotRestarted(t *testing.T) {
	w, at := unjudged(t, "A netstack\nA: open active; close\nB: open passive; receive all; send 10; close\n"+
		"drop A ACK #2-3\n", endpoint.KindACK)
	first, last := at[2], at[len(at)-1] // the ACKs of the FIN, and of the FIN that was resent
	if w.Now() != first+240*time.Second || last < first+time.Second {
		t.Errorf("ended at %v; ACKs at %v", w.Now(), at)
	}
}

// TestProbeJunk: a probe of a zero window is a 0 in the place of the last octet
// that was acknowledged; RFC 9293 3.8.6.1 sends the next one, or resends.
func TestProbeJunk(t *testing.T) {
	if version == in2023 {
		t.Skip("2023 probed with no octet at all")
	}
	probes := 0
	var first endpoint.Seq
	eachSent(t, "A netstack\nB tcp receive-buffer=1000\nA: open active; send 2000\n"+
		"B: open passive; wait 10s; receive all\n", func(_ time.Duration, s *endpoint.Segment) {
		switch len(s.Text) {
		case 1000:
			if first == 0 {
				first = s.Seq
			}
		case 1:
			probes++
			if s.Seq != first+999 || s.Text[0] != 0 {
				t.Errorf("probed with %d at %d, the text began at %d", s.Text[0], s.Seq, first)
			}
		}
	})
	if probes != 3 {
		t.Errorf("%d probes", probes)
	}
}

// TestFINForgotten: a FIN that arrives before the text in front of it is
// forgotten when the text has come (SHLD-31 would keep it), so that the close
// takes a retransmission.
func TestFINForgotten(t *testing.T) {
	_, at := unjudged(t, "B netstack\nA: open active; send 1; close\nB: open passive; receive all; close\n"+
		"delay A DATA #1 by 1ms\n", endpoint.KindFIN)
	if len(at) != 2 || at[1]-at[0] < time.Second {
		t.Errorf("sent at %v", at)
	}
}
