package table

import "example.org/halfopen/endpoint"

// Coverage counts which rows have explained steps, and which rows followed each
// other at one end. The zero value is ready; it allocates once.
type Coverage struct {
	rows, pairs []uint64
}

// Visit counts the rows of a step. before is the row of the last step of the same
// end, or 0; the pair counts if the step begins in the state that before led to.
func (c *Coverage) Visit(before ID, f Found) {
	if f.Row == 0 {
		return
	}
	if c.rows == nil {
		c.rows, c.pairs = make([]uint64, len(table.rows)), make([]uint64, table.pairs[len(table.rows)])
	}
	c.rows[f.Row-1]++
	r := &table.rows[f.Row-1]
	if f.beside != 0 {
		for i, id := range table.beside[r.To][r.Event] {
			c.rows[id-1] += uint64(f.beside >> i & 1)
		}
	}
	if i, ok := pairOf(before, f.Row); ok {
		c.pairs[i]++
	}
}

// pair numbers the pairs of rows that can follow each other: the second begins
// where the first led to.
func (b *built) pair() {
	n := uint32(0)
	for i := range b.rows {
		b.pairs = append(b.pairs, n)
		to := b.rows[i].To
		n += uint32(b.first[to+1] - b.first[to])
	}
	b.pairs = append(b.pairs, n)
}

func pairOf(before, row ID) (int, bool) {
	if before == 0 {
		return 0, false
	}
	to := table.cells[before-1].to
	i := int(row-1) - table.first[to]
	return int(table.pairs[before-1]) + i, i >= 0 && int(row-1) < table.first[to+1]
}

// Merge adds what another has counted.
func (c *Coverage) Merge(o *Coverage) {
	if o.rows == nil {
		return
	}
	if c.rows == nil {
		c.rows, c.pairs = make([]uint64, len(o.rows)), make([]uint64, len(o.pairs))
	}
	for i, n := range o.rows {
		c.rows[i] += n
	}
	for i, n := range o.pairs {
		c.pairs[i] += n
	}
}

// Row is how often a row was visited.
func (c *Coverage) Row(id ID) uint64 {
	if c.rows == nil || id == 0 || int(id) > len(c.rows) {
		return 0
	}
	return c.rows[id-1]
}

// Pair is how often the second row explained the step after that of the first,
// at the same end.
func (c *Coverage) Pair(first, second ID) uint64 {
	if c.rows == nil || first == 0 || second == 0 || int(max(first, second)) > len(c.rows) {
		return 0
	}
	if i, ok := pairOf(first, second); ok {
		return c.pairs[i]
	}
	return 0
}

// Missing lists the rows that were not visited, in their order.
func (c *Coverage) Missing() []ID {
	var list []ID
	for id := ID(1); int(id) <= len(table.rows); id++ {
		if c.Row(id) == 0 {
			list = append(list, id)
		}
	}
	return list
}

// Rows counts how often rows were visited.
func (c *Coverage) Rows() Counts { return count(c.rows) }

// Pairs counts how often pairs of rows were visited.
func (c *Coverage) Pairs() Counts { return count(c.pairs) }

// Counts are counts of counts: what estimators of the unseen, such as
// Good-Turing's, start from.
type Counts struct {
	Kinds  int    // how many were seen
	Once   int    // how many of them once,
	Twice  int    // and twice
	Visits uint64 // how often all together
}

func count(visits []uint64) (n Counts) {
	for _, v := range visits {
		if v == 0 {
			continue
		}
		n.Kinds++
		n.Visits += v
		switch v {
		case 1:
			n.Once++
		case 2:
			n.Twice++
		}
	}
	return n
}

// Unseen is Good and Turing's estimate of the chance that the next visit is to
// something not seen before, in parts per million; a million if nothing was
// seen.
func (n Counts) Unseen() int {
	if n.Visits == 0 {
		return 1_000_000
	}
	return int(uint64(n.Once) * 1_000_000 / n.Visits)
}

// Edge reports whether some row, but for those of liberties, leads from one
// state to another.
func Edge(from, to endpoint.State) bool {
	for i := range table.rows {
		if r := &table.rows[i]; r.From == from && r.To == to && !r.May && !r.Beside {
			return true
		}
	}
	return false
}
