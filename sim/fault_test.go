package sim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
)

const plain = "A: open active; send 1; close; receive all\nB: open passive; receive all; close\n"

func TestDropLosesTheNamedSegment(t *testing.T) {
	tr := finishRun(start(t, plain+"drop B SYN,ACK #1"))
	s := tr.Segment(2)
	if s.Kind != endpoint.KindSYNACK || s.NCopies != 0 || s.Cause != link.LostByScript || !slices.Equal(tr.ByOf(s), []uint16{1}) {
		t.Errorf("#2 is %+v", s)
	}
	if tr.Outcome != Quiet || tr.Final != [2]endpoint.State{} {
		t.Errorf("ended %v in %v", tr.Outcome, tr.Final)
	}
}

func TestRetransmissionNamesWhatItRepeats(t *testing.T) {
	tr := finishRun(start(t, plain+"drop A SYN #1-2"))
	var of []uint32
	for i := range tr.Segments {
		if s := &tr.Segments[i]; s.Kind == endpoint.KindSYN {
			of = append(of, s.Of)
		}
	}
	if !slices.Equal(of, []uint32{0, 1, 2}) {
		t.Errorf("the three SYNs repeat %v", of)
	}
}

func arrival(t *testing.T, tr *Trace, id uint32) time.Duration {
	t.Helper()
	for i := range tr.Events {
		if e := &tr.Events[i]; e.Cause.Kind == Arrival && e.Cause.Segment == id {
			return e.At
		}
	}
	t.Fatalf("#%d never arrives", id)
	return 0
}

func entry(t *testing.T, tr *Trace, end endpoint.End, s endpoint.State) time.Duration {
	t.Helper()
	for i := range tr.Events {
		if e := &tr.Events[i]; e.End == end && e.Before != e.After && e.After == s {
			return e.At
		}
	}
	t.Fatalf("%v never enters %v", end, s)
	return 0
}

func first(t *testing.T, tr *Trace, end endpoint.End, k endpoint.Kind) *SegmentRecord {
	t.Helper()
	for i := range tr.Segments {
		if s := &tr.Segments[i]; s.End == end && s.Kind == k {
			return s
		}
	}
	t.Fatalf("%v never sends %v", end, k)
	return nil
}

func TestHoldEndsAMicrosecondAfterTheState(t *testing.T) {
	tr := finishRun(start(t, plain+"hold A FIN #1 until B CLOSE-WAIT"))
	fin := first(t, tr, endpoint.A, endpoint.KindFIN)
	// The FIN sent again a second later lets B enter CLOSE-WAIT.
	if got, want := arrival(t, tr, fin.ID), entry(t, tr, endpoint.B, endpoint.CloseWait)+time.Microsecond; got != want {
		t.Errorf("held FIN arrives at %v, want %v", got, want)
	}
}

func TestHoldOfAStateThatIsEnteredAlreadyIsNone(t *testing.T) {
	tr := finishRun(start(t, plain+"hold A DATA #1 until A ESTABLISHED"))
	data := first(t, tr, endpoint.A, endpoint.KindDATA)
	if got, want := arrival(t, tr, data.ID), data.At+scenario.DefaultDelay; got != want {
		t.Errorf("arrives at %v, want %v", got, want)
	}
}

func TestHoldSeesTheStateThatItsSegmentLeavesIn(t *testing.T) {
	tr := finishRun(start(t, plain+"hold A FIN #1- until A ESTABLISHED\nheal at 5s"))
	fin := first(t, tr, endpoint.A, endpoint.KindFIN)
	if got, want := arrival(t, tr, fin.ID), 5*time.Second; got != want { // A is in FIN-WAIT-1 already
		t.Errorf("left: arrives at %v, want %v", got, want)
	}
	tr = finishRun(start(t, plain+"hold A FIN #1- until A FIN-WAIT-1\nheal at 5s"))
	fin = first(t, tr, endpoint.A, endpoint.KindFIN)
	if got, want := arrival(t, tr, fin.ID), fin.At+scenario.DefaultDelay; got != want {
		t.Errorf("entered: arrives at %v, want %v", got, want)
	}
}

