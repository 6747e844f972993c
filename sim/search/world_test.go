package search

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/scheduler/stream"
	"example.org/halfopen/sim"
)

// rest runs a world to its end and tells what it did, in times relative to now
// and without what only numbers things.
func rest(w *sim.World) string {
	var b strings.Builder
	start := w.Now()
	for {
		s, ok := w.Step()
		if !ok {
			fmt.Fprintf(&b, "%v %v %v", w.Outcome(), w.Fair(), w.Now()-start)
			return b.String()
		}
		fmt.Fprintf(&b, "%v %v %v %v %v %v", s.At-start, s.End, s.Cause.Kind, s.Cause.Call, s.Cause.N, s.After.State)
		for _, m := range s.Emits {
			fmt.Fprintf(&b, " %v %v %v", m.Segment.Flags, m.Segment.Seq, len(m.Segment.Text))
			for _, c := range m.Fate.Copies[:m.Fate.N] {
				fmt.Fprintf(&b, " %v", c.At-s.At)
			}
		}
		b.WriteByte('\n')
	}
}

func TestGeneratedWorldsAreValues(t *testing.T) {
	var g Generator
	var s scenario.Scenario
	reused, copied := sim.NewWorld(sim.TCP()), sim.NewWorld(sim.TCP())
	for i := range uint64(1500) {
		g.Scenario(99, i, &s)
		if err := reused.Reset(&s); err != nil {
			t.Fatal(err)
		}
		want := rest(reused)
		fresh := sim.NewWorld(sim.TCP())
		if err := fresh.Reset(&s); err != nil {
			t.Fatal(err)
		}
		steps := uint64(strings.Count(want, "\n"))
		for range stream.New(i, "step").Below(0, 0, steps+1) {
			fresh.Step()
		}
		if !copied.CopyFrom(fresh) {
			t.Fatal("not copied")
		}
		a, _ := fresh.AppendState(nil)
		b, _ := copied.AppendState(nil)
		if !bytes.Equal(a, b) {
			t.Fatalf("run %d: a copy has another encoding\n%s", i, s.String())
		}
		ahead := rest(copied)
		if got := rest(fresh); got != ahead || fresh.Digest() != copied.Digest() {
			t.Fatalf("run %d: a copy goes another way\n%s", i, s.String())
		}
		if fresh.Digest() != reused.Digest() {
			t.Fatalf("run %d: a world that was used before differs from a fresh one\n%s", i, s.String())
		}
	}
}

// TestEqualEncodingsGoOnAlike lets many scripts lead up to heal, after which
// nothing but the encoded state decides.
func TestEqualEncodingsGoOnAlike(t *testing.T) {
	var g Generator
	src := stream.New(3, "encodings").Sequence(1)
	w, c := sim.NewWorld(sim.TCP()), sim.NewWorld(sim.TCP())
	equal, states := 0, 0
	for i := range uint64(40) {
		var base scenario.Scenario
		g.Scenario(17, i, &base)
		for e := range base.Link {
			base.Link[e] = link.Config{Delay: link.Delay{Min: 10 * time.Millisecond}}
			base.Ends[e].Config.FixedISS = true
		}
		base.Heal = 300 * time.Millisecond
		seen := map[string]string{}
		for range 20 {
			base.Fault = faults.Generate(&src, faults.GenerateOptions{Longest: 500 * time.Millisecond})
			if err := w.Reset(&base); err != nil {
				t.Fatal(err)
			}
			for n := 0; n < 200; n++ {
				if _, ok := w.Step(); !ok {
					break
				}
				if w.Now() < base.Heal {
					continue
				}
				b, _ := w.AppendState(nil)
				c.CopyFrom(w)
				future := rest(c)
				if old, ok := seen[string(b)]; ok {
					equal++
					if old != future {
						t.Fatalf("equal encodings, then\n%s\nand\n%s\n%s", old, future, base.String())
					}
				}
				seen[string(b)] = future
			}
		}
		states += len(seen)
	}
	if equal < 100 {
		t.Errorf("%d equal encodings of %d states: the test tests nothing", equal, states)
	}
}

// TestCutRunIsWrittenOut stops runs where a violation might, with copies still
// set aside.
func TestCutRunIsWrittenOut(t *testing.T) {
	var g Generator
	var s scenario.Scenario
	w := sim.NewWorld(sim.TCP())
	aside := 0
	for i := range uint64(1500) {
		g.Scenario(5, i, &s)
		for e := range s.Link { // see WriteOut
			s.Link[e].Reorder, s.Link[e].Gap = 0, 0
		}
		s.Fault = append(s.Fault, faults.Fault{Op: faults.Hold, End: endpoint.End(i & 1), Kind: endpoint.KindDATA, First: 1, Last: 2,
			Until: faults.Entry{End: endpoint.A, State: endpoint.TimeWait}})
		if err := w.Reset(&s); err != nil {
			t.Fatal(err)
		}
		for range 30 {
			w.Step()
		}
		cut := w.Trace().Clone()
		if len(stillAside(cut)) > 0 {
			aside++
		}
		explicit := WriteOut(cut)
		if err := w.Reset(&explicit); err != nil {
			t.Fatal(err)
		}
		struck := 0 // a cut is no step of the explicit run
		for j := range cut.Events {
			if f := cut.Events[j].Cause.Fault; f > 0 && cut.Scenario.Fault[f-1].Op == faults.Cut {
				struck++
			}
		}
		for range len(cut.Events) - struck {
			w.Step()
		}
		tr := w.Trace()
		if want, got := steps(cut), steps(tr); !slices.Equal(want, got) {
			t.Fatalf("run %d:\nwant %v\n got %v\n%s\n%s", i, want, got, s.String(), explicit.String())
		}
	}
	if aside < 100 {
		t.Errorf("%d runs were cut with a copy set aside: the test tests nothing", aside)
	}
}

