package link

import (
	"bytes"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

func TestCopyAndState(t *testing.T) {
	c := Config{Delay: Delay{Model: Uniform, Min: ms, Max: 9 * ms}, Loss: 300_000, FIFO: true, Cap: 1,
		Gilbert: Gilbert{P: 100_000, R: 100_000, LossBad: 500_000}, Rate: 1_000_000, QueuePackets: 3}
	a, b := newPath(c), newPath(Config{Rate: 5, QueueOctets: 10})
	draws(b, 4, ms)
	for n := range uint64(200) {
		b.CopyFrom(a)
		now := time.Duration(n) * ms / 2
		before := a.AppendState(nil, now)
		if !bytes.Equal(before, b.AppendState(nil, now)) {
			t.Fatalf("datagram %d: a copy has another state", n)
		}
		var f, g Fate
		a.Draw(now, n, &data, 120, &f)
		fair := a.Settle(&data, now, &f)
		if !bytes.Equal(before, b.AppendState(nil, now)) {
			t.Fatalf("datagram %d: a copy shares memory", n)
		}
		b.Draw(now, n, &data, 120, &g)
		if b.Settle(&data, now, &g) != fair || f != g {
			t.Fatalf("datagram %d: a copy acts otherwise", n)
		}
		if bytes.Equal(before, a.AppendState(nil, now)) {
			t.Fatalf("datagram %d: the state stays", n)
		}
	}
}

// TestStateIsRelative: without a model that draws, the same thing an hour later
// is the same state.
func TestStateIsRelative(t *testing.T) {
	c := Config{Delay: Delay{Min: 5 * ms}, FIFO: true, Rate: 960_000, QueuePackets: 9}
	var f Fate
	a, b := newPath(c), newPath(c)
	for i := range uint64(3) {
		a.Draw(0, i, &data, 120, &f)
		b.Draw(time.Hour, 77+i, &data, 120, &f)
	}
	if !bytes.Equal(a.AppendState(nil, ms), b.AppendState(nil, time.Hour+ms)) {
		t.Errorf("the state depends on the time")
	}
	if !bytes.Equal(a.AppendState(nil, time.Minute), newPath(c).AppendState(nil, 0)) {
		t.Errorf("an idle path remembers")
	}
}

func TestPathDoesNotAllocate(t *testing.T) {
	c := Config{Delay: Delay{Model: Exponential, Min: ms, Mean: 9 * ms}, Loss: 300_000, FIFO: true, Cap: 1,
		Gilbert: Gilbert{P: 100_000, R: 100_000, LossBad: 500_000}, Rate: 1_000_000, QueuePackets: 3,
		Duplicate: 100_000, Corrupt: 100_000, Reorder: 100_000}
	var p, q Path
	var state []byte
	run := func() {
		var f Fate
		seg := data
		p.Reset(&c, 1, endpoint.A)
		for n := range uint64(300) {
			seg.Seq += endpoint.Seq(n % 5)
			p.Draw(time.Duration(n)*ms, n, &seg, 120, &f)
			p.Settle(&seg, 0, &f)
		}
		q.CopyFrom(&p)
		state = q.AppendState(state[:0], 0)
		p.Heal(&c)
	}
	if n := testing.AllocsPerRun(10, run); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
