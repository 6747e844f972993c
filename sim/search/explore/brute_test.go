package explore

import (
	"fmt"
	"slices"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/search"
)

type faultLine = faults.Fault

// bruteForce runs every placement of up to so many faults as a scenario, from
// its text and from its beginning: no copy, no key, no graph. It shares nothing
// with the search but the models and the kinds.
type bruteForce struct {
	world  *sim.World
	judge  oracle.Judge
	base   string
	depth  uint32
	runs   uint64
	broken map[string]uint64
	pairs  map[string]bool
}

func newBruteForce(t testing.TB, o *Options, m Model) *bruteForce {
	t.Helper()
	s, err := m.scenario(o.Ends)
	if err != nil {
		t.Fatal(err)
	}
	return &bruteForce{
		world: sim.NewWorld(o.Offer), base: s.String(), depth: uint32(o.Depth),
		broken: map[string]uint64{}, pairs: map[string]bool{},
	}
}

// run runs one placement, and those with more faults on later segments.
func (b *bruteForce) run(t testing.TB, script string, after uint32, left int, kinds []faults.Fault) {
	t.Helper()
	s, err := scenario.Parse("brute force", b.base+script)
	if err != nil {
		t.Fatal(err)
	}
	w := b.world
	if err := w.Reset(&s); err != nil {
		t.Fatal(err)
	}
	b.judge.Reset(w.Scenario(), [2]endpoint.Profile{w.Profile(endpoint.A), w.Profile(endpoint.B)})
	b.see()
	good := true
	for good {
		step, ok := w.Step()
		if !ok {
			break
		}
		good = b.judge.Step(step)
		b.see()
	}
	if good {
		b.judge.End(oracle.End{At: w.Now(), Outcome: w.Outcome(), Fair: w.Fair(),
			Status: [2]*endpoint.Status{w.Status(endpoint.A), w.Status(endpoint.B)}})
	}
	b.runs++
	if v := b.judge.Violation(); v.Found() {
		b.broken[groupName(&v)]++
	}
	if left == 0 {
		return
	}
	var lines []string
	var ids []uint32
	for _, seg := range w.Trace().Segments {
		if seg.ID <= after || b.depth > 0 && seg.ID > b.depth {
			continue
		}
		for _, f := range kinds {
			f.End, f.Kind, f.First, f.Last = seg.End, seg.Kind, seg.Nth, seg.Nth
			lines, ids = append(lines, f.String()), append(ids, seg.ID)
		}
	}
	for i, line := range lines {
		b.run(t, script+line+"\n", ids[i], left-1, kinds)
	}
}

func (b *bruteForce) see() {
	b.pairs[b.world.Status(endpoint.A).State.String()+"/"+b.world.Status(endpoint.B).State.String()] = true
}

func groupName(v *sim.Violation) string {
	return fmt.Sprint(v.Rule.Name, " ", v.End, " ", v.State)
}

// compare holds a model's result against brute force.
func compare(t *testing.T, o Options, name string) (broken int) {
	t.Helper()
	r := exploreOf(t, o, name).Models[0]
	if o.Offer == nil {
		o.Offer = sim.TCP()
	}
	if err := o.resolve(); err != nil {
		t.Fatal(err)
	}
	b := newBruteForce(t, &o, r.Model)
	b.run(t, "", 0, o.Faults, o.Kinds)
	if b.runs != r.Runs {
		t.Errorf("%s, %d faults, depth %d: %d runs, by brute force %d", name, o.Faults, o.Depth, r.Runs, b.runs)
	}
	var seen []string
	for p := range b.pairs {
		seen = append(seen, p)
	}
	got := slices.Clone(r.Pairs)
	slices.Sort(seen)
	slices.Sort(got)
	if !slices.Equal(got, seen) {
		t.Errorf("%s, %d faults: pairs %v, by brute force %v", name, o.Faults, got, seen)
	}
	for _, w := range r.Witnesses {
		g := groupName(&w.Group.Violation)
		if b.broken[g] != w.Group.Count {
			t.Errorf("%s, %d faults: %d runs broke %s, by brute force %d", name, o.Faults, w.Group.Count, g, b.broken[g])
		}
		delete(b.broken, g)
	}
	if len(b.broken) > 0 {
		t.Errorf("%s, %d faults: only brute force found %v", name, o.Faults, b.broken)
	}
	return len(r.Witnesses)
}

