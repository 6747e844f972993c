package host

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// The vectors of SipHash's authors: key 00 01 ... 0f, messages 00 01 02 ...
func TestSipHashVectors(t *testing.T) {
	var octets [24]byte
	for i := range octets {
		octets[i] = byte(i)
	}
	le := binary.LittleEndian
	w := []uint64{le.Uint64(octets[:]), le.Uint64(octets[8:]), le.Uint64(octets[16:])}
	for n, want := range []uint64{0x726fdb47dd0e0e31, 0x93f5f5799a932462, 0x3f2acc7f57c29bdb} {
		if got := siphash(w[0], w[1], w[:n]...); got != want {
			t.Errorf("of %d octets: %#x, want %#x", 8*n, got, want)
		}
	}
}

// The table against a linear scan over what was inserted.
func TestTableIsALinearScan(t *testing.T) {
	for seed := range uint64(50) {
		random := seed + 1
		draw := func(n int) int {
			random = random*6364136223846793005 + 1442695040888963407
			return int(random >> 33 % uint64(n))
		}
		table := table{key: seed}
		conns := []*conn{nil}
		find := func(k tuple) uint32 {
			for _, c := range conns[1:] {
				if c.inTable && c.tuple == k {
					return c.slot
				}
			}
			return 0
		}
		for range 3000 {
			k := tuple{remote: uint16(draw(20)), local: uint16(draw(3)), addr: [16]byte{byte(draw(3))}}
			want := find(k)
			if got := table.find(conns, &k); got != want {
				t.Fatalf("seed %d: %+v is in slot %d, want %d", seed, k, got, want)
			}
			if want != 0 {
				table.remove(&k, want)
				conns[want].inTable = false
				continue
			}
			slot := uint32(len(conns))
			conns = append(conns, &conn{slot: slot, tuple: k, inTable: true})
			table.insert(&k, slot)
		}
		if 2*table.n > len(table.cells) {
			t.Fatalf("%d of %d cells are used", table.n, len(table.cells))
		}
	}
}

// A tuple is found after a look at one or two cells, however many there are.
func TestTableIsFast(t *testing.T) {
	for _, n := range []int{10, 1000, 100_000} {
		var table table
		for i := range n {
			table.insert(&tuple{addr: [16]byte{byte(i >> 16), byte(i >> 8)}, remote: uint16(i & 255)}, uint32(i+1))
		}
		cells, mask := 0, uint32(len(table.cells)-1)
		for i, c := range table.cells {
			if c.slot != 0 {
				cells += int((uint32(i)-c.hash)&mask) + 1
			}
		}
		if cells > 2*n {
			t.Errorf("%d of %d: %d cells to look at", n, len(table.cells), cells)
		}
	}
}

// All sockets that differ are different tuples, in both families.
func TestTupleOf(t *testing.T) {
	seen := map[tuple]string{}
	for _, s := range []string{"192.0.2.1:1", "192.0.2.1:2", "192.0.2.2:1", "[2001:db8::1]:1", "[c000:201::]:1"} {
		for _, local := range []uint16{1, 2} {
			k := tupleOf(netip.MustParseAddrPort(s), local)
			if other, ok := seen[k]; ok && s != "[c000:201::]:1" { // a host has one family
				t.Errorf("%v and %v are one", s, other)
			}
			seen[k] = s
		}
	}
}

// timers against a look at all deadlines.
func TestTimersAreALinearScan(t *testing.T) {
	for seed := range uint64(50) {
		random := seed + 1
		draw := func(n int) int {
			random = random*6364136223846793005 + 1442695040888963407
			return int(random >> 33 % uint64(n))
		}
		var timers timers
		var at []time.Duration
		for range 40 {
			timers.add()
			at = append(at, endpoint.Never)
		}
		for range 3000 {
			slot := draw(len(at))
			at[slot] = time.Duration(draw(50))
			if draw(3) == 0 {
				at[slot] = endpoint.Never
			}
			timers.set(uint32(slot), at[slot])
			if draw(2) == 0 {
				continue
			}
			first, want := endpoint.Never, 0
			for s, d := range at {
				if d < first {
					first, want = d, s
				}
			}
			if got, slot := timers.next(); got != first || slot != uint32(want) {
				t.Fatalf("seed %d: slot %d at %d, want %d at %d", seed, slot, got, want, first)
			}
			if n := len(timers.heap); n > len(at) {
				t.Fatalf("%d entries for %d slots", n, len(at))
			}
		}
	}
}

// A deadline that moves to a later time, as an acknowledgment moves it, costs
// nothing until it would have been due.
func TestTimersLater(t *testing.T) {
	var timers timers
	timers.add()
	for i := range 1000 {
		timers.set(0, time.Duration(i+1))
	}
	if len(timers.heap) != 1 || timers.heap[0].at != 1 {
		t.Errorf("the heap is %v", timers.heap)
	}
	if at, _ := timers.next(); at != 1000 {
		t.Errorf("due at %d", at)
	}
}
