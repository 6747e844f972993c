package sim

import (
	"bytes"
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/faults"
	"example.org/halfopen/scheduler/stream"
)

func encoding(t *testing.T, w *World) []byte {
	t.Helper()
	b, ok := w.AppendState(nil)
	if !ok {
		t.Fatal("TCP has no canonical encoding")
	}
	return b
}

// fork is a copy of w in which something was changed.
func fork(t *testing.T, w *World, change func(*World)) *World {
	t.Helper()
	c := NewWorld(TCP())
	if !c.CopyFrom(w) {
		t.Fatal("not copied")
	}
	change(c)
	return c
}

// asideWorld has two copies set aside, of which one may not arrive at once, and
// a later datagram under way.
func asideWorld(t *testing.T) *World {
	w := start(t, `
		A tcp no-nagle iss=1
		link delay 10ms
		A: open active; send 1; send 1; send 1; close
		B: open passive; receive all; close
		reorder A DATA #1-2 behind 2
		delay A DATA #2 by 1s`)
	for len(w.asides) < 2 || w.stateOf(endpoint.A) != endpoint.FinWait1 {
		if _, ok := w.Step(); !ok {
			t.Fatal("nothing is set aside")
		}
	}
	return w
}

func (w *World) stateOf(e endpoint.End) endpoint.State { return w.Status(e).State }

func TestEncodingTellsWhatDecidesARelease(t *testing.T) {
	w := asideWorld(t)
	whole := encoding(t, w)
	slot := func(w *World, i int) *slot { return w.slots[w.flights[w.asides[i]].slot] }
	for name, change := range map[string]func(*World){
		"how early it may arrive": func(w *World) { slot(w, 1).fate.Copies[0].At += time.Second },
		"whom it waits for":       func(w *World) { slot(w, 0).n += 100 },
		"how many it waits for":   func(w *World) { w.flights[w.asides[0]].ahead++ },
		"whose turn it is":        func(w *World) { w.asides[0], w.asides[1] = w.asides[1], w.asides[0] },
		"what arrived already": func(w *World) {
			for _, e := range w.queue.AppendOrdered(nil) {
				if e.ID&^idMask == idArrive {
					w.slots[w.flights[e.ID&idMask].slot].arrived = true
				}
			}
		},
		"a promise broken": func(w *World) { w.unfair = true },
		"a budget spent":   func(w *World) { w.outcome = OverTime },
	} {
		if bytes.Equal(whole, encoding(t, fork(t, w, change))) {
			t.Errorf("%s is not told", name)
		}
	}
}

func TestEncodingForgetsWhatDecidesNothing(t *testing.T) {
	w := start(t, `
		A: open active; send 1; close
		A: when ESTABLISHED; receive all
		B: open passive; receive all; close`)
	for w.stateOf(endpoint.B) != endpoint.Established {
		w.Step()
	}
	for range 20 { // until the applications of both ends wait
		whole := encoding(t, w)
		for name, change := range map[string]func(*World){
			"entries that nobody waits for": func(w *World) { w.ends[0].entries[endpoint.Established] += 3 },
			"what a line did that is over": func(w *World) {
				for i := range w.lines {
					if w.lines[i].over {
						w.lines[i].pc, w.lines[i].done = 0, 7
					}
				}
			},
			"whether who waits is asked again": func(w *World) {
				for e := range w.ends {
					w.ends[e].poll = w.ends[e].poll || !w.pending(endpoint.End(e))
				}
			},
			"how many steps there were": func(w *World) { w.steps, w.ids = w.steps+9, w.ids+9 },
		} {
			if !bytes.Equal(whole, encoding(t, fork(t, w, change))) {
				t.Errorf("%s is told", name)
			}
		}
		if _, ok := w.Step(); !ok {
			return
		}
	}
}