func TestHoldEndsAtItsOrAndAtHeal(t *testing.T) {
	tr := finishRun(start(t, plain+"hold A FIN #1- until B LISTEN or 700ms"))
	fin := first(t, tr, endpoint.A, endpoint.KindFIN)
	if got, want := arrival(t, tr, fin.ID), fin.At+700*time.Millisecond; got != want {
		t.Errorf("or: arrives at %v, want %v", got, want)
	}
	tr = finishRun(start(t, plain+"hold A FIN #1- until B LISTEN\nheal at 5s"))
	fin = first(t, tr, endpoint.A, endpoint.KindFIN)
	if got, want := arrival(t, tr, fin.ID), 5*time.Second; got != want {
		t.Errorf("heal: arrives at %v, want %v", got, want)
	}
}

func TestReorderWaitsForLaterArrivals(t *testing.T) {
	tr := finishRun(start(t, `
		A tcp no-nagle
		A: open active; send 1; send 1; send 1; close
		B: open passive; receive all; close
		reorder A DATA #1 behind 2`))
	held := first(t, tr, endpoint.A, endpoint.KindDATA)
	if got, want := arrival(t, tr, held.ID), arrival(t, tr, held.ID+2)+time.Microsecond; got != want {
		t.Errorf("arrives at %v, want %v\n%s", got, want, story(tr))
	}
}

func TestCutKillsWhatIsEmittedWhileItLasts(t *testing.T) {
	tr := finishRun(start(t, plain+"cut A<->B when A FIN-WAIT-1 for 3s"))
	got := ""
	for i := range tr.Segments {
		if s := &tr.Segments[i]; s.Cause != link.NotLost {
			got += fmt.Sprintf("%v %v %v #%d %v\n", s.At, s.End, s.Kind, s.Nth, s.Cause)
		}
	}
	// A's first FIN left in the step that entered FIN-WAIT-1: before the cut.
	want := "30ms B ACK #1 cut\n" +
		"30ms B FIN #1 cut\n" +
		"1.02s A FIN #2 cut\n" +
		"1.03s B FIN #2 cut\n"
	if got != want {
		t.Errorf("lost:\n%swant:\n%s\n%s", got, want, story(tr))
	}
}

func TestCrashForgetsAndRestartAnswersWithRST(t *testing.T) {
	tr := finishRun(start(t, `
		A: open active; wait 5s; send 1; receive all
		B: open passive; receive all
		crash B when B ESTABLISHED
		restart B after 1s`))
	want := "5.02s A SEND 1 -> ESTABLISHED [#4 DATA not lost]\n" +
		"5.03s B #4 -> CLOSED [#5 RST not lost]\n" +
		"5.04s A #5 -> CLOSED\n" +
		"5.04s A RECEIVE: connection reset -> CLOSED\n"
	if got := story(tr); !strings.HasSuffix(got, want) {
		t.Errorf("got\n%s\nwant it to end\n%s", got, want)
	}
}

func TestCrashedHostIsDeafAndSilent(t *testing.T) {
	tr := finishRun(start(t, "A: open active\nB: open passive\ncrash B when B SYN-RECEIVED\n"))
	for i := range tr.Events {
		e := &tr.Events[i]
		if e.End == endpoint.B && e.Cause.Kind == Arrival && e.At > 15*time.Millisecond && (!e.Cause.Deaf || e.Emits > 0) {
			t.Errorf("event %d: B heard %+v", e.N, e.Cause)
		}
	}
	if tr.Final[0] != endpoint.SynSent && tr.Final[0] != endpoint.Closed && tr.Final[0] != endpoint.Established {
		t.Errorf("A rests in %v", tr.Final[0])
	}
}

