package sack_test

import (
	"fmt"
	"testing"

	"example.org/halfopen/endpoint/sack"
)

const (
	mss  = 100
	base = uint32(1<<32 - 250) // so that sequence numbers wrap early
)

// out is a Scoreboard over segments of 100 octets, numbered from 0: segment n
// is base+100n.
type out struct {
	*testing.T
	sack.Scoreboard
	nxt uint32
}

func scoreboard(t *testing.T, sent int) *out {
	o := &out{T: t, nxt: at(sent)}
	o.Reset(64, mss, base)
	return o
}

func at(segment int) uint32 { return base + uint32(segment*mss) }

// ack takes an ACK up to a segment, with blocks of segments.
func (o *out) ack(want sack.Answer, segment int, edges ...int) sack.Report {
	o.Helper()
	var b []sack.Block
	for i := 0; i < len(edges); i += 2 {
		b = append(b, sack.Block{Left: at(edges[i]), Right: at(edges[i+1])})
	}
	r := o.Ack(at(segment), o.nxt, b)
	if r.Answer != want {
		o.Fatalf("the answer is %v, want %v", r.Answer, want)
	}
	return r
}

// sends asks for segments until there is no more, with a window and new data in
// segments, and wants these.
func (o *out) sends(cwnd, fresh int, want ...int) {
	o.Helper()
	var got []int
	for {
		s, ok := o.NextSeg(cwnd*mss, o.nxt, fresh*mss)
		if !ok {
			break
		}
		if s.Right-s.Left != mss {
			o.Fatalf("a segment of %d octets", s.Right-s.Left)
		}
		if s.Rule == sack.New {
			o.nxt = s.Right
			fresh--
		}
		o.Sent(s)
		got = append(got, int(s.Left-base)/mss)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		o.Fatalf("sends segments %v, want %v", got, want)
	}
}

func (o *out) pipe(want int) {
	o.Helper()
	if got := o.Pipe(o.nxt); got != want*mss {
		o.Fatalf("Pipe is %d, want %d segments", got, want)
	}
}

func (o *out) room(cwnd, want int) {
	o.Helper()
	if got := o.Room(cwnd*mss, o.nxt); got != want*mss {
		o.Fatalf("Room is %d, want %d segments", got, want)
	}
}

func TestIsLost_RFC6675_4(t *testing.T) {
	o := scoreboard(t, 10)
	o.Ack(at(0), o.nxt, []sack.Block{{at(5), at(7)}})
	lost := func(seq uint32, want bool) {
		t.Helper()
		if o.IsLost(seq) != want {
			t.Fatalf("IsLost is %t", !want)
		}
	}
	lost(at(0), false) // two segments' octets
	o.Ack(at(0), o.nxt, []sack.Block{{at(7), at(7) + 1}})
	lost(at(0), true) // and one octet more
	lost(at(5)-1, true)
	lost(at(5), false) // above it there are exactly two segments' octets

	o = scoreboard(t, 10)
	o.Ack(at(0), o.nxt, []sack.Block{{at(1), at(1) + 1}, {at(3), at(3) + 1}})
	lost(at(0), false)
	o.Ack(at(0), o.nxt, []sack.Block{{at(5), at(5) + 1}})
	lost(at(0), true) // three stretches, however small
	lost(at(1)+1, false)
}

func TestEntry_RFC6675_5(t *testing.T) {
	o := scoreboard(t, 10)
	o.ack(sack.Nothing, 0) // a duplicate ACK without news counts for nothing
	o.ack(sack.Duplicate, 0, 1, 2)
	o.ack(sack.Nothing, 0, 1, 2)
	o.ack(sack.Duplicate, 0, 1, 3)
	o.ack(sack.Enter, 0, 1, 4) // (1), and (2) as well
	o.ack(sack.Recovering, 0, 1, 5)

	o = scoreboard(t, 10)
	o.ack(sack.Enter, 0, 1, 4) // (2): one ACK is enough

	o = scoreboard(t, 10) // (1): segments smaller than SMSS
	for n := uint32(1); n <= 3; n++ {
		if got := o.Ack(at(0), o.nxt, []sack.Block{{at(1), at(1) + 10*n}}).Answer; (got == sack.Enter) != (n == 3) {
			t.Fatalf("duplicate %d: %v", n, got)
		}
	}
}

func TestDupAcksBeginAnew_RFC6675_5(t *testing.T) {
	o := scoreboard(t, 10)
	o.ack(sack.Duplicate, 0, 1, 2)
	o.ack(sack.Duplicate, 0, 1, 3)
	o.ack(sack.Nothing, 3)
	o.ack(sack.Duplicate, 3, 4, 5)
	o.ack(sack.Duplicate, 4, 6, 7) // also one that moves the ACK: DupAcks is 1
	o.ack(sack.Duplicate, 5, 6, 8)
}

