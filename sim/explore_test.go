package sim

import (
	"bytes"
	"strings"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/faults"
)

func scriptOf(t *testing.T, text string) faults.Script {
	t.Helper()
	s, err := faults.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSetScript: a script that goes on while the world runs is the script that
// the world might have begun with.
func TestSetScript(t *testing.T) {
	whole := scriptOf(t, "drop A SYN #1\ndelay B SYN,ACK #1 by 2s\nreorder A DATA #1 behind 1 or 1s\nduplicate B ACK #3 after 1ms")
	began := NewWorld(TCP())
	if err := began.Reset(&scenario.Scenario{Fault: whole}); err != nil {
		t.Fatal(err)
	}
	grew := NewWorld(TCP())
	if err := grew.Reset(&scenario.Scenario{}); err != nil {
		t.Fatal(err)
	}
	if err := grew.SetScript(whole[:1]); err != nil {
		t.Fatal(err)
	}
	for n := 1; ; n++ {
		more := true
		if _, more = began.Step(); !more {
			break
		}
		if _, ok := grew.Step(); !ok {
			t.Fatal("it ended early")
		}
		if n < len(whole) {
			if err := grew.SetScript(whole[:n+1]); err != nil {
				t.Fatal(err)
			}
		}
		a, _ := began.AppendState(nil)
		b, _ := grew.AppendState(nil)
		if n >= len(whole) && !bytes.Equal(a, b) {
			t.Fatalf("step %d: the worlds differ", n)
		}
	}
	if began.Digest() != grew.Digest() || began.Outcome() != Quiet || len(began.Trace().ByOf(&began.Trace().Segments[0])) != 1 {
		t.Errorf("%v %x, %v %x", began.Outcome(), began.Digest(), grew.Outcome(), grew.Digest())
	}
}

// TestSetScriptRefuses: what could not be as if it had stood there from the
// beginning.
func TestSetScriptRefuses(t *testing.T) {
	w := NewWorld(TCP())
	if err := w.Reset(&scenario.Scenario{Fault: scriptOf(t, "drop B ACK #9")}); err != nil {
		t.Fatal(err)
	}
	for range 3 { // A has sent its SYN, and B its answer
		w.Step()
	}
	for _, c := range []struct{ says, text string }{
		{"does not begin with the 1 lines", ""},
		{"does not begin with the 1 lines", "drop A FIN #1"},
		{"line 2, crash A at 0s: it is 10ms already", "drop B ACK #9\ncrash A at 0s"},
		{"line 2, crash A when A SYN-SENT: it has been entered 1 times", "drop B ACK #9\ncrash A when A SYN-SENT"},
		{"line 2, drop A SYN #1: 1 of these have been emitted", "drop B ACK #9\ndrop A SYN #1"},
		{"line 2, drop A ANY #1-3: 1 of these have been emitted", "drop B ACK #9\ndrop A ANY #1-3"},
		{"line 2, drop A SYN: 1 of these", "drop B ACK #9\ndrop A SYN"},
	} {
		if err := w.SetScript(scriptOf(t, c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: error %v, want %q", c.text, err, c.says)
		}
	}
	if got := w.Scenario().Fault.String(); got != "drop B ACK #9\n" {
		t.Errorf("the script is %q now", got)
	}
}

// TestAppendFuture: whichever faults led to a state it is the same one, while
// the time counts as long as an initial sequence number may depend on it.
func TestAppendFuture(t *testing.T) {
	after := func(apps, script string, steps int) (*World, []byte) {
		s, err := scenario.Parse("test", "A tcp iss=1\nB tcp iss=2\nheal at 1h\n"+apps+"\n"+script)
		if err != nil {
			t.Fatal(err)
		}
		w := NewWorld(TCP())
		if err := w.Reset(&s); err != nil {
			t.Fatal(err)
		}
		for range steps {
			w.Step()
		}
		b, ok := w.AppendFuture(nil)
		if !ok {
			t.Fatal("no encoding")
		}
		return w, b
	}
	const open = "A: open active\nB: open passive"
	dropped, a := after(open, "drop A SYN #1", 3)
	corrupt, b := after(open, "corrupt A SYN #1 bit 3", 4)
	if dropped.Now() != corrupt.Now() || !bytes.Equal(a, b) {
		t.Errorf("a SYN that was lost and one that was corrupted come to %v and %v, and differ", dropped.Now(), corrupt.Now())
	}
	if x, _ := dropped.AppendState(nil); bytes.Equal(x, a) {
		t.Error("AppendState leaves the script out, too: the test tests nothing")
	}
	w, early := after("A: wait 10ms\nB: open passive", "", 2)
	z, late := after("A: wait 15ms\nB: open passive", "", 2)
	if w.Now() == z.Now() || !sameState(w, z) {
		t.Errorf("at %v and %v the worlds differ in more than the time: the test tests nothing", w.Now(), z.Now())
	}
	if bytes.Equal(early, late) {
		t.Errorf("a listener at %v is that of another time: but the clock of initial sequence numbers has gone on", w.Now())
	}
}

// sameState reports whether two worlds without a script are the same but for
// the time.
func sameState(a, b *World) bool {
	a.heal, b.heal = 0, 0 // due at both
	x, _ := a.AppendState(nil)
	y, _ := b.AppendState(nil)
	return bytes.Equal(x, y)
}
