package sim

import (
	"strings"
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/link"
)

func TestResetRefusesWhatMeansNothing(t *testing.T) {
	app := func(a scenario.Act) scenario.Scenario {
		return scenario.Scenario{Apps: []scenario.App{{Acts: []scenario.Act{a}}}}
	}
	slow := func(d link.Delay) (s scenario.Scenario) {
		s.Link[1].Delay = d
		return s
	}
	for want, s := range map[string]scenario.Scenario{
		"application 1, act 1: no act 99":   app(scenario.Act{Op: 99}),
		"application 1, act 1: no state 99": app(scenario.Act{Op: scenario.ActWhen, State: 99}),
		"application 1, act 1: send: -1":    app(scenario.Act{Op: scenario.ActSend, N: -1}),
		"application 1, act 1: wait: time":  app(scenario.Act{Op: scenario.ActWait, Every: -1}),
		"application 1 is at no end":        {Apps: []scenario.App{{End: 2}}},
		"heal at -1ns":                      {Heal: -1},
		"B: link: uniform delay":            slow(link.Delay{Model: link.Uniform, Min: 2, Max: 1}),
		"B: link: no delay model 9":         slow(link.Delay{Model: 9}),
	} {
		w := start(t, "")
		err := w.Reset(&s)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
		if _, ok := w.Step(); ok {
			t.Errorf("%s: the world steps all the same", want)
		}
		if err := w.Reset(&scenario.Scenario{}); err != nil || finishRun(w).Outcome != Quiet {
			t.Errorf("%s: the world is spoilt: %v", want, err)
		}
	}
	if _, ok := NewWorld(TCP()).Step(); ok {
		t.Error("a world steps that was never reset")
	}
}

func TestEmptyApplicationDoesNothing(t *testing.T) {
	w := NewWorld(TCP())
	if err := w.Reset(&scenario.Scenario{Apps: []scenario.App{{}}}); err != nil {
		t.Fatal(err)
	}
	if tr := finishRun(w); len(tr.Events) != 0 || tr.Outcome != Quiet {
		t.Errorf("%v\n%s", tr.Outcome, story(tr))
	}
}

func TestCallsCountAsEvents(t *testing.T) {
	const text = `
		A: open active; send 20000; close
		B: open passive; receive all by 1; close
		limit events 500`
	if tr := finishRun(start(t, text)); tr.Outcome != OverEvents || len(tr.Events) > 501 {
		t.Errorf("%v after %d events", tr.Outcome, len(tr.Events))
	}
}

// flood emits many datagrams every time its timer is due, which it always is.
type flood struct {
	endpoint.Endpoint
	deadline time.Duration
	left     int
}

func (f *flood) Timeout(now time.Duration) { f.left, f.deadline = 1000, now+time.Microsecond }
func (f *flood) Status(st *endpoint.Status) {
	f.Endpoint.Status(st)
	st.Deadline = f.deadline
}
func (f *flood) Emit(time.Duration, []byte) (int, bool) {
	f.left--
	return 40, f.left >= 0
}

func flooded(t *testing.T, text string) Outcome {
	t.Helper()
	s, err := scenario.Parse("test", text)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorld(Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		inner, err := tcp.New(c)
		return &flood{Endpoint: inner}, err
	}}})
	if err := w.Reset(&s); err != nil {
		t.Fatal(err)
	}
	return finishRun(w).Outcome
}

func TestFloodIsABudget(t *testing.T) {
	if got := flooded(t, "link delay 1h"); got != OverQueue {
		t.Errorf("under way: %v, want %v", got, OverQueue)
	}
	if got := flooded(t, "link loss 100%"); got != OverSegments {
		t.Errorf("lost: %v, want %v", got, OverSegments)
	}
}

func TestDamagedSegmentIsShownAsItArrives(t *testing.T) {
	w := start(t, plain+"corrupt A DATA #1 bit 160 undetected\nduplicate A DATA #1 after 1ms")
	n := 0
	for {
		s, ok := w.Step()
		if !ok {
			break
		}
		if s.Cause.Corrupt {
			n++
			if got, want := s.Arrived.Text[0], Content(ContentStart(0, 0), 0, 1)[0]^0x80; got != want {
				t.Errorf("the segment shows %#x, want %#x", got, want)
			}
		}
	}
	if n != 2 {
		t.Errorf("%d damaged arrivals", n)
	}
}

