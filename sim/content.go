package sim

import "example.org/halfopen/scheduler/stream"

// contentLen is prime, so that no power of two, MSS or window divides it: an
// octet at the wrong offset is almost surely the wrong octet.
const contentLen = 65521

// contentSlack is the longest run of octets that Content hands out at once.
const contentSlack = 1 << 16

// content is one fixed pseudo-random table, with its beginning repeated at its
// end so that every run of contentSlack octets is one slice of it. Writing
// application data is then a copy, checking it one comparison, at any offset.
var content = makeContent()

func makeContent() []byte {
	s := stream.New(0, "content")
	b := make([]byte, contentLen+contentSlack)
	for i := range contentLen {
		b[i] = byte(s.Uint64(uint64(i), 0))
	}
	for i := contentLen; i < len(b); i++ { // the slack is the longer of the two
		b[i] = b[i-contentLen]
	}
	return b
}

// Content returns the n octets of application data that stand at an offset of
// a stream; n is at most 65536. The data of an end's stream begins at
// ContentStart. The slice is shared: it is not to be written to.
func Content(start uint64, offset int64, n int) []byte {
	at := (start + uint64(offset)) % contentLen
	return content[at : at+uint64(n)]
}

// ContentStart is where the stream of an end begins in the table, for a seed.
// The two ends of a run send different octets.
func ContentStart(seed uint64, end int) uint64 {
	return (seed%contentLen + uint64(end)*(contentLen/2)) % contentLen
}
