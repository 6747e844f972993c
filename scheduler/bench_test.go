package scheduler

import (
	"container/heap"
	"fmt"
	"testing"
	"time"
)

// priorityQueue is the queue of container/heap's own documentation, ordered as
// ours is: pointers to items, each of which knows its index so that it can
// be removed or moved. It is what the Queue is measured against.
type priorityQueue []*item

type item struct {
	at    time.Duration
	order uint64
	id    uint32
	index int
}

func (h priorityQueue) Len() int { return len(h) }
func (h priorityQueue) Less(i, j int) bool {
	return h[i].at < h[j].at || h[i].at == h[j].at && h[i].order < h[j].order
}
func (h priorityQueue) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}
func (h *priorityQueue) Push(x any) {
	i := x.(*item)
	i.index = len(*h)
	*h = append(*h, i)
}
func (h *priorityQueue) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	(*h)[last] = nil
	x.index = -1
	*h = (*h)[:last]
	return x
}

// lcg makes the increments of the hold model, so that both sides get the
// same ones and next to nothing is spent on making them.
type lcg uint64

func (g *lcg) increment() time.Duration {
	*g = *g*6364136223846793005 + 1442695040888963407
	return time.Duration(*g>>44) + 1
}

// BenchmarkScheduler is the hold model: each event that fires schedules one
// more, at now + uniform[1, 2^20] ns, so that as many stay pending.
func BenchmarkScheduler(b *testing.B) {
	for _, pending := range []int{16, 1000, 100000} {
		b.Run(fmt.Sprintf("halfopen/%d", pending), func(b *testing.B) {
			holdQueue(b, pending)
		})
		// As its documentation shows it: a new item for every event. And then
		// with items used again: the most that it can do.
		b.Run(fmt.Sprintf("container-heap/%d", pending), func(b *testing.B) {
			holdContainerHeap(b, pending, func(x *item) *item { return &item{id: x.id} })
		})
		b.Run(fmt.Sprintf("container-heap-reused/%d", pending), func(b *testing.B) {
			holdContainerHeap(b, pending, func(x *item) *item { return x })
		})
	}
}

func holdQueue(b *testing.B, pending int) {
	var q Queue
	var g lcg
	for i := range pending {
		q.Schedule(g.increment(), uint32(i))
	}
	hold := func() {
		at, id, _ := q.Pop()
		q.Schedule(at+g.increment(), id)
	}
	for range 2 * pending {
		hold()
	}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		hold()
	}
}

func holdContainerHeap(b *testing.B, pending int, next func(*item) *item) {
	var h priorityQueue
	var g lcg
	var order uint64
	schedule := func(x *item, at time.Duration) {
		order++
		x.at, x.order = at, order
		heap.Push(&h, x)
	}
	for i := range pending {
		schedule(&item{id: uint32(i)}, g.increment())
	}
	hold := func() {
		x := heap.Pop(&h).(*item)
		schedule(next(x), x.at+g.increment())
	}
	for range 2 * pending {
		hold()
	}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		hold()
	}
}
