package sack_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"example.org/halfopen/endpoint/sack"
)

// in is a receiver with its RCV.NXT, as an endpoint would have it: it keeps
// what comes, and answers each segment with an ACK.
type in struct {
	*testing.T
	sack.Receiver
	nxt  uint32
	have map[uint32]bool
}

func receiver(t *testing.T, nxt uint32, most int) *in {
	r := &in{T: t, nxt: nxt, have: map[uint32]bool{}}
	r.Reset(most)
	return r
}

func (r *in) take(left, right uint32) {
	r.Segment(r.nxt, sack.Block{Left: left, Right: right}, true)
	for k := left; k != right; k++ {
		r.have[k] = true
	}
	for r.have[r.nxt] {
		r.nxt++
	}
	r.Advance(r.nxt)
}

// blocks is a list of edges.
func blocks(edges ...uint32) (b []sack.Block) {
	for i := 0; i < len(edges); i += 2 {
		b = append(b, sack.Block{Left: edges[i], Right: edges[i+1]})
	}
	return b
}

// want takes a segment and looks at the ACK.
func (r *in) want(left, right, ack uint32, want ...uint32) {
	r.Helper()
	r.take(left, right)
	r.reports(ack, sack.MaxBlocks, want...)
}

func (r *in) reports(ack uint32, most int, want ...uint32) {
	r.Helper()
	got := r.AppendBlocks(nil, most)
	if r.nxt != ack || !slices.Equal(got, blocks(want...)) {
		r.Fatalf("ACK %d with %v, want %d with %v", r.nxt, got, ack, blocks(want...))
	}
}

// The example of RFC 2018 7, case 2: the first segment of eight is lost.
func TestFirstSegmentLost_RFC2018_7(t *testing.T) {
	r := receiver(t, 5000, 64)
	for right := uint32(6000); right <= 9000; right += 500 {
		r.want(right-500, right, 5000, 5500, right)
	}
}

// Case 3: the second, fourth, sixth and eighth are lost, and come late.
func TestEverySecondLost_RFC2018_7(t *testing.T) {
	r := receiver(t, 5000, 64)
	r.want(5000, 5500, 5500)
	r.want(6000, 6500, 5500, 6000, 6500)
	r.want(7000, 7500, 5500, 7000, 7500, 6000, 6500)
	r.want(8000, 8500, 5500, 8000, 8500, 7000, 7500, 6000, 6500)
	r.want(6500, 7000, 5500, 6000, 7500, 8000, 8500)
	r.want(5500, 6000, 7500, 8000, 8500)
}

func TestFirstBlockHasNewestSegment_RFC2018_4(t *testing.T) {
	r := receiver(t, 0, 64)
	r.want(100, 110, 0, 100, 110)
	r.want(200, 210, 0, 200, 210, 100, 110)
	r.want(110, 120, 0, 100, 120, 200, 210)
	r.want(195, 200, 0, 195, 210, 100, 120)
	r.want(0, 50, 50, 195, 210, 100, 120) // unless it advanced the ACK field
}

func TestAtMostFourBlocks_RFC2018_3(t *testing.T) {
	r := receiver(t, 0, 64)
	for left := uint32(10); left < 60; left += 10 {
		r.take(left, left+5)
	}
	r.reports(0, sack.MaxBlocks, 50, 55, 40, 45, 30, 35, 20, 25)
	r.reports(0, sack.MaxBlocksTimestamps, 50, 55, 40, 45, 30, 35)
	r.reports(0, 0)
}

// The examples of RFC 2883 4.1, segments of 500 octets.
func TestDuplicateSegment_RFC2883_4_1(t *testing.T) {
	r := receiver(t, 4000, 64)
	r.want(3500, 4000, 4000, 3500, 4000) // 4.1.1: a duplicate ACK was lost
	r.reports(4000, 4)                   // at most once

	r = receiver(t, 4000, 64) // 4.1.2: below the ACK, above it something
	r.want(4500, 5000, 4000, 4500, 5000)
	r.want(3000, 3500, 4000, 3000, 3500, 4500, 5000)

	r = receiver(t, 4000, 64) // 4.1.3: a duplicate out of order
	r.want(5000, 5500, 4000, 5000, 5500)
	r.want(4500, 5000, 4000, 4500, 5500)
	r.want(5000, 5500, 4000, 5000, 5500, 4500, 5500)
	r.want(5500, 6000, 4000, 4500, 6000)
}

func TestPartialDuplicate_RFC2883_4_2(t *testing.T) {
	r := receiver(t, 1000, 64) // below the ACK
	r.want(500, 1500, 1500, 500, 1000)

	r = receiver(t, 1000, 64) // above it
	r.want(1500, 2000, 1000, 1500, 2000)
	r.want(1800, 2500, 1000, 1800, 2000, 1500, 2500)

	r = receiver(t, 1000, 64) // of two stretches only the first
	r.want(2500, 3000, 1000, 2500, 3000)
	r.want(1500, 2000, 1000, 1500, 2000, 2500, 3000)
	r.want(1000, 3000, 3000, 1500, 2000)
}

func TestOnlyTheNewestDuplicate_RFC2883_4(t *testing.T) {
	r := receiver(t, 4000, 64)
	r.take(3000, 3500)
	r.take(3500, 4000) // before an ACK could leave
	r.reports(4000, 4, 3500, 4000)
	r.take(3000, 3500)
	r.take(4000, 4500)
	r.reports(4500, 4)
}

