package oracle

import (
	"fmt"
	"strings"
	"testing"
)

// TestInvariants: each of the 68 is a rule, or somebody else's, or nobody's with a
// reason; and who is said to hold one exists.
func TestInvariants(t *testing.T) {
	seen := map[string]int{}
	names := map[string]bool{"replay": true, "explore": true}
	for _, r := range Rules() {
		seen[r.ID]++
		names[r.ID] = true
	}
	for _, v := range Invariants() {
		seen[v.ID]++
		if v.What == "" || v.HeldBy == "" && v.Why == "" {
			t.Errorf("%s: nobody holds it, and nobody says why", v.ID)
		}
		for _, by := range strings.Fields(v.HeldBy) {
			if !names[by] && !strings.HasPrefix(by, "wire/") {
				t.Errorf("%s is said to be held by %s, which there is not", v.ID, by)
			}
		}
	}
	for i := range 68 {
		if id := fmt.Sprintf("I-%d", i+1); seen[id] != 1 {
			t.Errorf("%s is there %d times", id, seen[id])
		}
	}
}

func TestNeeds(t *testing.T) {
	for r, want := range map[rule]string{
		ruleI57: "nothing", ruleI7: "State, SND", ruleI10: "State, SND, RCV, ISS", ruleI5: "State, ISS", ruleI58: "State, SYN-RECEIVED",
	} {
		if got := Needs(int(r)); got != want {
			t.Errorf("%s needs %q, want %q", rules[r].ID, got, want)
		}
	}
}
