package cmd

import (
	"encoding/json"
	"fmt"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/search"
)

// schemaOfFuzz is the version of what fuzz --json prints.
const schemaOfFuzz = "halfopen-fuzz/1"

// jsonResult is what fuzz --json prints: the same octets for the same options,
// so no rate, duration, job count or path.
type jsonResult struct {
	Schema     string       `json:"schema"`
	Seed       uint64       `json:"seed"`
	First      uint64       `json:"first"`
	Wanted     uint64       `json:"wanted"`
	Endpoints  [2]string    `json:"endpoints"`
	Link       []linkSaid   `json:"link"`
	Stopped    bool         `json:"stopped"`
	Runs       uint64       `json:"runs"`
	Steps      uint64       `json:"steps"`
	Digest     string       `json:"digest"` // of all runs, hexadecimal
	States     jsonCoverage `json:"states"`
	CoreEdges  jsonCoverage `json:"core_edges"`
	Covered    *jsonCovered `json:"covered"`
	Violations uint64       `json:"violations"`
	Budgets    uint64       `json:"budgets"`
	Groups     []jsonGroup  `json:"groups"`

	NotJudged []jsonUnjudged `json:"not_judged"`

	// Only with --known, and with --wire.
	Known    *jsonKnown    `json:"known,omitempty"`
	Wire     bool          `json:"wire,omitempty"`
	Warnings []jsonWarning `json:"warnings,omitempty"`
}

// jsonKnown is what was found again of what --known names.
type jsonKnown struct {
	Groups int    `json:"groups"`
	Runs   uint64 `json:"runs"`
}

type jsonCoverage struct {
	Visited int         `json:"visited"`
	Of      int         `json:"of"`
	Missing []string    `json:"missing"`
	Counts  []jsonCount `json:"counts"`
}

type jsonCount struct {
	Name  string `json:"name"`
	Count uint64 `json:"count"`
}

type jsonGroup struct {
	Rule    string       `json:"rule"`
	Name    string       `json:"name"`
	Section string       `json:"section"`
	Budget  bool         `json:"budget"`
	End     string       `json:"end"`
	State   string       `json:"state"`
	Runs    uint64       `json:"runs"`
	First   uint64       `json:"first"` // the number of the lowest-numbered run
	Text    string       `json:"text"`
	Got     string       `json:"got"`
	Want    string       `json:"want"`
	Shrunk  *jsonFinding `json:"shrunk,omitempty"`
}

// jsonFinding is the counterexample of a group.
type jsonFinding struct {
	Name     string `json:"name"` // of its folder
	Faults   int    `json:"faults"`
	Drawn    int    `json:"drawn"` // faults before it was shrunk
	Random   bool   `json:"random"`
	Text     string `json:"text"`
	Scenario string `json:"scenario"`
}

func (f *fuzz) writeJSON(o search.Options, r *search.Result, found []search.Finding, seen *covered) error {
	missing, edges := missingStates(r.Counts), missingEdges(r.Counts)
	v := visits(r.Counts)
	j := jsonResult{
		Schema: schemaOfFuzz, Seed: o.Seed, First: o.First, Wanted: o.Runs, Endpoints: o.Ends,
		Link: f.link.said(), Stopped: r.Stopped, Runs: r.Runs, Steps: r.Steps,
		Digest:     fmt.Sprintf("%016x", r.Digest),
		States:     jsonCoverage{endpoint.NumStates - len(missing), endpoint.NumStates, missing, stateCounts(&v)},
		CoreEdges:  jsonCoverage{coverage.NumCoreEdges - len(edges), coverage.NumCoreEdges, edges, edgeCounts(&v)},
		Covered:    seen.json(),
		Violations: r.Violations(), Budgets: r.Budgets(), Groups: []jsonGroup{},
		NotJudged: notJudged(&r.Judged, o.Ends), Wire: o.Wire, Warnings: jsonWarnings(r.Warnings),
	}
	if o.Known != nil {
		j.Known = &jsonKnown{len(r.Known), runsOf(r.Known)}
	}
	for i := range r.Groups {
		j.Groups = append(j.Groups, jsonGroupOf(&r.Groups[i], found))
	}
	enc := json.NewEncoder(f.stdout)
	enc.SetEscapeHTML(false) // "->" is to be readable
	enc.SetIndent("", "  ")
	return enc.Encode(j)
}

func stateCounts(c *oracle.Coverage) []jsonCount {
	list := []jsonCount{}
	for s, n := range c.Visits {
		list = append(list, jsonCount{endpoint.State(s).String(), n})
	}
	return list
}

// edgeCounts has every edge that was taken, core or not, and the core ones that
// were not.
func edgeCounts(c *oracle.Coverage) []jsonCount {
	core := map[oracle.Edge]bool{} // only asked, never walked
	for _, e := range oracle.CoreEdges() {
		core[e] = true
	}
	list := []jsonCount{}
	for from := range c.Edges {
		for to, n := range c.Edges[from] {
			e := oracle.Edge{From: endpoint.State(from), To: endpoint.State(to)}
			if n > 0 || core[e] {
				list = append(list, jsonCount{e.String(), n})
			}
		}
	}
	return list
}

func jsonGroupOf(g *search.Group, found []search.Finding) jsonGroup {
	v := &g.Violation
	j := jsonGroup{
		Rule: v.Rule.ID, Name: v.Rule.Name, Section: v.Rule.Section, Budget: search.IsBudget(v),
		End: v.End.String(), State: v.State.String(), Runs: g.Count, First: g.Run,
		Text: v.Text, Got: v.Got, Want: v.Want,
	}
	if f := findingOf(g, found); f != nil {
		j.Shrunk = &jsonFinding{
			Name: report.Name(f.Trace), Faults: len(f.Trace.Scenario.Fault), Drawn: f.Faults,
			Random: f.Random, Text: f.Trace.Violation.Text, Scenario: f.Trace.Scenario.String(),
		}
	}
	return j
}
