package endpoint

// End names one of the two ends of a connection, A and B as in the figures of
// RFC 9293 3.5. It also names a direction: that which leaves the end.
type End uint8

// The two ends.
const (
	A End = iota
	B
)

// Peer is the other end.
func (e End) Peer() End { return e ^ 1 }

// String is "A" or "B".
func (e End) String() string {
	if e == A {
		return "A"
	}
	return "B"
}
