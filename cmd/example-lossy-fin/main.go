// Command example-lossy-fin is a halfopen around somebody's own TCP: how to put
// a stack under test. The stack here is halfopen's with one bug, the one that a
// stack of ours might have had: a FIN that is lost is never sent again.
//
//	go run ./cmd/example-lossy-fin fuzz --runs 2000
//
// finds it, and prints the shortest run that shows it.
package main

import (
	"os"
	"time"

	"example.org/halfopen/cmd"
	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

func main() { os.Exit(cmd.Execute(offer())) }

// offer is what the command can choose from; the first is the one under test.
func offer() sim.Offer {
	return sim.Offer{{Name: "lossy-fin", New: newLossyFIN}, {Name: "tcp", New: tcp.New}}
}

func newLossyFIN(c endpoint.Config) (endpoint.Endpoint, error) {
	l := new(lossyFIN)
	return l, l.Reset(c)
}

// lossyFIN is a TCP that sends every FIN once.
type lossyFIN struct {
	tcp.TCP
	sent map[endpoint.Seq]bool // sequence numbers of FINs
}

// Reset implements endpoint.Resetter.
func (l *lossyFIN) Reset(c endpoint.Config) error {
	l.sent = map[endpoint.Seq]bool{}
	return l.TCP.Reset(c)
}

// Emit implements endpoint.Endpoint. It swallows what has the bug.
func (l *lossyFIN) Emit(now time.Duration, buf []byte) (n int, ok bool) {
	for {
		var s endpoint.Segment
		n, ok = l.TCP.Emit(now, buf)
		if !ok || endpoint.Decode(buf[:n], new(endpoint.Header), &s) != nil || !s.Flags.Has(endpoint.FIN) {
			return n, ok
		}
		fin := s.Seq + endpoint.Seq(s.Len()-1)
		if !l.sent[fin] {
			l.sent[fin] = true
			return n, ok
		}
	}
}