// TestBruteForce: the search comes to the same figures as no search at all.
func TestBruteForce(t *testing.T) {
	for _, m := range Models() {
		compare(t, Options{Faults: 1}, m.Name)
	}
	compare(t, Options{Faults: 2}, "no-client")
	for _, depth := range []int{2, 5, 8} { // some end between a datagram and its retransmission
		compare(t, Options{Faults: 2, Depth: depth}, "half-close")
	}
	if testing.Short() {
		return
	}
	compare(t, Options{Faults: 3}, "no-client")
	compare(t, Options{Faults: 3, Depth: 4}, "simultaneous-both")
	for _, m := range Models() {
		compare(t, Options{Faults: 2}, m.Name)
	}
	compare(t, Options{Faults: 3}, "late-server")
}

// TestBruteForceBroken is the same with a TCP that breaks rules: what is found is
// all that there is to find.
func TestBruteForceBroken(t *testing.T) {
	for name, offer := range map[string]sim.Offer{"lossy FIN": lossyFIN(), "deaf": deaf(), "sleepy": sleepy()} {
		broken := 0
		for _, model := range []string{"client-closes", "both-close", "simultaneous-half", "late-server"} {
			broken += compare(t, Options{Offer: offer, Faults: 1}, model)
		}
		broken += compare(t, Options{Offer: offer, Faults: 2}, "late-server")
		if broken == 0 {
			t.Errorf("%s: nothing was broken: the test tests nothing", name)
		}
	}
}

// TestWitness: the first run that breaks a rule has the fewest faults, and its
// number is its place among all.
func TestWitness(t *testing.T) {
	r := exploreOf(t, Options{Offer: lossyFIN(), Faults: 2}, "client-closes").Models[0]
	runner := search.NewRunner(lossyFIN())
	for _, w := range r.Witnesses {
		if len(w.Scenario.Fault) != 1 {
			t.Errorf("%s takes %d faults:\n%s", w.Group.Violation.Text, len(w.Scenario.Fault), w.Scenario.String())
		}
		v, err := runner.Run(&w.Scenario)
		if err != nil || !search.Same(&v, &w.Group.Violation) {
			t.Errorf("run again: %v %v", v.Text, err)
		}
	}
	if len(r.Witnesses) == 0 {
		t.Error("a TCP that loses FINs was not found")
	}
}

// TestNumbers: run 0 is the one without faults; with one fault the next are
// those on its last datagram, kind by kind, then those on the one before.
func TestNumbers(t *testing.T) {
	o := Options{Offer: lossyFIN(), Faults: 1}
	r := exploreOf(t, o, "half-close").Models[0]
	runner := search.NewRunner(lossyFIN())
	calm := r.Witnesses[0].Scenario.Clone()
	calm.Fault = nil
	if _, err := runner.Run(&calm); err != nil {
		t.Fatal(err)
	}
	segments := runner.World.Trace().Clone().Segments
	for _, w := range r.Witnesses {
		f := w.Scenario.Fault[0]
		want := uint64(1)
		for i := len(segments) - 1; i >= 0; i-- {
			if s := &segments[i]; s.End == f.End && s.Kind == f.Kind && s.Nth == f.First {
				break
			}
			want += uint64(len(Kinds()))
		}
		want += uint64(slices.IndexFunc(Kinds(), func(k faults.Fault) bool { return k.Op == f.Op }))
		if w.Group.Run != want {
			t.Errorf("%v is run %d, want %d", f, w.Group.Run, want)
		}
	}
}
