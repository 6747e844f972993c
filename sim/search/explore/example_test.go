package explore_test

import (
	"context"
	"fmt"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search/explore"
)

// Every run of a client and a server that both close at once in which one
// datagram, whichever, is dropped, duplicated, delayed, swapped or corrupted.
func Example() {
	model, err := explore.FindModel("both-close")
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := explore.Explore(context.Background(), explore.Options{
		Offer: sim.TCP(), Models: []explore.Model{model}, Faults: 1,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	m := &result.Models[0]
	fmt.Printf("%s: %d runs, of which %d broke a rule\n", m.Model.Name, m.Runs, m.Broken)
	// Output:
	// both-close: 46 runs, of which 0 broke a rule
}
