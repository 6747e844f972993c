package vantage

// maxSpans is how many stretches beyond a gap are kept apart. With more, the gap
// between two is forgotten.
const maxSpans = 8

// stream is which octets of a stream have passed: all up to reach, and some
// stretches above.
type stream struct {
	reach int64
	n     int
	above [maxSpans]span // in order and apart
}

// span is from "from" up to but not with "to".
type span struct{ from, to int64 }

// add adds what has passed.
func (h *stream) add(from, to int64) {
	if from > h.reach {
		h.insert(span{from, to})
		return
	}
	h.upTo(to)
}

// upTo is that everything up to a number has passed.
func (h *stream) upTo(to int64) {
	h.reach = max(h.reach, to)
	k := 0
	for k < h.n && h.above[k].from <= h.reach {
		h.reach = max(h.reach, h.above[k].to)
		k++
	}
	copy(h.above[:], h.above[k:h.n])
	h.n -= k
}

func (h *stream) insert(s span) {
	i := 0
	for i < h.n && h.above[i].to < s.from {
		i++
	}
	k := i
	for k < h.n && h.above[k].from <= s.to {
		s = span{min(s.from, h.above[k].from), max(s.to, h.above[k].to)}
		k++
	}
	if k == i && h.n == maxSpans {
		i = min(i, h.n-1)
		s = span{min(s.from, h.above[i].from), max(s.to, h.above[i].to)}
		k = i + 1
	}
	copy(h.above[i+1:], h.above[k:h.n])
	h.n += i + 1 - k
	h.above[i] = s
}
