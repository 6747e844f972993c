package table

import (
	"math/rand/v2"
	"testing"

	"example.org/halfopen/endpoint"
)

// TestMemo: a memo says what Match says, of steps that it has met and of others,
// also where they drive each other out, and of a step that is like an empty place.
func TestMemo(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	steps := []Step{{}, {Event: ActiveOpen}, {Event: Crash, To: endpoint.Closed}}
	for range 4 << memoBits {
		yes := Fact(r.Uint64()&r.Uint64()) & allFacts
		steps = append(steps, Step{
			From: endpoint.State(r.IntN(endpoint.NumStates + 1)), To: endpoint.State(r.IntN(endpoint.NumStates)),
			Event: Event(r.IntN(NumEvents + 1)), Sent: Forms(r.Uint32() & r.Uint32()),
			Facts: Known(yes).Unknown(Fact(r.Uint64()&r.Uint64()&r.Uint64()) & allFacts),
		})
	}
	var m Memo
	explained := 0
	for range 3 {
		for i := range steps {
			want := Match(&steps[i])
			if want.Explained() {
				explained++
			}
			for range 2 {
				if got := m.Match(&steps[i]); got != want {
					t.Fatalf("%+v: %+v, want %+v", steps[i], got, want)
				}
			}
		}
		r.Shuffle(len(steps), func(i, k int) { steps[i], steps[k] = steps[k], steps[i] })
	}
	if explained < 100 {
		t.Errorf("only %d were explained", explained)
	}
}
