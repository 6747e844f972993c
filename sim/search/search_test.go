package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/coverage"
)

func TestRunDependsOnSeedAndNumberAlone(t *testing.T) {
	var g, h Generator
	var a, b scenario.Scenario
	for i := range uint64(200) {
		g.Scenario(7, i, &a)
	}
	for _, i := range []uint64{199, 3, 150} {
		g.Scenario(7, i, &a)
		h.Scenario(7, i, &b)
		if a.String() != b.String() {
			t.Errorf("run %d differs with what was drawn before", i)
		}
		h.Scenario(8, i, &b)
		if a.String() == b.String() {
			t.Errorf("run %d is the same for another seed", i)
		}
	}
}

func TestEveryScenarioIsValid(t *testing.T) {
	var g Generator
	var s scenario.Scenario
	for i := range uint64(3000) {
		g.Scenario(1, i, &s)
		if err := s.Check(); err != nil {
			t.Fatalf("run %d: %v\n%s", i, err, s.String())
		}
	}
}

func TestGeneratorAllocatesLittle(t *testing.T) {
	var g Generator
	var s scenario.Scenario
	i := uint64(0)
	n := testing.AllocsPerRun(1000, func() { g.Scenario(1, i, &s); i++ })
	if n > 2 {
		t.Errorf("%v allocations a scenario", n)
	}
}

func sweepOf(t *testing.T, o Options) *Result {
	t.Helper()
	r, err := Sweep(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestResultDoesNotDependOnJobs(t *testing.T) {
	one := sweepOf(t, Options{Offer: sim.TCP(), Seed: 7, Runs: 1500, Jobs: 1, Observe: true})
	for _, jobs := range []int{2, 3, 8} {
		many := sweepOf(t, Options{Offer: sim.TCP(), Seed: 7, Runs: 1500, Jobs: jobs, Observe: true})
		if one.Digest != many.Digest || one.Steps != many.Steps || !one.Counts.Equal(many.Counts) {
			t.Errorf("%d jobs: another result", jobs)
		}
	}
}

func TestReferenceBreaksNoRule(t *testing.T) {
	r := sweepOf(t, Options{Offer: sim.TCP(), Seed: 1, Runs: 5000, Jobs: 2, Observe: true})
	for _, g := range r.Groups {
		t.Errorf("run %d (and %d more): %s: %s", g.Run, g.Count-1, g.Violation.Rule.ID, g.Violation.Text)
	}
	if states, of := r.Counts.Covered(coverage.StateVisit); states != of {
		t.Errorf("%d of %d states visited", states, of)
	}
}

func TestStoppedSweepHasWhatItHas(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	r, err := Sweep(ctx, Options{Offer: sim.TCP(), Runs: 1 << 40, Jobs: 2, Progress: func(done, _ uint64) {
		if done > 500 {
			stop()
		}
	}})
	if err != nil || !r.Stopped || r.Runs < 500 {
		t.Errorf("result %+v, error %v", r, err)
	}
}

func TestOverrideHasTheLastWord(t *testing.T) {
	g := Generator{Override: func(c *link.Config) { c.Loss = 123_456 }}
	var s scenario.Scenario
	for i := range uint64(50) {
		g.Scenario(1, i, &s)
		if s.Link[0].Loss != 123_456 || s.Link[1].Loss != 123_456 {
			t.Fatalf("run %d: %+v", i, s.Link)
		}
	}
}

// fates lists what happened to every segment that left before heal.
func fates(tr *sim.Trace) (list []string) {
	for i := range tr.Segments {
		r := &tr.Segments[i]
		if r.At >= tr.Scenario.Heal {
			break
		}
		s := r.End.String() + " " + r.Kind.String()
		copies := slices.Clone(tr.CopiesOf(r))
		slices.SortStableFunc(copies, func(a, b link.Copy) int { return cmp.Compare(a.At, b.At) })
		for _, c := range copies {
			s += " " + c.At.String()
			for _, f := range c.Flips[:c.NFlips] {
				s += "/" + time.Duration(f).String()
			}
		}
		list = append(list, s)
	}
	return list
}

// Now and then a run cannot be written out so: on a FIFO link a datagram that was
// set aside arrives in the same instant as others that left after it, but behind
// them, and a delay puts it before them. Find then keeps the random run.
func TestWrittenOutScriptReproducesTheFates(t *testing.T) {
	r := NewRunner(sim.TCP())
	var g Generator
	var s scenario.Scenario
	others := 0
	for i := range uint64(2000) {
		g.Scenario(3, i, &s)
		if _, err := r.Run(&s); err != nil {
			t.Fatal(err)
		}
		random := r.World.Trace().Clone()
		explicit := WriteOut(random)
		if err := explicit.Check(); err != nil {
			t.Fatalf("run %d: %v", i, err)
		}
		if _, err := r.Run(&explicit); err != nil {
			t.Fatal(err)
		}
		want, got := fates(random), fates(r.World.Trace())
		if slices.Equal(want, got) {
			continue
		}
		if others++; others > 2 || !s.Link[0].FIFO && !s.Link[1].FIFO {
			at := 0
			for at < min(len(want), len(got)) && want[at] == got[at] {
				at++
			}
			t.Fatalf("run %d: %d fates and %d; the first that differs is #%d\nwant %v\n got %v\n%s\n%s", i, len(want), len(got), at+1,
				want[at:min(at+3, len(want))], got[at:min(at+3, len(got))], s.String(), explicit.String())
		}
	}
}

// lossyFIN is TCP that never sends its FIN a second time.
type lossyFIN struct {
	tcp.TCP
	fins int
}

func (l *lossyFIN) Reset(c endpoint.Config) error {
	l.fins = 0
	return l.TCP.Reset(c)
}

func (l *lossyFIN) Emit(now time.Duration, buf []byte) (int, bool) {
	for {
		n, ok := l.TCP.Emit(now, buf)
		var h endpoint.Header
		var s endpoint.Segment
		if !ok || endpoint.Decode(buf[:n], &h, &s) != nil || !s.Flags.Has(endpoint.FIN) {
			return n, ok
		}
		if l.fins++; l.fins == 1 {
			return n, ok
		}
	}
}

func lossyFINs() sim.Offer {
	return sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		l := new(lossyFIN)
		return l, l.Reset(c)
	}}}
}

