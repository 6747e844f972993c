package joint

import (
	"testing"

	"example.org/halfopen/endpoint"
)

// pairs calls f for every ordered pair.
func pairs(f func(a, b endpoint.State)) {
	for a := range endpoint.State(endpoint.NumStates) {
		for b := range endpoint.State(endpoint.NumStates) {
			f(a, b)
		}
	}
}

// TestCounts holds the matrix to the figures of the search that it came from.
func TestCounts(t *testing.T) {
	var added [NumClasses]int
	pairs(func(a, b endpoint.State) {
		added[MinClass(a, b)]++
		if MinClass(a, b) != MinClass(b, a) {
			t.Errorf("%v, %v: not symmetric", a, b)
		}
	})
	if want := [NumClasses]int{21, 47, 3, 0, 6, 16, 14, 6, 8}; added != want {
		t.Errorf("pairs by class: %v, want %v", added, want)
	}
	for c, want := range map[Class]int{Never: 0, Simultaneous: 50, Lossy: 50, GivingUp: 56, Reopening: 66, Everything: 86, LossyEverything: 92, Outliving: 100} {
		n := 0
		pairs(func(a, b endpoint.State) {
			if Legal(c, a, b) {
				n++
			}
		})
		if n != want {
			t.Errorf("%v: %d pairs are legal, want %d", c, n, want)
		}
	}
}

// TestNever: the reason for each pair that never is.
func TestNever(t *testing.T) {
	gotFIN := func(s endpoint.State) bool {
		return s == endpoint.CloseWait || s == endpoint.Closing || s == endpoint.LastAck || s == endpoint.TimeWait
	}
	sentNone := func(s endpoint.State) bool { return s == endpoint.Established || s == endpoint.CloseWait }
	finAcked := func(s endpoint.State) bool { return s == endpoint.FinWait2 || s == endpoint.TimeWait }
	gotNone := func(s endpoint.State) bool { return s == endpoint.Established || s == endpoint.FinWait2 }
	first := func(s endpoint.State) bool { return s == endpoint.CloseWait || s == endpoint.LastAck }
	oneWay := func(a, b endpoint.State) bool {
		return gotFIN(a) && sentNone(b) || // a has a FIN that b has not sent
			finAcked(a) && gotNone(b) || // a has an ACK of a FIN that b has not received
			first(a) && first(b) // each got the other's FIN before it sent its own
	}
	pairs(func(a, b endpoint.State) {
		if why := oneWay(a, b) || oneWay(b, a); why != (MinClass(a, b) == Never) {
			t.Errorf("%v, %v: class %v, but a reason against it: %v", a, b, MinClass(a, b), why)
		}
	})
}

func TestResting(t *testing.T) {
	n := 0
	pairs(func(a, b endpoint.State) {
		if Resting(a, b) != Resting(b, a) {
			t.Errorf("%v, %v: not symmetric", a, b)
		}
		if !Resting(a, b) {
			return
		}
		n++
		if MinClass(a, b) == Never {
			t.Errorf("%v, %v: rests, but is never reached", a, b)
		}
		for _, s := range []endpoint.State{a, b} { // they have a timer
			switch s {
			case endpoint.Closed, endpoint.Listen, endpoint.Established, endpoint.FinWait2, endpoint.CloseWait:
			default:
				t.Errorf("%v, %v: %v does not rest", a, b, s)
			}
		}
	})
	if n != 19 { // three on the diagonal, eight others twice
		t.Errorf("%d pairs rest, want 19", n)
	}
}

func TestHeldBack(t *testing.T) {
	n := 0
	pairs(func(a, b endpoint.State) {
		if HeldBack(a, b) {
			n++
			if MinClass(a, b) != Reliable {
				t.Errorf("%v, %v is %v", a, b, MinClass(a, b))
			}
		}
	})
	if n != 2 {
		t.Errorf("%d pairs need a FIN held back, want 2", n)
	}
}

func TestClassNames(t *testing.T) {
	if got := Outliving.String(); got != "outliving segments" {
		t.Error(got)
	}
	if got := Class(NumClasses).String(); got != "no such class" {
		t.Error(got)
	}
}
