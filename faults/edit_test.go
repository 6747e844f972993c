package faults

import (
	"errors"
	"slices"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
)

// TestEdits applies every line that matches, in file order.
func TestEdits(t *testing.T) {
	tr := newTracker(t, `
delay A SYN by 1s
duplicate A SYN after 5ms
delay A ANY by 2s
delay B SYN by 9s
corrupt A SYN bit 7
hold A SYN until B LISTEN
reorder A SYN #1 behind 1`)
	f := arrives(10 * time.Millisecond)
	by := emit(t, tr, endpoint.A, endpoint.KindSYN, &f)
	if !slices.Equal(by, []uint16{1, 2, 3, 5, 6, 7}) {
		t.Errorf("by %v", by)
	}
	if f.N != 2 {
		t.Fatalf("%d copies", f.N)
	}
	for i, at := range []time.Duration{3010 * time.Millisecond, 3015 * time.Millisecond} {
		c := f.Copies[i]
		if c.At != at || c.NFlips != 1 || c.Flips[0] != 7 || c.Undetected || c.Modelled || c.Aside != 7 {
			t.Errorf("copy %d is %+v", i, c)
		}
	}
	f = arrives(10 * time.Millisecond)
	emit(t, tr, endpoint.A, endpoint.KindSYN, &f)
	if f.Copies[0].Aside != 6 {
		t.Errorf("set aside by %d, want the hold", f.Copies[0].Aside)
	}
	if f.Drawn != 10*time.Millisecond {
		t.Errorf("a script changed Drawn")
	}
}

// TestEditOfNothing: what is lost already changes only its cause.
func TestEditOfNothing(t *testing.T) {
	tr := newTracker(t, `
delay A SYN by 1s
duplicate A SYN after 5ms
corrupt A SYN bit 7
hold A SYN until B LISTEN
drop A SYN
drop A SYN`)
	for _, test := range []struct {
		before, after link.Cause
		by            []uint16
	}{
		{link.LostByModel, link.LostByScript, []uint16{5}},
		{link.LostByQueue, link.LostByQueue, nil},
		{link.LostByCut, link.LostByCut, nil},
	} {
		f := link.Fate{Cause: test.before}
		by := emit(t, tr, endpoint.A, endpoint.KindSYN, &f)
		if f.N != 0 || f.Cause != test.after || !slices.Equal(by, test.by) {
			t.Errorf("%v: %v by %v", test.before, f.Cause, by)
		}
	}
	f := arrives(1)
	if by := emit(t, tr, endpoint.A, endpoint.KindSYN, &f); f.Cause != link.LostByScript || len(by) != 5 {
		t.Errorf("%v by %v", f.Cause, by)
	}
}

// TestLastLineMakesTheChecksum: the last corruption decides whether the
// checksum is good, and a script's flip is not undone by the cap.
func TestLastLineMakesTheChecksum(t *testing.T) {
	for _, test := range []struct {
		text       string
		undetected bool
	}{
		{"corrupt A SYN bit 1 undetected\ncorrupt A SYN bit 2", false},
		{"corrupt A SYN bit 1\ncorrupt A SYN bit 2 undetected", true},
	} {
		f := arrives(1)
		f.Copies[0].Modelled, f.Copies[0].NFlips = true, 1
		emit(t, newTracker(t, test.text), endpoint.A, endpoint.KindSYN, &f)
		c := f.Copies[0]
		if c.Undetected != test.undetected || c.Modelled || c.NFlips != 3 {
			t.Errorf("%q: %+v", test.text, c)
		}
	}
}

func TestEditLimits(t *testing.T) {
	var many Script
	for range link.MaxCopies {
		many = append(many, Fault{Op: Duplicate, Kind: endpoint.KindSYN, By: 1})
	}
	for range link.MaxFlips + 1 {
		many = append(many, Fault{Op: Corrupt, Kind: endpoint.KindACK})
	}
	var tr Tracker
	tr.Reset(many)
	f := arrives(1)
	tr.Emitted(endpoint.A, endpoint.KindSYN)
	by, err := tr.Edit(endpoint.A, endpoint.KindSYN, 0, &f, nil)
	if !errors.Is(err, ErrCopies) || f.N != link.MaxCopies || len(by) != link.MaxCopies-1 {
		t.Errorf("%d copies by %v, %v", f.N, by, err)
	}
	f = arrives(1)
	tr.Emitted(endpoint.A, endpoint.KindACK)
	by, err = tr.Edit(endpoint.A, endpoint.KindACK, 0, &f, nil)
	if !errors.Is(err, ErrFlips) || f.Copies[0].NFlips != link.MaxFlips || len(by) != link.MaxFlips {
		t.Errorf("%d flips by %v, %v", f.Copies[0].NFlips, by, err)
	}
	f = arrives(endpoint.Never - 1)
	tr.Reset(Script{{Op: Delay, By: time.Hour}})
	emit(t, &tr, endpoint.A, endpoint.KindACK, &f)
	if f.Copies[0].At != endpoint.Never {
		t.Errorf("arrives at %v", f.Copies[0].At)
	}
}

// TestRemovingALineWakesNoOther edits with each script less one line: every
// other line still reports the same segments.
func TestRemovingALineWakesNoOther(t *testing.T) {
	whole := mustParse(t, `
drop A DATA #2
delay A ANY #3-5 by 1s
duplicate A DATA #2- after 1s
corrupt A DATA #4 bit 3
delay A DATA #1 by 1s`)
	run := func(s Script) map[Fault][]int { // which segments each fault means
		var tr Tracker
		tr.Reset(s)
		hits := map[Fault][]int{}
		for n := range 8 {
			f := arrives(1)
			tr.Emitted(endpoint.A, endpoint.KindDATA)
			for i := range s {
				if s[i].Means(tr.Count(endpoint.A, s[i].Kind)) {
					hits[s[i]] = append(hits[s[i]], n)
				}
			}
			if _, err := tr.Edit(endpoint.A, endpoint.KindDATA, 0, &f, nil); err != nil {
				t.Fatal(err)
			}
		}
		return hits
	}
	all := run(whole)
	for i := range whole {
		for f, hits := range run(slices.Delete(slices.Clone(whole), i, i+1)) {
			if !slices.Equal(hits, all[f]) {
				t.Errorf("without line %d, %v means %v, not %v", i+1, f, hits, all[f])
			}
		}
	}
}
