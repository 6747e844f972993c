package cmd

import (
	"fmt"
	"io"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/search"
)

// writeSummary says what a sweep has seen. seen says what it has covered; nil
// for a single run.
func writeSummary(
	w io.Writer, o search.Options, r *search.Result, found []search.Finding, took time.Duration,
	seen func(io.Writer),
) {
	stopped := ""
	if r.Stopped {
		stopped = fmt.Sprintf(" of %d, stopped", o.Runs)
	}
	fmt.Fprintf(w, "runs        %d%s, %d steps, seed %d, in %.2fs (%s, %s)\n",
		r.Runs, stopped, r.Steps, o.Seed, took.Seconds(),
		rate(r.Runs, took), count(uint64(o.Jobs), "job"))
	fmt.Fprintf(w, "endpoints   A %s, B %s\n", o.Ends[endpoint.A], o.Ends[endpoint.B])
	writeVisited(w, r.Counts)
	seen(w)
	writeNotJudged(w, &r.Judged, o.Ends)
	fmt.Fprintf(w, "violations  %s\n", inRuns(r.Violations()))
	if n := r.Budgets(); n > 0 {
		fmt.Fprintf(w, "budget hits %s\n", inRuns(n))
	}
	if o.Known != nil {
		fmt.Fprintf(w, "known       %s, %s\n", count(uint64(len(r.Known)), "group"), count(runsOf(r.Known), "run"))
	}
	if len(r.Groups) > 0 {
		writeGroups(w, r.Groups, found)
	}
	if n := len(r.Groups) - search.MaxFindings; n > 0 {
		fmt.Fprintf(w, "%s not shown, only counted: broken rules come first, %d at most\n",
			count(uint64(n), "group"), search.MaxFindings)
	}
	writeWarnings(w, r.Warnings)
}

func runsOf(groups []search.Group) (n uint64) {
	for i := range groups {
		n += groups[i].Count
	}
	return n
}

func inRuns(n uint64) string {
	if n == 0 {
		return "none"
	}
	return "in " + count(n, "run")
}

// missingList names a few of what was not visited.
func missingList(names []string) string {
	const most = 6
	if len(names) == 0 {
		return ""
	}
	s := "  not visited: "
	for i, name := range names {
		if i == most {
			return s + fmt.Sprintf(" and %d more", len(names)-most)
		}
		if i > 0 {
			s += ", "
		}
		s += name
		if name == rareEdge {
			s += " (needs SYN,ACK,FIN in one segment)"
		}
	}
	return s
}

// writeVisited says which states and core edges were visited.
func writeVisited(w io.Writer, c *coverage.Counts) {
	missing := missingStates(c)
	fmt.Fprintf(w, "states      %d/%d%s\n", endpoint.NumStates-len(missing), endpoint.NumStates, missingList(missing))
	missing = missingEdges(c)
	fmt.Fprintf(w, "core edges  %d/%d%s\n",
		coverage.NumCoreEdges-len(missing), coverage.NumCoreEdges, missingList(missing))
}

func missingStates(c *coverage.Counts) []string {
	names := []string{}
	for s := range endpoint.State(endpoint.NumStates) {
		if c.In(c.Space().State(s)) == 0 {
			names = append(names, s.String())
		}
	}
	return names
}

// rareEdge is the core edge that a sweep may well miss: no TCP has to form the
// segment that makes it.
var rareEdge = coverage.Edge{From: endpoint.SynSent, To: endpoint.CloseWait}.String()

func missingEdges(c *coverage.Counts) []string {
	names := []string{}
	for i := range coverage.NumCoreEdges {
		if e := coverage.CoreEdge(i); c.In(c.Space().Edge(e)) == 0 {
			names = append(names, e.String())
		}
	}
	return names
}

// visits are the counts of states and edges as the diagram wants them.
func visits(c *coverage.Counts) (v oracle.Coverage) {
	for from := range endpoint.State(endpoint.NumStates) {
		v.Visits[from] = c.Hits(c.Space().State(from))
		for to := range endpoint.State(endpoint.NumStates) {
			v.Edges[from][to] = c.Hits(c.Space().Edge(coverage.Edge{From: from, To: to}))
		}
	}
	return v
}
