package oracle

import (
	"fmt"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// run runs a scenario in a world and judges it.
func run(w *sim.World, j *Judge, text string) (sim.Violation, error) {
	err := runBetween(w, j, text, [2]string{})
	return j.Violation(), err
}

// runBetween runs a scenario between endpoints of these names; "" leaves it to
// the text.
func runBetween(w *sim.World, j *Judge, text string, names [2]string) error {
	s, err := scenario.Parse("test", text)
	if err != nil {
		return err
	}
	for e, name := range names {
		if name != "" {
			s.Ends[e].Endpoint = name
		}
	}
	if s.Limits.Events == 0 {
		s.Limits.Events = 20000 // forged octets make two ends answer each other for ever
	}
	if err := w.Reset(&s); err != nil {
		return err
	}
	judgeRun(w, j)
	return nil
}

func judgeRun(w *sim.World, j *Judge) {
	j.Reset(w.Scenario(), [2]endpoint.Profile{w.Profile(endpoint.A), w.Profile(endpoint.B)})
	for {
		s, ok := w.Step()
		if !ok {
			break
		}
		if !j.Step(s) {
			return
		}
	}
	j.End(End{At: w.Now(), Outcome: w.Outcome(), Fair: w.Fair(),
		Status: [2]*endpoint.Status{w.Status(endpoint.A), w.Status(endpoint.B)}})
}

const lossy = `link delay 10ms loss 10% cap 3
A: open active; send 1000; close
A: when ESTABLISHED; receive all
B: open passive; receive all; send 1000; close
`

func TestRealRunsAreClean(t *testing.T) {
	w := sim.NewWorld(sim.TCP())
	var j Judge
	bad := 0
	for seed := range 2000 {
		v, err := run(w, &j, fmt.Sprintf("seed %d\n", seed)+lossy)
		if err != nil {
			t.Fatal(err)
		}
		if v.Found() {
			t.Errorf("seed %d: step %d at %v: %s: %s (got %s, want %s)", seed, v.Step, v.At, v.Rule.ID, v.Text, v.Got, v.Want)
			if bad++; bad > 10 {
				t.FailNow()
			}
		}
	}
	visited, total := j.Coverage().CoreEdges()
	t.Logf("%d states, %d of %d edges, missing %v", j.Coverage().States(), visited, total, j.Coverage().Missing())
}

func TestJudgeAllocatesNothing(t *testing.T) {
	w := sim.NewWorld(sim.TCP())
	var j Judge
	s, err := scenario.Parse("test", lossy)
	if err != nil {
		t.Fatal(err)
	}
	once := func() {
		if err := w.Reset(&s); err != nil {
			t.Fatal(err)
		}
		judgeRun(w, &j)
		if v := j.Violation(); v.Found() {
			t.Fatal(v.Text)
		}
	}
	once()
	if n := testing.AllocsPerRun(20, once); n != 0 {
		t.Errorf("%v allocations a run, want 0", n)
	}
}

// benchmark runs one scenario again and again, with and without the judge: the
// difference is what judging costs.
func benchmark(b *testing.B, judged bool) {
	w := sim.NewWorld(sim.TCP())
	var j Judge
	s, err := scenario.Parse("test", lossy)
	if err != nil {
		b.Fatal(err)
	}
	steps := 0
	for b.Loop() {
		s.Seed++
		if err := w.Reset(&s); err != nil {
			b.Fatal(err)
		}
		if judged {
			j.Reset(w.Scenario(), [2]endpoint.Profile{w.Profile(endpoint.A), w.Profile(endpoint.B)})
		}
		for {
			st, ok := w.Step()
			if !ok {
				break
			}
			steps++
			if judged && !j.Step(st) {
				b.Fatal(j.Violation().Text)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
	b.ReportMetric(float64(steps)/float64(b.N), "steps/op")
}

func BenchmarkJudgedRun(b *testing.B)   { benchmark(b, true) }
func BenchmarkUnjudgedRun(b *testing.B) { benchmark(b, false) }

// TestFINInOrderIsTaken: one that was forged and is held above a gap does not keep
// the peer's own from being processed.
func TestFINInOrderIsTaken(t *testing.T) {
	w := sim.NewWorld(sim.TCP())
	var j Judge
	v, err := run(w, &j, `A: open active; receive all; close
B: open passive; wait 1s; close
inject B->A FIN,ACK seq=rcv.nxt+1 ack=snd.una when A ESTABLISHED
`)
	if err != nil || v.Found() {
		t.Error(err, v.Text)
	}
	if j.Coverage().Edges[sESTABLISHED][sCLOSEWAIT] != 1 {
		t.Error("the FIN was not taken")
	}
}

// TestOldDuplicate: a segment that outlives its connection by more than 2 MSL
// harms the next one between the same sockets; one that does not live so long harms
// nobody (RFC 9293 3.4.3). A has forgotten in a crash which numbers it used, and
// comes back when the clock of the initial sequence numbers is about to have gone
// round once (3.4.1), so that its first octets look like later ones.
func TestOldDuplicate(t *testing.T) {
	const scenario = `A tcp iss=1000
link delay 10ms
A: open active; send 100; wait 3s; close; receive all
A: when CLOSED; wait 17078.7876s; open active; wait 1s; send 60000; close; receive all
B: open passive; receive all; close; wait 300s; open passive; receive all; close
crash A at 100s
restart A after 1s
heal at 20000s
limit time 10h
duplicate A DATA #1 after `
	w := sim.NewWorld(sim.TCP())
	var j Judge
	for _, c := range []struct{ after, rule string }{{"239s", ""}, {"17179.97s", "I-3"}} {
		v, err := run(w, &j, scenario+c.after+"\n")
		if err != nil || v.Rule.ID != c.rule {
			t.Errorf("after %s: %v, found %q (%s), want %q", c.after, err, v.Rule.ID, v.Text, c.rule)
		}
	}
}

// TestOpenOutOfListen: what a SEND in SYN-RECEIVED has queued stays with the TCB when
// it goes back to LISTEN, and when OPEN makes it active there (3.10.1); a CLOSE that
// waited with it does not.
func TestOpenOutOfListen(t *testing.T) {
	w := sim.NewWorld(sim.TCP())
	var j Judge
	for _, text := range []string{
		"A: open passive nowait; wait 25ms; open active\nB: open passive\nA: send 1\ninject B->A SYN seq=rcv.nxt when A LISTEN\n",
		`link A->B delay 28ms
link B->A delay 50ms
A: open active
B: wait 40ms; open passive
A: when CLOSED; open passive nowait; send 1; close
A: when CLOSED; wait 1ms; open active
duplicate A SYN #1 after 0s
inject B->A SYN seq=rcv.nxt-1 when A LISTEN
`,
	} {
		if v, err := run(w, &j, text); err != nil || v.Found() {
			t.Error(err, v.Rule.ID, v.Text)
		}
	}
}

// TestFINBeforeTheACKOfTheSYN: then CLOSING has a SYN to resend.
func TestFINBeforeTheACKOfTheSYN(t *testing.T) {
	w := sim.NewWorld(sim.TCP())
	var j Judge
	v, err := run(w, &j, `A: open active
B: open passive
B: when SYN-RECEIVED; close
inject A->B FIN,ACK seq=rcv.nxt ack=snd.una when B FIN-WAIT-1
`)
	if err != nil || v.Found() {
		t.Error(err, v.Rule.ID, v.Text)
	}
}
