package cmd

import (
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/oracle/vantage"
	"example.org/halfopen/sim/oracle/wireonly"
)

// TestRules: all rules are listed, the same for any number of jobs, with how often
// each was judged, or why it was not.
func TestRules(t *testing.T) {
	one := call(sim.TCP(), "", "rules", "--runs", "500", "--jobs", "1").want(t, ExitLegal).out
	if two := call(sim.TCP(), "", "rules", "--runs", "500", "--jobs", "2").want(t, ExitLegal).out; one != two {
		t.Errorf("one job:\n%s\ntwo:\n%s", one, two)
	}
	for _, r := range slices.Concat(oracle.Rules(), wireonly.Rules(), vantage.Rules()) {
		contains(t, one, "\n"+r.ID+" ", " "+r.Name+" ", r.Section)
	}
	for _, v := range oracle.Invariants() {
		for _, id := range strings.Fields(v.HeldBy) {
			if strings.HasPrefix(id, wireonly.Prefix) {
				contains(t, one, "\n"+id+" ")
			}
		}
	}
	line := func(text, id string) string {
		_, after, _ := strings.Cut(text, "\n"+id+" ")
		line, _, _ := strings.Cut(after, "\n")
		return line[strings.LastIndex(line, "  ")+2:]
	}
	if got := line(one, "I-1"); len(got) < 4 || strings.Trim(got, "0123456789") != "" {
		t.Errorf("I-1 was judged %q times", got)
	}
	if got := line(one, "I-33"); !strings.HasPrefix(got, "never: it takes an end that claims") {
		t.Errorf("I-33: %q", got)
	}
	contains(t, one, "500 runs, seed 1\n", "\nI-36 ", " nobody ")

	shy := call(shyOffer(), "", "rules", "--runs", "100", "--a", "shy", "--b", "shy").want(t, ExitLegal).out
	if got := line(shy, "I-11"); got != "never: A does not tell or claim RCV" {
		t.Errorf("I-11 of an end that does not tell RCV: %q", got)
	}
	if got := line(call(sim.TCP(), "", "rules", "--runs", "0").want(t, ExitLegal).out, "I-1"); got != "-" {
		t.Errorf("without runs: %q", got)
	}
}