func TestFindShrinksToTheFaultThatMatters(t *testing.T) {
	o := Options{Offer: lossyFINs(), Seed: 1, Runs: 300, Jobs: 2}
	r := sweepOf(t, o)
	if len(r.Groups) == 0 {
		t.Fatal("a stack that never sends its FIN again breaks no rule")
	}
	first, err := Find(o, r.Groups, nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Find(o, r.Groups, nil)
	if err != nil {
		t.Fatal(err)
	}
	small := false
	for i, f := range first {
		if f.Trace.Scenario.String() != again[i].Trace.Scenario.String() {
			t.Errorf("%s: shrinking is not deterministic", f.Group.Violation.Rule.ID)
		}
		if !Same(&f.Trace.Violation, &f.Group.Violation) {
			t.Errorf("shrunk from %q to %q", f.Group.Violation.Rule.ID, f.Trace.Violation.Rule.ID)
		}
		t.Logf("%s at %v: %d faults, then %d, after %d runs: %s", f.Group.Violation.Rule.ID, f.Group.Violation.End,
			f.Faults, len(f.Trace.Scenario.Fault), f.Tried, f.Trace.Violation.Text)
		s := f.Trace.Scenario.Fault
		small = small || len(s) == 1 && s[0].Op == faults.Drop && s[0].Kind == endpoint.KindFIN
	}
	if !small {
		t.Error("no finding was shrunk to the loss of one FIN")
	}
}

// brittle is TCP that panics on the first FIN.
type brittle struct{ tcp.TCP }

func (b *brittle) Arrive(now time.Duration, datagram []byte) {
	var h endpoint.Header
	var s endpoint.Segment
	if endpoint.Decode(datagram, &h, &s) == nil && s.Flags.Has(endpoint.FIN) {
		panic("FIN")
	}
	b.TCP.Arrive(now, datagram)
}

func TestPanicOfAStackIsAViolation(t *testing.T) {
	r := NewRunner(sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		b := new(brittle)
		return b, b.Reset(c)
	}}})
	for range 2 { // the world can be used again
		v, err := r.Run(&scenario.Scenario{})
		want := "B panicked in ESTABLISHED: FIN; in search.(*brittle).Arrive"
		if err != nil || !IsPanic(&v) || v.Text != want || r.World.Outcome() != sim.Panicked {
			t.Fatalf("%v %+v, want %q", err, v, want)
		}
	}
	events := r.World.Trace().Events
	if last := events[len(events)-1]; last.N != r.World.Trace().Violation.Step || last.Cause.Kind != sim.Arrival {
		t.Errorf("the last event is %+v", last)
	}
}

// still is TCP that panics when it is reset, or counts more than it was given.
type still struct {
	tcp.TCP
	counts bool
}

func (s *still) Reset(c endpoint.Config) error {
	if !s.counts {
		panic("reset")
	}
	return s.TCP.Reset(c)
}

func (s *still) Send(now time.Duration, p []byte) (int, error) {
	n, err := s.TCP.Send(now, p)
	return n + len(p), err
}

func TestPanicWhileMadeIsAnError(t *testing.T) {
	_, err := NewRunner(sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		s := new(still)
		return s, s.Reset(c)
	}}}).Run(&scenario.Scenario{})
	const want = "search: an endpoint panicked while it was made: reset; in search.(*still).Reset"
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}

func TestBreachOfContractIsAViolation(t *testing.T) {
	v, err := NewRunner(sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		s := &still{counts: true}
		return s, s.Reset(c)
	}}}).Run(&scenario.Scenario{})
	const want = "A broke the contract of an endpoint in ESTABLISHED: Send answered 2000 octets, want 0 to 1000"
	if err != nil || !IsPanic(&v) || v.Text != want {
		t.Errorf("%v %+v, want %q", err, v, want)
	}
}

func TestPanicOfTheHarnessIsNone(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a panic outside of any endpoint was taken for a stack's")
		}
	}()
	r := NewRunner(sim.TCP())
	r.World = nil
	_, _ = r.steps(t.Context(), &scenario.Scenario{})
}
