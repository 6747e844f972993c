package tcp

import "example.org/halfopen/endpoint"

// span is a stretch of sequence space, from "from" up to but not with "to".
type span struct{ from, to endpoint.Seq }

// reassembly says which octets above RCV.NXT have come already (RFC 9293
// 3.10.7.4, SHLD-31). The octets themselves lie in the receive buffer, where
// they will be read. The spans stand in order and touch nowhere.
type reassembly []span

// maxSpans bounds the list: a segment that would make one more gap is not
// kept, and its sender sends it again. Only one that begins at RCV.NXT is
// always taken, for it leaves the list at once.
const maxSpans = 64

// insert adds a span and joins it with those it touches. It returns false if
// there would be more than limit.
func (r *reassembly) insert(from, to endpoint.Seq, limit int) bool {
	h := *r
	i := 0
	for i < len(h) && h[i].to.Less(from) {
		i++
	}
	j := i
	for j < len(h) && h[j].from.LessEq(to) {
		j++
	}
	if i == j {
		if len(h) >= limit {
			return false
		}
		h = append(h, span{})
		copy(h[i+1:], h[i:])
		h[i] = span{from, to}
		*r = h
		return true
	}
	if h[i].from.Less(from) {
		from = h[i].from
	}
	if to.Less(h[j-1].to) {
		to = h[j-1].to
	}
	h[i] = span{from, to}
	*r = append(h[:i+1], h[j:]...)
	return true
}

// next takes the first span off the list if it begins at nxt, and returns
// where it ends.
func (r *reassembly) next(nxt endpoint.Seq) (to endpoint.Seq, ok bool) {
	h := *r
	if len(h) == 0 || h[0].from != nxt {
		return nxt, false
	}
	to = h[0].to
	*r = append(h[:0], h[1:]...)
	return to, true
}
