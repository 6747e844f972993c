package host

import (
	"encoding/binary"
	"net/netip"
)

// tuple is what tells the connections of one host apart: the remote socket and
// the local port. It holds no pointers and can be compared with ==.
type tuple struct {
	addr          [16]byte // an IPv4 address has the first four
	remote, local uint16
}

func tupleOf(remote netip.AddrPort, local uint16) tuple {
	t := tuple{remote: remote.Port(), local: local}
	if a := remote.Addr(); a.Is4() {
		v4 := a.As4()
		copy(t.addr[:], v4[:])
	} else {
		t.addr = a.As16()
	}
	return t
}

// words is the tuple as a hash takes it.
func (t *tuple) words() (a, b, ports uint64) {
	le := binary.LittleEndian
	return le.Uint64(t.addr[:]), le.Uint64(t.addr[8:]), uint64(t.remote)<<16 | uint64(t.local)
}

// table finds the slot of a tuple: a hash table with linear probing. A cell
// that is left is filled by those behind it, so that nothing is left over from
// connections that are gone, however many there were.
type table struct {
	cells []cell // a power of two, at most half of them used
	n     int
	key   uint64
}

// cell is a used one if slot is not 0. The tuple itself stands in the slot's
// connection; hash spares most of the looks there.
type cell struct{ hash, slot uint32 }

// tableKey makes the hash of the table another one than those of the other
// uses of Config.Key.
const tableKey = 1

func (t *table) hash(k *tuple) uint32 {
	a, b, ports := k.words()
	return uint32(siphash(t.key, tableKey, a, b, ports))
}

// find returns the slot of k, 0 if there is none.
func (t *table) find(conns []*conn, k *tuple) uint32 {
	if t.n == 0 {
		return 0
	}
	h := t.hash(k)
	mask := uint32(len(t.cells) - 1)
	for i := h & mask; t.cells[i].slot != 0; i = (i + 1) & mask {
		if c := t.cells[i]; c.hash == h && conns[c.slot].tuple == *k {
			return c.slot
		}
	}
	return 0
}

// insert adds a tuple that is not there.
func (t *table) insert(k *tuple, slot uint32) {
	if 2*(t.n+1) > len(t.cells) {
		t.grow()
	}
	t.put(cell{t.hash(k), slot})
	t.n++
}

func (t *table) put(c cell) {
	mask := uint32(len(t.cells) - 1)
	i := c.hash & mask
	for t.cells[i].slot != 0 {
		i = (i + 1) & mask
	}
	t.cells[i] = c
}

func (t *table) grow() {
	old := t.cells
	t.cells = make([]cell, max(16, 2*len(old)))
	for _, c := range old {
		if c.slot != 0 {
			t.put(c)
		}
	}
}

// remove takes the tuple of a slot out; it must be there.
func (t *table) remove(k *tuple, slot uint32) {
	mask := uint32(len(t.cells) - 1)
	i := t.hash(k) & mask
	for t.cells[i].slot != slot {
		i = (i + 1) & mask
	}
	t.n--
	// Whoever stands behind the hole and may stand in it moves there; then the
	// hole is where it stood (Knuth 6.4, algorithm R).
	for j := (i + 1) & mask; t.cells[j].slot != 0; j = (j + 1) & mask {
		if home := t.cells[j].hash & mask; (j-home)&mask >= (j-i)&mask {
			t.cells[i] = t.cells[j]
			i = j
		}
	}
	t.cells[i] = cell{}
}
