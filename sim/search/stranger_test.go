package search

import (
	"context"
	"fmt"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

// stranger is a TCP that claims nothing, and keeps something to itself.
type stranger struct {
	endpoint.Endpoint
	hides endpoint.Known
}

func (x *stranger) Status(st *endpoint.Status) {
	x.Endpoint.Status(st)
	st.Known &^= x.hides
}

// TestStrangersAreJudgedByWhatTheyTell sweeps TCPs that tell less and less: no
// rule accuses them, and what could not be judged is listed.
func TestStrangersAreJudgedByWhatTheyTell(t *testing.T) {
	runs := uint64(1500) // with one stranger, and again with two
	if testing.Short() {
		runs = 150
	}
	hidden := []endpoint.Known{0, endpoint.KnowAll &^ endpoint.KnowState, endpoint.KnowAll}
	for bit := endpoint.KnowState; bit <= endpoint.KnowErr; bit <<= 1 {
		hidden = append(hidden, bit)
	}
	for _, hides := range hidden {
		t.Run(fmt.Sprintf("%08b", hides), func(t *testing.T) {
			t.Parallel()
			offer := append(sim.TCP(), sim.Named{Name: "stranger", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
				tcp, err := tcp.New(c)
				return &stranger{tcp, hides}, err
			}})
			for _, ends := range [][2]string{{"tcp", "stranger"}, {"stranger", "stranger"}} {
				r, err := Sweep(context.Background(), Options{Offer: offer, Ends: ends, Seed: uint64(hides), Runs: runs})
				if err != nil {
					t.Fatal(err)
				}
				for _, g := range r.Groups {
					t.Errorf("%v: run %d of %d: %s: %s", ends, g.Run, g.Count, g.Violation.Rule.ID, g.Violation.Text)
				}
				if len(r.Judged.Of(endpoint.B)) == 0 {
					t.Errorf("%v: all was judged of an end that hides %08b", ends, hides)
				}
			}
		})
	}
	r, err := Sweep(context.Background(), Options{Offer: sim.TCP(), Runs: 500})
	if err != nil {
		t.Fatal(err)
	}
	for e := range 2 {
		if list := r.Judged.Of(endpoint.End(e)); len(list) > 0 {
			t.Errorf("of TCP itself %v", list)
		}
	}
}
