package scheduler

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"example.org/halfopen/scheduler/stream"
)

// valid checks the invariants that are listed at Queue.
func (q *Queue) valid() error {
	dead, used := 0, 0
	for i := range 4 * len(q.heap) {
		k := q.place(i)
		if i < first || i >= first+q.n {
			if *k != largest {
				return fmt.Errorf("Q1: place %d of %d entries holds %v", i, q.n, *k)
			}
			continue
		}
		if parent := i/4 + 2; i > first && k.less(q.place(parent)) != 0 {
			return fmt.Errorf("Q2: place %d is less than its parent %d", i, parent)
		}
		if q.dead(k) {
			dead++
		}
	}
	if q.n-dead != q.live || q.n > 4*len(q.heap) {
		return fmt.Errorf("Q3: %d entries, %d dead, %d live", q.n, dead, q.live)
	}
	for i := range q.slots {
		if q.slots[i].order != 0 {
			used++
		}
	}
	free := 0
	for i := q.free; i != 0; i = q.slots[i-1].id {
		if free++; q.slots[i-1].order != 0 || free > len(q.slots) {
			return fmt.Errorf("Q4: slot %d is in the free list", i-1)
		}
	}
	if used != q.live || used+free != len(q.slots) {
		return fmt.Errorf("Q4: %d slots, %d used, %d free, %d live",
			len(q.slots), used, free, q.live)
	}
	if dead > max(q.live, fewDead)+1 {
		return fmt.Errorf("Q5: %d dead, %d live", dead, q.live)
	}
	return nil
}

// model is the queue as one would explain it: a sorted slice.
type model []modelEntry

type modelEntry struct {
	Entry
	order int
	timer Timer
}

func (m *model) schedule(at time.Duration, id uint32, order int, t Timer) {
	i := len(*m)
	for i > 0 && (*m)[i-1].At > at {
		i--
	}
	*m = slices.Insert(*m, i, modelEntry{Entry{at, id}, order, t})
}

func (m *model) cancel(order int) (id uint32, ok bool) {
	for i, e := range *m {
		if e.order == order {
			*m = slices.Delete(*m, i, i+1)
			return e.ID, true
		}
	}
	return 0, false
}

// pair runs the queue and the model side by side.
type pair struct {
	q      Queue
	m      model
	timers []Timer // of all insertions so far
	copied Queue
	now    time.Duration
}

// step does one operation on both; octets say which.
func (p *pair) step(op, a byte) error {
	switch op % 8 {
	case 0, 1, 2:
		p.add(p.now+time.Duration(a%16), uint32(len(p.timers))^0xffff)
	case 3, 4:
		return p.pop()
	case 5, 6:
		if len(p.timers) == 0 {
			return nil
		}
		order := len(p.timers) - 1 - int(a)%len(p.timers)
		if op%8 == 5 {
			_, want := p.m.cancel(order)
			if got := p.q.Cancel(p.timers[order]); got != want {
				return fmt.Errorf("Cancel of insertion %d: %t, want %t", order, got, want)
			}
			return nil
		}
		return p.rearm(order, p.now+time.Duration(a>>4))
	case 7:
		// The copy goes on, what it was copied from is spoilt.
		p.copied.CopyFrom(&p.q)
		p.q.Pop()
		p.q.Schedule(-1, 1)
		p.q, p.copied = p.copied, p.q
	}
	return nil
}

func (p *pair) add(at time.Duration, id uint32) {
	t := p.q.Schedule(at, id)
	p.m.schedule(at, id, len(p.timers), t)
	p.timers = append(p.timers, t)
}

func (p *pair) rearm(order int, at time.Duration) error {
	id, want := p.m.cancel(order)
	t := p.q.Rearm(p.timers[order], at)
	if got := t != (Timer{}); got != want {
		return fmt.Errorf("Rearm of insertion %d: %t, want %t", order, got, want)
	}
	if want {
		p.m.schedule(at, id, len(p.timers), t)
		p.timers = append(p.timers, t)
	}
	return nil
}

