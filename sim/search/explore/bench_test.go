package explore

import (
	"testing"

	"example.org/halfopen/sim"
)

// BenchmarkStates explores a handshake, an octet each way and a close by client
// and server with three faults, on one goroutine.
func BenchmarkStates(b *testing.B) {
	m, err := FindModel("client-closes")
	if err != nil {
		b.Fatal(err)
	}
	states, choices := uint64(0), uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		r := exploreOf(b, Options{Offer: sim.TCP(), Faults: 3, Models: []Model{m}})
		states += r.Models[0].States
		choices += r.Models[0].Transitions
	}
	b.ReportMetric(float64(states)/b.Elapsed().Seconds(), "states/s")
	b.ReportMetric(float64(choices)/b.Elapsed().Seconds(), "choices/s")
}
