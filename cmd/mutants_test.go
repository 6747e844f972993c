package cmd

import (
	"strings"
	"testing"

	"example.org/halfopen/sim"
)

// TestMutants: a known-wrong endpoint is found by each strategy that is asked
// for, and the sums say so.
func TestMutants(t *testing.T) {
	call(sim.TCP(), "", "mutants", "no-such").want(t, ExitUsage)
	s := call(sim.TCP(), "", "mutants", "--strategy", "luck").want(t, ExitUsage)
	contains(t, s.errors, `"luck"`, "random, swarm, steered, explore")
	if testing.Short() {
		t.Skip("-short: builds a program")
	}
	s = call(sim.TCP(), "", "mutants", "time-wait-one-msl", "--strategy", "swarm,explore", "--runs", "200").want(t, ExitLegal)
	contains(t, s.errors, "1 of 1 endpoints")
	for _, name := range []string{"swarm", "explore"} {
		_, line, _ := strings.Cut(s.out, "\n"+name+" ")
		contains(t, line, "1 of 1")
	}
	if n := strings.Count(s.out, "time-wait-2msl"); n != 2 {
		t.Errorf("%d of 2 found it:\n%s", n, s.out)
	}
}
