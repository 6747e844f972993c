package explore

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"
)

// key is what a state is recognised by.
type key struct{ hi, lo uint64 }

func keyOf(encoding []byte) key {
	sum := sha256.Sum256(encoding)
	return key{binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16])}
}

// target is where an edge leads: nowhere yet (0), to a state, or to the end of
// a run.
type target uint32

const (
	unknown target = 0
	leafBit target = 1 << 31
)

// state is the target for the state with an id, leaf that for the leaf with one.
func state(id uint32) target  { return target(id + 1) }
func leafAt(id uint32) target { return leafBit | target(id) }

func (t target) leaf() bool { return t&leafBit != 0 }
func (t target) id() uint32 {
	if t.leaf() {
		return uint32(t &^ leafBit)
	}
	return uint32(t) - 1
}

// node is a state in front of a choice.
type node struct {
	key   key
	left  uint8  // the most faults that were left when it was reached
	emits uint8  // how many datagrams of the step may meet faults
	first uint32 // its edges, in the shard's list, in the order of choices
	n     uint32
}

// table is the graph of a model, as far as it is known. It may be used
// concurrently: the states are spread over shards by their keys.
type table struct {
	shards [shards]shard
	leaves leaves
}

const (
	shardBits = 6
	shards    = 1 << shardBits
	// maxNodes bounds the states of a shard, so that an id fits into a target.
	maxNodes = 1<<(31-shardBits) - 2
)

type shard struct {
	mu    sync.Mutex
	ids   map[key]uint32
	nodes []node
	edges []target
}

func newTable() *table {
	t := &table{}
	for i := range t.shards {
		t.shards[i].ids = map[key]uint32{}
	}
	return t
}

// claim takes a state to be explored with so many faults left, which are n
// edges. It returns false if somebody has, with as many or more.
func (t *table) claim(k key, left, emits int, n uint32) (id uint32, ok bool, err error) {
	at := uint32(k.lo) % shards
	s := &t.shards[at]
	s.mu.Lock()
	defer s.mu.Unlock()
	i, known := s.ids[k]
	if !known {
		if len(s.nodes) >= maxNodes {
			return 0, false, fmt.Errorf("explore: more than %d states; want fewer faults, or a smaller depth", maxNodes*shards)
		}
		i = uint32(len(s.nodes))
		s.ids[k] = i
		s.nodes = append(s.nodes, node{key: k, left: uint8(left), emits: uint8(emits), first: uint32(len(s.edges)), n: n})
		s.edges = append(s.edges, make([]target, n)...)
		return i<<shardBits | at, true, nil
	}
	d := &s.nodes[i]
	id = i<<shardBits | at
	if int(d.emits) != emits {
		return id, false, unsound("emits %d datagrams, then %d", d.emits, emits)
	}
	if int(d.left) >= left {
		return id, false, nil
	}
	if n > d.n { // more faults may be placed: the edges so far stay the first
		old := s.edges[d.first : d.first+d.n]
		d.first = uint32(len(s.edges))
		s.edges = append(s.edges, old...)
		s.edges = append(s.edges, make([]target, n-d.n)...)
		d.n = n
	}
	d.left = uint8(left)
	return id, true, nil
}

// link writes down where an edge of a state leads. Whoever comes to a state
// twice has to get to the same place.
func (t *table) link(id, edge uint32, to target) error {
	s := &t.shards[id%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	d := &s.nodes[id>>shardBits]
	e := &s.edges[d.first+edge]
	if *e != unknown && *e != to {
		return unsound("choice %d leads to %x, then to %x", edge, *e, to)
	}
	*e = to
	return nil
}

func unsound(format string, args ...any) error {
	return fmt.Errorf("explore: a state that was recognised went another way: "+format+
		": what tells the two apart is not in the key", args...)
}

// leaves are the ways in which runs end, each once. There are few.
type leaves struct {
	mu   sync.Mutex
	ids  map[leaf]uint32
	list []leaf
}

func (l *leaves) intern(one leaf) uint32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	id, ok := l.ids[one]
	if !ok {
		if l.ids == nil {
			l.ids = map[leaf]uint32{}
		}
		id = uint32(len(l.list))
		l.ids[one] = id
		l.list = append(l.list, one)
	}
	return id
}
