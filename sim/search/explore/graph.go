package explore

import (
	"fmt"
	"math"
	"math/bits"

	"example.org/halfopen/scheduler/stream"
)

// graph is a table that is complete, and what is worked out from it.
type graph struct {
	table   *table
	first   target
	left    int
	choices *[maxEmits + 1]*choices
	base    [shards + 1]uint32 // a state's row: that of its shard, and its place there
}

func newGraph(s *exploration) *graph {
	g := &graph{table: s.table, first: s.first, left: s.options.Faults, choices: s.choices}
	for i := range s.table.shards {
		g.base[i+1] = g.base[i] + uint32(len(s.table.shards[i].nodes))
	}
	return g
}

func (g *graph) states() uint64         { return uint64(g.base[shards]) }
func (g *graph) row(id uint32) uint32   { return g.base[id%shards] + id>>shardBits }
func (g *graph) node(id uint32) *node   { return &g.table.shards[id%shards].nodes[id>>shardBits] }
func (g *graph) leaf(t target) *leaf    { return &g.table.leaves.list[t.id()] }
func (g *graph) combos(n *node) []combo { return g.choices[n.emits].combos[:n.n] }

// edges is where the choices of a state lead.
func (g *graph) edges(id uint32) []target {
	n := g.node(id)
	return g.table.shards[id%shards].edges[n.first : n.first+n.n]
}

// each calls f for every state, in an order that means nothing.
func (g *graph) each(f func(id uint32, n *node)) {
	for at := range g.table.shards {
		for i := range g.table.shards[at].nodes {
			f(uint32(i)<<shardBits|uint32(at), &g.table.shards[at].nodes[i])
		}
	}
}

// complete returns an error for a choice that was not explored.
func (g *graph) complete() (err error) {
	g.each(func(id uint32, n *node) {
		for i, t := range g.edges(id) {
			if t == unknown && err == nil {
				err = fmt.Errorf("explore: choice %d of a state was not explored: a bug of the search", i)
			}
		}
	})
	if g.first == unknown {
		err = fmt.Errorf("explore: no run has begun: a bug of the search")
	}
	return err
}

// count says of how many runs each choice is the beginning, of those whose leaf
// counts; math.MaxUint64 stands for that many or more.
type count struct {
	*graph
	counts func(*leaf) bool
	memo   [][]uint64 // by faults left and row: runs plus one, 0 if not known
	loops  bool       // a run comes back to a state of its own
}

// loop stands in the memo for a state that is being counted.
const loop = math.MaxUint64

func (g *graph) count(counts func(*leaf) bool) *count {
	c := &count{graph: g, counts: counts, memo: make([][]uint64, g.left+1)}
	for i := range c.memo {
		c.memo[i] = make([]uint64, g.states())
	}
	return c
}

// endlessLeaf is how a run ends that comes back to a state of its own. It counts
// once, where it comes back.
var endlessLeaf = leaf{ending: endless}

func (c *count) from(t target, left int) uint64 {
	switch {
	case t.leaf() && c.counts(c.leaf(t)):
		return 1
	case t.leaf():
		return 0
	}
	row := c.row(t.id())
	if had := c.memo[left][row]; had == loop {
		c.loops = true
		if c.counts(&endlessLeaf) {
			return 1
		}
		return 0
	} else if had > 0 {
		return had - 1
	}
	c.memo[left][row] = loop
	runs := uint64(0)
	combos := c.combos(c.node(t.id()))
	for i, to := range c.edges(t.id()) {
		if cost := combos[i].cost; cost <= left {
			runs = add(runs, c.from(to, left-cost))
		}
	}
	c.memo[left][row] = min(runs, math.MaxUint64-2) + 1
	return runs
}

func add(a, b uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	if carry > 0 || sum >= math.MaxUint64-2 {
		return math.MaxUint64 - 2
	}
	return sum
}

// totals are the figures of the graph itself.
type totals struct {
	transitions, recognised, ends uint64
	digest                        [2]uint64
}

// totals counts edges, and digests the graph: each state by its key, the faults
// left, and where each choice leads. Sums do not depend on an order.
func (g *graph) totals() totals {
	var t totals
	into := uint64(1)
	g.each(func(id uint32, n *node) {
		a, b := stream.Mix(1, n.key.hi, uint64(n.left)), stream.Mix(2, n.key.lo, uint64(n.emits))
		for _, to := range g.edges(id) {
			t.transitions++
			if to.leaf() {
				t.ends++
				x := g.leaf(to).digest()
				a, b = stream.Mix(a, x, 3), stream.Mix(b, x, 4)
				continue
			}
			into++
			k := g.node(to.id()).key
			a, b = stream.Mix(a, k.hi, 5), stream.Mix(b, k.lo, 6)
		}
		t.digest[0] += a
		t.digest[1] += b
	})
	if g.first.leaf() {
		into--
	}
	t.recognised = into - g.states()
	return t
}

// digest is a number for a leaf that does not depend on when it was met.
func (l *leaf) digest() uint64 {
	d := stream.Mix(uint64(l.ending), uint64(l.final.a)<<8|uint64(l.final.b), uint64(l.end)<<8|uint64(l.state))
	for _, s := range []string{l.rule, l.name} {
		for i := range len(s) {
			d = stream.Mix(d, uint64(s[i]), uint64(i))
		}
	}
	return d
}
