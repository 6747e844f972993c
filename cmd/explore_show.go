package cmd

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"example.org/halfopen/sim/search"
	"example.org/halfopen/sim/search/explore"
)

// writeModels is the table of what was explored.
func (x *exploring) writeModels(r *explore.Result) {
	tw := tabwriter.NewWriter(x.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "runs\tstates\tchoices\trecognised\tbroken\tpairs\t  model")
	for i := range r.Models {
		m := &r.Models[i]
		fmt.Fprintf(tw, "%d\t%d\t%d\t%d\t%d\t%d\t  %s\n",
			m.Runs, m.States, m.Transitions, m.Recognised, m.Broken, len(m.Pairs), m.Model.Name)
	}
	tw.Flush()
	fmt.Fprintln(x.stdout)
}

// writeSummary says what was explored, and within which bounds.
func (x *exploring) writeSummary(o explore.Options, r *explore.Result, took time.Duration) {
	t := totalOf(r)
	w := x.stdout
	fmt.Fprintf(w, "runs        %d: every placement of up to %s on %s, in %.2fs (%s states, %s)\n",
		t.Runs, count(uint64(o.Faults), "fault"), reach(o), took.Seconds(), rate(t.States, took), count(uint64(o.Jobs), "job"))
	fmt.Fprintf(w, "endpoints   A %s, B %s\n", o.Ends[0], o.Ends[1])
	fmt.Fprintf(w, "states      %d before a choice, %d recognised again by 128 bits of a SHA-256 (two share one: less than 1 in 2^%d)\n",
		t.States, t.Recognised, explore.Collision(t.States))
	if o.Verify {
		fmt.Fprintf(w, "verified    %s went on as expected\n", count(r.Verified, "recognised state"))
	}
	visited, total := r.Coverage.CoreEdges()
	fmt.Fprintf(w, "visited     %d/%d states, %d/%d core edges\n", r.Coverage.States(), len(r.Coverage.Visits), visited, total)
	class, of, seen, never := r.Joint()
	fmt.Fprintf(w, "pairs       %d of the %d that two ends can be in (%v), counting mirror images\n", seen, of, class)
	if len(never) > 0 {
		fmt.Fprintf(w, "not seen    with up to %s on %s: %s\n",
			count(uint64(o.Faults), "fault"), reach(o), strings.Join(never, ", "))
	}
	writeNotJudged(w, &r.Judged, o.Ends)
}

// reach is where faults were placed.
func reach(o explore.Options) string {
	if o.Depth == 0 {
		return "any datagram"
	}
	return fmt.Sprintf("the first %s", count(uint64(o.Depth), "datagram"))
}

// writeBroken is the table of what was found.
func (x *exploring) writeBroken(r *explore.Result, found []search.Finding) {
	t := totalOf(r)
	if t.Broken == 0 {
		fmt.Fprintln(x.stdout, "violations  none")
		return
	}
	fmt.Fprintf(x.stdout, "violations  %s\n", inRuns(t.Broken))
	for i := range r.Models {
		m := &r.Models[i]
		var groups []search.Group
		for k := range m.Witnesses {
			groups = append(groups, m.Witnesses[k].Group)
		}
		if len(groups) > 0 {
			fmt.Fprintf(x.stdout, "%s:\n", m.Model.Name)
			writeGroups(x.stdout, groups, found)
		}
		for k := range m.Witnesses {
			if w := &m.Witnesses[k]; w.Ending == explore.IllegalPair {
				fmt.Fprintf(x.stdout, "%s, which no judge of one run finds; want %s:\n%s",
					w.Group.Violation.Text, w.Group.Violation.Want, w.Scenario.String())
			}
		}
	}
}

// totalOf adds up the figures of all models.
func totalOf(r *explore.Result) (t explore.ModelResult) {
	for i := range r.Models {
		m := &r.Models[i]
		t.Runs += m.Runs
		t.States += m.States
		t.Transitions += m.Transitions
		t.Recognised += m.Recognised
		t.Broken += m.Broken
	}
	return t
}

// inBrief is a certificate in a line.
func inBrief(c *explore.Certificate) string {
	runs, states, broken := uint64(0), uint64(0), uint64(0)
	for i := range c.Models {
		runs, states, broken = runs+c.Models[i].Runs, states+c.Models[i].States, broken+c.Models[i].Broken
	}
	return fmt.Sprintf("%s with up to %s, %s, %d broken", count(runs, "run"),
		count(uint64(c.Options.Faults), "fault"), count(states, "state"), broken)
}

// schemaOfExplore is the version of what explore --json prints.
const schemaOfExplore = "halfopen-explore/1"

// jsonExplored is what explore --json prints: the same octets for the same
// options.
type jsonExplored struct {
	Schema      string               `json:"schema"`
	Certificate *explore.Certificate `json:"certificate"`
	Groups      []jsonExploredGroup  `json:"groups"`
	NotJudged   []jsonUnjudged       `json:"not_judged"`
}

type jsonExploredGroup struct {
	Model string `json:"model"`
	jsonGroup
}

func (x *exploring) writeJSON(o explore.Options, r *explore.Result, c *explore.Certificate, found []search.Finding) error {
	j := jsonExplored{Schema: schemaOfExplore, Certificate: c, Groups: []jsonExploredGroup{}, NotJudged: notJudged(&r.Judged, o.Ends)}
	for i := range r.Models {
		m := &r.Models[i]
		for k := range m.Witnesses {
			j.Groups = append(j.Groups, jsonExploredGroup{m.Model.Name, jsonGroupOf(&m.Witnesses[k].Group, found)})
		}
	}
	enc := json.NewEncoder(x.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(j)
}
