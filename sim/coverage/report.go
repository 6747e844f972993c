package coverage

import (
	"fmt"
	"io"
	"strings"
)

// ReportOptions says what Report writes. The zero value is a line a kind.
type ReportOptions struct {
	_ struct{} // no positional literals: fields will be added

	// Holes is how many holes of each kind are named; below 0 is all.
	Holes int
	// Want are the joint pairs, or whatever cells, that somebody knows can be
	// covered, and that are to be held against the counts, too.
	Want []Cell
	// Independent says that the runs were drawn independently, as a sweep's are
	// and a steered search's are not: then what is unseen is estimated.
	Independent bool
}

// Report writes what was covered, a line for each kind of which there are
// cells, and what was not.
func (c *Counts) Report(w io.Writer, o ReportOptions) error {
	var b strings.Builder
	for k := range Kind(NumKinds) {
		first, end := c.space.Cells(k)
		if first == end {
			continue
		}
		covered, of := c.Covered(k)
		if of > 0 {
			fmt.Fprintf(&b, "%-24s %d/%d\n", k, covered, of)
		} else {
			fmt.Fprintf(&b, "%-24s %d\n", k, c.Richness(k).Seen)
		}
		c.list(&b, c.Holes(k), o.Holes)
		if o.Independent && (k == JointPair || k == RowTaken || k == RowPair) {
			fmt.Fprintf(&b, "  %v\n", c.Richness(k))
		}
	}
	if len(o.Want) > 0 {
		missing := c.Missing(o.Want)
		fmt.Fprintf(&b, "%-24s %d/%d\n", "wanted besides", len(o.Want)-len(missing), len(o.Want))
		c.list(&b, missing, o.Holes)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// list names holes, up to a number.
func (c *Counts) list(b *strings.Builder, holes []Cell, most int) {
	for i, cell := range holes {
		if i == most {
			if most > 0 {
				fmt.Fprintf(b, "  and %d more\n", len(holes)-most)
			}
			return
		}
		fmt.Fprintf(b, "  not: %s\n", c.space.Name(cell))
	}
}
