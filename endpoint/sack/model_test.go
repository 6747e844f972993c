package sack_test

import (
	"math/rand/v2"
	"testing"

	"example.org/halfopen/endpoint/sack"
)

// space is how many octets a model knows. Octet k has sequence number base+k.
const space = 400

// board is RFC 6675 4 and 5 once more, over an array of octets. Its variables
// are the text's own and name octets; the lowest that is not acknowledged is
// highACK+1.
type board struct {
	base                                     uint32
	smss                                     int
	sacked                                   [space]bool
	highACK, highData, highRxt               int
	rescueRxt, recoveryPoint, dupAcks        int
	lossRecovery, first, rescueDefined, wait bool
}

func (m *board) block(left, right int) sack.Block {
	return sack.Block{Left: m.base + uint32(left), Right: m.base + uint32(right)}
}

// update marks octets, and says how many were news.
func (m *board) update(ack int, blocks [][2]int) (news int) {
	if ack-1 > m.highACK {
		m.highACK = ack - 1
		m.dupAcks = 0
	}
	for _, b := range blocks {
		if b[1]-1 > m.highData {
			continue
		}
		for k := max(b[0], m.highACK+1); k < b[1]; k++ {
			if !m.sacked[k] {
				m.sacked[k] = true
				news++
			}
		}
	}
	return news
}

func (m *board) isLost(seq int) bool {
	octets, sequences := 0, 0
	for k := seq + 1; k <= m.highData; k++ {
		if m.sacked[k] {
			octets++
			if k == seq+1 || !m.sacked[k-1] {
				sequences++
			}
		}
	}
	return sequences >= sack.DupThresh || octets > (sack.DupThresh-1)*m.smss
}

func (m *board) setPipe() (pipe int) {
	for s1 := m.highACK + 1; s1 <= m.highData; s1++ {
		if m.sacked[s1] {
			continue
		}
		if !m.isLost(s1) {
			pipe++
		}
		if s1 <= m.highRxt {
			pipe++
		}
	}
	return pipe
}

// criteria looks for the smallest octet by (1.a) and (1.b), and (1.c) if lost.
func (m *board) criteria(lost bool) (s2 int, ok bool) {
	highest := -1
	for k := m.highACK + 1; k <= m.highData; k++ {
		if m.sacked[k] {
			highest = k
		}
	}
	for s2 := m.highACK + 1; s2 <= m.highData; s2++ {
		if !m.sacked[s2] && s2 > m.highRxt && s2 < highest && (!lost || m.isLost(s2)) {
			return s2, true
		}
	}
	return 0, false
}

// upTo is one segment of up to SMSS octets from s on; it ends before a SACKed
// octet.
func (m *board) upTo(s int) sack.Block {
	end := s + 1
	for end <= m.highData && end < s+m.smss && !m.sacked[end] {
		end++
	}
	if m.sacked[s] { // the receiver is of two minds; see RFC 2018 8
		end = min(s+m.smss, m.highData+1)
	}
	return m.block(s, end)
}

func (m *board) nextSeg(cwnd, fresh int) (sack.Seg, bool) {
	if !m.lossRecovery {
		return sack.Seg{}, false
	}
	if m.first {
		return sack.Seg{Block: m.upTo(m.highACK + 1), Rule: sack.First}, true
	}
	if cwnd-m.setPipe() < m.smss {
		return sack.Seg{}, false
	}
	if s2, ok := m.criteria(true); ok {
		return sack.Seg{Block: m.upTo(s2), Rule: sack.Lost}, true
	}
	if fresh > 0 {
		return sack.Seg{Block: m.block(m.highData+1, m.highData+1+min(fresh, m.smss)), Rule: sack.New}, true
	}
	if s3, ok := m.criteria(false); ok {
		return sack.Seg{Block: m.upTo(s3), Rule: sack.Unsure}, true
	}
	if m.rescueDefined && m.highACK <= m.rescueRxt {
		return sack.Seg{}, false
	}
	high := m.highData
	for high > m.highACK && m.sacked[high] {
		high--
	}
	if high == m.highACK {
		return sack.Seg{}, false
	}
	low := high
	for low > m.highACK+1 && high-low+1 < m.smss && !m.sacked[low-1] {
		low--
	}
	return sack.Seg{Block: m.block(low, high+1), Rule: sack.Rescue}, true
}

func (m *board) sent(s sack.Seg) {
	end := int(s.Right-m.base) - 1
	switch s.Rule {
	case sack.First:
		m.first = false
		m.highRxt, m.rescueRxt, m.rescueDefined = end, end, true
	case sack.Lost, sack.Unsure:
		m.highRxt = end
	case sack.New:
		m.highData = end
	case sack.Rescue:
		m.rescueRxt = m.recoveryPoint
	}
}

func (m *board) ack(ack int, blocks [][2]int) (r sack.Report) {
	r.SACKed = m.update(ack, blocks)
	if len(blocks) > 0 && blocks[0][0] < blocks[0][1] {
		r.DSACK = blocks[0][1] <= ack ||
			len(blocks) > 1 && blocks[1][0] <= blocks[0][0] && blocks[0][1] <= blocks[1][1]
	}
	m.wait = m.wait && m.highACK < m.recoveryPoint
	switch {
	case m.lossRecovery && m.highACK >= m.recoveryPoint:
		m.lossRecovery, m.first = false, false
		m.highRxt = -1
		r.Answer = sack.Left
	case m.lossRecovery:
		r.Answer = sack.Recovering
	case r.SACKed > 0 && !m.wait:
		m.dupAcks++
		r.Answer = sack.Duplicate
		if m.dupAcks >= sack.DupThresh || m.isLost(m.highACK+1) {
			r.Answer = sack.Enter
			m.lossRecovery, m.first, m.rescueDefined = true, true, false
			m.recoveryPoint, m.highRxt = m.highData, -1
		}
	}
	return r
}

