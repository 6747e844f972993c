package endpoint

// Seq is a sequence number: a place in the circular space of 2^32 numbers
// (RFC 9293 3.4). All comparisons are modulo 2^32 and mean something only for
// numbers less than 2^31 apart.
type Seq uint32

// Less reports whether a stands before b.
func (a Seq) Less(b Seq) bool { return int32(a-b) < 0 }

// LessEq reports whether a stands before b or is b.
func (a Seq) LessEq(b Seq) bool { return int32(a-b) <= 0 }

// Add returns the number n octets after a (before a, if n is negative).
func (a Seq) Add(n int) Seq { return a + Seq(uint32(n)) }

// Sub returns how many octets a stands after b: negative if before it.
func (a Seq) Sub(b Seq) int { return int(int32(a - b)) }
