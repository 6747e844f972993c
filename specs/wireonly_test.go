package specs_test

import (
	"os"
	"strconv"
	"testing"

	"example.org/halfopen/sim/scenario"

	"pgregory.net/rapid"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/wireonly"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/specs/gen"
)

// wireRun runs a scenario before the judge that sees the segments alone, and
// counts how many states stand in the set after each step.
func wireRun(w *sim.World, j *wireonly.Judge, s *scenario.Scenario, sizes *[endpoint.NumStates + 1]int) (sim.Violation, error) {
	if err := w.Reset(s); err != nil {
		return sim.Violation{}, err
	}
	j.Reset(w.Scenario(), [2]endpoint.Profile{w.Profile(endpoint.A), w.Profile(endpoint.B)})
	for {
		step, ok := w.Step()
		if !ok {
			break
		}
		if !j.Step(step) {
			return j.Violation(), nil
		}
		sizes[j.States(step.End).Len()]++
	}
	j.End(wireonly.End{At: w.Now(), Status: [2]*endpoint.Status{w.Status(endpoint.A), w.Status(endpoint.B)}})
	return j.Violation(), nil
}

// On halfopen's own endpoint the state that it tells is always one of those
// that its segments leave possible, and it breaks no rule.
func TestWireOnlyAgrees(t *testing.T) {
	w := sim.NewWorld(sim.TCP())
	var j wireonly.Judge
	var sizes [endpoint.NumStates + 1]int
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Hostile().Draw(t, "scenario")
		v, err := wireRun(w, &j, &s.Scenario, &sizes)
		if err != nil || v.Found() {
			t.Fatalf("%v%s: %s\n%s", err, v.Rule.ID, v.Text, s.String())
		}
		if v := j.Warning(); v.Found() {
			t.Fatalf("%s: %s\n%s", v.Rule.ID, v.Text, s.String())
		}
	})
}

// The same over the scenarios of a sweep. How large the sets are is what the
// judgement is worth.
func TestWireOnlySweep(t *testing.T) {
	runs := uint64(20_000)
	if testing.Short() {
		runs = 1000
	}
	if n, err := strconv.ParseUint(os.Getenv("WIREONLY_RUNS"), 10, 64); err == nil {
		runs = n
	}
	w := sim.NewWorld(sim.TCP())
	var j wireonly.Judge
	var g search.Generator
	var s scenario.Scenario
	var sizes [endpoint.NumStates + 1]int
	seen := map[string]int{}
	for seed := uint64(1); seed <= 4; seed++ {
		for i := range runs / 4 {
			g.Scenario(seed, i, &s)
			v, err := wireRun(w, &j, &s, &sizes)
			if err != nil {
				t.Fatal(err)
			}
			if !v.Found() {
				v = j.Warning()
			}
			if v.Found() {
				if seen[v.Rule.ID]++; seen[v.Rule.ID] < 3 {
					t.Errorf("seed %d run %d: step %d at %v: %s: %s (got %s, want %s)\n%s", seed, i, v.Step, v.At, v.Rule.ID, v.Text, v.Got, v.Want, s.String())
				}
			}
		}
	}
	t.Logf("%v; steps by the size of the set they leave: %v, %.3f on average", seen, sizes[1:], average(&sizes))
	if a := average(&sizes); a > 1.2 {
		t.Errorf("the sets hold %.2f states on average, want 1.2 at most", a)
	}
}

func average(sizes *[endpoint.NumStates + 1]int) float64 {
	total, sum := 0, 0
	for n, count := range sizes {
		total, sum = total+count, sum+n*count
	}
	return float64(sum) / float64(total)
}
