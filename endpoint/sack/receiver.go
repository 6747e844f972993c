package sack

// Receiver is the receiver's side: what was received above RCV.NXT, in the order
// in which an ACK reports it. The zero value remembers nothing; Reset it.
//
// What keeps its fields together: the blocks of held stand above RCV.NXT and
// touch nowhere; of dup and lone at least the one that is not empty came with
// the newest segment.
type Receiver struct {
	max  int
	held []Block // the one with the newest segment first
	dup  Block   // D-SACK: what the newest segment brought again, not reported yet
	lone Block   // the newest segment, if it was thrown away and is not reported yet
}

// Reset makes r forget all, and remember up to most blocks from now on: as many
// as the endpoint keeps stretches of text above RCV.NXT, and at least MaxBlocks.
func (r *Receiver) Reset(most int) {
	*r = Receiver{max: max(most, MaxBlocks), held: r.held[:0]}
}

// CopyFrom makes r a copy of src.
func (r *Receiver) CopyFrom(src *Receiver) {
	held := append(r.held[:0], src.held...)
	*r = *src
	r.held = held
}

// Segment says that a segment has brought the text of b, cut at the right edge
// of the window, while RCV.NXT was nxt. kept is false if what is new of it is
// not held: it is then reported once (RFC 2018 8), and forgotten.
func (r *Receiver) Segment(nxt uint32, b Block, kept bool) {
	r.dup, r.lone = Block{}, Block{} // RFC 2883 4 (1): the most recent packet's alone
	if b.empty() {
		return
	}
	if less(b.Left, nxt) {
		r.dup = Block{b.Left, lower(b.Right, nxt)}
		b.Left = nxt
		if b.empty() {
			return
		}
	}
	if len(r.held) == 0 && b.Left == nxt && kept {
		return // the usual case
	}
	whole, n, had := b, 0, false
	for _, h := range r.held {
		if !h.touches(b) {
			continue
		}
		whole = whole.union(h)
		n++
		had = had || h.contains(b)
		again := Block{higher(h.Left, b.Left), lower(h.Right, b.Right)}
		// RFC 2883 4.2: of several duplicate stretches the first.
		if !again.empty() && (r.dup.empty() || less(again.Left, r.dup.Left)) {
			r.dup = again
		}
	}
	switch {
	case !kept && !had:
		r.lone = b
	case b.Left != nxt: // else RCV.NXT is about to pass it
		r.promote(b, whole, n)
	}
}

// promote puts whole first, in place of the n blocks that touch b.
func (r *Receiver) promote(b, whole Block, n int) {
	if n == 0 {
		if len(r.held) < r.max {
			r.held = append(r.held, Block{})
		}
		copy(r.held[1:], r.held) // the oldest is forgotten if there is no room
		r.held[0] = whole
		return
	}
	// Behind the first of them to go, the others move down; those before it move
	// up by one, for the place of the new first.
	last := whole
	kept := r.held[:0]
	for i, h := range r.held {
		if h.touches(b) {
			if n--; n == 0 { // from here on all stays
				kept = append(kept, last)
				kept = append(kept, r.held[i+1:]...)
				break
			}
			continue
		}
		kept = append(kept, last)
		last = h
	}
	r.held = kept
}

// Advance says that RCV.NXT is nxt now: what stands below it is acknowledged
// and no longer reported.
func (r *Receiver) Advance(nxt uint32) {
	if !less(nxt, r.lone.Right) {
		r.lone = Block{}
	}
	kept := r.held[:0]
	for _, h := range r.held {
		if less(nxt, h.Right) {
			h.Left = higher(h.Left, nxt)
			kept = append(kept, h)
		}
	}
	r.held = kept
}

// AppendBlocks appends the blocks that the next ACK is to report, most of them
// at most, in order: a duplicate (RFC 2883 4), then the block with the newest
// segment, then the others by their last news (RFC 2018 4). A duplicate is
// reported once.
func (r *Receiver) AppendBlocks(dst []Block, most int) []Block {
	if most <= 0 {
		return dst
	}
	room := len(dst) + most
	for _, b := range [...]Block{r.dup, r.lone} {
		if !b.empty() && len(dst) < room {
			dst = append(dst, b)
		}
	}
	lone := r.lone
	r.dup, r.lone = Block{}, Block{}
	for _, h := range r.held {
		if len(dst) == room {
			break
		}
		if lone.empty() || !lone.contains(h) {
			dst = append(dst, h)
		}
	}
	return dst
}

// AppendState appends the canonical encoding of all that decides what r will
// report, given what its Reset was given.
func (r *Receiver) AppendState(b []byte) []byte {
	b = append32(b, uint32(len(r.held)))
	b = appendBlocks(b, r.held...)
	return appendBlocks(b, r.dup, r.lone)
}
