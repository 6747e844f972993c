package wireonly

import (
	"fmt"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// parse reads a scenario.
func parse(t testing.TB, text string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Parse("test", text)
	if err != nil {
		t.Fatal(err)
	}
	s.Limits.Events = 20000
	return &s
}

// judgeRun judges a run. If it is blind it is not even shown what the ends
// claim.
func judgeRun(t testing.TB, w *sim.World, j *Judge, s *scenario.Scenario, blind bool) sim.Violation {
	if err := w.Reset(s); err != nil {
		t.Fatal(err)
	}
	j.Reset(w.Scenario(), [2]endpoint.Profile{w.Profile(A), w.Profile(B)})
	for {
		step, ok := w.Step()
		if !ok {
			break
		}
		if blind {
			step.Before, step.After = &untold, &untold
		}
		if !j.Step(step) {
			return j.Violation()
		}
	}
	end := End{At: w.Now()}
	if !blind {
		end.Status = [2]*endpoint.Status{w.Status(A), w.Status(B)}
	}
	j.End(end)
	return j.Violation()
}

// untold is what an end tells that tells nothing.
var untold endpoint.Status

const lossy = `link delay 10ms loss 10% cap 3
A: open active; send 1000; close
A: when ESTABLISHED; receive all
B: open passive; receive all; send 1000; close
`

const (
	hostileLossy = lossy + "inject A->B RST seq=rcv.nxt+1 when B ESTABLISHED\ninject B->A SYN seq=rcv.nxt when A FIN-WAIT-1\n" +
		"inject A->B FIN,ACK seq=rcv.nxt+3 ack=snd.nxt when B ESTABLISHED\n"
	together = `link delay 1ms-30ms loss 20% cap 3 duplicate 10% reorder 10% gap 2
A tcp iss=4294967290
A: open active; send 300; close; receive all
B: open active; send 300; close; receive all
`
	crashing = lossy + "crash B when B ESTABLISHED\nrestart B after 2s\n"
)

func TestRealRunsAreClean(t *testing.T) {
	w := sim.NewWorld(sim.TCP())
	var j Judge
	for _, lines := range []string{lossy, hostileLossy, together, crashing} {
		for seed := range 500 {
			s := parse(t, fmt.Sprintf("seed %d\n", seed)+lines)
			for _, blind := range []bool{false, true} {
				v := judgeRun(t, w, &j, s, blind)
				if !v.Found() {
					v = j.Warning()
				}
				if v.Found() {
					t.Fatalf("step %d at %v: %s: %s\n%s", v.Step, v.At, v.Rule.ID, v.Text, s)
				}
			}
		}
	}
}

func TestJudgeAllocatesNothing(t *testing.T) {
	w := sim.NewWorld(sim.TCP())
	var j Judge
	s := parse(t, lossy)
	once := func() {
		if v := judgeRun(t, w, &j, s, false); v.Found() {
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
	s := parse(b, lossy)
	steps := 0
	for b.Loop() {
		s.Seed++
		if err := w.Reset(s); err != nil {
			b.Fatal(err)
		}
		if judged {
			j.Reset(w.Scenario(), [2]endpoint.Profile{w.Profile(A), w.Profile(B)})
		}
		for {
			st, ok := w.Step()
			if !ok {
				break
			}
			if steps++; judged && !j.Step(st) {
				b.Fatal(j.Violation().Text)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
}

func BenchmarkJudgedRun(b *testing.B)   { benchmark(b, true) }
func BenchmarkUnjudgedRun(b *testing.B) { benchmark(b, false) }
