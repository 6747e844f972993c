package cells

import (
	"slices"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

// profile is what halfopen's own TCP claims.
func profile(t *testing.T) endpoint.Profile {
	t.Helper()
	sockets := sim.Sockets(false)
	ep, err := tcp.New(endpoint.Config{Local: sockets[0], Remote: sockets[1]})
	if err != nil {
		t.Fatal(err)
	}
	return ep.(endpoint.Profiler).Profile()
}

func TestTCP(t *testing.T) { Run(t, tcp.New, profile(t)) }

// None of the cells may be left out for our own TCP.
func TestAllPut(t *testing.T) {
	stack := NewStack(tcp.New, profile(t))
	for _, c := range All() {
		if r := stack.Put(&c, Places()[0]); r.Unfit != "" {
			t.Errorf("%s: %s", c.Name(), r.Unfit)
		}
	}
}

// There are 240 cells at least, and each of the 11 states has 20 events.
func TestCount(t *testing.T) {
	all := All()
	if len(all) < 240 {
		t.Errorf("%d cells, want 240 at least", len(all))
	}
	events := map[endpoint.State][]*Event{}
	for _, c := range all {
		if !slices.Contains(events[c.State.Is], c.Event) {
			events[c.State.Is] = append(events[c.State.Is], c.Event)
		}
	}
	for s := range endpoint.NumStates {
		if n := len(events[endpoint.State(s)]); n < 20 {
			t.Errorf("%v: %d events, want 20 at least", endpoint.State(s), n)
		}
	}
}

// The places are where they say: the numbers of a connection wrap.
func TestPlaces(t *testing.T) {
	stack := NewStack(tcp.New, profile(t))
	for _, c := range All() {
		for _, at := range Places()[1:] {
			n, err := stack.number(&c, at)
			if err != nil || n.iss != at.ISS {
				t.Fatalf("%s, %s: its ISS is %d, want %d: %v", c.Name(), at.Name, n.iss, at.ISS, err)
			}
		}
	}
}

// The oracle finds nothing wrong with what the table calls right.
func TestOracleAgrees(t *testing.T) {
	stack := NewStack(tcp.New, profile(t))
	for _, c := range All() {
		for _, at := range Places() {
			if r := stack.Put(&c, at); r.Wrong == "" && r.Oracle.Found() {
				t.Errorf("%v, at %v: %v: %v\n%v", c.Name(), at.Name, r.Oracle.Rule.Name, r.Oracle.Text, r.Scenario)
			}
		}
	}
}

// For each choice of a profile, and without any, there is an answer in each
// cell.
func TestEveryProfileHasAnswers(t *testing.T) {
	profiles := []endpoint.Profile{
		{}, {RFC5961: true}, {ACKRange: true}, {HalfDuplexClose: true}, {RFC1337: true}, {RFC1337: true, RFC5961: true},
		{Note3TimeWait: true}, {ReopensTimeWait: endpoint.ReopensByNumber}, {ReopensTimeWait: endpoint.ReopensByTimestamp},
	}
	for _, c := range All() {
		for _, p := range profiles {
			if !slices.ContainsFunc(c.Answers, func(a Answer) bool { return a.holds(&p) }) {
				t.Errorf("%s: no answer for %+v", c.Name(), p)
			}
		}
	}
}