func (p *pair) pop() error {
	var want modelEntry
	wantOK := len(p.m) > 0
	if wantOK {
		want, p.m = p.m[0], slices.Clone(p.m[1:])
		p.now = want.At
	}
	at, id, ok := p.q.Pop()
	if ok != wantOK || at != want.At || id != want.ID {
		return fmt.Errorf("Pop: %v %d %t, want %v %d %t", at, id, ok, want.At, want.ID, wantOK)
	}
	return nil
}

// compare checks that both hold the same.
func (p *pair) compare() error {
	got := p.q.AppendOrdered(nil)
	if len(got) != len(p.m) || p.q.Len() != len(p.m) {
		return fmt.Errorf("%d entries, Len is %d, want %d", len(got), p.q.Len(), len(p.m))
	}
	for i := range got {
		if got[i] != p.m[i].Entry {
			return fmt.Errorf("entry %d is %v, want %v", i, got[i], p.m[i].Entry)
		}
	}
	return p.q.valid()
}

// peek checks Peek, which may tidy up: not after every step.
func (p *pair) peek() error {
	at, ok := p.q.Peek()
	if ok != (len(p.m) > 0) || ok && at != p.m[0].At {
		return fmt.Errorf("Peek: %v %t, want the first of %v", at, ok, p.m)
	}
	return p.q.valid()
}

func (p *pair) run(ops []byte) error {
	for i := 0; i+1 < len(ops); i += 2 {
		if err := p.step(ops[i], ops[i+1]); err != nil {
			return fmt.Errorf("step %d: %w", i/2, err)
		}
		if err := p.compare(); err != nil {
			return fmt.Errorf("after step %d: %w", i/2, err)
		}
		if ops[i]&0x80 != 0 {
			if err := p.peek(); err != nil {
				return fmt.Errorf("after step %d: %w", i/2, err)
			}
		}
	}
	for len(p.m) > 0 {
		if err := p.pop(); err != nil {
			return fmt.Errorf("at the end: %w", err)
		}
	}
	return p.pop()
}

// bias makes operations that grow, shrink or stir the queue, so that every
// length is met.
func bias(r *stream.Source, n int) []byte {
	var menu []byte
	for _, op := range [][]byte{
		{0, 0, 0, 3, 5, 6, 7}, {0, 3, 3, 5, 6}, {0, 0, 6, 6, 6, 5}, {0, 5, 5, 5, 3},
	} {
		if menu == nil || r.PPM(400_000) {
			menu = op
		}
	}
	ops := make([]byte, 0, 2*n)
	for range n {
		op := menu[r.Below(uint64(len(menu)))] | byte(r.Below(2))<<7
		ops = append(ops, op, byte(r.Uint64()))
	}
	return ops
}

func TestQueueAgainstModel(t *testing.T) {
	s := stream.New(1, "queue")
	for run := range uint64(200) {
		r := s.Sequence(run)
		var p pair
		var ops []byte
		for range 3 {
			ops = append(ops, bias(&r, 40)...)
		}
		if err := p.run(ops); err != nil {
			t.Fatalf("run %d: %v", run, err)
		}
	}
}

func FuzzQueue(f *testing.F) {
	s := stream.New(2, "queue")
	for run := range uint64(8) {
		r := s.Sequence(run)
		f.Add(bias(&r, 30))
	}
	f.Fuzz(func(t *testing.T, ops []byte) {
		var p pair
		if err := p.run(ops[:min(len(ops), 600)]); err != nil {
			t.Fatal(err)
		}
	})
}

// A long queue, in which all levels of the heap are used.
func TestQueueLong(t *testing.T) {
	var q Queue
	var want []Entry
	s := stream.New(3, "long")
	for i := range uint32(20000) {
		at := s.Duration(uint64(i), 0, -500, 500)
		q.Schedule(at, i)
		want = append(want, Entry{at, i})
	}
	slices.SortStableFunc(want, func(a, b Entry) int { return int(a.At - b.At) })
	if got := q.AppendOrdered(nil); !slices.Equal(got, want) {
		t.Error("AppendOrdered is not in order")
	}
	for i, w := range want {
		if at, id, ok := q.Pop(); at != w.At || id != w.ID || !ok {
			t.Fatalf("Pop %d: %v %d %t, want %v", i, at, id, ok, w)
		}
	}
	if err := q.valid(); err != nil {
		t.Error(err)
	}
}

