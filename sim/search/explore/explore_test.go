package explore

import (
	"context"
	"reflect"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/scheduler/stream"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
)

// exploreOf explores some models.
func exploreOf(t testing.TB, o Options, names ...string) *Result {
	t.Helper()
	if o.Offer == nil {
		o.Offer = sim.TCP()
	}
	for _, name := range names {
		m, err := FindModel(name)
		if err != nil {
			t.Fatal(err)
		}
		o.Models = append(o.Models, m)
	}
	r, err := Explore(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestCorrectEndpoint: nothing is wrong in any model, with one fault and with
// two, and whatever was recognised goes on as it was seen to.
func TestCorrectEndpoint(t *testing.T) {
	most := 2
	if testing.Short() {
		most = 1
	}
	for k := range most + 1 {
		r := exploreOf(t, Options{Faults: k, Verify: true})
		for i := range r.Models {
			m := &r.Models[i]
			for _, w := range m.Witnesses {
				t.Errorf("%s with %d faults: %s: %s\n%s", m.Model.Name, k, w.Ending, w.Group.Violation.Text, w.Scenario.String())
			}
			if k == 0 && m.Runs != 1 || k == 2 && m.Recognised == 0 && m.States > 0 {
				t.Errorf("%s with %d faults: %d runs, %d states recognised: the search does nothing", m.Model.Name, k, m.Runs, m.Recognised)
			}
		}
		if k > 0 && r.Verified == 0 {
			t.Errorf("%d faults: nothing was verified", k)
		}
	}
}

// TestJobs: a result does not depend on how many goroutines there are.
func TestJobs(t *testing.T) {
	o := Options{Faults: 2, Jobs: 1}
	if testing.Short() {
		o.Depth = 6
	}
	one := exploreOf(t, o, "both-close", "simultaneous")
	for _, o.Jobs = range []int{2, 7} {
		many := exploreOf(t, o, "both-close", "simultaneous")
		if !reflect.DeepEqual(one.Models, many.Models) {
			t.Errorf("one job:\n%+v\n%d:\n%+v", one.Models, o.Jobs, many.Models)
		}
	}
}

// TestPathsAreScenarios: a run that was copied at every choice, and given its
// faults on the way, is the run of the scenario that is written out.
func TestPathsAreScenarios(t *testing.T) {
	src := stream.New(1, "paths").Sequence(1)
	runner := search.NewRunner(sim.TCP())
	for _, m := range Models() {
		o := Options{Offer: sim.TCP(), Faults: 4}
		if err := o.resolve(); err != nil {
			t.Fatal(err)
		}
		s, err := newExploration(context.Background(), &o, &m)
		if err != nil {
			t.Fatal(err)
		}
		faulty := 0
		for range 60 {
			w, script := randomRun(t, s, &src)
			text := s.scenario.Clone()
			text.Fault = script
			parsed, err := scenario.Parse("written out", text.String())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := runner.Run(&parsed); err != nil {
				t.Fatal(err)
			}
			if w.Digest() != runner.World.Digest() || w.Outcome() != runner.World.Outcome() || w.Now() != runner.World.Now() {
				t.Fatalf("copied on its way, a run ended after %v, %v; from its beginning after %v, %v:\n%s",
					w.Now(), w.Outcome(), runner.World.Now(), runner.World.Outcome(), parsed.String())
			}
			if got := w.Scenario().Fault.String(); got != parsed.Fault.String() {
				t.Fatalf("the world's script is\n%s\nand not\n%s", got, parsed.Fault.String())
			}
			faulty += len(script)
		}
		if faulty < 50 && m.Name != "two-servers" {
			t.Errorf("%s: %d faults in all: the test tests nothing", m.Name, faulty)
		}
	}
}

// randomRun walks to the end of a run, with random choices.
func randomRun(t *testing.T, s *exploration, src *stream.Source) (*sim.World, []faultLine) {
	t.Helper()
	w, err := newWalker(s)
	if err != nil {
		t.Fatal(err)
	}
	l, left := w.levels[0], s.options.Faults
	for {
		l.before.world.CopyFrom(l.world)
		if more, _ := w.step(l); !more {
			return l.world, l.script
		}
		if len(l.emits) == 0 || src.Below(3) > 0 {
			continue
		}
		c := s.choices[len(l.emits)]
		combo := &c.combos[src.Below(uint64(c.upTo[min(left, len(c.upTo)-1)]))]
		left -= combo.cost
		l.script = combo.lines(l.script[:len(l.script):len(l.script)], s.options.Kinds, l.emits)
		l.world.CopyFrom(l.before.world)
		if err := l.world.SetScript(l.script); err != nil {
			t.Fatal(err)
		}
		w.step(l)
	}
}
