package oracle

import (
	"math/rand/v2"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

// listener is a TCP that shows LISTEN until a connection is established, as a
// stack does whose listener keeps those that are not yet. Closing it resets
// what it keeps.
type listener struct {
	endpoint.Endpoint
	st        endpoint.Status
	passive   bool // LISTEN was its last state but SYN-RECEIVED
	confesses bool
}

func (l *listener) Profile() endpoint.Profile {
	p := l.Endpoint.(endpoint.Profiler).Profile()
	p.HidesSynReceived = l.confesses
	return p
}

func (l *listener) Status(st *endpoint.Status) {
	l.Endpoint.Status(st)
	l.st = *st
	if st.State != sSYNRECEIVED {
		l.passive = st.State == sLISTEN
	}
	if l.hidden() {
		st.State = sLISTEN
		st.Known &= endpoint.KnowState | endpoint.KnowDeadline | endpoint.KnowErr
	}
}

func (l *listener) hidden() bool { return l.passive && l.st.State == sSYNRECEIVED }

func (l *listener) Close(now time.Duration) error {
	if l.hidden() {
		return l.Abort(now)
	}
	return l.Endpoint.Close(now)
}

func (l *listener) Send(now time.Duration, p []byte) (int, error) {
	if l.hidden() {
		return 0, nil
	}
	return l.Endpoint.Send(now, p)
}

// TestListenersAreNotAccused: a stack that claims to hide SYN-RECEIVED, and is
// right otherwise, breaks no rule; one that does not claim it does.
func TestListenersAreNotAccused(t *testing.T) {
	for _, confesses := range []bool{true, false} {
		offer := append(sim.TCP(), sim.Named{Name: "listener", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
			tcp, err := tcp.New(c)
			return &listener{Endpoint: tcp, confesses: confesses}, err
		}})
		w := sim.NewWorld(offer)
		var j Judge
		r := rand.New(rand.NewPCG(5, 5))
		accused := 0
		for n := range stressRuns() {
			text := randomScenario(r)
			names := [2]string{"listener", "listener"}
			if n%2 > 0 {
				names[0] = "tcp"
			}
			if err := runBetween(w, &j, text, names); err != nil {
				t.Fatal(err, text)
			}
			if v := j.Violation(); v.Found() {
				if accused++; confesses && accused < 3 {
					t.Errorf("step %d at %v: %s: %s (got %s, want %s)\n%v\n%s", v.Step, v.At, v.Rule.ID, v.Text, v.Got, v.Want, names, text)
				}
			}
		}
		if !confesses && accused < stressRuns()/3 {
			t.Errorf("only %d runs were found out", accused)
		}
		if n := j.Coverage().Edges[sSYNRECEIVED][sESTABLISHED]; confesses && n < uint64(stressRuns()/3) {
			t.Errorf("only %d connections came out of hiding", n)
		}
	}
}
