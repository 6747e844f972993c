package cmd

import (
	"encoding/json"
	"fmt"
	"io"

	"example.org/halfopen/sim/search"
)

// schemaOfFindings is the version of what fuzz --jsonl writes.
const schemaOfFindings = "halfopen-findings/1"

// jsonLine is what every line begins with: a CI system reads a line and knows what
// to do with it.
type jsonLine struct {
	Kind string `json:"kind"` // "finding", "known", "warning"
	jsonGroup
}

// jsonSweep is the last line.
type jsonSweep struct {
	Kind       string    `json:"kind"` // "summary"
	Schema     string    `json:"schema"`
	Seed       uint64    `json:"seed"`
	First      uint64    `json:"first"`
	Runs       uint64    `json:"runs"`
	Stopped    bool      `json:"stopped"`
	Endpoints  [2]string `json:"endpoints"`
	Violations uint64    `json:"violations"` // runs that broke a rule
	Budgets    uint64    `json:"budgets"`
	Digest     string    `json:"digest"`
}

// writeJSONLines writes what a sweep found as JSON Lines: each group of runs that
// broke a rule or hit a budget, those that are known, those that only a SHOULD
// forbids, and the sweep itself. The same sweep gives the same file.
func writeJSONLines(w io.Writer, o search.Options, r *search.Result, found []search.Finding) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false) // "->" is to be readable
	for _, part := range []struct {
		kind   string
		groups []search.Group
	}{{"finding", r.Groups}, {"known", r.Known}, {"warning", r.Warnings}} {
		for i := range part.groups {
			if err := enc.Encode(jsonLine{part.kind, jsonGroupOf(&part.groups[i], found)}); err != nil {
				return err
			}
		}
	}
	return enc.Encode(jsonSweep{
		Kind: "summary", Schema: schemaOfFindings, Seed: o.Seed, First: o.First, Runs: r.Runs, Stopped: r.Stopped,
		Endpoints: o.Ends, Violations: r.Violations(), Budgets: r.Budgets(), Digest: fmt.Sprintf("%016x", r.Digest),
	})
}
