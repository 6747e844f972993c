package packetdrill

import (
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/search"
)

// TestSweep: whatever a run is, its scripts read as the language says, or are
// comments; and most runs have one.
func TestSweep(t *testing.T) {
	const runs = 500
	var gen search.Generator
	r := search.NewRunner(sim.TCP())
	var s scenario.Scenario
	told := 0
	for i := range uint64(runs) {
		gen.Scenario(1, i, &s)
		if _, err := r.Run(&s); err != nil {
			t.Fatal(err)
		}
		trace := r.World.Trace()
		for _, side := range []endpoint.End{endpoint.A, endpoint.B} {
			script := scriptOf(t, trace, side)
			if _, err := check(script); err != nil {
				t.Fatalf("run %d, %v: %v\n%s", i, side, err, script)
			}
			if !strings.Contains(script, "There is no script") {
				told++
			} else if testing.Verbose() {
				t.Logf("run %d, %v: %s", i, side, script[strings.Index(script, "There is no"):])
			}
		}
	}
	if told < runs {
		t.Errorf("only %d of %d ends have a script", told, 2*runs)
	}
}
