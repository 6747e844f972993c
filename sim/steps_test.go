package sim

import (
	"bytes"
	"fmt"
	"testing"

	"example.org/halfopen/sim/scenario"
)

// TestStepsAreSteps: many steps at once are the steps one by one, with all that
// they show: what was sent before is not written over by what comes after.
func TestStepsAreSteps(t *testing.T) {
	for seed, text := range []string{
		"", "link delay 1ms-20ms loss 10% duplicate 10% reorder 10%", "link corrupt 20%", "link corrupt 20% undetected",
		"crash B when B CLOSE-WAIT\nrestart B after 1s\ninject A->B RST seq=rcv.nxt when B ESTABLISHED",
		"A: open active; send 300000; close\nB: open passive; receive all; close",
	} {
		s, err := scenario.Parse("test", text)
		if err != nil {
			t.Fatal(err)
		}
		s.Seed = uint64(seed)
		one, many := NewWorld(TCP()), NewWorld(TCP())
		if err := one.Reset(&s); err != nil {
			t.Fatal(err)
		}
		if err := many.Reset(&s); err != nil {
			t.Fatal(err)
		}
		batches := 0
		for batch := many.Steps(); len(batch) > 0; batch = many.Steps() {
			batches++
			for i := range batch {
				want, ok := one.Step()
				if !ok {
					t.Fatalf("%q: step %d is one too many", text, batch[i].N)
				}
				if diff := sameStep(&batch[i], want); diff != "" {
					t.Fatalf("%q: step %d: %s", text, want.N, diff)
				}
			}
		}
		if _, more := one.Step(); more || one.Digest() != many.Digest() || one.Outcome() != many.Outcome() {
			t.Errorf("%q: %v %x, %v %x", text, one.Outcome(), one.Digest(), many.Outcome(), many.Digest())
		}
		if steps := len(one.Trace().Events); batches >= steps {
			t.Errorf("%q: %d steps in %d batches", text, steps, batches)
		}
	}
}

// sameStep says what two steps tell differently, "" if nothing.
func sameStep(a, b *Step) string {
	switch {
	case a.N != b.N || a.At != b.At || a.End != b.End || a.Cause != b.Cause:
		return "the cause"
	case *a.Before != *b.Before || *a.After != *b.After:
		return "the status"
	case !bytes.Equal(a.Data, b.Data) || a.Offset != b.Offset:
		return "the data"
	case (a.Arrived == nil) != (b.Arrived == nil) || fmt.Sprint(a.ArrivedErr) != fmt.Sprint(b.ArrivedErr) || len(a.Emits) != len(b.Emits):
		return "how many segments"
	case a.Arrived != nil && (!bytes.Equal(a.Arrived.Text, b.Arrived.Text) || a.Arrived.Seq != b.Arrived.Seq || a.Arrived.Ack != b.Arrived.Ack):
		return "the segment that arrived"
	}
	for i := range a.Emits {
		x, y := &a.Emits[i], &b.Emits[i]
		if x.ID != y.ID || !bytes.Equal(x.Segment.Text, y.Segment.Text) || !bytes.Equal(x.Segment.Options, y.Segment.Options) ||
			x.Segment.Seq != y.Segment.Seq || *x.Fate != *y.Fate || len(x.By) != len(y.By) {
			return "a segment that was emitted"
		}
	}
	return ""
}
