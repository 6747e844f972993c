package oracle

import "example.org/halfopen/endpoint"

// options are those of a SYN that change how the rest of the connection is to
// be read.
type options struct {
	hasMSS     bool  // RFC 9293 3.7.1
	sack       bool  // RFC 2018 2: permitted
	timestamps bool  // RFC 7323 3
	scales     bool  // RFC 7323 2: windows on the wire are to be shifted,
	shift      uint8 // by so many bits
	mss        uint16
}

// maxShift is the largest window scale (RFC 7323 2.3).
const maxShift = 14

// optionsOf reads the options of a segment, with a parser of its own.
func optionsOf(g *endpoint.Segment) (found options) {
	const end, nop, mss, scale, sack, timestamps = 0, 1, 2, 3, 4, 8
	for o := []byte(g.Options); len(o) > 0; {
		if o[0] == end {
			break
		}
		if o[0] == nop {
			o = o[1:]
			continue
		}
		if len(o) < 2 || o[1] < 2 || int(o[1]) > len(o) {
			break
		}
		switch {
		case o[0] == mss && o[1] == 4 && !found.hasMSS:
			found.hasMSS, found.mss = true, uint16(o[2])<<8|uint16(o[3])
		case o[0] == sack && o[1] == 2:
			found.sack = true
		case o[0] == timestamps:
			found.timestamps = true
		case o[0] == scale && o[1] == 3:
			found.scales, found.shift = true, min(o[2], maxShift)
		}
		o = o[o[1]:]
	}
	return found
}

// timestamps reports whether an end may drop segments by the rules of RFC
// 7323, which are not judged: both SYNs carried the option, and it claims to.
func (j *Judge) timestamps(e endpoint.End) bool {
	return j.ends[0].options.timestamps && j.ends[1].options.timestamps && j.profiles[e].Timestamps
}

// sacks reports whether both SYNs permitted selective acknowledgments.
func (j *Judge) sacks() bool { return j.ends[0].options.sack && j.ends[1].options.sack }

// noteOptions remembers for whom options have kept rules from being judged.
func (j *Judge) noteOptions() {
	for e := range j.ends {
		if j.timestamps(endpoint.End(e)) {
			j.judged.ends[e].lacked |= lackTimestamps
		}
		if j.sacks() {
			j.judged.ends[e].lacked |= lackSACK
		}
	}
}

// windowOf is the window that a segment of an end advertises, in octets: if
// both SYNs had the option it is scaled, but in a SYN (RFC 7323 2.2).
func (j *Judge) windowOf(e endpoint.End, g *endpoint.Segment) int64 {
	d, p := &j.ends[e], &j.ends[e.Peer()]
	if !d.options.scales || !p.options.scales || g.Flags&endpoint.SYN != 0 {
		return int64(g.Wnd)
	}
	return int64(g.Wnd) << d.options.shift
}
