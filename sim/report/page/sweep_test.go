package page

import (
	"strconv"
	"testing"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/search"
)

// What holds for every face holds for random runs.
func TestSweep(t *testing.T) {
	runs := uint64(150)
	if testing.Short() {
		runs = 30
	}
	gen := search.Generator{}
	r := search.NewRunner(sim.TCP())
	var s scenario.Scenario
	for i := range runs {
		gen.Scenario(5, i, &s)
		if _, err := r.Run(&s); err != nil {
			t.Fatal(err)
		}
		tr := r.World.Trace().Clone()
		t.Run(strconv.FormatUint(i, 10), func(t *testing.T) {
			for _, tr := range []*sim.Trace{tr, broken(tr, len(tr.Events)*2/3+1)} {
				checkSVG(t, tr)
				checkMermaid(t, tr)
				checkHTML(t, tr)
			}
		})
	}
}
