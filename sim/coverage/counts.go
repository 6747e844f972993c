package coverage

import (
	"errors"
	"slices"

	"example.org/halfopen/endpoint"
)

// ErrSpace is returned when counts of different rows or rules are to be added:
// they were made by different versions of the table or the oracle.
var ErrSpace = errors.New("coverage: the two counts name different rows or rules")

// Counts says how often, and in how many runs, each cell of a Space was
// covered. All of it are sums: Merge is commutative and associative. Use
// NewCounts.
type Counts struct {
	space *Space
	runs  uint64
	cells []count // by Cell
}

// count is what is known of one cell, in one place, because an observer touches
// dozens of cells a run.
type count struct {
	hits, in uint64
	last     uint64 // the observer's last run that covered it; not a part of the counts
}

// NewCounts returns counts of nothing yet.
func NewCounts(s *Space) *Counts {
	return &Counts{space: s, cells: make([]count, s.Size())}
}

// Space is that of the cells.
func (c *Counts) Space() *Space { return c.space }

// Runs is how many runs were counted.
func (c *Counts) Runs() uint64 { return c.runs }

// Hits is how often a cell was covered.
func (c *Counts) Hits(cell Cell) uint64 { return c.cells[cell].hits }

// In is how many runs covered a cell.
func (c *Counts) In(cell Cell) uint64 { return c.cells[cell].in }

// Merge adds what another has counted. It returns ErrSpace, and adds nothing,
// if that has other cells.
func (c *Counts) Merge(o *Counts) error {
	if c.space != o.space && !c.space.Equal(o.space) {
		return ErrSpace
	}
	c.runs += o.runs
	for i := range o.cells {
		c.cells[i].hits += o.cells[i].hits
		c.cells[i].in += o.cells[i].in
	}
	return nil
}

// Zero forgets all that was counted.
func (c *Counts) Zero() {
	c.runs = 0
	clear(c.cells)
}

// Equal reports whether two counts are the same.
func (c *Counts) Equal(o *Counts) bool {
	return c.runs == o.runs && c.space.Equal(o.space) &&
		slices.EqualFunc(c.cells, o.cells, func(a, b count) bool { return a.hits == b.hits && a.in == b.in })
}

// Covered is how many cells of a kind were covered, and how many there are,
// the impossible ones and those of other than core edges left out.
func (c *Counts) Covered(k Kind) (covered, of int) {
	first, end := c.space.Cells(k)
	for cell := first; cell < end; cell++ {
		if !c.space.Wanted(cell) {
			continue
		}
		of++
		if c.cells[cell].in > 0 {
			covered++
		}
	}
	return covered, of
}

// Holes lists the wanted cells of a kind that no run has covered, in the order
// of the Space. Which joint pairs and which row pairs there should be is not
// known here, so of these there are no holes: see Missing.
func (c *Counts) Holes(k Kind) []Cell {
	if k == JointPair || k == RowPair {
		return nil
	}
	var holes []Cell
	first, end := c.space.Cells(k)
	for cell := first; cell < end; cell++ {
		if c.cells[cell].in == 0 && c.space.Wanted(cell) {
			holes = append(holes, cell)
		}
	}
	return holes
}

// Missing lists which of these cells no run has covered.
func (c *Counts) Missing(want []Cell) []Cell {
	var missing []Cell
	for _, cell := range want {
		if c.cells[cell].in == 0 {
			missing = append(missing, cell)
		}
	}
	return missing
}

// Pairs is in how many runs of a class, or of one below it, the ends were in
// each pair of states: A's first. Classes are not nested as numbers are: a run
// of class Reopened need not be legal in class Lossy. So below is only right up
// to Ended; from Reopened on it is the class alone.
func (c *Counts) Pairs(class Class) (runs [endpoint.NumStates][endpoint.NumStates]uint64) {
	from := class
	if ClientServer <= class && class <= Ended {
		from = ClientServer
	}
	for k := from; k <= class; k++ {
		for a := range runs {
			for b := range runs[a] {
				runs[a][b] += c.In(c.space.Joint(k, endpoint.State(a), endpoint.State(b)))
			}
		}
	}
	return runs
}
