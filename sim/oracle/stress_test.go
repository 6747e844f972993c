package oracle

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"example.org/halfopen/sim"
)

// The parts from which random scenarios are made.
var (
	links = []string{
		"link delay 10ms", "link delay 10ms loss 10% cap 3", "link delay 1ms-50ms loss 20% cap 4 duplicate 10%",
		"link delay 10ms reorder 20% gap 2 duplicate 5%", "link delay 10ms loss 5% cap 3 corrupt 10%",
		"link delay 5ms-80ms loss 30% cap 5 corrupt 5% duplicate 20%",
	}
	talksA = [][]string{
		{"A: open active; send 1000; close", "A: when ESTABLISHED; receive all"},
		{"A: open active; send 1000; receive all; close"},
		{"A: open active; close", "A: when ESTABLISHED; receive all"},
		{"A: open active; send 40000; close", "A: when ESTABLISHED; receive all by 3000 every 50ms"},
		{"A: open active nowait; send 10; close"},
		{"A: open active nowait; close"},
		{"A: open active; send 500; abort"},
		{"A: open active; send 2000; wait 30s; close; receive all"},
		{"A: open active; close", "A: when ESTABLISHED; receive all", "A: when TIME-WAIT; open active"},
		{"A: open active; send 100"},
		{"A: open passive; send 100; close"},
	}
	talksB = [][]string{
		{"B: open passive; receive all; close"},
		{"B: open passive; send 1000; close", "B: when ESTABLISHED; receive all"},
		{"B: open passive; send 1000; receive all; close"},
		{"B: open passive nowait; when SYN-RECEIVED; close", "B: when ESTABLISHED; receive all"},
		{"B: open passive nowait; when SYN-RECEIVED; send 500; close", "B: when ESTABLISHED; receive all"},
		{"B: open active; send 500; close", "B: when ESTABLISHED; receive all"},
		{"B: open passive; receive 200; abort"},
		{"B: open passive; wait 5s; receive all; close", "B: when CLOSED; open passive"},
		{"B: open passive nowait; wait 1s; close"},
		{},
		{"B: open passive nowait; when SYN-RECEIVED; abort"},
		{"B: open passive; when CLOSE-WAIT; send 3000; close", "B: when ESTABLISHED; receive all"},
	}
	configs = []string{
		"", "", "ip 6\n", "A tcp r2=5s r2-syn=7s msl=2s\nB tcp no-delayed-ack no-nagle\n", "A tcp user-timeout=4s\nB tcp user-timeout=30s rto-max=10s\n",
		"B tcp no-challenge-throttle\n", "A tcp challenge-acks=1\nB tcp challenge-acks=1 delayed-ack=499ms\n",
		"A tcp send-buffer=200 rto-initial=300ms rto-min=100ms\nB tcp msl=100ms\n",
		"A tcp iss=4294967290\nB tcp iss=2147483640\n", "B tcp receive-buffer=700\n", "A tcp mss=100\nB tcp receive-buffer=300 mss=50\n",
	}
	fair = []string{
		"drop A SYN #1", "drop B SYN,ACK #1-3", "drop A ACK #1", "drop B FIN #1", "drop A FIN #1-2", "drop A DATA #1-3",
		"delay B FIN #1 by 1.5s", "duplicate A DATA #2 after 20ms", "duplicate A FIN #1 after 300ms", "reorder A FIN #1 behind 1 or 2s",
		"corrupt A DATA #1 bit 113", "corrupt B SYN,ACK #1 bit 50", "hold B ACK #2 until A FIN-WAIT-1 or 60s",
		"cut A->B when A FIN-WAIT-1 for 3s", "cut A<->B when A ESTABLISHED for 5s", "stall B reads when B ESTABLISHED for 10s",
		"duplicate A SYN #1 after 400ms", "delay A SYN #1 by 3s", "drop B ACK #1-4", "drop A ACK #2-9", "delay A ACK #1 by 2s",
		"cut A<->B at 15ms for 50s", "cut A->B when A SYN-SENT for 58s", "drop A FIN #1-", "drop B ANY #3-", "reorder B DATA #1 behind 2 or 1s",
	}
	hostile = []string{
		"crash B when B ESTABLISHED", "crash A when A FIN-WAIT-1", "crash B when B SYN-RECEIVED", "crash B when B CLOSE-WAIT\nrestart B after 2s",
		"crash A when A ESTABLISHED\nrestart A after 100ms", "inject A->B RST seq=rcv.nxt when B ESTABLISHED",
		"inject A->B RST seq=rcv.nxt+100 when B ESTABLISHED", "inject A->B SYN seq=rcv.nxt+10 when B ESTABLISHED",
		"inject B->A SYN seq=rcv.nxt when A FIN-WAIT-1", "inject A->B ACK seq=rcv.nxt ack=snd.nxt+50 when B ESTABLISHED",
		"inject A->B SYN seq=rcv.nxt when B SYN-RECEIVED", "inject A->B RST seq=rcv.nxt when B SYN-RECEIVED",
		"inject A->B FIN,ACK seq=rcv.nxt ack=snd.nxt when B ESTABLISHED", "inject B->A ACK seq=rcv.nxt ack=snd.una len=20 when A ESTABLISHED",
		"corrupt A DATA #1 bit 200 undetected", "corrupt B SYN,ACK #1 bit 45 undetected", "corrupt A FIN #1 bit 70 undetected",
		"corrupt A ANY #2 bit 107 undetected", "inject B->A RST,ACK seq=0 ack=snd.nxt when A SYN-SENT",
		"inject A->B RST seq=rcv.nxt when B TIME-WAIT", "inject A->B SYN seq=rcv.nxt+1000 when B TIME-WAIT",
		"inject B->A FIN,ACK seq=rcv.nxt-1 ack=snd.nxt when A TIME-WAIT", "inject B->A ACK seq=rcv.nxt ack=snd.nxt when A TIME-WAIT",
	}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func randomScenario(r *rand.Rand) string {
	text := fmt.Sprintf("halfopen scenario 1\nseed %d\n", r.Uint64N(1000)) + pick(r, configs) + pick(r, links) + "\n"
	for _, l := range append(append([]string(nil), pick(r, talksA)...), pick(r, talksB)...) {
		text += l + "\n"
	}
	for range r.IntN(4) {
		text += pick(r, fair) + "\n"
	}
	switch r.IntN(4) {
	case 0:
		text += pick(r, hostile) + "\n"
	case 1:
		for range 1 + r.IntN(3) {
			text += randomInjection(r) + "\n"
		}
	}
	return text
}

// randomInjection is an attacker without a plan.
func randomInjection(r *rand.Rand) string {
	from := pick(r, []string{"A->B", "B->A"})
	flags := pick(r, []string{"SYN", "SYN,ACK", "RST", "RST,ACK", "ACK", "FIN,ACK", "SYN,FIN,ACK", "FIN", "PSH", "SYN,FIN", "FIN,PSH,ACK"})
	number := func() string {
		return pick(r, []string{"rcv.nxt", "snd.una", "snd.nxt", "rcv.nxt+1", "rcv.nxt-1", "snd.nxt+1", "snd.una-1", "rcv.nxt+70000",
			"snd.una-70000", "rcv.nxt+300", "12345", "rcv.nxt-20", "snd.nxt+1000"})
	}
	text := "inject " + from + " " + flags + " seq=" + number()
	if strings.Contains(flags, "ACK") {
		text += " ack=" + number()
	}
	if r.IntN(3) == 0 {
		text += fmt.Sprintf(" len=%d", 1+r.IntN(40))
	}
	if r.IntN(4) == 0 {
		text += fmt.Sprintf(" wnd=%d", r.IntN(2)*500)
	}
	if r.IntN(4) == 0 {
		return text + fmt.Sprintf(" at %dms", r.IntN(2000))
	}
	state := pick(r, []string{"SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT", "LISTEN", "CLOSED"})
	return text + " when " + from[3:] + " " + state
}

func TestRandomRunsAreClean(t *testing.T) {
	n := 3000
	if v := os.Getenv("ORACLE_RUNS"); v != "" {
		n, _ = strconv.Atoi(v)
	}
	w := sim.NewWorld(sim.TCP())
	var j Judge
	seen := map[string]int{}
	broken := map[string]int{}
	var outcomes [sim.NumOutcomes]int
	seed := uint64(1)
	if v := os.Getenv("ORACLE_SEED"); v != "" {
		seed, _ = strconv.ParseUint(v, 10, 64)
	}
	r := rand.New(rand.NewPCG(seed, 2))
	for range n {
		text := randomScenario(r)
		v, err := run(w, &j, text)
		if err != nil {
			if broken[err.Error()]++; broken[err.Error()] == 1 {
				t.Errorf("%v\n%s", err, text)
			}
			continue
		}
		outcomes[w.Outcome()]++
		if w.Outcome() > sim.Quiet && outcomes[w.Outcome()] < 2 {
			t.Logf("%v at %v\n%s", w.Outcome(), w.Now(), text)
		}
		if v.Found() {
			if seen[v.Rule.ID]++; seen[v.Rule.ID] <= 2 {
				t.Errorf("step %d at %v: %s: %s (got %s, want %s)\n%s", v.Step, v.At, v.Rule.ID, v.Text, v.Got, v.Want, text)
			}
		}
	}
	visited, total := j.Coverage().CoreEdges()
	t.Logf("%v %v; %d states, %d of %d edges, missing %v", seen, outcomes, j.Coverage().States(), visited, total, j.Coverage().Missing())
}

// TestOldWindowIsNoProbe: an attacker's segment beyond RCV.NXT has opened the
// window, and WL1 makes A deaf to the closed one of older segments. A does not
// probe, it resends, and may give up after R2.
func TestOldWindowIsNoProbe(t *testing.T) {
	const text = "seed 504\nB tcp receive-buffer=700\nlink delay 10ms loss 10% cap 3\n" +
		"A: open active; send 2000; wait 30s; close; receive all\n" +
		"B: open passive nowait; when SYN-RECEIVED; close\nB: when ESTABLISHED; receive all\n" +
		"inject B->A SYN seq=rcv.nxt wnd=500 when A LAST-ACK\n" +
		"inject B->A FIN,PSH,ACK seq=rcv.nxt+300 ack=snd.nxt when A CLOSE-WAIT\n" +
		"inject A->B PSH seq=rcv.nxt-1 when B FIN-WAIT-2\n"
	var j Judge
	if v, err := run(sim.NewWorld(sim.TCP()), &j, text); err != nil || v.Found() {
		t.Error(err, v.Text)
	}
}
