package page

import (
	"encoding/base64"
	"encoding/json"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// octets is what a page needs to show the octets of every segment: the headers
// as they were, and each end's stream once. The rest is in the trace: where in
// the stream a text stands, and which bits of a copy were flipped.
type octets struct {
	Heads  []string  `json:"heads"`  // by id, from 1: base64; "" for a segment that cannot be made again
	Stream [2]string `json:"stream"` // base64
	Cycle  int       `json:"cycle"`  // after so many octets a stream begins anew
	First  uint32    `json:"first"`  // the id of the first head
}

// cycle is the length of the table of which application data is a part.
const cycle = 65521

// octetsOf makes the headers by encoding each record again.
func octetsOf(t *sim.Trace) ([]byte, error) {
	o := octets{Heads: []string{}, Cycle: cycle, First: 1}
	if len(t.Segments) > 0 {
		o.First = t.Segments[0].ID
	}
	var buf [endpoint.MTU + 1<<16]byte
	longest := [2]int64{}
	for i := range t.Segments {
		s := &t.Segments[i]
		o.Heads = append(o.Heads, base64.StdEncoding.EncodeToString(head(t, s, buf[:])))
		if s.Offset >= 0 && s.Len > 0 {
			longest[s.End] = max(longest[s.End], s.Offset+int64(s.Len))
		}
	}
	for e, n := range longest {
		text := sim.Content(sim.ContentStart(t.Scenario.Seed, e), 0, int(min(n, cycle)))
		o.Stream[e] = base64.StdEncoding.EncodeToString(text)
	}
	return json.Marshal(&o)
}

// head is the headers of a segment, IP and TCP, nil if its record does not say
// what was sent: it was malformed.
func head(t *sim.Trace, s *sim.SegmentRecord, buf []byte) []byte {
	if s.Malformed {
		return nil
	}
	b, err := report.Datagram(buf, t, s)
	if err != nil {
		return nil
	}
	return b[:len(b)-int(s.Len)]
}
