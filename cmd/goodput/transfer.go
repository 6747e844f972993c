package main

import (
	"fmt"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/netstack"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/link"
	"example.org/halfopen/scheduler"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// The link, and the ends, as far as they are always the same.
const (
	rate   = 100_000_000 // bits per second, each way
	buffer = 4 << 20     // octets: more than the rate takes in the longest round trip
)

// lossLimit is how often a segment may be lost in a row. Even at 5 % the tenth
// loss in a row is one of 10^13: it is there for the promise alone that
// everything arrives.
const lossLimit = 10

// transfer is one measurement: octets from A to B.
type transfer struct {
	stack  string        // of both ends
	loss   uint32        // of what A sends, in ppm
	delay  time.Duration // each way
	octets int64
	seed   uint64
}

func (t transfer) String() string {
	return fmt.Sprintf("%s, loss %d ppm, delay %v, %d octets, seed %d", t.stack, t.loss, t.delay, t.octets, t.seed)
}

// offer is what can be measured.
func offer() sim.Offer {
	return sim.Offer{{Name: "tcp", New: tcp.New}, {Name: "netstack", New: netstack.New}}
}

// scenario is the run that a transfer is.
func (t transfer) scenario() scenario.Scenario {
	host := scenario.Host{
		Endpoint: t.stack,
		Config:   endpoint.Config{SendBuffer: buffer, ReceiveBuffer: buffer}.Deployed(),
	}
	back := link.Config{Delay: link.Delay{Min: t.delay}, Rate: rate}
	there := back
	if t.loss > 0 {
		there.Loss, there.Cap = t.loss, lossLimit
	}
	return scenario.Scenario{
		Seed: t.seed,
		Ends: [2]scenario.Host{host, host},
		Link: [2]link.Config{there, back},
		Apps: []scenario.App{
			{End: endpoint.A, Acts: []scenario.Act{
				{Op: scenario.ActOpen}, {Op: scenario.ActSend, N: t.octets}, {Op: scenario.ActClose}}},
			{End: endpoint.B, Acts: []scenario.Act{
				{Op: scenario.ActOpen, Passive: true}, {Op: scenario.ActReceive}, {Op: scenario.ActClose}}},
		},
		Heal:   24 * time.Hour, // never, in this time
		Limits: scheduler.Limits{Events: 1 << 30},
	}
}

// run makes the transfer in a world. It returns how long it took from A's OPEN
// until B's program had read the last octet, in virtual time.
func (t transfer) run(w *sim.World) (took time.Duration, err error) {
	s := t.scenario()
	if err := w.Reset(&s); err != nil {
		return 0, fmt.Errorf("goodput: %v: %w", t, err)
	}
	if got := w.Profile(endpoint.B).ReceiveBuffer; got != buffer {
		return 0, fmt.Errorf("goodput: %v: the receive buffer is of %d octets, not of %d: that would be measured, not the link",
			t, got, buffer)
	}
	var read int64
	for read < t.octets {
		step, ok := w.Step()
		if !ok {
			return 0, fmt.Errorf("goodput: %v: the run ended (%v) when %d octets had been read", t, w.Outcome(), read)
		}
		if step.End == endpoint.B && step.Cause.Kind == sim.Call && step.Cause.Call == sim.CallReceive {
			read += int64(step.Cause.N)
			took = step.At
		}
	}
	return took, nil
}
