package oracle

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

// stranger is a TCP about which little is known: it claims nothing, and what it
// does not tell is not there to be looked at.
type stranger struct {
	endpoint.Endpoint // and not its Profile
	hides             endpoint.Known
}

func (x *stranger) Status(st *endpoint.Status) {
	x.Endpoint.Status(st)
	keep := *st
	const nonsense = 0x5ca1ab1e
	st.Known &^= x.hides
	if x.hides&endpoint.KnowSND != 0 {
		st.SND.UNA, st.SND.NXT, st.SND.MAX = nonsense, nonsense, nonsense
	}
	if x.hides&endpoint.KnowWindow != 0 {
		st.SND.WND, st.SND.WL1, st.SND.WL2 = nonsense, nonsense, nonsense
	}
	if x.hides&endpoint.KnowRCV != 0 {
		st.RCV = endpoint.RCV{NXT: nonsense, WND: nonsense}
	}
	if x.hides&endpoint.KnowISS != 0 {
		st.ISS, st.IRS = nonsense, nonsense
	}
	if x.hides&endpoint.KnowErr != 0 {
		st.Err = endpoint.ErrReset
	}
	// The world runs by the state, the deadline and the buffers, guesses or not.
	st.State, st.Deadline = keep.State, keep.Deadline
}

func strangers(hides endpoint.Known) sim.Offer {
	return append(sim.TCP(), sim.Named{Name: "stranger", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		tcp, err := tcp.New(c)
		return &stranger{tcp, hides}, err
	}})
}

// TestStrangersAreNotAccused: whatever an end keeps to itself, the runs of a TCP
// that is right are legal, opposite one of its kind and opposite a plain one.
func TestStrangersAreNotAccused(t *testing.T) {
	hidden := map[string]endpoint.Known{"nothing": 0, "all but State": endpoint.KnowAll &^ endpoint.KnowState, "all": endpoint.KnowAll}
	for i := range 8 {
		hidden[lackNames[i]] = 1 << i
	}
	for name, hides := range hidden {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sim.NewWorld(strangers(hides))
			var j Judge
			r := rand.New(rand.NewPCG(uint64(hides), 3))
			bad := 0
			for n := range stressRuns() {
				text := randomScenario(r)
				names := [2]string{"stranger", "stranger"}
				if n%3 > 0 { // the two, or one of them
					names[n%3-1] = "tcp"
				}
				if err := runBetween(w, &j, text, names); err != nil {
					t.Fatal(err, text)
				}
				if v := j.Violation(); v.Found() {
					t.Errorf("step %d at %v: %s: %s (got %s, want %s)\n%v\n%s", v.Step, v.At, v.Rule.ID, v.Text, v.Got, v.Want, names, text)
					if bad++; bad > 1 {
						t.FailNow()
					}
				}
			}
			list := fmt.Sprint(j.Judged().Of(endpoint.A))
			for i, name := range lackNames[:8] {
				if tells := hides&(1<<i) == 0; tells && !strings.Contains(list, "RFC5961") ||
					!tells && hides&endpoint.KnowState == 0 && !strings.Contains(list, name) {
					t.Errorf("nothing is said to need %s: %s", name, list)
				}
			}
			if plain := j.Judged().Of(endpoint.B); hides&endpoint.KnowState != 0 && len(plain) < stateless {
				t.Errorf("of ends without a state: %v", plain)
			}
		})
	}
}

// stressRuns is how many runs a stress test makes: fewer with -short.
func stressRuns() int {
	if testing.Short() {
		return 300
	}
	return 3000
}
