package cmd

import (
	"fmt"
	"io"
	"strings"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/oracle"
)

// writeNotJudged says which rules were not judged, a line for each end of which
// something is to be said: a rule that nobody could judge has not passed.
func writeNotJudged(w io.Writer, g *oracle.Judged, names [2]string) {
	writeUnjudged(w, notJudged(g, names), names)
}

func writeUnjudged(w io.Writer, all []jsonUnjudged, names [2]string) {
	for _, part := range []bool{false, true} {
		label := "not judged "
		if part {
			label = "in part    "
		}
		for e, name := range names {
			line := ""
			for _, u := range all {
				if u.Part != part || u.End != endpoint.End(e).String() {
					continue
				}
				if line != "" {
					line += ", "
				}
				line += fmt.Sprintf("%s (needs %s)", u.Rule, strings.Join(u.Needs, ", "))
			}
			if line != "" {
				fmt.Fprintf(w, "%s %v %s: %s\n", label, endpoint.End(e), name, line)
			}
		}
	}
}

// jsonUnjudged is a rule that was not judged at an end.
type jsonUnjudged struct {
	End      string   `json:"end"`
	Endpoint string   `json:"endpoint"`
	Rule     string   `json:"rule"`
	Name     string   `json:"name"`
	Needs    []string `json:"needs"` // what it needs and was not given
	Part     bool     `json:"part"`  // some of it was judged, or some of the time
}

func notJudged(g *oracle.Judged, names [2]string) []jsonUnjudged {
	list := []jsonUnjudged{}
	for e, name := range names {
		end := endpoint.End(e)
		for _, u := range g.Of(end) {
			list = append(list, jsonUnjudged{end.String(), name, u.Rule.ID, u.Rule.Name, u.Needs, u.Part})
		}
	}
	return list
}
