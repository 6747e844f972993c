package search

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

// hasty is TCP that sends a SYN again after 300 ms and claims to wait for a
// second; what it tells of itself is right, so only its segments give it away.
type hasty struct{ tcp.TCP }

func (h *hasty) Reset(c endpoint.Config) error {
	c.RTOInitial = 300 * time.Millisecond
	return h.TCP.Reset(c)
}

func (h *hasty) Profile() endpoint.Profile {
	p := h.TCP.Profile()
	p.RTOInitial, p.ByTheBook = endpoint.DefaultRTOInitial, false
	return p
}

// shrinking is TCP that takes its window back, which is only a SHOULD NOT.
type shrinking struct{ tcp.TCP }

func (k *shrinking) Profile() endpoint.Profile {
	p := k.TCP.Profile()
	p.ByTheBook = false
	return p
}

func (k *shrinking) Emit(now time.Duration, buf []byte) (int, bool) {
	n, ok := k.TCP.Emit(now, buf)
	var h endpoint.Header
	var s endpoint.Segment
	datagram := append([]byte(nil), buf[:n]...)
	if !ok || endpoint.Decode(datagram, &h, &s) != nil || s.Kind() != endpoint.KindACK {
		return n, ok
	}
	s.Wnd /= 2
	n, err := endpoint.Encode(buf, &h, &s)
	return n, err == nil
}

func offerOne(make func() endpoint.Endpoint) sim.Offer {
	return sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		e := make()
		return e, e.(interface{ Reset(endpoint.Config) error }).Reset(c)
	}}}
}

func hasties() sim.Offer { return offerOne(func() endpoint.Endpoint { return new(hasty) }) }

// TestWire: what the segments alone give away is found with Wire and not
// without, and shrunk to the one lost SYN.
func TestWire(t *testing.T) {
	o := Options{Offer: hasties(), Seed: 1, Runs: 300, Jobs: 2}
	if r := sweepOf(t, o); len(r.Groups) > 0 || len(r.Warnings) > 0 {
		t.Fatalf("without Wire: %+v", r.Groups)
	}
	o.Wire = true
	r := sweepOf(t, o)
	if len(r.Groups) == 0 {
		t.Fatal("with Wire nothing is found")
	}
	found, err := Find(o, r.Groups, nil)
	if err != nil {
		t.Fatal(err)
	}
	least := len(found[0].Trace.Scenario.Fault)
	for _, f := range found {
		n := len(f.Trace.Scenario.Fault)
		least = min(least, n)
		if v := &f.Trace.Violation; v.Rule.ID != "wire/I-48" || !IsWire(v) || !Same(v, &f.Group.Violation) || n > 3 {
			t.Errorf("%s: %s\n%s", v.Rule.ID, v.Text, f.Trace.Scenario.String())
		}
	}
	if least > 1 {
		t.Errorf("none shrinks to less than %d faults", least)
	}
}

// TestFirstViolationWins: where both judges object to one step, the oracle has
// spoken first; where nobody does, Wire changes nothing.
func TestFirstViolationWins(t *testing.T) {
	o := Options{Offer: offerOf(altered{emit: wrongText}), Ends: [2]string{"other", "tcp"}, Seed: 1, Runs: 300}
	r := sweepOf(t, o)
	if len(r.Groups) == 0 {
		t.Fatal("wrong octets are not found")
	}
	o.Wire = true
	if w := sweepOf(t, o); !reflect.DeepEqual(w.Groups, r.Groups) || w.Digest != r.Digest {
		t.Errorf("without Wire:\n%+v\nwith:\n%+v", r.Groups, w.Groups)
	}
}

