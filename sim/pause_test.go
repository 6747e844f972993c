package sim

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// TestPauseEndsBetweenFaultAndQueue has a fault, the end of a pause and an
// arrival due at one time: that is their order, although the arrival was
// scheduled first.
func TestPauseEndsBetweenFaultAndQueue(t *testing.T) {
	tr := finishRun(start(t, `
		link delay 10ms
		A: open active; close
		B: wait 10ms; open passive; receive all; close
		stall B reads at 10ms for 1s`))
	want := "10ms B fault 1 -> CLOSED\n10ms B passive OPEN -> LISTEN\n10ms B #1 -> SYN-RECEIVED"
	if got := story(tr); !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant in it\n%s", got, want)
	}
}

func TestEachPauseHasItsEnd(t *testing.T) {
	tr := finishRun(start(t, `
		A: wait 3s; open passive nowait; abort
		A: wait 1s; open passive nowait; abort
		A: open passive nowait; abort; wait 2s; open passive nowait; abort
		A: wait 3s; wait 1s; open passive nowait; abort; wait 5s
		B: wait 2s; open passive nowait; abort`))
	const s = time.Second
	for e, want := range [][]time.Duration{{0, s, 2 * s, 3 * s, 4 * s}, {2 * s}} {
		if at, _ := calls(tr, endpoint.End(e), CallAbort); !slices.Equal(at, want) {
			t.Errorf("%v called at %v, want %v", endpoint.End(e), at, want)
		}
	}
}

// TestLastPauseIsPartOfTheRun: it is over when the application is.
func TestLastPauseIsPartOfTheRun(t *testing.T) {
	w := start(t, "A: open active; wait 1h\nB: open passive\n")
	if tr := finishRun(w); tr.Outcome != Quiet || w.Now() != time.Hour+20*time.Millisecond {
		t.Errorf("%v at %v", tr.Outcome, w.Now())
	}
}

// TestEncodingTellsAPauseThatIsOver: between a fault and the application that
// wakes up at the same instant nothing but the pause tells the state.
func TestEncodingTellsAPauseThatIsOver(t *testing.T) {
	w := start(t, "A: wait 1s; open active\nB: open passive\nstall A reads at 1s for 1ms")
	for w.Now() < time.Second {
		w.Step()
	}
	asleep := fork(t, w, func(w *World) { w.ends[endpoint.A].wake = endpoint.Never })
	if bytes.Equal(encoding(t, w), encoding(t, asleep)) {
		t.Error("an application that goes on now, and one that never does, are told alike")
	}
}
