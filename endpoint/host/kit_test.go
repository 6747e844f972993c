package host

import (
	"bytes"
	"container/heap"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

var (
	addrA = netip.MustParseAddr("192.0.2.1")
	addrB = netip.MustParseAddr("192.0.2.2")
	web   = netip.AddrPortFrom(addrB, 80)
)

// net is hosts, and a network between them whose faults are drawn from a seed.
type net struct {
	t     testing.TB
	now   time.Duration
	hosts []*Host

	delay     time.Duration
	jitter    time.Duration // each datagram is late by up to so much more
	loss      int           // of 1000
	duplicate int           // of 1000
	random    uint64

	flight arrivals
	order  int
	watch  func(from *Host, d []byte) (lose bool)
}

// arrival is a datagram on its way.
type arrival struct {
	at    time.Duration
	order int
	d     []byte
}

type arrivals []arrival

func (a arrivals) Len() int { return len(a) }
func (a arrivals) Less(i, j int) bool {
	return a[i].at < a[j].at || a[i].at == a[j].at && a[i].order < a[j].order
}
func (a arrivals) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *arrivals) Push(x any)   { *a = append(*a, x.(arrival)) }
func (a *arrivals) Pop() any {
	old := *a
	x := old[len(old)-1]
	*a = old[:len(old)-1]
	return x
}

// newNet makes a network of hosts. TIME-WAIT lasts 20 s.
func newNet(t testing.TB, configs ...Config) *net {
	t.Helper()
	n := &net{t: t, delay: 10 * time.Millisecond, random: 1}
	for _, c := range configs {
		if c.TCP.MSL == 0 {
			c.TCP.MSL = 10 * time.Second
		}
		h, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		n.hosts = append(n.hosts, h)
	}
	return n
}

func twoHosts(t testing.TB) (*net, *Host, *Host) {
	t.Helper()
	n := newNet(t, Config{Addr: addrA}, Config{Addr: addrB})
	return n, n.hosts[0], n.hosts[1]
}

func (n *net) draw(below int) int {
	n.random ^= n.random << 13
	n.random ^= n.random >> 7
	n.random ^= n.random << 17
	return int(n.random % uint64(below))
}

// send puts all that the hosts emit on the network.
func (n *net) send() {
	var buf [endpoint.MTU]byte
	for _, h := range n.hosts {
		for {
			k, ok := h.Emit(n.now, buf[:])
			if !ok {
				break
			}
			if n.watch != nil && n.watch(h, buf[:k]) || n.draw(1000) < n.loss {
				continue
			}
			n.put(buf[:k])
			if n.draw(1000) < n.duplicate {
				n.put(buf[:k])
			}
		}
	}
}

func (n *net) put(d []byte) {
	n.order++
	at := n.now + n.delay + time.Duration(n.draw(int(n.jitter)+1))
	heap.Push(&n.flight, arrival{at, n.order, bytes.Clone(d)})
}

// deliver lets a datagram arrive at the host that it is for.
func (n *net) deliver(d []byte) {
	for _, h := range n.hosts {
		h.Arrive(n.now, d)
	}
}

// step does what happens next, not after until; false if nothing does.
func (n *net) step(until time.Duration) bool {
	n.send()
	next := endpoint.Never
	for _, h := range n.hosts {
		next = min(next, h.Deadline())
	}
	arrives := len(n.flight) > 0 && n.flight[0].at <= next
	if arrives {
		next = n.flight[0].at
	}
	if next == endpoint.Never || next > until {
		n.now = max(n.now, until)
		return false
	}
	n.now = max(n.now, next)
	if arrives {
		n.deliver(heap.Pop(&n.flight).(arrival).d)
		return true
	}
	for _, h := range n.hosts {
		if h.Deadline() <= n.now {
			h.Timeout(n.now)
		}
	}
	return true
}

// run lets time pass.
func (n *net) run(d time.Duration) {
	for until := n.now + d; n.step(until); {
	}
	for _, h := range n.hosts {
		if err := h.valid(); err != nil {
			n.t.Fatalf("at %v: %v", n.now, err)
		}
	}
}

// valid checks what conn and table say of themselves.
func (h *Host) valid() error {
	used, inTable, halves := 0, 0, map[*listener]int{}
	for i, c := range h.conns[1:] {
		switch {
		case c.slot != uint32(i+1):
			return fmt.Errorf("slot %d says %d", i+1, c.slot)
		case (c.tcp != nil) != (c.phase == live):
			return fmt.Errorf("slot %d: phase %d, TCB %v", c.slot, c.phase, c.tcp != nil)
		case c.phase == halfOpen && c.listener == nil, c.phase == waiting && c.listener != nil, c.phase == free && (c.held || c.inTable || c.listener != nil):
			return fmt.Errorf("slot %d: phase %d, %+v", c.slot, c.phase, c)
		case c.inTable != (h.table.find(h.conns, &c.tuple) == c.slot):
			return fmt.Errorf("slot %d: in the table %v, and not so", c.slot, c.inTable)
		}
		if c.phase != free {
			used++
		}
		if c.inTable {
			inTable++
		}
		if c.phase == halfOpen {
			halves[c.listener]++
		}
	}
	if used != h.live || used+len(h.vacant) != len(h.conns)-1 {
		return fmt.Errorf("%d of %d slots used, %d vacant, %d live", used, len(h.conns)-1, len(h.vacant), h.live)
	}
	if inTable != h.table.n {
		return fmt.Errorf("%d in the table, which says %d", inTable, h.table.n)
	}
	for name, q := range map[string]*fifo[uint32]{"emitting": &h.emitting, "changes": &h.changes} {
		seen := map[uint32]bool{}
		for i := range q.n {
			v := q.buf[(q.head+i)&(len(q.buf)-1)]
			if seen[v] {
				return fmt.Errorf("%d is twice in %s", v, name)
			}
			seen[v] = true
		}
	}
	for port, l := range h.listeners {
		if l.half != halves[l] {
			return fmt.Errorf("port %d: %d half-open, says %d", port, halves[l], l.half)
		}
	}
	return nil
}

// state is that of a program's connection.
func state(h *Host, id ID) endpoint.State {
	var st endpoint.Status
	h.Status(id, &st)
	return st.State
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok[T any](t testing.TB) func(v T, ok bool) T {
	return func(v T, ok bool) T {
		t.Helper()
		if !ok {
			t.Fatal("there is none")
		}
		return v
	}
}
