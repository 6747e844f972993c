package sack

// advance moves una up to ack, and forgets what stands below it.
func (b *Scoreboard) advance(ack uint32) {
	gone, cut := 0, 0 // blocks, and octets of blocks, below ack
	for _, h := range b.held {
		n := h.below(ack)
		if n == 0 {
			break
		}
		cut += n
		if less(ack, h.Right) {
			break
		}
		gone++
	}
	switch {
	case less(ack, b.rxt):
		b.resent -= int(ack-b.una) - cut
	default:
		b.rxt, b.resent = ack, 0
	}
	b.una = ack
	b.sacked -= cut
	if gone > 0 {
		b.held = b.held[:copy(b.held, b.held[gone:])]
	}
	if len(b.held) > 0 {
		b.held[0].Left = higher(b.held[0].Left, ack)
	}
	if b.waiting && !less(ack, b.point) {
		b.waiting, b.point = false, 0
	}
}

// mark notes that x was received, and returns how many octets of it are news.
func (b *Scoreboard) mark(x Block, nxt uint32) int {
	if x.empty() || less(nxt, x.Right) || !less(b.una, x.Right) {
		return 0
	}
	x.Left = higher(x.Left, b.una)
	i := b.reaching(x.Left)
	if i < len(b.held) && b.held[i].contains(x) {
		return 0 // reported before: most are
	}
	whole, j, old, oldLow := x, i, 0, 0
	for ; j < len(b.held) && !less(x.Right, b.held[j].Left); j++ {
		whole = whole.union(b.held[j])
		old += b.held[j].size()
		oldLow += b.held[j].below(b.rxt)
	}
	if i == j && len(b.held) >= b.max {
		return 0
	}
	b.put(whole, i, j)
	news := whole.size() - old
	b.sacked += news
	b.resent -= whole.below(b.rxt) - oldLow
	return news
}

// put replaces the blocks from i up to but not with j by x.
func (b *Scoreboard) put(x Block, i, j int) {
	if i == j {
		b.held = append(b.held, Block{})
		copy(b.held[i+1:], b.held[i:])
	} else if j > i+1 {
		b.held = append(b.held[:i+1], b.held[j:]...)
	}
	b.held[i] = x
}

// reaching is the index of the first block that ends at seq or above it. News
// is mostly of the highest octets, so those are tried first.
func (b *Scoreboard) reaching(seq uint32) int {
	lo, hi := 0, len(b.held)
	if hi > 0 && less(b.held[hi-1].Right, seq) {
		return hi
	}
	if hi > 1 && less(b.held[hi-2].Right, seq) {
		return hi - 1
	}
	for lo < hi {
		if m := int(uint(lo+hi) >> 1); less(b.held[m].Right, seq) {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}