func TestDeadApplicationKeepsNothingAlive(t *testing.T) {
	w := start(t, "A: wait 999h; open active\nB: open passive\ncrash A at 1s\n")
	if tr := finishRun(w); tr.Outcome != Quiet || w.Now() != time.Second {
		t.Errorf("%v at %v", tr.Outcome, w.Now())
	}
	w = start(t, "A: open active\nB: open passive\nstall B reads at 1s for 50s\n")
	if finishRun(w); w.Now() != time.Second {
		t.Errorf("a stall of nobody lasts until %v", w.Now())
	}
}

func calls(tr *Trace, e endpoint.End, c UserCall) (at []time.Duration, octets int) {
	for i := range tr.Events {
		if ev := &tr.Events[i]; ev.End == e && ev.Cause.Kind == Call && ev.Cause.Call == c {
			at, octets = append(at, ev.At), octets+int(ev.Cause.N)
		}
	}
	return at, octets
}

func TestSlowReaderPausesBetweenReads(t *testing.T) {
	tr := finishRun(start(t, `
		A: open active; send 30; close
		B: open passive; receive 30 by 10 every 1s; close`))
	at, n := calls(tr, endpoint.B, CallReceive)
	closed, _ := calls(tr, endpoint.B, CallClose)
	if n != 30 || len(at) != 3 || at[2]-at[0] != 2*time.Second || closed[0] != at[2] {
		t.Errorf("%d octets at %v, CLOSE at %v", n, at, closed)
	}
}

func TestReceiveEndsWithTheStream(t *testing.T) {
	tr := finishRun(start(t, `
		A: open active; send 3; close; receive all
		B: open passive; receive 10; send 5; close`))
	if _, n := calls(tr, endpoint.B, CallReceive); n != 3 {
		t.Errorf("B read %d octets", n)
	}
	if _, n := calls(tr, endpoint.A, CallReceive); n != 5 || tr.Final != [2]endpoint.State{} {
		t.Errorf("A read %d octets, ended in %v\n%s", n, tr.Final, story(tr))
	}
}

func TestOpenWithoutWaiting(t *testing.T) {
	tr := finishRun(start(t, "A: open active nowait; close\nB: open passive nowait; wait 1s; close\n"))
	if tr.Final != [2]endpoint.State{} {
		t.Errorf("ended in %v\n%s", tr.Final, story(tr))
	}
	closed, _ := calls(tr, endpoint.A, CallClose)
	if closed[0] != 0 || tr.Events[1].Cause.Call != CallClose && tr.Events[2].Cause.Call != CallClose {
		t.Errorf("CLOSE at %v, not in SYN-SENT\n%s", closed, story(tr))
	}
}

func TestIPv6(t *testing.T) {
	w := start(t, "ip 6\n"+plain)
	for {
		s, ok := w.Step()
		if !ok {
			break
		}
		for _, m := range s.Emits {
			if m.Err != nil || w.slots[w.held[0]].buf[0]>>4 != 6 {
				t.Fatalf("#%d: %v", m.ID, m.Err)
			}
		}
	}
	if tr := w.Trace(); tr.Final != [2]endpoint.State{} || tr.Outcome != Quiet {
		t.Errorf("ended %v in %v", tr.Outcome, tr.Final)
	}
}

// The order within one instant: an application whose pause ends goes before
// what arrives then.
func TestPauseEndsBeforeTheQueue(t *testing.T) {
	tr := finishRun(start(t, `
		link delay 10ms
		A: open active; wait 15ms; wait 5ms; close
		B: open passive; send 1; close`)) // B's data is under way to A since 30ms
	want := "40ms A CLOSE -> FIN-WAIT-1 [#6 FIN not lost]\n"
	at := strings.Index(story(tr), "40ms ")
	if got := story(tr)[max(at, 0):]; !strings.HasPrefix(got, want) {
		t.Errorf("at 40ms comes first\n%s\nwant\n%s\n%s", got, want, story(tr))
	}
}
