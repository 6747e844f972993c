package sack

// Scoreboard is the sender's side: which octets above SND.UNA were reported as
// received, and where the repair of a loss stands (RFC 6675 3). Reset it before
// use.
//
// The RFC's variables name the last octet of what they tell of; here each names
// the one after it: una is HighACK+1, point is RecoveryPoint+1, rxt is HighRxt+1
// and rescue is RescueRxt+1. HighData+1 is SND.NXT, which is the endpoint's and
// comes with each call.
//
// What keeps its fields together:
//
//  1. The blocks of held stand in order at or above una and touch nowhere;
//     sacked is how many octets they have.
//  2. una =< rxt, and resent is how many octets from una up to rxt are not in
//     held: the second half of SetPipe. Outside of a recovery rxt is una.
//  3. Of recovering and waiting at most one is set; point means something only
//     if one is.
type Scoreboard struct {
	max    int
	smss   int
	una    uint32
	held   []Block
	sacked int
	dups   int // DupAcks

	recovering bool
	first      bool // the segment at SND.UNA was not resent yet in this recovery
	waiting    bool // after a timeout: no recovery before SND.UNA reaches point
	point      uint32
	rxt        uint32
	resent     int
	rescue     uint32
}

// Answer is what an ACK means for the repair of losses (RFC 6675 5).
type Answer uint8

// The answers.
const (
	Nothing    Answer = iota // no news, or not for now
	Duplicate                // step (3): limited transmit; Room allows for it
	Enter                    // step (4): a loss is found, recovery begins
	Recovering               // steps (B) and (C): recovery goes on
	Left                     // step (A): recovery is over
)

func (a Answer) String() string {
	switch a {
	case Nothing:
		return "Nothing"
	case Duplicate:
		return "Duplicate"
	case Enter:
		return "Enter"
	case Recovering:
		return "Recovering"
	case Left:
		return "Left"
	}
	return "Answer(?)"
}

// Report is what the Scoreboard learned from an ACK.
type Report struct {
	Answer Answer
	SACKed int  // octets that no ACK had reported before, cumulatively or not
	DSACK  bool // its first block reports a duplicate (RFC 2883 4)
}

// Reset makes b forget all. From now on it remembers up to most blocks, and at
// least DupThresh+1, over segments of smss octets; una is SND.UNA.
func (b *Scoreboard) Reset(most, smss int, una uint32) {
	*b = Scoreboard{max: max(most, DupThresh+1), smss: max(smss, 1), una: una, rxt: una, held: b.held[:0]}
}

// SetSMSS says that segments are of that many octets from now on.
func (b *Scoreboard) SetSMSS(smss int) { b.smss = max(smss, 1) }

// CopyFrom makes b a copy of src.
func (b *Scoreboard) CopyFrom(src *Scoreboard) {
	held := append(b.held[:0], src.held...)
	*b = *src
	b.held = held
}

// Recovering reports whether a loss is being repaired.
func (b *Scoreboard) Recovering() bool { return b.recovering }

// SACKed is how many octets above SND.UNA are reported as received.
func (b *Scoreboard) SACKed() int { return b.sacked }

// Ack is Update and what follows from it, for an ACK whose field is ack and
// that carried these blocks: RFC 6675 5. nxt is SND.NXT. An ACK that is
// older than another may bring news, too.
func (b *Scoreboard) Ack(ack, nxt uint32, blocks []Block) Report {
	r := Report{DSACK: duplicate(ack, blocks)}
	if less(b.una, ack) {
		b.advance(ack)
		b.dups = 0
	}
	for _, x := range blocks {
		r.SACKed += b.mark(x, nxt)
	}
	r.Answer = b.judge(nxt, r.SACKed)
	return r
}

// duplicate reports whether the first block is a D-SACK: it stands below the
// ACK field of the same segment, or inside the second block (RFC 2883 4).
func duplicate(ack uint32, blocks []Block) bool {
	if len(blocks) == 0 || blocks[0].empty() {
		return false
	}
	return !less(ack, blocks[0].Right) || len(blocks) > 1 && blocks[1].contains(blocks[0])
}

// judge is RFC 6675 5 after the Update. A duplicate ACK is one with news of
// octets that were not SACKed (2), whatever else it brings.
func (b *Scoreboard) judge(nxt uint32, news int) Answer {
	switch {
	case b.recovering && !less(b.una, b.point): // (A)
		b.leave()
		return Left
	case b.recovering:
		return Recovering
	case news == 0 || b.waiting:
		return Nothing
	}
	b.dups++
	if b.dups < DupThresh && !b.IsLost(b.una) { // (1), (2)
		return Duplicate
	}
	// (4)
	b.recovering, b.first, b.dups = true, true, 0
	b.point = nxt
	return Enter
}

func (b *Scoreboard) leave() {
	b.recovering, b.first = false, false
	b.point, b.rxt, b.rescue, b.resent = 0, b.una, 0, 0
}

// Timeout says that the retransmission timer has expired: the blocks are
// forgotten, for the receiver may have discarded what they report (RFC 2018 8),
// recovery is over, and none begins until SND.UNA is nxt (RFC 6675 5.1).
func (b *Scoreboard) Timeout(nxt uint32) {
	b.leave()
	b.held, b.sacked, b.dups = b.held[:0], 0, 0
	b.waiting, b.point = less(b.una, nxt), nxt
	if !b.waiting {
		b.point = 0
	}
}

// AppendState appends the canonical encoding of all that decides what b will
// answer, given what its Reset was given; sacked and resent follow from it.
func (b *Scoreboard) AppendState(dst []byte) []byte {
	flags := byte(0)
	for i, on := range [...]bool{b.recovering, b.first, b.waiting} {
		if on {
			flags |= 1 << i
		}
	}
	dst = append32(append(dst, flags), uint32(b.smss), b.una, uint32(b.dups), uint32(len(b.held)))
	if b.recovering || b.waiting {
		dst = append32(dst, b.point, b.rxt, b.rescue)
	}
	return appendBlocks(dst, b.held...)
}
