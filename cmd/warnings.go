package cmd

import (
	"fmt"
	"io"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
)

// writeWarning says what an end did that it SHOULD NOT.
func writeWarning(w io.Writer, v *sim.Violation, in string) {
	if v.Found() {
		fmt.Fprintf(w, "warning (SHOULD) %s%s: %s; %s\n", ruleOf(v), in, v.Text, v.Rule.Section)
	}
}

// writeWarnings lists the warnings of a sweep, each with the lowest-numbered run
// in which it came.
func writeWarnings(w io.Writer, warnings []search.Group) {
	for i := range warnings {
		g := &warnings[i]
		writeWarning(w, &g.Violation, fmt.Sprintf(" in %s, first %d", count(g.Count, "run"), g.Run))
	}
}

// wireFlag is the flag that asks for the second judge.
const (
	wireFlag = "wire"
	wireHelp = "judge by the segments alone, too: see above"
)

// jsonWarning is what an end did that it SHOULD NOT, in how many runs.
type jsonWarning struct {
	Rule    string `json:"rule"`
	Name    string `json:"name"`
	Section string `json:"section"`
	End     string `json:"end"`
	Runs    uint64 `json:"runs"`
	First   uint64 `json:"first"` // the number of the lowest-numbered run
	Text    string `json:"text"`
}

func jsonWarnings(warnings []search.Group) (list []jsonWarning) {
	for i := range warnings {
		g := &warnings[i]
		v := &g.Violation
		list = append(list, jsonWarning{
			v.Rule.ID, v.Rule.Name, v.Rule.Section, v.End.String(), g.Count, g.Run, v.Text,
		})
	}
	return list
}
