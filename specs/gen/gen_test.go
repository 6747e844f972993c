package gen_test

import (
	"flag"
	"os"
	"testing"

	"pgregory.net/rapid"

	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/specs/gen"
)

// Everything that is drawn is valid, and says what the generator promises.
func TestValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{"fair", "hostile", "written"}).Draw(t, "kind")
		s := map[string]*rapid.Generator[gen.Scenario]{
			"fair": gen.Fair(), "hostile": gen.Hostile(), "written": gen.Written(),
		}[kind].Draw(t, "scenario")
		if err := s.Check(); err != nil || kind == "fair" && s.Hostile() {
			t.Fatalf("a %s scenario: %v, hostile %t", kind, err, s.Hostile())
		}
	})
}

// A property over fair runs is empty if hardly any run is one: most keep the
// loss cap, and every operation occurs.
func TestFairRunsAreFair(t *testing.T) {
	const runs = 300
	r := search.NewRunner(sim.TCP())
	fair := 0
	var ops faults.OpSet
	for i := range runs {
		s := gen.Fair().Example(i)
		if _, err := r.Run(&s.Scenario); err != nil {
			t.Fatal(err)
		}
		if r.World.Fair() {
			fair++
		}
		for _, f := range s.Fault {
			ops |= 1 << f.Op
		}
	}
	if fair < runs*4/5 {
		t.Errorf("%d of %d runs kept the loss cap, want four fifths", fair, runs)
	}
	for op := range faults.Crash {
		if !ops.Has(op) {
			t.Errorf("no fair scenario had a %v", op)
		}
	}
}

// A failure shrinks to what makes it: one fault with its smallest number, in
// a scenario with nothing else.
func TestShrinks(t *testing.T) {
	spoiled := func(s *gen.Scenario) bool {
		for _, f := range s.Fault {
			if f.Op == faults.Drop && f.First > 1 {
				return true
			}
		}
		return false
	}
	// rapid sticks at a larger number now and then: one seed shows the rule.
	if err := flag.Set("rapid.seed", "1"); err != nil {
		t.Fatal(err)
	}
	defer flag.Set("rapid.seed", "0")
	smallest := ""
	rec := &recorder{TB: t}
	rapid.Check(rec, func(t *rapid.T) {
		if s := gen.Hostile().Draw(t, "scenario"); spoiled(&s) {
			smallest = s.Fault.String()
			t.Fatal("spoiled")
		}
	})
	if want := "drop A SYN #2\n"; smallest != want {
		t.Errorf("rapid shrank to\n%swant\n%s", smallest, want)
	}
}

// recorder is a testing.TB that a failing check may fail.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Failed() bool          { return r.failed }
func (r *recorder) FailNow()              {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Logf(string, ...any)   {}
func (r *recorder) Log(...any)            {}

// A failure that is meant writes no file.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("rapid.nofailfile", "true"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
