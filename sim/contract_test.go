package sim

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
)

// odd is TCP, but for what a test replaces.
type odd struct {
	endpoint.Endpoint
	send, receive func(n, most int) int
	emit          func(n int, ok bool, most int) (int, bool)
	status        func(*endpoint.Status)
}

func (o *odd) Send(now time.Duration, p []byte) (int, error) {
	n, err := o.Endpoint.Send(now, p)
	if o.send != nil {
		n = o.send(n, len(p))
	}
	return n, err
}

func (o *odd) Receive(now time.Duration, p []byte) (int, error) {
	n, err := o.Endpoint.Receive(now, p)
	if o.receive != nil {
		n = o.receive(n, len(p))
	}
	return n, err
}

func (o *odd) Emit(now time.Duration, buf []byte) (int, bool) {
	n, ok := o.Endpoint.Emit(now, buf)
	if o.emit != nil {
		return o.emit(n, ok, len(buf))
	}
	return n, ok
}

func (o *odd) Status(st *endpoint.Status) {
	if o.status == nil {
		o.Endpoint.Status(st)
		return
	}
	o.status(st)
}

// oddOffer offers TCPs that a test has made odd.
func oddOffer(make func(*odd)) Offer {
	return Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		inner, err := tcp.New(c)
		o := &odd{Endpoint: inner}
		make(o)
		return o, err
	}}}
}

// runOdd runs a scenario with odd endpoints, until its end or until one breaks
// the contract.
func runOdd(t *testing.T, offer Offer, text string) (tr *Trace, broken error) {
	t.Helper()
	s, err := scenario.Parse("test", text)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorld(offer)
	if err := w.Reset(&s); err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			broken = p.(*ContractError) // any other panic is the harness's own
			w.Abandon()
			tr = w.Trace()
		}
	}()
	return finishRun(w), nil
}

func TestBrokenContractIsNamed(t *testing.T) {
	more := func(_, most int) int { return most + 1 }
	less := func(int, int) int { return -1 }
	for want, change := range map[string]func(*odd){
		"endpoint: Send answered 1001 octets, want 0 to 1000":      func(o *odd) { o.send = more },
		"endpoint: Send answered -1 octets, want 0 to 1000":        func(o *odd) { o.send = less },
		"endpoint: Receive answered 65537 octets, want 0 to 65536": func(o *odd) { o.receive = more },
		"endpoint: Receive answered -1 octets, want 0 to 65536":    func(o *odd) { o.receive = less },
		"endpoint: Emit answered 1501 octets, want 0 to 1500": func(o *odd) {
			o.emit = func(n int, ok bool, most int) (int, bool) { return most + 1, ok }
		},
		"endpoint: Emit answered -1 octets, want 0 to 1500": func(o *odd) {
			o.emit = func(n int, ok bool, most int) (int, bool) { return -1, ok }
		},
		"endpoint: Status answered State 200, want a State below 11 and an Err below 12": func(o *odd) {
			o.status = func(st *endpoint.Status) {
				if o.Endpoint.Status(st); st.State != endpoint.Closed {
					st.State = 200
				}
			}
		},
	} {
		tr, err := runOdd(t, oddOffer(change), "")
		if err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
			continue
		}
		if n := len(tr.Events); n == 0 || tr.Outcome != Panicked || int(tr.Final[0]) >= endpoint.NumStates {
			t.Errorf("%s: %d events, %v, %v", want, n, tr.Outcome, tr.Final)
		}
	}
}

func TestWhatAStackIsRefusedAtTheStart(t *testing.T) {
	_, err := runOdd(t, oddOffer(func(o *odd) {
		o.status = func(st *endpoint.Status) { st.Err = 99 }
	}), "")
	if want := "sim: end A: endpoint: Status answered Err 99, want"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %v, want %s ...", err, want)
	}
	_, err = runOdd(t, Offer{{Name: "tcp", New: func(endpoint.Config) (endpoint.Endpoint, error) { return nil, nil }}}, "")
	var broken *ContractError
	want := "sim: end A: endpoint: the factory of tcp answered nil and no error, want an endpoint or an error"
	if !errors.As(err, &broken) || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestRebootThatIsRefused has a factory that serves a Config once.
func TestRebootThatIsRefused(t *testing.T) {
	served := 0
	offer := Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		if served++; served > 2 {
			return nil, nil
		}
		inner, err := tcp.New(c)
		return struct{ endpoint.Endpoint }{inner}, err
	}}}
	tr, err := runOdd(t, offer, "crash B when B ESTABLISHED")
	if err == nil || !strings.Contains(err.Error(), "endpoint: a start after a crash answered sim: end B: endpoint: the factory of tcp answered nil") {
		t.Errorf("error %v", err)
	} else if tr.Outcome != Panicked {
		t.Errorf("outcome %v", tr.Outcome)
	}
}

// TestStatusHoldsNothingOld has a stack that tells its state alone: the other
// fields must not be those of an earlier answer.
func TestStatusHoldsNothingOld(t *testing.T) {
	calls := 0
	offer := oddOffer(func(o *odd) {
		o.status = func(st *endpoint.Status) {
			if (*st != endpoint.Status{Deadline: endpoint.Never}) {
				t.Errorf("asked with %+v", *st)
			}
			calls++
			var all endpoint.Status
			o.Endpoint.Status(&all)
			if calls%3 == 0 {
				*st = all
			}
			st.State, st.Known = all.State, endpoint.KnowState
		}
	})
	if _, err := runOdd(t, offer, ""); err != nil || calls < 10 {
		t.Errorf("error %v after %d calls", err, calls)
	}
}

// TestDeadlineThatStandsStillIsABudget: whether it is the present or the past.
func TestDeadlineThatStandsStillIsABudget(t *testing.T) {
	for _, at := range []time.Duration{-time.Hour, 0, 10 * time.Millisecond} {
		tr, err := runOdd(t, oddOffer(func(o *odd) {
			o.status = func(st *endpoint.Status) {
				o.Endpoint.Status(st)
				st.Deadline = at
			}
		}), "")
		if err != nil || tr.Outcome != OverInstant {
			t.Fatalf("deadline %v: error %v, outcome %v, want %v", at, err, tr.Outcome, OverInstant)
		}
	}
}

// TestSmallSegmentsAreNoFlood sends a window in segments of a few octets: many
// datagrams in one step, and all of them legal.
func TestSmallSegmentsAreNoFlood(t *testing.T) {
	w := start(t, `
		A tcp mss=8
		link delay 10ms
		A: open active; receive all; close
		B: open passive; send 65535; close`)
	most := 0
	for {
		s, ok := w.Step()
		if !ok {
			break
		}
		most = max(most, len(s.Emits))
	}
	if most < 8000 || w.Outcome() != Quiet || fmt.Sprint(w.Trace().Final) != "[CLOSED CLOSED]" {
		t.Errorf("%d datagrams in one step, %v, %v", most, w.Outcome(), w.Trace().Final)
	}
}
