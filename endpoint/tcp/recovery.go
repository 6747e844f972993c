package tcp

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/congestion"
	"example.org/halfopen/endpoint/sack"
)

// What the sender does about losses, besides what the retransmission timer
// does: congestion control says how much may be outstanding, and it or the
// scoreboard of SACK what is to be sent again before the timer expires.

// begun starts both, and the scaling of windows, when our SYN is acknowledged.
func (t *TCP) begun() {
	if t.on.ours > 0 { // windows are scaled from now on
		t.most, t.grain = maxWindow<<t.on.ours, 1<<t.on.ours-1
	}
	if t.cfg.Congestion {
		t.network.Begin(congestion.Options{IW10: t.cfg.IW10}, uint32(t.iss), t.mss, t.resent.count)
	}
	if t.on.sack {
		t.board.Reset(maxBlocks, t.mss, uint32(t.snd.UNA))
	}
}

// bounded is the usable window, with what the network allows. While SACK repairs
// a loss, repair knows that better.
func (t *TCP) bounded() int {
	open := t.snd.UNA.Add(int(t.snd.WND)).Sub(t.snd.NXT)
	switch {
	case t.board.Recovering():
		return open
	case t.on.sack:
		return min(open, t.board.Room(t.network.CWND(), uint32(t.snd.NXT)))
	}
	return min(open, t.network.Window()-t.snd.NXT.Sub(t.snd.UNA))
}

// renew forgets what is too old, before new data is sent: how much the network took
// the last time (RFC 5681 4.1), and how small its segments had to be.
func (t *TCP) renew(now time.Duration) {
	if t.cfg.Congestion && t.snd.UNA == t.snd.NXT && now-t.lately > t.rto {
		t.network.Restart()
	}
	if t.path.mtu > 0 && t.path.until <= now {
		t.widen()
	}
}

// maxBlocks bounds the scoreboard, as maxSpans does the other side.
const maxBlocks = 256

// duplicate reports whether an ACK is a duplicate by RFC 5681 2, for a connection
// without SACK. While the window is shut there is none: what answers a probe says
// that the probe was not taken, and no segment is lost that could go again (MUST-37,
// SHLD-16).
func (t *TCP) duplicate(s *endpoint.Segment) bool {
	return !t.on.sack && s.Ack == t.snd.UNA && t.snd.UNA != t.snd.NXT &&
		s.Len() == 0 && t.snd.WND > 0 && t.segmentWindow(s) == t.snd.WND
}

// answer does what congestion control wants done; what it lets out, sendNew sees.
func (t *TCP) answer(a congestion.Answer) {
	t.owe.first = t.owe.first || a.Resend
}

// resendOne sends the segment at SND.UNA once more, whatever the network's
// window; not beyond the peer's (SHLD-16).
func (t *TCP) resendOne(now time.Duration, s *endpoint.Segment) bool {
	t.owe.first = false
	return t.resendRange(now, s, t.snd.UNA, t.snd.NXT) > 0
}

// resendRange sends what one segment takes of a range that was sent before, and
// returns how many octets of sequence space that was.
func (t *TCP) resendRange(now time.Duration, s *endpoint.Segment, from, to endpoint.Seq) int {
	room := t.snd.UNA.Add(int(t.snd.WND)).Sub(from)
	if t.on.theirs > 0 {
		room = t.honoured(from, room)
	}
	n := max(0, min(to.Sub(from), t.outEnd().Sub(from), room, t.mss))
	end := from.Add(n)
	fin := t.finSent && end == t.outEnd() && end.Less(to) && room > n
	if n == 0 && !fin {
		return 0
	}
	t.rtt.cancel() // Karn
	t.segmentize(now, s, from, n, fin)
	return s.Len()
}

// scored tells the scoreboard of an ACK, which may bring blocks, and congestion
// control of a loss that it finds.
func (t *TCP) scored(s *endpoint.Segment) {
	t.blocks = t.blocks[:0]
	if len(s.Options) > t.on.size() {
		for b := range s.Options.SACK() {
			t.blocks = append(t.blocks, sack.Block{Left: uint32(b.Left), Right: uint32(b.Right)})
		}
	}
	nxt := uint32(t.snd.NXT)
	if t.board.Ack(uint32(s.Ack), nxt, t.blocks).Answer == sack.Enter {
		t.network.Lost(uint32(t.snd.UNA), nxt)
	}
}

// repair sends the next segment of a recovery (RFC 6675 5). n and fin are what
// new data could be sent: if it is its turn, repair sends nothing and says ok.
func (t *TCP) repair(now time.Duration, s *endpoint.Segment, n int, fin bool) (repaired, ok bool) {
	if fin {
		n++
	}
	seg, ok := t.board.NextSeg(t.network.CWND(), uint32(t.snd.NXT), n)
	if !ok || seg.Rule == sack.New {
		return false, ok
	}
	left := endpoint.Seq(seg.Left)
	k := t.resendRange(now, s, left, endpoint.Seq(seg.Right))
	if k == 0 {
		return false, false
	}
	seg.Right = uint32(left.Add(k))
	t.board.Sent(seg)
	return true, true
}

// missing is where the next hole in what the peer has reported begins and ends,
// from seq on: what is resent after a timeout leaves out the rest (RFC 6675 5.1).
func (t *TCP) missing(seq endpoint.Seq) (from, to endpoint.Seq) {
	if t.board.SACKed() == 0 {
		return seq, t.snd.NXT
	}
	hole, ok := t.board.Hole(uint32(seq), uint32(t.snd.NXT))
	if !ok {
		return t.snd.NXT, t.snd.NXT
	}
	return endpoint.Seq(hole.Left), endpoint.Seq(hole.Right)
}

// note tells the reports of text that arrived, as far as it is not beyond the
// window.
func (t *TCP) note(seq endpoint.Seq, n int, kept bool) {
	end := seq.Add(n)
	if edge := t.rcv.NXT.Add(int(t.rcv.WND)); edge.Less(end) {
		end = edge
	}
	if n > 0 && seq.Less(end) {
		t.reports.Segment(uint32(t.rcv.NXT), sack.Block{Left: uint32(seq), Right: uint32(end)}, kept)
		t.again = true
	}
}

// mostBlocks is how many blocks the next segment reports at most: what is held, a
// duplicate, and no more than it has room for.
func (t *TCP) mostBlocks() int {
	if t.on.stamps {
		return min(len(t.held)+1, sack.MaxBlocksTimestamps)
	}
	return min(len(t.held)+1, sack.MaxBlocks)
}

// leaveRoom makes a segment of n octets, and the FIN, so much shorter as the report
// that goes with it takes in options.
func (t *TCP) leaveRoom(n int, fin bool) (int, bool) {
	if len(t.held) == 0 && !t.again {
		return n, fin
	}
	if room := t.mss - (4 + 8*t.mostBlocks()); n > room {
		return max(1, room), false
	}
	return n, fin
}

// report writes the SACK option, if there is anything to report (RFC 2018 4), and
// two NOPs that align it.
func (t *TCP) report() {
	if len(t.held) == 0 && !t.again {
		return
	}
	t.again = false
	t.blocks = t.reports.AppendBlocks(t.blocks[:0], t.mostBlocks())
	if len(t.blocks) == 0 {
		return
	}
	var to [sack.MaxBlocks]endpoint.SACKBlock
	for i, b := range t.blocks {
		to[i] = endpoint.SACKBlock{Left: endpoint.Seq(b.Left), Right: endpoint.Seq(b.Right)}
	}
	t.options = t.options.AppendNOP().AppendNOP().AppendSACK(to[:len(t.blocks)]...)
}