func TestDiscardedSegment_RFC2018_8(t *testing.T) {
	r := receiver(t, 100, 64)
	r.take(300, 400)
	r.Segment(100, sack.Block{Left: 200, Right: 250}, false)
	r.reports(100, 4, 200, 250, 300, 400) // the newest, though it is not held
	r.reports(100, 4, 300, 400)           // and no longer
	r.Segment(100, sack.Block{Left: 320, Right: 330}, false)
	r.reports(100, 4, 320, 330, 300, 400) // nothing new of it: a duplicate
}

func TestNothingBelowTheACKButDuplicates_RFC2018_3(t *testing.T) {
	r := receiver(t, 100, 64)
	r.take(300, 400)
	r.Segment(100, sack.Block{Left: 200, Right: 250}, false)
	r.nxt = 350 // wherever it goes
	r.Advance(r.nxt)
	r.reports(350, 4, 350, 400)
}

func TestReceiverForgetsTheOldest(t *testing.T) {
	r := receiver(t, 0, 0) // MaxBlocks at least
	for left := uint32(10); left <= 50; left += 10 {
		r.take(left, left+5)
	}
	r.take(15, 20) // it has forgotten what stood before
	r.reports(0, 9, 15, 25, 50, 55, 40, 45, 30, 35)
	r.want(0, 10, 25, 50, 55, 40, 45, 30, 35)
}

func TestReceiverCopy(t *testing.T) {
	a, b := receiver(t, 0, 64), receiver(t, 0, 64)
	a.take(10, 20)
	a.take(30, 40)
	a.take(15, 18)
	b.take(70, 80)
	b.CopyFrom(&a.Receiver)
	if string(a.AppendState(nil)) != string(b.AppendState(nil)) {
		t.Fatal("a copy has another encoding")
	}
	a.take(30, 31)
	b.reports(0, 4, 15, 18, 10, 20, 30, 40)
	if string(a.AppendState(nil)) == string(b.AppendState(nil)) {
		t.Fatal("the encoding does not see a new duplicate")
	}
}

// queue is RFC 2018 4 and RFC 2883 4 once more, over an array of octets: what
// is held, and when a segment last touched it.
type queue struct {
	held  [space]bool
	stamp [space]int
	nxt   int
	dup   [2]int
	lone  [2]int
}

func (q *queue) segment(now, left, right int, kept bool) {
	q.dup, q.lone = [2]int{}, [2]int{}
	all := true
	for k := left; k < right; k++ {
		if k < q.nxt || q.held[k] {
			if q.dup[1] == 0 {
				q.dup = [2]int{k, k}
			}
			if q.dup[1] == k {
				q.dup[1]++
			}
		} else {
			all = false
		}
	}
	if !kept && !all {
		q.lone = [2]int{max(left, q.nxt), right}
		return
	}
	for k := max(left, q.nxt); k < right; k++ {
		q.held[k], q.stamp[k] = true, now
	}
	for q.held[q.nxt] {
		q.nxt++
	}
}

// report is the ACK's blocks, offset by base.
func (q *queue) report(base uint32, most int) (all []sack.Block) {
	if most == 0 {
		return nil
	}
	type run struct{ left, right, stamp int }
	var runs []run
	for k := q.nxt + 1; k < space; k++ {
		if !q.held[k] {
			continue
		}
		if q.held[k-1] {
			last := &runs[len(runs)-1]
			last.right, last.stamp = k+1, max(last.stamp, q.stamp[k])
		} else {
			runs = append(runs, run{k, k + 1, q.stamp[k]})
		}
	}
	slices.SortFunc(runs, func(a, b run) int { return b.stamp - a.stamp })
	add := func(left, right int) {
		if left < right && len(all) < most {
			all = append(all, sack.Block{Left: base + uint32(left), Right: base + uint32(right)})
		}
	}
	add(q.dup[0], q.dup[1])
	add(q.lone[0], q.lone[1])
	for _, r := range runs {
		if r.left < q.lone[0] || q.lone[1] < r.right {
			add(r.left, r.right)
		}
	}
	q.dup, q.lone = [2]int{}, [2]int{}
	return all
}

func compareReceiver(t *testing.T, base uint32, events int, next func(n int) int) {
	var q queue
	var r sack.Receiver
	r.Reset(space)
	for i := range events {
		left := max(0, q.nxt-10) + next(80)
		right := min(left+next(30), space-1)
		if next(4) == 0 {
			left = min(q.nxt, right)
		}
		kept := next(8) > 0
		r.Segment(base+uint32(q.nxt), sack.Block{Left: base + uint32(left), Right: base + uint32(right)}, kept)
		q.segment(i+1, left, right, kept)
		r.Advance(base + uint32(q.nxt))
		if next(3) == 0 {
			continue
		}
		most := next(6)
		got, want := r.AppendBlocks(nil, most), q.report(base, most)
		if !slices.Equal(got, want) {
			t.Fatalf("event %d, octets %d to %d: %v, want %v", i, left, right, got, want)
		}
	}
}

func TestReceiverAgainstModel(t *testing.T) {
	runs := 3000
	if testing.Short() {
		runs = 500
	}
	for seed := range uint64(runs) {
		r := rand.New(rand.NewPCG(seed, 2018))
		compareReceiver(t, r.Uint32()|3<<30, 100, r.IntN)
	}
}

func FuzzReceiver(f *testing.F) {
	f.Add(uint32(0), []byte("\x20\x0a\x01\x01\x01\x04\x30\x0a\x01\x01\x01\x04\x0a\x0a\x00\x01\x01\x04"))
	f.Add(uint32(1<<32-20), []byte("\x0c\x0a\x01\x00\x01\x04\x10\x0a\x01\x01\x01\x04\x0a\x0a\x00\x01\x01\x04"))
	f.Fuzz(func(t *testing.T, base uint32, octets []byte) {
		compareReceiver(t, base, min(len(octets), 200), draws(octets))
	})
}