func TestHealingIsNoDifference(t *testing.T) {
	w := start(t, plain+"drop A SYN\nheal at 1s")
	for w.Now() < time.Second {
		w.Step()
	}
	healed := fork(t, w, (*World).healNow)
	if !bytes.Equal(encoding(t, w), encoding(t, healed)) {
		t.Error("a world that is about to heal differs from one that has")
	}
}

func TestCopyOfItself(t *testing.T) {
	w := asideWorld(t)
	before := encoding(t, w)
	if !w.CopyFrom(w) || !bytes.Equal(before, encoding(t, w)) {
		t.Error("a world that is copied to itself changes")
	}
}

func TestCopyToAWorldOfAnotherOffer(t *testing.T) {
	w := asideWorld(t)
	c := NewWorld(Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		inner, err := tcp.New(c)
		return &echo{Endpoint: inner}, err
	}}})
	if err := c.Reset(&scenario.Scenario{}); err != nil {
		t.Fatal(err)
	}
	if !c.CopyFrom(w) || !bytes.Equal(encoding(t, w), encoding(t, c)) {
		t.Error("not copied")
	}
	if w.CopyFrom(start(t, "")); w.Now() != 0 {
		t.Error("not copied back")
	}
}

func TestTraceOfACopyBeginsAtTheCopy(t *testing.T) {
	w := start(t, plain+"hold A FIN #1 until B LISTEN or 700ms")
	for range 4 {
		w.Step()
	}
	c := NewWorld(TCP())
	c.CopyFrom(w)
	tr := finishRun(c)
	if tr.Segment(1) != nil || tr.Segment(0) != nil || tr.Segment(1000) != nil {
		t.Error("it holds segments that it did not record")
	}
	for i := range tr.Segments {
		if s := &tr.Segments[i]; tr.Segment(s.ID) != s {
			t.Errorf("#%d is %+v", s.ID, tr.Segment(s.ID))
		}
	}
	fin := first(t, tr, endpoint.A, endpoint.KindFIN)
	if got, want := tr.CopiesOf(fin)[0].At, fin.At+700*time.Millisecond; got != want {
		t.Errorf("the held FIN is recorded to arrive at %v, want %v", got, want)
	}
}

// TestNoSlotLeaks runs generated scripts over a link that does everything, and
// counts: a slot is free, or held by the step, or has a copy under way.
func TestNoSlotLeaks(t *testing.T) {
	s, err := scenario.Parse("test", lossy+"heal at 20s\n")
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorld(TCP())
	src := stream.New(1, "slots").Sequence(1)
	for s.Seed = range uint64(300) {
		s.Fault = faults.Generate(&src, faults.GenerateOptions{Lines: 6, Hostile: true})
		s.Limits.Events = 3000
		if err := w.Reset(&s); err != nil {
			t.Fatal(err)
		}
		for more := true; more; {
			_, more = w.Step()
			checkSlots(t, w)
			if t.Failed() {
				t.Fatal(s.String())
			}
		}
		if w.Outcome() == Quiet && (len(w.idle) != len(w.slots) || len(w.asides) > 0) {
			t.Fatalf("%d slots of %d are free at the end, %d copies set aside", len(w.idle), len(w.slots), len(w.asides))
		}
	}
}

func checkSlots(t *testing.T, w *World) {
	t.Helper()
	users := make([]int32, len(w.slots))
	for _, e := range w.queue.AppendOrdered(nil) {
		users[w.flights[e.ID&idMask].slot]++
	}
	for _, i := range w.held {
		users[i]++
	}
	free := make([]bool, len(w.slots))
	for _, i := range w.idle {
		if free[i] || users[i] > 0 {
			t.Errorf("slot %d is free twice, or used %d times", i, users[i])
		}
		free[i] = true
	}
	for i, n := range users {
		if !free[i] && (n == 0 || n != w.slots[i].refs) {
			t.Errorf("slot %d: %d users, %d references", i, n, w.slots[i].refs)
		}
	}
}