func TestLimitedTransmit_RFC6675_5_step_3(t *testing.T) {
	o := scoreboard(t, 10)
	o.room(10, 0)
	o.room(12, 2)
	o.ack(sack.Duplicate, 0, 1, 2)
	o.pipe(9)
	o.room(10, 1)
	o.nxt = at(11)
	o.room(10, 0)
	if got := o.Room(10*mss+99, o.nxt); got != 0 { // less than a segment
		t.Fatalf("Room is %d", got)
	}
	o.ack(sack.Nothing, 3)
	o.room(10, 2)
}

func TestRecovery_RFC6675_5(t *testing.T) {
	o := scoreboard(t, 10)
	o.ack(sack.Enter, 0, 2, 5)
	o.pipe(5) // 5 to 9; 0 and 1 are lost
	o.room(100, 0)
	o.sends(0, 1, 0) // step 4.3, whatever the window
	o.pipe(6)
	o.sends(6, 1)
	o.sends(8, 1, 1, 10) // (C): the hole, then new data
	o.pipe(8)
	o.ack(sack.Recovering, 1, 2, 8)
	o.pipe(4)                // 8, 9, 10, and 1 once more
	o.ack(sack.Left, 10)     // step (A)
	o.sends(100, 1)          // NextSeg has nothing to say any more
	o.ack(sack.Nothing, 11)  // and all is as it was
	o.ack(sack.Nothing, 100) // an ACK that no endpoint would hand down does no harm
}

func TestRecoveryEndsAtRecoveryPoint_RFC6675_5_step_A(t *testing.T) {
	o := scoreboard(t, 10)
	o.ack(sack.Enter, 0, 2, 5)
	o.sends(20, 5, 0, 1, 10, 11, 12, 13, 14)
	o.ack(sack.Recovering, 9, 12, 13)
	o.ack(sack.Left, 10, 12, 14)
	if o.SACKed() != 2*mss { // SHOULD NOT be cleared when leaving
		t.Fatalf("SACKed is %d", o.SACKed())
	}
	o.ack(sack.Enter, 10, 12, 15) // what was known counts
	o.sends(20, 0, 10, 11)
}

func TestNextSeg_RFC6675_4(t *testing.T) {
	o := scoreboard(t, 10)
	o.ack(sack.Enter, 0, 1, 2, 3, 4, 5, 6)
	// (1) 0 is lost. (2) New data goes before (3) 2 and 4, which may be on
	// their way. (4) 9, the highest, has to wait until the first is answered.
	o.sends(100, 2, 0, 10, 11, 2, 4)
	o.pipe(1 + 2*2 + 4 + 2) // not lost and resent: counted twice
	o.ack(sack.Recovering, 1, 3, 4, 5, 6)
	o.sends(100, 0) // HighACK is RescueRxt, not above it
	o.ack(sack.Recovering, 2, 3, 4, 5, 6)
	o.sends(100, 0, 11) // (4)
	o.ack(sack.Recovering, 4, 5, 6)
	o.sends(100, 0) // once in each recovery
}

func TestRescueIncludesHighestUnSACKed_RFC6675_4_rule_4(t *testing.T) {
	o := scoreboard(t, 10)
	o.ack(sack.Enter, 0, 6, 10)
	o.sends(3, 0, 0, 1, 2)
	o.ack(sack.Recovering, 3, 6, 10)
	o.sends(3, 0, 3, 4, 5)
	o.ack(sack.Recovering, 4, 6, 10)
	o.sends(100, 0, 5)
}

func TestNextSegEndsAtTheHole_RFC6675_4(t *testing.T) {
	o := scoreboard(t, 10)
	o.Ack(at(0), o.nxt, []sack.Block{{at(0) + 30, at(1)}, {at(1) + 40, at(5)}})
	for _, want := range []sack.Block{{at(0), at(0) + 30}, {at(1), at(1) + 40}} {
		s, ok := o.NextSeg(100*mss, o.nxt, 0)
		if !ok || s.Block != want {
			t.Fatalf("%v %t, want %v", s, ok, want)
		}
		o.Sent(s)
	}
}

func TestTimeoutForgets_RFC2018_8_RFC6675_5_1(t *testing.T) {
	o := scoreboard(t, 10)
	o.ack(sack.Enter, 0, 2, 5)
	o.sends(100, 2, 0, 1, 10, 11)
	o.Timeout(o.nxt)
	if o.Recovering() || o.SACKed() != 0 {
		t.Fatal("the timeout has left something")
	}
	o.pipe(12)
	o.ack(sack.Nothing, 1, 2, 5) // Update goes on, recovery does not
	hole := func(from int, want ...int) {
		t.Helper()
		h, ok := o.Hole(at(from), o.nxt)
		if ok != (want != nil) || ok && h != (sack.Block{Left: at(want[0]), Right: at(want[1])}) {
			t.Fatalf("Hole from %d is %v %t", from, h, ok)
		}
	}
	hole(0, 1, 2)
	hole(1, 1, 2)
	hole(2, 5, 12)
	hole(7, 7, 12)
	hole(12)
	o.ack(sack.Nothing, 11, 12, 12)
	o.nxt = at(20)
	o.ack(sack.Nothing, 11, 13, 17) // RecoveryPoint is 12
	o.ack(sack.Nothing, 12)
	o.ack(sack.Enter, 12, 13, 18)
}

