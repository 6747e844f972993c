package steer

import (
	"cmp"
	"slices"

	"example.org/halfopen/scheduler/stream"
	"example.org/halfopen/sim/coverage"
)

// cells is what a search knows about the cells: how rare each is, and which
// scenarios of the corpus cover it. Between two generations it stands still.
type cells struct {
	space *coverage.Space
	in    []uint64 // runs, by cell
	seen  int
	by    [][]int32                          // by cell: the last few scenarios that cover it
	rare  [coverage.NumKinds][]coverage.Cell // covered ones, the rarest first
}

// mostBy is how many scenarios are remembered for a cell.
const mostBy = 8

// goals are the kinds of cells that a search is after.
var goals = [...]coverage.Kind{
	coverage.EdgeTaken, coverage.EdgeUnder, coverage.JointPair, coverage.RuleJudged, coverage.RowTaken, coverage.RowPair,
}

func newCells(s *coverage.Space) cells {
	return cells{space: s, in: make([]uint64, s.Size()), by: make([][]int32, s.Size())}
}

// anyNew reports whether one of these cells is new.
func (c *cells) anyNew(covered []coverage.Cell) bool {
	for _, cell := range covered {
		if c.in[cell] == 0 {
			return true
		}
	}
	return false
}

// add counts the cells of a run, and reports whether one of them is new.
func (c *cells) add(covered []coverage.Cell) (new bool) {
	for _, cell := range covered {
		if c.in[cell] == 0 {
			new = true
			c.seen++
			k := c.space.Kind(cell)
			c.rare[k] = append(c.rare[k], cell)
		}
		c.in[cell]++
	}
	return new
}

// kept notes that a scenario of the corpus covers these cells.
func (c *cells) kept(entry int, covered []coverage.Cell) {
	for _, cell := range covered {
		if len(c.by[cell]) == mostBy {
			c.by[cell] = slices.Delete(c.by[cell], 0, 1)
		}
		c.by[cell] = append(c.by[cell], int32(entry))
	}
}

// order sorts the covered cells, the rarest first.
func (c *cells) order() {
	for k := range c.rare {
		slices.SortFunc(c.rare[k], func(a, b coverage.Cell) int {
			return cmp.Or(cmp.Compare(c.in[a], c.in[b]), cmp.Compare(a, b))
		})
	}
}

// pick draws a scenario to change: one that covers a rare cell. What is rare was
// reached by luck, and what has never been reached mostly lies next to it.
func (c *cells) pick(src *stream.Source) int {
	for {
		rare := c.rare[goals[src.Below(uint64(len(goals)))]]
		if len(rare) == 0 {
			continue // every run covers a pair
		}
		i := min(src.Below(uint64(len(rare))), src.Below(uint64(len(rare))), src.Below(uint64(len(rare))))
		by := c.by[rare[i]]
		return int(by[src.Below(uint64(len(by)))])
	}
}
