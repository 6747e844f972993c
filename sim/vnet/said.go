package vnet

import (
	"cmp"
	"slices"
	"strconv"
)

// said is what a call of a program wrote or read: the first octets.
type said struct {
	event  int // of the trace
	n      int // octets, all
	octets [mostSaid]byte
}

// mostSaid is how much of each call is kept.
const mostSaid = 40

// say notes what the call that was the connection's last event wrote or read.
func (c *connection) say(p []byte) {
	if len(p) == 0 {
		return // the end of the stream
	}
	s := said{event: len(c.world.Trace().Events) - 1, n: len(p)}
	copy(s.octets[:], p)
	c.said = append(c.said, s)
}

// String quotes it.
func (s *said) String() string {
	if s.n > mostSaid {
		return strconv.QuoteToASCII(string(s.octets[:mostSaid])) + "..."
	}
	return strconv.QuoteToASCII(string(s.octets[:s.n]))
}

// Said quotes what the program wrote or read in an event of the trace: its first
// octets. It is empty if the event is no SEND or RECEIVE.
func (r *Record) Said(event int) string {
	i, ok := slices.BinarySearchFunc(r.said, event, func(s said, event int) int { return cmp.Compare(s.event, event) })
	if !ok {
		return ""
	}
	return r.said[i].String()
}