func (m *board) timeout() {
	clear(m.sacked[:])
	m.lossRecovery, m.first, m.dupAcks, m.highRxt = false, false, 0, -1
	m.wait, m.recoveryPoint = m.highACK < m.highData, m.highData
}

// compare drives a Scoreboard and its model by the same events, drawn from
// next, until the space is used up.
func compare(t *testing.T, base uint32, events int, next func(n int) int) {
	m := &board{base: base, smss: 1 + next(20), highACK: 0, highData: 0, highRxt: -1}
	var b sack.Scoreboard
	b.Reset(space, m.smss, base+1)
	nxt := func() uint32 { return base + uint32(m.highData) + 1 }
	octet := func() int { return next(m.highData + 3) }
	for i := range events {
		cwnd, fresh := next(8*m.smss), next(3)*next(2*m.smss)
		fresh = max(0, min(fresh, space-2-m.highData))
		what := next(16)
		switch {
		case what < 3 && !m.lossRecovery:
			m.highData = min(m.highData+1+next(4*m.smss), space-2)
		case what < 10:
			ack, blocks := 1+m.highACK, make([][2]int, next(5))
			if next(3) == 0 {
				ack = max(0, min(octet(), m.highData+1))
			}
			sent := make([]sack.Block, len(blocks))
			for j := range blocks {
				blocks[j][0] = octet()
				blocks[j][1] = blocks[j][0] + next(2*m.smss+2) - next(2)
				sent[j] = m.block(blocks[j][0], blocks[j][1])
			}
			got := b.Ack(base+uint32(ack), nxt(), sent)
			if want := m.ack(ack, blocks); got != want {
				t.Fatalf("event %d: ACK %d with %v: %+v, want %+v", i, ack, blocks, got, want)
			}
		case what == 10 && next(3) == 0:
			m.timeout()
			b.Timeout(nxt())
		}
		got, ok := b.NextSeg(cwnd, nxt(), fresh)
		want, wantOK := m.nextSeg(cwnd, fresh)
		if m.highACK == m.highData && m.first { // nothing is left to resend
			want, wantOK = got, false
		}
		if ok != wantOK || ok && got != want {
			t.Fatalf("event %d: NextSeg(%d, %d): %+v %t, want %+v %t; %+v", i, cwnd, fresh, got, ok, want, wantOK, *m)
		}
		if ok && next(4) > 0 {
			if got.Right-got.Left > 1 && next(4) == 0 && got.Rule != sack.Rescue {
				got.Right--
			}
			m.sent(got)
			b.Sent(got)
		}
		m.check(t, &b, i, cwnd)
	}
}

// check compares what can be asked.
func (m *board) check(t *testing.T, b *sack.Scoreboard, event, cwnd int) {
	t.Helper()
	nxt, pipe := m.base+uint32(m.highData)+1, m.setPipe()
	if got := b.Pipe(nxt); got != pipe {
		t.Fatalf("event %d: Pipe is %d, want %d: %+v", event, got, pipe, *m)
	}
	room := 0
	switch {
	case m.lossRecovery:
	case m.dupAcks == 0:
		room = max(0, cwnd-(m.highData-m.highACK))
	case cwnd-pipe >= m.smss:
		room = cwnd - pipe
	}
	if got := b.Room(cwnd, nxt); got != room {
		t.Fatalf("event %d: Room is %d, want %d: %+v", event, got, room, *m)
	}
	holes, total := m.highACK+1, 0
	for k := m.highACK + 1; k <= m.highData; k++ {
		if got, want := b.IsLost(m.base+uint32(k)), m.isLost(k); got != want {
			t.Fatalf("event %d: IsLost of octet %d is %t: %+v", event, k, got, *m)
		}
		if m.sacked[k] {
			total++
			if k == holes {
				holes++
			}
		}
	}
	hole, ok := b.Hole(m.base+uint32(m.highACK)+1, nxt)
	if ok != (holes <= m.highData) || ok && hole.Left != m.base+uint32(holes) {
		t.Fatalf("event %d: Hole is %v %t, want octet %d: %+v", event, hole, ok, holes, *m)
	}
	if b.SACKed() != total || b.Recovering() != m.lossRecovery {
		t.Fatalf("event %d: SACKed %d, Recovering %t: %+v", event, b.SACKed(), b.Recovering(), *m)
	}
}

func TestScoreboardAgainstModel(t *testing.T) {
	runs := 1500
	if testing.Short() {
		runs = 200
	}
	for seed := range uint64(runs) {
		r := rand.New(rand.NewPCG(seed, 6675))
		compare(t, r.Uint32()|3<<30, 120, r.IntN)
	}
}

// draws reads numbers from a fuzzer's octets, and 0 after their end.
func draws(octets []byte) func(n int) int {
	return func(n int) int {
		if len(octets) == 0 || n <= 1 {
			return 0
		}
		x := int(octets[0])
		octets = octets[1:]
		if n > 256 && len(octets) > 0 {
			x = x<<8 | int(octets[0])
			octets = octets[1:]
		}
		return x % n
	}
}

func FuzzScoreboard(f *testing.F) {
	f.Add(uint32(0), []byte("\x05\x00\x00\x01\x4d\x00\x00\x00\x05\x03\x01\x01\x04\x04\x00\x00"))
	f.Add(uint32(1<<32-50), []byte("\x03\x00\x00\x01\x4d\x03\x02\x09\x08\x04\x07\x06\x05\x04\x03\x02\x01"))
	f.Fuzz(func(t *testing.T, base uint32, octets []byte) {
		compare(t, base, min(len(octets), 200), draws(octets))
	})
}
