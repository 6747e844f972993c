package sim

import (
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim/scenario"
)

// actOf is what Do is asked for, by the call that it makes.
var actOf = map[UserCall]scenario.Act{
	CallPassiveOpen: {Op: scenario.ActOpen, Passive: true}, CallActiveOpen: {Op: scenario.ActOpen},
	CallSend: {Op: scenario.ActSend}, CallReceive: {Op: scenario.ActReceive}, CallClose: {Op: scenario.ActClose}, CallAbort: {Op: scenario.ActAbort},
}

// TestDriven: a world whose calls come from outside goes on as one whose
// application lines make the same calls, whatever the faults.
func TestDriven(t *testing.T) {
	for _, script := range []string{"", "drop A SYN #1\nreorder B DATA #1 behind 1", "crash B when B CLOSE-WAIT\nrestart B after 1s"} {
		s := scenario.Scenario{Fault: scriptOf(t, script)}
		scripted, driven := NewWorld(TCP()), NewWorld(TCP())
		if err := scripted.Reset(&s); err != nil {
			t.Fatal(err)
		}
		s.Apps = []scenario.App{{}} // an application that does nothing
		if err := driven.Reset(&s); err != nil {
			t.Fatal(err)
		}
		for {
			want, more := scripted.Step()
			if !more {
				break
			}
			if driven.Now() < want.At {
				if s, ok := driven.StepUntil(want.At - 1); ok {
					t.Fatalf("%q: at %v something happens that the scripted world knows nothing of: %v", script, s.At, s.Cause)
				}
			}
			var got *Step
			var ok bool
			if want.Cause.Kind != Call {
				got, ok = driven.StepUntil(want.At)
			} else {
				act := actOf[want.Cause.Call]
				act.N = int64(want.Cause.N)
				if want.Cause.EOF || want.Cause.Err != 0 {
					act.N = 100
				}
				got, ok = driven.Do(want.End, act)
			}
			if !ok || got.Cause != want.Cause || got.At != want.At || len(got.Emits) != len(want.Emits) {
				t.Fatalf("%q: %v at %v, want %v at %v", script, got.Cause, got.At, want.Cause, want.At)
			}
		}
		if driven.Digest() != scripted.Digest() || driven.Next() != endpoint.Never {
			t.Errorf("%q: digests %x and %x; next at %v", script, driven.Digest(), scripted.Digest(), driven.Next())
		}
	}
}

// TestDrivenIdle: with nothing to do the clock goes on, and the run is not over.
func TestDrivenIdle(t *testing.T) {
	w := NewWorld(TCP())
	if err := w.Reset(&scenario.Scenario{Apps: []scenario.App{{}}}); err != nil {
		t.Fatal(err)
	}
	if s, ok := w.StepUntil(time.Hour); ok || w.Now() != time.Hour || w.Next() != endpoint.Never || w.Outcome() != Unfinished {
		t.Fatalf("%v: at %v, next at %v, %v", s, w.Now(), w.Next(), w.Outcome())
	}
	if s, ok := w.Do(endpoint.A, scenario.Act{Op: scenario.ActOpen}); !ok || s.At != time.Hour || s.Emits[0].Segment.Flags != endpoint.SYN {
		t.Fatalf("OPEN: %v, %t", s, ok)
	}
	if _, ok := w.Do(endpoint.A, scenario.Act{Op: scenario.ActReceive, N: 1}); ok {
		t.Error("a RECEIVE with nothing to read is a step")
	}
	if at := w.Next(); at != time.Hour+scenario.DefaultDelay {
		t.Errorf("the SYN arrives at %v", at)
	}
}

// TestFaultLater: a fault that is decided on during a run strikes as one of the
// script does.
func TestFaultLater(t *testing.T) {
	w := NewWorld(TCP())
	if err := w.Reset(&scenario.Scenario{}); err != nil {
		t.Fatal(err)
	}
	w.StepUntil(0)
	w.StepUntil(0)
	var script faults.Script
	for _, c := range []struct {
		line string
		at   time.Duration
	}{{"crash B at 5ms", 5 * time.Millisecond}, {"restart B after 2ms", 7 * time.Millisecond}} {
		script = append(script, scriptOf(t, c.line)...)
		if err := w.SetScript(script); err != nil {
			t.Fatal(err)
		}
		if s, ok := w.StepUntil(9 * time.Millisecond); !ok || s.At != c.at || s.Cause.Fault != uint16(len(script)) {
			t.Fatalf("%s: %+v", c.line, s)
		}
	}
	if s, ok := w.StepUntil(10 * time.Millisecond); !ok || s.End != endpoint.B || s.Emits[0].Segment.Flags&endpoint.RST == 0 {
		t.Errorf("the SYN arrives at a host that has forgotten its listener: %+v", s)
	}
}
