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
		row := ID(1 + r.IntN(Len())).Row() // most of them fit it, or nearly
		yes := (row.Need | Fact(r.Uint64()&r.Uint64()&r.Uint64())) &^ row.Not & allFacts
		s := Step{From: row.From, To: row.To, Event: row.Event, Sent: row.Sends, Facts: Known(yes)}
		s.Facts = s.Facts.Unknown(Fact(r.Uint64()&r.Uint64()&r.Uint64()&r.Uint64()) & allFacts)
		other := s
		other.To = endpoint.State(r.IntN(endpoint.NumStates + 1))
		steps = append(steps, s, other)
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
	if explained < 1<<memoBits {
		t.Errorf("only %d of %d steps were explained", explained, 3*len(steps))
	}
}