func TestAppLineThatWaitsAtWhenSurvivesACrash(t *testing.T) {
	tr := finishRun(start(t, `
		A: open active
		B: open passive
		B: when CLOSED; open passive
		crash B when B ESTABLISHED
		restart B after 1s`))
	if tr.Final[1] != endpoint.Listen {
		t.Errorf("B rests in %v\n%s", tr.Final[1], story(tr))
	}
}

func TestStallStopsTheReader(t *testing.T) {
	tr := finishRun(start(t, plain+"stall B reads at 0s for 2s"))
	for i := range tr.Events {
		if e := &tr.Events[i]; e.Cause.Kind == Call && e.Cause.Call == CallReceive && e.End == endpoint.B && e.At < 2*time.Second {
			t.Errorf("B read at %v", e.At)
		}
	}
}

func TestInjectArrivesAtOnce(t *testing.T) {
	tr := finishRun(start(t, "A: open active\nB: open passive\ninject A->B RST seq=rcv.nxt when B ESTABLISHED\n"))
	at := entry(t, tr, endpoint.B, endpoint.Established)
	if got := entry(t, tr, endpoint.B, endpoint.Closed); got != at {
		t.Errorf("reset at %v, want %v", got, at)
	}
	if s := tr.Segment(4); s == nil || !s.Injected || s.Nth != 0 {
		t.Errorf("#4 is %+v", s)
	}
}

func TestCorruptionIsCaughtAndFlippedBack(t *testing.T) {
	tr := finishRun(start(t, plain+"corrupt A DATA #1 bit 170\nduplicate A DATA #1 after 1ms\n"))
	n := 0
	for i := range tr.Events {
		if tr.Events[i].Cause.Corrupt {
			n++
		}
	}
	if n != 2 || tr.Final != [2]endpoint.State{} {
		t.Errorf("%d corrupt arrivals, ended in %v\n%s", n, tr.Final, story(tr))
	}
}

func TestUndetectedCorruptionIsDelivered(t *testing.T) {
	w := start(t, plain+"corrupt A DATA #1 bit 160 undetected")
	var got []byte
	for {
		s, ok := w.Step()
		if !ok {
			break
		}
		if s.End == endpoint.B && s.Cause.Call == CallReceive && s.Cause.Kind == Call {
			got = append(got, s.Data...)
		}
	}
	if want := Content(ContentStart(0, 0), 0, 1)[0] ^ 0x80; len(got) != 1 || got[0] != want {
		t.Errorf("B read %v, want %v", got, want)
	}
}

func TestCompositeEdgeCountsTheStateItPasses(t *testing.T) {
	tr := finishRun(start(t, `
		A: open active
		inject B->A SYN,ACK,FIN seq=1000 ack=snd.nxt when A SYN-SENT
		crash A when A ESTABLISHED`))
	want := []endpoint.State{endpoint.SynSent, endpoint.CloseWait, endpoint.Closed}
	if got := states(tr, endpoint.A); !slices.Equal(got, want) {
		t.Errorf("A went %v: ESTABLISHED was not noticed\n%s", got, story(tr))
	}
}

func TestHealEndsTheScript(t *testing.T) {
	tr := finishRun(start(t, plain+"drop A SYN\nheal at 10s"))
	if got := entry(t, tr, endpoint.B, endpoint.SynReceived); got < 10*time.Second {
		t.Errorf("a SYN got through at %v", got)
	}
	if tr.Final != [2]endpoint.State{} || tr.Outcome != Quiet {
		t.Errorf("ended %v in %v", tr.Outcome, tr.Final)
	}
}

func TestReorderEndsAtItsOr(t *testing.T) {
	tr := finishRun(start(t, plain+"reorder A FIN #1- behind 9 or 700ms\ndrop A FIN #2-"))
	fin := first(t, tr, endpoint.A, endpoint.KindFIN)
	if got, want := arrival(t, tr, fin.ID), fin.At+700*time.Millisecond; got != want {
		t.Errorf("arrives at %v, want %v", got, want)
	}
}