// TestWarnings: a SHOULD is told of and nothing else: by rule and end, with the
// lowest run, for any number of jobs.
func TestWarnings(t *testing.T) {
	o := Options{Offer: offerOne(func() endpoint.Endpoint { return new(shrinking) }), Seed: 1, Runs: 400, Jobs: 1, Wire: true}
	one := sweepOf(t, o)
	if len(one.Groups) > 0 || len(one.Warnings) != 2 {
		t.Fatalf("%+v\n%+v", one.Groups, one.Warnings)
	}
	for i, w := range one.Warnings {
		if w.Violation.Rule.ID != "wire/I-37" || w.Violation.End != endpoint.End(i) || w.Count < 2 {
			t.Errorf("%+v", w)
		}
		alone := o
		alone.First, alone.Runs = w.Run, 1
		if again := sweepOf(t, alone).Warnings; len(again) != 1 || again[0].Violation != w.Violation {
			t.Errorf("run %d warns otherwise alone: %+v", w.Run, again)
		}
		if alone.First, alone.Runs = 0, w.Run; w.Run > 0 {
			for _, x := range sweepOf(t, alone).Warnings {
				if x.Violation.End == w.Violation.End {
					t.Errorf("run %d warns, before run %d", x.Run, w.Run)
				}
			}
		}
	}
	for _, jobs := range []int{2, 5} {
		o.Jobs = jobs
		if many := sweepOf(t, o); !reflect.DeepEqual(many.Warnings, one.Warnings) {
			t.Errorf("%d jobs: %+v", jobs, many.Warnings)
		}
	}
}

// TestReferenceBreaksNoRuleOnTheWire: and there is nothing to warn of.
func TestReferenceBreaksNoRuleOnTheWire(t *testing.T) {
	r := sweepOf(t, Options{Offer: sim.TCP(), Seed: 3, Runs: 2000, Jobs: 2, Wire: true})
	for _, g := range append(r.Groups, r.Warnings...) {
		t.Errorf("run %d (and %d more): %s: %s", g.Run, g.Count-1, g.Violation.Rule.ID, g.Violation.Text)
	}
}

// TestWireAllocatesNothing in steady state.
func TestWireAllocatesNothing(t *testing.T) {
	r := NewRunner(sim.TCP())
	r.Wire = true
	s, err := scenario.Parse("lossy", "link delay 10ms loss 10% cap 3\n")
	if err != nil {
		t.Fatal(err)
	}
	once := func() {
		if v, err := r.Run(&s); err != nil || v.Found() {
			t.Fatal(err, v.Text)
		}
	}
	once()
	if n := testing.AllocsPerRun(20, once); n != 0 {
		t.Errorf("%v allocations a run, want 0", n)
	}
}

// TestKnown: what is known is counted, and is no finding; what differs in
// anything but figures still is one.
func TestKnown(t *testing.T) {
	o := Options{Offer: lossyFINs(), Seed: 1, Runs: 300, Jobs: 2}
	all := sweepOf(t, o)
	if len(all.Groups) < 2 {
		t.Fatalf("%d groups are too few for this test", len(all.Groups))
	}
	other := all.Groups[1].Violation
	other.Text += " otherwise"
	o.Known = []sim.Violation{all.Groups[0].Violation, other}
	for _, o.Jobs = range []int{1, 3} {
		r := sweepOf(t, o)
		if !reflect.DeepEqual(r.Known, all.Groups[:1]) || !reflect.DeepEqual(r.Groups, all.Groups[1:]) {
			t.Errorf("known %+v\nfound %+v\nof %+v", r.Known, r.Groups, all.Groups)
		}
		if r.Violations() != all.Violations()-all.Groups[0].Count {
			t.Errorf("%d violations of %d, %d known", r.Violations(), all.Violations(), all.Groups[0].Count)
		}
	}
}

// TestRunContext: a run that nobody wants any more ends between two steps.
func TestRunContext(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	r := NewRunner(sim.TCP())
	s, err := scenario.Parse("long", "A: open active; send 100000000; close\nB: open passive; receive all; close\n")
	if err != nil {
		t.Fatal(err)
	}
	s.Limits.Events = math.MaxInt32
	time.AfterFunc(20*time.Millisecond, stop)
	v, err := r.RunContext(ctx, &s)
	if !errors.Is(err, context.Canceled) || v.Found() || len(r.World.Trace().Events) == 0 {
		t.Errorf("%v, %+v after %d events", err, v, len(r.World.Trace().Events))
	}
	if v, err := r.Run(&scenario.Scenario{}); err != nil || v.Found() {
		t.Errorf("the runner cannot be used again: %v %+v", err, v)
	}
}