func TestDSACK_RFC2883_4(t *testing.T) {
	for _, c := range []struct {
		want  bool
		ack   int
		edges []int
	}{
		{false, 5, nil},
		{true, 5, []int{3, 5}},               // below the ACK
		{true, 5, []int{3, 4, 6, 7}},         // and something above it
		{true, 5, []int{7, 8, 6, 9}},         // inside the second
		{true, 5, []int{6, 9, 6, 9}},         // all of it
		{false, 5, []int{6, 8, 7, 9}},        // both are news
		{false, 5, []int{8, 9, 6, 7, 3, 4}},  // only the first counts
		{false, 5, []int{5, 5}},              // empty
		{true, 3, []int{1, 2}},               // an old ACK: SEG.ACK counts, not SND.UNA
		{false, 3, []int{3, 4}},              // below SND.UNA only
		{false, 5, []int{4, 6}},              // half of it is news
		{false, 5, []int{6, 7, 12, 5, 9, 9}}, // nonsense is no second block
	} {
		o := scoreboard(t, 10)
		o.ack(sack.Nothing, 5)
		var b []sack.Block
		for i := 0; i < len(c.edges); i += 2 {
			b = append(b, sack.Block{Left: at(c.edges[i]), Right: at(c.edges[i+1])})
		}
		if got := o.Ack(at(c.ack), o.nxt, b).DSACK; got != c.want {
			t.Errorf("ACK %d with %v: %t", c.ack, c.edges, got)
		}
	}
}

func TestNonsenseIsIgnored(t *testing.T) {
	o := scoreboard(t, 10)
	o.ack(sack.Nothing, 2, 8, 11) // more than was sent
	o.ack(sack.Nothing, 2, 6, 4)
	o.ack(sack.Nothing, 2, 0, 2)
	if r := o.ack(sack.Duplicate, 2, 0, 3); r.SACKed != mss {
		t.Fatalf("%d octets are news", r.SACKed)
	}
}

// Past the bound, blocks that join others are noted, and others are not: that
// can only make the sender resend.
func TestScoreboardBound(t *testing.T) {
	o := &out{T: t, nxt: at(40)}
	o.Reset(0, mss, base) // DupThresh+1 at least
	for n := 2; n <= 8; n += 2 {
		o.Ack(at(0), o.nxt, []sack.Block{{at(n), at(n + 1)}})
	}
	if r := o.ack(sack.Recovering, 0, 10, 11, 9, 10, 1, 2); r.SACKed != 2*mss || o.SACKed() != 6*mss {
		t.Fatalf("%d are news, %d known", r.SACKed, o.SACKed())
	}
	if r := o.ack(sack.Recovering, 4, 12, 13); r.SACKed != mss {
		t.Fatal("room was made, and is not used")
	}
	o.sends(100, 0, 4, 5, 7, 10, 11)
}

func TestScoreboardCopy(t *testing.T) {
	a, b := scoreboard(t, 10), scoreboard(t, 3)
	a.ack(sack.Enter, 0, 2, 5, 6, 7)
	b.CopyFrom(&a.Scoreboard)
	if string(a.AppendState(nil)) != string(b.AppendState(nil)) {
		t.Fatal("a copy has another encoding")
	}
	b.nxt = a.nxt
	a.ack(sack.Recovering, 0, 8, 9)
	a.sends(20, 0, 0, 1, 5, 7)
	b.pipe(4)
	if string(a.AppendState(nil)) == string(b.AppendState(nil)) {
		t.Fatal("the encoding does not see what was resent")
	}
	b.sends(20, 0, 0, 1, 5)
}

// Ten segments are sent, the first and the fifth are lost.
func Example() {
	var r sack.Receiver
	var b sack.Scoreboard
	r.Reset(64)
	b.Reset(64, 100, 0)
	rcvNXT, sndNXT, cwnd := uint32(0), uint32(1000), 1000
	for _, left := range []uint32{100, 200, 300, 500, 600} {
		r.Segment(rcvNXT, sack.Block{Left: left, Right: left + 100}, true)
		blocks := r.AppendBlocks(nil, sack.MaxBlocks)
		rep := b.Ack(rcvNXT, sndNXT, blocks)
		fmt.Println("ACK", rcvNXT, blocks, rep.Answer)
		if rep.Answer == sack.Enter {
			cwnd = int(sndNXT) / 2
		}
		for b.Recovering() {
			s, ok := b.NextSeg(cwnd, sndNXT, 0)
			if !ok {
				break
			}
			b.Sent(s)
			fmt.Println("  resend", s.Block, "pipe", b.Pipe(sndNXT))
		}
	}
	// Output:
	// ACK 0 [{100 200}] Duplicate
	// ACK 0 [{100 300}] Duplicate
	// ACK 0 [{100 400}] Enter
	//   resend {0 100} pipe 700
	// ACK 0 [{500 600} {100 400}] Recovering
	// ACK 0 [{500 700} {100 400}] Recovering
}