func TestWhatTravelsLongerThanHealIsNotReleasedBefore(t *testing.T) {
	tr := finishRun(start(t, plain+"hold A FIN #1- until B LISTEN or 10s\ndelay A FIN #1 by 2s\nheal at 1s"))
	fin := first(t, tr, endpoint.A, endpoint.KindFIN)
	if got, want := arrival(t, tr, fin.ID), fin.At+scenario.DefaultDelay+2*time.Second; got != want {
		t.Errorf("arrives at %v, want %v", got, want)
	}
}

func TestStalledReaderWakesUp(t *testing.T) {
	tr := finishRun(start(t, `
		A: open active; send 1; close; receive all
		B: open passive; receive all; close
		stall B reads at 0s for 2s
		stall B reads at 1s for 3s`))
	at, n := calls(tr, endpoint.B, CallReceive)
	if n != 1 || at[0] != 4*time.Second {
		t.Errorf("%d octets read at %v", n, at)
	}
}

func TestStallEndsAtHeal(t *testing.T) {
	tr := finishRun(start(t, plain+"stall B reads at 0s for 1h\nheal at 3s"))
	if at, _ := calls(tr, endpoint.B, CallReceive); at[0] != 3*time.Second {
		t.Errorf("read at %v", at)
	}
}

func TestCrashDuringOpen(t *testing.T) {
	tr := finishRun(start(t, `
		A: open active; send 1
		B: open passive
		A: when CLOSED; wait 5s; open active
		crash A when A SYN-SENT
		restart A after 1s`))
	at, _ := calls(tr, endpoint.A, CallActiveOpen)
	// What restarts is asked at once: the line that waited has its pause then.
	if !slices.Equal(at, []time.Duration{0, 6 * time.Second}) {
		t.Errorf("OPEN at %v\n%s", at, story(tr))
	}
	if _, n := calls(tr, endpoint.A, CallSend); n != 0 {
		t.Error("an application survived the crash")
	}
	if tr.Final != [2]endpoint.State{endpoint.Established, endpoint.Established} {
		t.Errorf("ended in %v\n%s", tr.Final, story(tr))
	}
}

func TestEachCrashTakesARestartOfItsOwn(t *testing.T) {
	const twice = `
		A: wait 10s; open active
		B: open passive
		B: when CLOSED #2; open passive
		crash B at 1s
		crash B at 3s
		crash B at 5s
		restart B after 1s
	`
	deafAt := func(text string) (deaf int) {
		tr := finishRun(start(t, text))
		for i := range tr.Events {
			if tr.Events[i].Cause.Deaf {
				deaf++
			}
		}
		return deaf
	}
	if deafAt(twice) == 0 {
		t.Error("one restart woke B after two crashes")
	}
	if deafAt(twice+"restart B after 1s\nrestart B after 1s\n") != 0 {
		t.Error("B stayed down")
	}
}

func TestNothingRestartsAtHeal(t *testing.T) {
	tr := finishRun(start(t, "A: open active\nB: open passive\ncrash B at 1s\nrestart B after 4s\nheal at 5s"))
	for i := range tr.Events {
		if c := tr.Events[i].Cause; c.Kind == Fault && c.Fault == 2 {
			t.Errorf("restarted at %v", tr.Events[i].At)
		}
	}
}

func TestOrderWithinAnInstant(t *testing.T) {
	tr := finishRun(start(t, `
		A: open active
		B: open passive
		A: wait 1s; send 1
		B: wait 1s; send 1
		stall B reads at 1s for 1s
		stall A reads at 1s for 1s`))
	want := "1s B fault 1 -> ESTABLISHED\n1s A fault 2 -> ESTABLISHED\n1s A SEND 1 -> ESTABLISHED [#4 DATA not lost]\n1s B SEND 1"
	if got := story(tr); !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant in it\n%s", got, want)
	}
}
