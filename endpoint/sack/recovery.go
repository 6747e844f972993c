package sack

// Rule says why NextSeg chose a segment: the rule of RFC 6675 4 with its number,
// or First.
type Rule uint8

// The rules of NextSeg.
const (
	First  Rule = iota // the segment at SND.UNA, when recovery begins (5 step 4.3)
	Lost               // (1) a hole that is lost
	New                // (2) new data
	Unsure             // (3) a hole that may not be lost
	Rescue             // (4) the highest octets, once in each recovery
)

// Seg is a segment that is to be sent: its sequence numbers, and why.
type Seg struct {
	Block
	Rule Rule
}

// IsLost reports whether the octet at seq counts as lost: at least DupThresh
// separate stretches above it were SACKed, or more than DupThresh-1 segments'
// octets (RFC 6675 4).
func (b *Scoreboard) IsLost(seq uint32) bool {
	n, octets := 0, 0
	for i := len(b.held) - 1; i >= 0; i-- {
		h := b.held[i]
		if !less(seq+1, h.Right) {
			return false
		}
		n++
		octets += int(h.Right - higher(h.Left, seq+1))
		if n >= DupThresh || octets > (DupThresh-1)*b.smss {
			return true
		}
	}
	return false
}

// lost is where what IsLost says of holes changes: all that is not SACKed below
// edge is lost, nothing above it. sacked is how many octets from edge on are
// SACKed. The more stretches lie above a hole the more is it lost, so that the
// highest DupThresh blocks decide.
func (b *Scoreboard) lost() (edge uint32, sacked int) {
	n := 0
	for i := len(b.held) - 1; i >= 0; i-- {
		n++
		sacked += b.held[i].size()
		if n >= DupThresh || sacked > (DupThresh-1)*b.smss {
			return b.held[i].Left, sacked
		}
	}
	return b.una, sacked
}

// Pipe is SetPipe: how many octets are in the network, by what was reported.
// nxt is SND.NXT. Each octet that is not SACKed counts if it is not lost, and
// once more if it was resent (RFC 6675 4).
func (b *Scoreboard) Pipe(nxt uint32) int {
	edge, sacked := b.lost()
	return int(nxt-edge) - sacked + b.resent
}

// Room is how many octets of new data may be sent outside of a recovery, as far
// as the network is concerned. Between the first duplicate ACK and recovery
// that is limited transmit, by whole segments (RFC 6675 5 step 3.3); in a
// recovery it is 0: ask NextSeg.
func (b *Scoreboard) Room(cwnd int, nxt uint32) int {
	switch {
	case b.recovering:
		return 0
	case b.dups == 0:
		return max(0, cwnd-int(nxt-b.una))
	}
	if room := cwnd - b.Pipe(nxt); room >= b.smss {
		return room
	}
	return 0
}

// NextSeg is the next segment to be sent in a recovery, if there is one and
// cwnd has room for it: RFC 6675 4 and 5 (C). nxt is SND.NXT, fresh how many
// octets of new data could be sent. Nothing changes until Sent is called.
func (b *Scoreboard) NextSeg(cwnd int, nxt uint32, fresh int) (s Seg, ok bool) {
	switch {
	case !b.recovering:
		return Seg{}, false
	case b.first:
		end := nxt
		if len(b.held) > 0 && less(b.una, b.held[0].Left) {
			end = b.held[0].Left
		}
		return Seg{b.segment(b.una, end), First}, less(b.una, nxt)
	case cwnd-b.Pipe(nxt) < b.smss:
		return Seg{}, false
	}
	hole, found := b.hole(b.rxt)
	if found {
		if edge, _ := b.lost(); less(hole.Left, edge) {
			return Seg{b.segment(hole.Left, hole.Right), Lost}, true
		}
	}
	if fresh > 0 {
		return Seg{Block{nxt, nxt + uint32(min(fresh, b.smss))}, New}, true
	}
	if found {
		return Seg{b.segment(hole.Left, hole.Right), Unsure}, true
	}
	return b.rescueSeg(nxt)
}

// segment is one of up to SMSS octets from left on.
func (b *Scoreboard) segment(left, right uint32) Block {
	return Block{left, left + min(right-left, uint32(b.smss))}
}

// hole is the lowest stretch at or above from, and below the highest SACKed
// octet, that is not SACKed.
func (b *Scoreboard) hole(from uint32) (Block, bool) {
	i := b.reaching(from)
	if i < len(b.held) && !less(from, b.held[i].Left) {
		from = b.held[i].Right
		i++
	}
	if i >= len(b.held) {
		return Block{}, false
	}
	return Block{from, b.held[i].Left}, true
}

// rescueSeg is rule (4): with nothing else to send, the highest octets that are
// not SACKed may bring an ACK.
func (b *Scoreboard) rescueSeg(nxt uint32) (Seg, bool) {
	if !less(b.rescue, b.una) {
		return Seg{}, false
	}
	left, right := b.una, nxt
	if n := len(b.held); n > 0 {
		left = b.held[n-1].Right
		if left == nxt {
			left, right = b.una, b.held[n-1].Left
			if n > 1 {
				left = b.held[n-2].Right
			}
		}
	}
	if !less(left, right) {
		return Seg{}, false
	}
	return Seg{Block{right - min(right-left, uint32(b.smss)), right}, Rescue}, true
}

// Sent says that s, or its beginning, was sent: RFC 6675 5 (C.2) to (C.4).
func (b *Scoreboard) Sent(s Seg) {
	if !b.recovering || s.empty() {
		return
	}
	switch s.Rule {
	case First: // step 4.3
		b.first = false
		b.resendTo(s.Right)
		b.rescue = s.Right
	case Lost, Unsure:
		b.resendTo(s.Right)
	case Rescue:
		b.rescue = b.point
	}
}

// resendTo moves HighRxt up.
func (b *Scoreboard) resendTo(right uint32) {
	octets := int(right - b.rxt)
	for i := b.reaching(b.rxt); i < len(b.held) && less(b.held[i].Left, right); i++ {
		octets -= b.held[i].below(right) - b.held[i].below(b.rxt)
	}
	b.resent += octets
	b.rxt = right
}

// Hole is the lowest stretch at or above from, and below nxt, that no block has
// reported: what to resend next after a timeout (RFC 6675 5.1). It is false
// if there is none.
func (b *Scoreboard) Hole(from, nxt uint32) (Block, bool) {
	from = higher(from, b.una)
	if h, ok := b.hole(from); ok {
		return h, true
	}
	if n := len(b.held); n > 0 {
		from = higher(from, b.held[n-1].Right)
	}
	return Block{from, nxt}, less(from, nxt)
}
