package steer

import (
	"cmp"
	"fmt"
	"slices"

	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/search"
)

// Minimise runs every scenario of a corpus with a runner that observes, and
// returns those that are enough
// to cover what all cover, each with its cells. It takes the scenario that
// covers most of what is left, of equal ones that with the shorter text, of
// these the first by file name; which is not always the smallest set (to find
// that is NP-hard), but within a factor of the logarithm of the number of cells
// (Chvatal, Mathematics of Operations Research 4, 1979).
func Minimise(r *search.Runner, c *Corpus) (*Corpus, error) {
	all := c.Scenarios()
	candidates := make([]candidate, len(all))
	for i := range all {
		if _, err := r.Run(&all[i]); err != nil {
			return nil, fmt.Errorf("steer: %s: %w", FileName(&all[i]), err)
		}
		candidates[i] = candidate{
			Entry:  Entry{all[i].Clone(), slices.Clone(r.Observe.Covered())},
			length: len(all[i].String()),
		}
	}
	covered := make([]bool, r.Observe.Counts().Space().Size())
	least := NewCorpus()
	for {
		best := bestOf(candidates, covered)
		if best == nil {
			return least, nil
		}
		for _, cell := range best.Cells {
			covered[cell] = true
		}
		least.add(best.Scenario, best.Cells)
	}
}

type candidate struct {
	Entry
	length int // of the text
	adds   int // cells that are left
}

// bestOf is the candidate to take next; nil if none covers anything that is
// left.
func bestOf(candidates []candidate, covered []bool) *candidate {
	for i := range candidates {
		c := &candidates[i]
		c.adds = 0
		for _, cell := range c.Cells {
			if !covered[cell] {
				c.adds++
			}
		}
	}
	var best *candidate
	for i := range candidates { // in the order of the file names
		c := &candidates[i]
		if c.adds > 0 && (best == nil || cmp.Or(cmp.Compare(best.adds, c.adds), cmp.Compare(c.length, best.length)) < 0) {
			best = c
		}
	}
	return best
}

// Cells is what the scenarios of a corpus cover together, sorted; those that
// were not run count for nothing.
func (c *Corpus) Cells() []coverage.Cell {
	var all []coverage.Cell
	for i := range c.entries {
		all = append(all, c.entries[i].Cells...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