func TestQueueExtremes(t *testing.T) {
	var q Queue
	if _, _, ok := q.Pop(); ok || q.Cancel(Timer{}) || q.Rearm(Timer{}, 1) != (Timer{}) {
		t.Error("the zero Queue is not empty")
	}
	if _, ok := q.Peek(); ok || q.Len() != 0 || len(q.AppendOrdered(nil)) != 0 {
		t.Error("the zero Queue is not empty")
	}
	never := q.Schedule(math.MaxInt64, 1)
	q.Schedule(math.MinInt64, math.MaxUint32)
	q.Schedule(0, 3)
	want := []Entry{{math.MinInt64, math.MaxUint32}, {0, 3}, {math.MaxInt64, 1}}
	if got := q.AppendOrdered(nil); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !q.Cancel(never) || q.Cancel(never) {
		t.Error("an entry is there once")
	}
	q.Reset()
	if _, ok := q.Peek(); ok || q.Len() != 0 || q.valid() != nil {
		t.Error("not empty after Reset")
	}
}

// Timers that fired or were cancelled stay void, although slots are used again.
func TestQueueStaleTimer(t *testing.T) {
	var q Queue
	fired := q.Schedule(1, 1)
	q.Pop()
	q.Schedule(2, 2)
	if q.Cancel(fired) || q.Rearm(fired, 0) != (Timer{}) {
		t.Error("the timer of an entry that fired takes another one away")
	}
	if at, ok := q.Peek(); at != 2 || !ok {
		t.Errorf("Peek: %v %t", at, ok)
	}
}

func TestQueueLimits(t *testing.T) {
	for _, c := range []struct {
		q    Queue
		want string
	}{
		{Queue{order: maxOrder}, "scheduler: more than 1099511627775 insertions"},
		{Queue{slots: make([]slot, slotMask+1)}, "scheduler: more than 16777216 entries pending"},
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); got != c.want {
					t.Errorf("panics with %q, want %q", got, c.want)
				}
			}()
			c.q.Schedule(0, 0)
		}()
	}
}

// Dead entries are bounded even if nothing is ever popped.
func TestQueueRearmForEver(t *testing.T) {
	var q Queue
	early := q.Schedule(0, 0)
	timer := q.Schedule(1, 1)
	for i := range 10000 {
		timer = q.Rearm(timer, time.Duration(i))
		if q.n > 2+fewDead+1 {
			t.Fatalf("%d entries in the heap after %d re-arms", q.n, i)
		}
	}
	if !q.Cancel(early) || !q.Cancel(timer) || q.Len() != 0 {
		t.Error("not empty")
	}
}

func TestQueueAllocatesNothing(t *testing.T) {
	var q, twin Queue
	var g lcg
	entries := make([]Entry, 0, 100)
	var timers [100]Timer
	round := func() {
		q.Reset()
		for i := range timers {
			timers[i] = q.Schedule(g.increment(), uint32(i))
		}
		twin.CopyFrom(&q)
		for range 1000 {
			at, id, _ := twin.Pop()
			timers[id] = twin.Schedule(at+g.increment(), id)
			if id%3 == 0 {
				timers[id] = twin.Rearm(timers[id], at+g.increment())
			}
		}
		entries = twin.AppendOrdered(entries[:0])
		for i := range timers {
			twin.Cancel(timers[i])
		}
	}
	round()
	if n := testing.AllocsPerRun(20, round); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func ExampleQueue() {
	names := []string{"retransmission", "delayed ACK", "arrival"}
	var q Queue
	timer := q.Schedule(time.Second, 0)
	q.Schedule(200*time.Millisecond, 1)
	q.Schedule(200*time.Millisecond, 2)
	q.Rearm(timer, 100*time.Millisecond)
	for {
		at, id, ok := q.Pop()
		if !ok {
			break
		}
		fmt.Println(at, names[id])
	}
	// Output:
	// 100ms retransmission
	// 200ms delayed ACK
	// 200ms arrival
}
