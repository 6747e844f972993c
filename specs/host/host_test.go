// Package host_test puts what a Host adds to TCP to the specs and to the judge:
// the SYN queue, SYN cookies, and TIME-WAIT without a TCB.
package host_test

import (
	"context"
	"testing"

	"example.org/halfopen/endpoint/host"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/specs"
)

var (
	queue   = host.NewEndpoint(host.Config{})
	cookies = host.NewEndpoint(host.Config{SYNCookies: host.CookiesAlways})
)

// TestRFC9293 runs the specs on a connection of a Host. It fails none of them.
func TestRFC9293(t *testing.T) {
	specs.Run(t, specs.Kit{Name: "host", New: queue})
}

// Nothing that a link, a fault or a program does makes a connection of a Host
// break a rule, at either end.
func TestJudged(t *testing.T) {
	runs := uint64(20_000)
	if testing.Short() {
		runs = 1000
	}
	offer := sim.Offer{{Name: "tcp", New: tcp.New}, {Name: "queue", New: queue}, {Name: "cookies", New: cookies}}
	for _, ends := range [][2]string{{"queue", "queue"}, {"queue", "tcp"}, {"tcp", "queue"}, {"cookies", "cookies"}} {
		t.Run(ends[0]+" "+ends[1], func(t *testing.T) {
			result, err := search.Sweep(context.Background(), search.Options{
				Offer: offer, Ends: ends, Seed: 1, Runs: runs,
				Wire: ends[0] != "cookies", // a cookie's SYN,ACK leaves LISTEN
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range result.Groups {
				t.Errorf("%+v", g)
			}
		})
	}
}
