package sack_test

import (
	"math/rand/v2"
	"testing"

	"example.org/halfopen/endpoint/sack"
)

// sender is what an endpoint does with a Scoreboard, over a constant cwnd and
// twice as much in SND.WND: where a resent segment is lost, SND.UNA stays, and
// it is SND.WND that ends the new data.
type sender struct {
	sack.Scoreboard
	cwnd          int
	una, nxt, end uint32
	resent        int
	rto           uint32 // after a timeout, what is resent next; up to rtoEnd
	rtoEnd        uint32
}

// ack takes an ACK and calls send for what has to go, until nothing has.
func (s *sender) ack(ack uint32, blocks []sack.Block, send func(sack.Block)) {
	if int32(ack-s.una) > 0 {
		s.una = ack
	}
	s.Ack(ack, s.nxt, blocks)
	s.flush(send)
}

func (s *sender) flush(send func(sack.Block)) {
	for s.Recovering() {
		seg, ok := s.NextSeg(s.cwnd, s.nxt, s.fresh())
		if !ok {
			return
		}
		if seg.Rule == sack.New {
			s.nxt = seg.Right
		} else {
			s.resent++
		}
		s.Sent(seg)
		send(seg.Block)
	}
	for int32(s.rtoEnd-s.rto) > 0 {
		h, ok := s.Hole(s.rto, s.rtoEnd)
		if !ok {
			break
		}
		h.Right = h.Left + min(mss, h.Right-h.Left)
		s.rto = h.Right
		s.resent++
		send(h)
	}
	for s.fresh() > 0 && s.Room(s.cwnd, s.nxt) >= mss {
		left := s.nxt
		s.nxt += mss
		send(sack.Block{Left: left, Right: s.nxt})
	}
}

// fresh is how much new data SND.WND lets out: a segment, or nothing.
func (s *sender) fresh() int {
	if s.nxt == s.end || int(s.nxt-s.una)+mss > 2*s.cwnd {
		return 0
	}
	return mss
}

func (s *sender) timeout(send func(sack.Block)) {
	s.Timeout(s.nxt)
	s.rto, s.rtoEnd = s.una, s.nxt
	s.flush(send)
}

// event is an ACK, or a timeout.
type event struct {
	ack     uint32
	blocks  []sack.Block
	timeout bool
}

// holes is how many stretches below the highest SACKed octet are missing.
func (s *sender) holes() (n int) {
	for from := s.una; ; n++ {
		h, ok := s.Hole(from, s.nxt)
		if !ok || h.Right == s.nxt {
			return n
		}
		from = h.Right
	}
}

// transfer sends segments through a pipe that loses one in lossOneIn, and hands
// each event to see before the sender hears of it. It returns the sender and how often its timer had to help.
func transfer(t testing.TB, start uint32, segments, cwnd, lossOneIn, most int, see func(*sender, event)) (*sender, int) {
	r := rand.New(rand.NewPCG(uint64(start), 2883))
	s := &sender{cwnd: cwnd * mss, una: start, nxt: start, end: start + uint32(segments*mss)}
	s.Reset(most, mss, start)
	var rcv sack.Receiver
	rcv.Reset(1 << 20)
	have := make([]bool, segments+1)
	next, timeouts := start, 0
	var flight []sack.Block
	send := func(b sack.Block) {
		if r.IntN(lossOneIn) != 0 {
			flight = append(flight, b)
		}
	}
	s.flush(send)
	for s.una != s.end {
		if len(flight) == 0 {
			if timeouts++; timeouts > segments {
				t.Fatalf("stuck at segment %d of %d", int(s.una-start)/mss, segments)
			}
			if see != nil {
				see(s, event{timeout: true})
			}
			s.timeout(send)
			continue
		}
		b := flight[0]
		flight = flight[1:]
		rcv.Segment(next, b, true)
		for k := b.Left; k != b.Right; k += min(mss, b.Right-k) {
			have[int(k-start)/mss] = true
		}
		for have[int(next-start)/mss] {
			next += mss
		}
		rcv.Advance(next)
		e := event{ack: next, blocks: rcv.AppendBlocks(nil, sack.MaxBlocksTimestamps)}
		if see != nil {
			see(s, e)
		}
		s.ack(e.ack, e.blocks, send)
	}
	return s, timeouts
}

// All arrives, and few segments are resent that were not lost: also where a
// resent one is lost, which only the timer can tell.
func TestTransfer(t *testing.T) {
	for _, c := range []struct {
		segments, cwnd, lossOneIn, most int
		timeouts, needless              int
	}{
		{5000, 40, 100, 64, 2, 200},
		{5000, 1000, 100, 64, 2, 3000},
		{5000, 40, 10, 64, 100, 6000},
		{2000, 40, 5, 4, 200, 8000}, // hardly any memory
	} {
		for seed := range uint32(4) {
			s, timeouts := transfer(t, seed-10000, c.segments, c.cwnd, c.lossOneIn, c.most, nil)
			needless := s.resent - c.segments/c.lossOneIn
			t.Logf("cwnd %d, one in %d: %d timeouts, %d resent", c.cwnd, c.lossOneIn, timeouts, s.resent)
			if timeouts > c.timeouts || needless > c.needless {
				t.Errorf("%d timeouts, %d resent needlessly", timeouts, needless)
			}
		}
	}
}

// BenchmarkAck takes the ACKs of a transfer with a window of 30,000 segments
// and 1 % loss, and sends what they let out: about 100 holes at a time.
func BenchmarkAck(b *testing.B) {
	const segments, cwnd = 150000, 30000
	var events []event
	holes, asked := 0, 0
	transfer(b, 0, segments, cwnd, 100, 1<<20, func(s *sender, e event) {
		if len(events)%100 == 0 {
			holes += s.holes()
			asked++
		}
		events = append(events, e)
	})
	s := &sender{cwnd: cwnd * mss, end: segments * mss}
	send := func(sack.Block) {}
	i := len(events)
	b.ReportAllocs()
	for b.Loop() {
		if i == len(events) {
			s.una, s.nxt, i = 0, 0, 0
			s.Reset(1<<20, mss, 0)
			s.flush(send)
		}
		e := &events[i]
		if e.timeout {
			s.timeout(send)
		} else {
			s.ack(e.ack, e.blocks, send)
		}
		i++
	}
	b.ReportMetric(float64(holes)/float64(asked), "holes")
}

// BenchmarkReceiver takes segments of which one in 100 comes a thousand later.
func BenchmarkReceiver(b *testing.B) {
	var r sack.Receiver
	r.Reset(64)
	var blocks [sack.MaxBlocks]sack.Block
	nxt, seq := uint32(0), uint32(0)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%100 == 0 && i > 0 {
			r.Segment(nxt, sack.Block{Left: nxt, Right: nxt + mss}, true)
			nxt = seq
			r.Advance(nxt)
			seq += mss
			continue
		}
		r.Segment(nxt, sack.Block{Left: seq, Right: seq + mss}, true)
		seq += mss
		r.AppendBlocks(blocks[:0], sack.MaxBlocks)
	}
}
