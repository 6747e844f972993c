package steer

import (
	"context"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
)

// forger is a TCP that hands out a wrong octet, but in FIN-WAIT-2 only, and
// panics in CLOSING.
type forger struct{ *tcp.TCP }

func forgers(c endpoint.Config) (endpoint.Endpoint, error) {
	ep, err := tcp.New(c)
	if err != nil {
		return nil, err
	}
	return &forger{ep.(*tcp.TCP)}, nil
}

func (x *forger) state() endpoint.State {
	var st endpoint.Status
	x.Status(&st)
	return st.State
}

func (x *forger) Receive(now time.Duration, p []byte) (n int, err error) {
	n, err = x.TCP.Receive(now, p)
	if n > 0 && x.state() == endpoint.FinWait2 {
		p[0] ^= 1
	}
	return n, err
}

func (x *forger) Arrive(now time.Duration, datagram []byte) {
	x.TCP.Arrive(now, datagram)
	if x.state() == endpoint.Closing {
		panic("in CLOSING")
	}
}

// What a search finds is written out and shrunk as what a sweep finds, and
// neither a rule that is broken nor a panic ends the search.
func TestFind(t *testing.T) {
	o := Options{
		Offer: append(sim.TCP(), sim.Named{Name: "forger", New: forgers}), Ends: [2]string{"forger", "tcp"},
		Seed: 1, Runs: 1500, Jobs: 2,
	}
	r, err := Search(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	found, err := search.Find(search.Options{Offer: o.Offer}, r.Groups, nil)
	if err != nil {
		t.Fatal(err)
	}
	first := map[uint64]bool{}
	for _, g := range r.Groups {
		if first[g.Run] || g.Run >= r.Runs {
			t.Errorf("run %d was the first of two groups, or was none", g.Run)
		}
		first[g.Run] = true
	}
	var octets, panics bool
	for i, f := range found {
		if f.Trace.Violation.Rule != r.Groups[i].Violation.Rule || f.Trace.Scenario.Ends[0].Endpoint != "forger" {
			t.Errorf("group %d became %s", i, f.Trace.Violation.Text)
		}
		octets = octets || f.Trace.Violation.Rule.ID == "I-3"
		panics = panics || search.IsPanic(&f.Trace.Violation)
		if n := strings.Count(f.Trace.Scenario.String(), "\n"); n > 10 {
			t.Errorf("%s: %d lines are left:\n%s", f.Trace.Violation.Text, n, f.Trace.Scenario.String())
		}
	}
	if !octets || !panics {
		t.Errorf("the octet was found: %v, the panic: %v, of %d groups", octets, panics, len(found))
	}
}