// steps lists what happened when, but for cuts.
func steps(tr *sim.Trace) (list []string) {
	for i := range tr.Events {
		e := &tr.Events[i]
		if e.Cause.Fault > 0 && tr.Scenario.Fault[e.Cause.Fault-1].Op == faults.Cut {
			continue
		}
		list = append(list, fmt.Sprint(e.At, e.End, e.Cause.Kind, e.Cause.Call, e.Cause.Segment, e.After))
	}
	return list
}

var errNo = errors.New("no")

// someRefused is TCP, but for Configs that it refuses.
func someRefused() sim.Offer {
	return sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		if c.NoMSSOption {
			return nil, errNo
		}
		inner, err := tcp.New(c)
		return struct{ endpoint.Endpoint }{inner}, err
	}}}
}

func TestErrorOfASweepDoesNotDependOnJobs(t *testing.T) {
	want := ""
	for _, jobs := range []int{1, 2, 8} {
		for range 5 {
			_, err := Sweep(context.Background(), Options{Offer: someRefused(), Seed: 3, Runs: 2000, Jobs: jobs})
			if !errors.Is(err, errNo) {
				t.Fatalf("error %v", err)
			}
			if want == "" {
				want = err.Error()
			}
			if err.Error() != want {
				t.Errorf("%d jobs: %v, want %v", jobs, err, want)
			}
		}
	}
}

func TestStoppedSweepTellsWhatItCovered(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	n := 0
	r := sweepOf(t, Options{Offer: sim.TCP(), Runs: 10, Observe: true})
	all, err := Sweep(ctx, Options{Offer: sim.TCP(), Runs: 10, Observe: true, Progress: func(uint64, uint64) { stop() }})
	if err != nil || all.Stopped || !all.Counts.Equal(r.Counts) {
		t.Errorf("stopped after its end: stopped %v, error %v", all.Stopped, err)
	}
	ctx, stop = context.WithCancel(context.Background())
	part, err := Sweep(ctx, Options{Offer: sim.TCP(), Runs: 60, Observe: true, Override: func(*link.Config) {
		if n++; n == 20 { // the link of the tenth run is drawn
			stop()
		}
	}})
	if err != nil || !part.Stopped || part.Runs != 10 || !part.Counts.Equal(r.Counts) {
		t.Errorf("%d runs, stopped %v, error %v, or another coverage than that of ten runs", part.Runs, part.Stopped, err)
	}
}

func TestShrinkFindsTheSmallestNumbers(t *testing.T) {
	s, err := scenario.Parse("test", `
		seed 5
		A tcp r2=50s delayed-ack=100ms
		link delay 3ms-9ms loss 1% cap 2 fifo
		A: open active; send 5000; close; receive all
		B: open passive; receive 5000 by 100 every 3ms; when CLOSE-WAIT #1; close
		limit events 400
		heal at 30s`)
	if err != nil {
		t.Fatal(err)
	}
	r := NewRunner(lossyFINs())
	for s.Seed = 0; ; s.Seed++ {
		if s.Seed == 3000 {
			t.Fatal("no seed loses a FIN")
		}
		v, err := r.Run(&s)
		if err != nil {
			t.Fatal(err)
		}
		if !v.Found() || IsBudget(&v) {
			continue
		}
		small, tried := Shrink(r, s, &v) // as if it could not be written out
		again, err := r.Run(&small)
		if err != nil || !Same(&again, &v) {
			t.Fatalf("shrunk to something else: %v %v", again.Text, err)
		}
		t.Logf("%d tried\n%s", tried, small.String())
		for e, c := range small.Link {
			if c.FIFO || c.Delay.Model != link.Constant {
				t.Errorf("link of %d: %+v", e, c)
			}
			if small.Ends[e].Config != (endpoint.Config{}) {
				t.Errorf("end %d: %+v", e, small.Ends[e].Config)
			}
		}
		if small.Limits.Events != 0 || small.Heal != 0 && small.Heal != scenario.DefaultHeal {
			t.Errorf("limits %+v, heal %v", small.Limits, small.Heal)
		}
		return
	}
}

func TestSmallerOctetsComeToTheLeast(t *testing.T) {
	for _, least := range []int64{1, 2, 537, 1461, 99_999} {
		n, rounds := int64(100_000), 0
		for next := true; next; {
			next = false
			for _, m := range smallerOctets(n) {
				if rounds++; m >= least {
					n, next = m, true
					break
				}
			}
		}
		if n != least || rounds > 400 {
			t.Errorf("%d after %d tries, want %d", n, rounds, least)
		}
	}
}
