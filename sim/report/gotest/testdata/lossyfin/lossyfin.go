// Package lossyfin is halfopen's TCP with a bug: a FIN that is lost is never
// sent again. It stands for a stack of somebody else in the tests of package
// gotest, which import it from another module.
package lossyfin

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
)

// New makes a TCP with the bug. It is an endpoint.Factory.
func New(c endpoint.Config) (endpoint.Endpoint, error) {
	l := new(lossyFIN)
	return l, l.Reset(c)
}

type lossyFIN struct {
	tcp.TCP
	sent map[endpoint.Seq]bool // sequence numbers of FINs; only asked
}

// Reset implements endpoint.Resetter.
func (l *lossyFIN) Reset(c endpoint.Config) error {
	l.sent = map[endpoint.Seq]bool{}
	return l.TCP.Reset(c)
}

// Emit implements endpoint.Endpoint. It swallows every FIN but the first.
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
