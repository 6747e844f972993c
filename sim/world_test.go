package sim

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/link"
)

// start returns a world at the beginning of a scenario.
func start(t testing.TB, text string) *World {
	t.Helper()
	s, err := scenario.Parse("test", text)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorld(TCP())
	if err := w.Reset(&s); err != nil {
		t.Fatal(err)
	}
	return w
}

// finish runs a world to its end and returns the trace.
func finishRun(w *World) *Trace {
	for {
		if _, ok := w.Step(); !ok {
			return w.Trace()
		}
	}
}

// story tells a trace in lines, as short as a test can read them.
func story(tr *Trace) string {
	var b strings.Builder
	for i := range tr.Events {
		e := &tr.Events[i]
		what := e.Cause.Kind.String()
		switch e.Cause.Kind {
		case Call:
			what = e.Cause.Call.String()
			if e.Cause.N > 0 {
				what += fmt.Sprint(" ", e.Cause.N)
			}
			if e.Cause.Err != 0 {
				what += ": " + e.Cause.Err.Error()
			}
			if e.Cause.EOF {
				what += ": end of stream"
			}
		case Arrival:
			what = fmt.Sprint("#", e.Cause.Segment)
			if e.Cause.Corrupt {
				what += " corrupt"
			}
			if e.Cause.Deaf {
				what += " deaf"
			}
		case Fault:
			what = fmt.Sprint("fault ", e.Cause.Fault)
		}
		fmt.Fprintf(&b, "%v %v %s -> %v", e.At, e.End, what, e.After)
		for _, s := range tr.EmitsOf(e) {
			fmt.Fprintf(&b, " [#%d %v %v]", s.ID, s.Kind, s.Cause)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// states lists the states that an end went through.
func states(tr *Trace, e endpoint.End) (list []endpoint.State) {
	for i := range tr.Events {
		if ev := &tr.Events[i]; ev.End == e && ev.Before != ev.After {
			list = append(list, ev.After)
		}
	}
	return list
}

func TestDefaultScenarioOpensTalksAndCloses(t *testing.T) {
	tr := finishRun(start(t, ""))
	if tr.Outcome != Quiet {
		t.Fatalf("outcome %v", tr.Outcome)
	}
	wantA := []endpoint.State{endpoint.SynSent, endpoint.Established, endpoint.FinWait1, endpoint.FinWait2, endpoint.TimeWait, endpoint.Closed}
	wantB := []endpoint.State{endpoint.Listen, endpoint.SynReceived, endpoint.Established, endpoint.CloseWait, endpoint.LastAck, endpoint.Closed}
	if a, b := states(tr, endpoint.A), states(tr, endpoint.B); !slices.Equal(a, wantA) || !slices.Equal(b, wantB) {
		t.Errorf("A went %v, B %v", a, b)
	}
}

// lossy is a scenario in which everything that a link can do happens.
const lossy = `
	seed 11
	link delay 1ms-20ms loss 10% duplicate 10% corrupt 5% reorder 5% cap 3
	A: open active; send 5000; receive all; close
	B: open passive; send 5000; close; receive all
`

func TestSameScenarioSameBytes(t *testing.T) {
	s, err := scenario.Parse("test", lossy)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorld(TCP())
	seen := map[uint64]bool{}
	for seed := range uint64(50) {
		s.Seed = seed
		if err := w.Reset(&s); err != nil {
			t.Fatal(err)
		}
		first := finishRun(w).Clone()
		digest := w.Digest()
		fresh := NewWorld(TCP())
		if err := fresh.Reset(&s); err != nil {
			t.Fatal(err)
		}
		second := finishRun(fresh)
		if fresh.Digest() != digest || !slices.Equal(first.Events, second.Events) || !slices.Equal(first.Copies, second.Copies) {
			t.Fatalf("seed %d: a world that was used before and a fresh one differ", seed)
		}
		seen[digest] = true
	}
	if len(seen) != 50 {
		t.Errorf("50 seeds gave %d different runs", len(seen))
	}
}

func TestCopyGoesOnAlike(t *testing.T) {
	w := start(t, lossy+"hold B ACK #2 until A FIN-WAIT-1\nreorder A DATA #2 behind 1\ncut A->B at 30ms for 1s\n")
	copied := NewWorld(TCP())
	for n := 0; ; n++ {
		if !copied.CopyFrom(w) {
			t.Fatal("TCP cannot be copied")
		}
		a, _ := w.AppendState(nil)
		b, _ := copied.AppendState(nil)
		if !bytes.Equal(a, b) {
			t.Fatalf("step %d: a copy has another canonical encoding", n)
		}
		if n%7 == 0 { // the copy's future must not disturb the original's
			scratch := NewWorld(TCP())
			scratch.CopyFrom(copied)
			finishRun(scratch)
			if again, _ := w.AppendState(nil); !bytes.Equal(a, again) {
				t.Fatalf("step %d: running a copy changed the original", n)
			}
			rest := NewWorld(TCP())
			rest.CopyFrom(w)
			finishRun(rest)
			if rest.Digest() != scratch.Digest() {
				t.Fatalf("step %d: two copies went different ways", n)
			}
		}
		if _, ok := w.Step(); !ok {
			return
		}
	}
}

func TestCanonicalEncodingForgetsThePath(t *testing.T) {
	at := func(text string, steps int) []byte {
		w := start(t, text)
		for range steps {
			w.Step()
		}
		b, ok := w.AppendState(nil)
		if !ok {
			t.Fatal("TCP has no canonical encoding")
		}
		return b
	}
	const fixed = "A tcp iss=100\nB tcp iss=300\n"
	if bytes.Equal(at(fixed, 3), at(fixed, 4)) {
		t.Error("two different states have the same encoding")
	}
}

func TestResetAllocatesNothing(t *testing.T) {
	s, err := scenario.Parse("test", lossy)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorld(TCP())
	run := func() {
		s.Seed = (s.Seed + 1) % 100
		if err := w.Reset(&s); err != nil {
			t.Fatal(err)
		}
		for {
			if _, ok := w.Step(); !ok {
				return
			}
		}
	}
	for range 100 { // the storage grows to what these runs need
		run()
	}
	if n := testing.AllocsPerRun(100, run); n != 0 {
		t.Errorf("%v allocations a run", n)
	}
}

func TestContentArrives(t *testing.T) {
	w := start(t, lossy)
	var got [2][]byte
	for {
		s, ok := w.Step()
		if !ok {
			break
		}
		if s.Cause.Kind == Call && s.Cause.Call == CallReceive {
			if s.Offset != int64(len(got[s.End])) {
				t.Fatalf("step %d: offset %d after %d octets", s.N, s.Offset, len(got[s.End]))
			}
			got[s.End] = append(got[s.End], s.Data...)
		}
	}
	for e := range got {
		if want := Content(ContentStart(11, e^1), 0, 5000); !bytes.Equal(got[e], want) {
			t.Errorf("%v read %d octets, not what the peer sent", endpoint.End(e), len(got[e]))
		}
	}
}

func TestBudgetsEndARun(t *testing.T) {
	for text, want := range map[string]Outcome{
		"limit events 5":  OverEvents,
		"limit time 1s":   OverTime,
		"limit instant 1": OverInstant,
	} {
		if got := finishRun(start(t, text)).Outcome; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// echo answers every datagram with one, at once: a stack at war with itself.
type echo struct {
	endpoint.Endpoint
	owed int
}

func (e *echo) Arrive(time.Duration, []byte) { e.owed++ }
func (e *echo) Emit(now time.Duration, buf []byte) (int, bool) {
	if e.owed > 0 {
		return 40, true // without end
	}
	return e.Endpoint.Emit(now, buf)
}

func TestEndlessEmissionIsABudget(t *testing.T) {
	w := NewWorld(Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		inner, err := tcp.New(c)
		return &echo{Endpoint: inner}, err
	}}})
	if err := w.Reset(&scenario.Scenario{}); err != nil {
		t.Fatal(err)
	}
	if got := finishRun(w).Outcome; got != OverInstant {
		t.Errorf("outcome %v", got)
	}
}

func TestUnknownEndpointIsAnError(t *testing.T) {
	s := scenario.Scenario{}
	s.Ends[1].Endpoint = "netstack"
	err := NewWorld(TCP()).Reset(&s)
	if err == nil || err.Error() != `sim: end B: sim: no endpoint is called "netstack"; there are: tcp` {
		t.Errorf("error %v", err)
	}
}

func TestNoHopTakesZeroTime(t *testing.T) {
	w := start(t, "link delay 1us")
	for {
		s, ok := w.Step()
		if !ok {
			return
		}
		for _, m := range s.Emits {
			for _, c := range m.Fate.Copies[:m.Fate.N] {
				if c.At < s.At+link.MinHop {
					t.Fatalf("#%d emitted at %v arrives at %v", m.ID, s.At, c.At)
				}
			}
		}
	}
}
