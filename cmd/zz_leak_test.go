package cmd

import (
	"testing"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
)

func TestLeak(t *testing.T) {
	r := search.NewRunner(sim.TCP())
	gen := search.Generator{Ends: [2]string{"tcp", "tcp"}}
	var s sim.Scenario
	bad := 0
	for i := uint64(0); i < 30000 && bad < 10; i++ {
		gen.Scenario(1, i, &s)
		v, err := r.Run(&s)
		if err != nil {
			t.Fatal(err)
		}
		d := r.World.Digest()
		f := search.NewRunner(sim.TCP())
		w, _ := f.Run(&s)
		if v != w || d != f.World.Digest() {
			bad++
			t.Errorf("run %d: %q %x, fresh %q %x", i, v.Text, d, w.Text, f.World.Digest())
		}
	}
}
