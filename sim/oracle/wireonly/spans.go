package wireonly

// maxSpans is how many stretches are kept apart. Beyond that the gap between two
// is forgotten: more may have come than has.
const maxSpans = 32

// spans are stretches of sequence space, each from "from" up to but not with
// "to", in order and apart.
type spans struct {
	n  int
	at [maxSpans]span
}

type span struct{ from, to int64 }

// add adds a stretch and joins it with those that it touches.
func (h *spans) add(from, to int64) {
	i := 0
	for i < h.n && h.at[i].to < from {
		i++
	}
	k := i
	for k < h.n && h.at[k].from <= to {
		from, to = min(from, h.at[k].from), max(to, h.at[k].to)
		k++
	}
	if k == i && h.n == maxSpans {
		if i == h.n {
			i--
		}
		from, to = min(from, h.at[i].from), max(to, h.at[i].to)
		k = i + 1
	}
	copy(h.at[i+1:], h.at[k:h.n])
	h.n += i + 1 - k
	h.at[i] = span{from, to}
}

// reach is how far everything has come, beginning at nxt.
func (h *spans) reach(nxt int64) int64 {
	for i := range h.n {
		if s := h.at[i]; s.from <= nxt && nxt < s.to {
			return s.to
		}
	}
	return nxt
}

// from forgets what lies before nxt, and the octet at nxt itself: that was not
// taken. What came behind it may be held.
func (h *spans) from(nxt int64) {
	kept := 0
	for i := range h.n {
		s := h.at[i]
		if s.from = max(s.from, nxt+1); s.from < s.to {
			h.at[kept] = s
			kept++
		}
	}
	h.n = kept
}

// hold reports whether all of a stretch has come.
func (h *spans) hold(from, to int64) bool {
	for i := range h.n {
		if s := h.at[i]; s.from <= from && to <= s.to {
			return true
		}
	}
	return false
}
