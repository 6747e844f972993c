package cmd

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/coverage"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/oracle/joint"
	"example.org/halfopen/sim/search"
)

// covered says what runs have covered, what they have not, and what that is
// worth.
type covered struct {
	all     *coverage.Counts
	drawn   *coverage.Counts // of the runs that were drawn independently: only they are statistics
	changed *coverage.Counts // of the others
	broke   map[string]bool  // IDs of the rules that some run broke; only asked
}

func newCovered(all, drawn, changed *coverage.Counts, groups []search.Group) *covered {
	c := &covered{all, drawn, changed, map[string]bool{}}
	for i := range groups {
		c.broke[groups[i].Violation.Rule.ID] = true
	}
	return c
}

// edges is what --require-edges asks for: nothing, or one of these.
type edges string

const (
	edgesCore   edges = "core"
	edgesFaults edges = "faults" // and each under each fault
)

// The flag can be given without a value, as a bool's: then it is core.
func (e *edges) String() string { return string(*e) }
func (e *edges) Type() string   { return "bool" }

func (e *edges) Set(value string) error {
	switch edges(value) {
	case "true", edgesCore:
		*e = edgesCore
	case edgesFaults:
		*e = edgesFaults
	default:
		return fmt.Errorf("want %s or %s", edgesCore, edgesFaults)
	}
	return nil
}

// required names the edges that were asked for and not taken. What no run can do
// is not asked for.
func (c *covered) required(which edges) []string {
	switch which {
	case edgesCore:
		return c.names(c.all.Holes(coverage.EdgeTaken))
	case edgesFaults:
		return c.names(append(c.all.Holes(coverage.EdgeTaken), c.all.Holes(coverage.EdgeUnder)...))
	}
	return nil
}

// coverFlags are those of the commands that say what was covered.
func coverFlags(cc *cobra.Command, holes *int, stats *bool, required *edges) {
	flags := cc.Flags()
	flags.IntVar(holes, "holes", 1, "name so many of each kind that were not covered; -1: all")
	flags.BoolVar(stats, "stats", false, "list each rule and fault class, and what the runs are worth")
	flags.Var(required, "require-edges", "each core edge has to be taken; =faults: under each fault")
	flags.Lookup("require-edges").NoOptDefVal = "true"
}

// writeRequired says which edges miss.
func writeRequired(w io.Writer, missing []string) {
	if len(missing) > 0 {
		fmt.Fprintf(w, "halfopen: --require-edges: %s not taken: %s\n",
			count(uint64(len(missing)), "edge"), strings.Join(missing, "; "))
	}
}

// write writes a few lines, and names at most so many holes of each kind.
func (c *covered) write(w io.Writer, holes int) {
	n, of := c.all.Covered(coverage.EdgeUnder)
	fmt.Fprintf(w, "with faults %d/%d core edges, each under each fault%s\n",
		n, of, holesOf(c.names(c.all.Holes(coverage.EdgeUnder)), holes))
	seen, legal, classes, missing := c.pairs()
	fmt.Fprintf(w, "joint pairs %d/%d of the two ends' states, in %d fault classes%s\n",
		seen, legal, classes, holesOf(missing, holes))
	n, of = c.all.Covered(coverage.RowTaken)
	fmt.Fprintf(w, "table rows  %d/%d of RFC 9293 3.10, %d pairs of them in a row%s\n",
		n, of, c.all.Richness(coverage.RowPair).Seen, holesOf(c.names(c.all.Holes(coverage.RowTaken)), holes))
	n, of = c.all.Covered(coverage.RuleJudged)
	fmt.Fprintf(w, "rules       %d/%d judged%s\n", n, of, holesOf(c.names(c.all.Holes(coverage.RuleJudged)), holes))
	if c.drawn.Runs() > 0 {
		c.writeWorth(w)
	}
}

// estimated are the kinds of cells of which nobody can list those that runs can
// cover: how many are left is estimated.
var estimated = [...]struct {
	kind coverage.Kind
	what string
}{
	{coverage.JointPair, "joint pairs"}, {coverage.RowTaken, "rows"}, {coverage.RowPair, "pairs of rows"},
}

// writeWorth says what so many runs are worth.
func (c *covered) writeWorth(w io.Writer) {
	var left, next []string
	for _, e := range estimated {
		r := c.drawn.Richness(e.kind)
		left = append(left, r.Unseen().FloatString(1)+" "+e.what)
		next = append(next, r.Next().FloatString(6))
	}
	fmt.Fprintf(w, "unseen      at least %s; a run more shows %s of them\n",
		strings.Join(left, ", "), strings.Join(next, ", "))
	least, runs := "", c.drawn.Runs()+1
	for i, r := range oracle.Rules() {
		if n := c.judgedIn(i); n > 0 && n < runs && !c.broke[r.ID] {
			least, runs = r.ID+" "+r.Name, n
		}
	}
	fmt.Fprintf(w, "clean runs  %d: a rule that all judged is broken in less than %v of such runs (95 %%)",
		c.drawn.Runs(), coverage.FailureBound(c.drawn.Runs()))
	if least != "" {
		fmt.Fprintf(w, ";\n            the least judged, %s, in %s: %v", least, count(runs, "run"), coverage.FailureBound(runs))
	}
	fmt.Fprintln(w)
}

// judgedIn is how many of the drawn runs judged a rule.
func (c *covered) judgedIn(rule int) uint64 { return c.drawn.In(c.drawn.Space().Rule(rule)) }

// pairs counts the joint pairs of all classes of which there was a run: those
// that were seen, and those that are legal; and names the others.
func (c *covered) pairs() (seen, legal, classes int, missing []string) {
	for k := coverage.ClientServer; int(k) < coverage.NumClasses; k++ {
		p := c.pairsOf(k)
		if p.runs == 0 {
			continue
		}
		classes++
		seen, legal = seen+p.seen, legal+p.legal
		missing = append(missing, p.missing...)
	}
	return seen, legal, classes, missing
}

// classPairs is what was seen of one class.
type classPairs struct {
	runs        uint64
	seen, legal int
	missing     []string
}

func (c *covered) pairsOf(k coverage.Class) (p classPairs) {
	start := c.all.Space().Joint(k, endpoint.Closed, endpoint.Closed)
	p.runs = c.all.In(start) // where every run begins
	runs, class := c.all.Pairs(k), joint.Class(k)
	for a := range endpoint.State(endpoint.NumStates) {
		for b := range endpoint.State(endpoint.NumStates) {
			if !joint.Legal(class, a, b) {
				continue
			}
			p.legal++
			if runs[a][b] > 0 {
				p.seen++
			} else {
				p.missing = append(p.missing, fmt.Sprintf("%v: A %v, B %v", class, a, b))
			}
		}
	}
	return p
}

func (c *covered) names(cells []coverage.Cell) (names []string) {
	for _, cell := range cells {
		names = append(names, strings.TrimPrefix(strings.TrimPrefix(c.all.Space().Name(cell), "rule "), "row "))
	}
	return names
}

// holesOf names a few holes, at the end of a line.
func holesOf(names []string, most int) string {
	if most < 0 {
		most = len(names)
	}
	most = min(most, len(names))
	switch {
	case most == 0:
		return ""
	case len(names) == 1:
		return "; not: " + names[0]
	case most == 1:
		return fmt.Sprintf("; not: %s, and %d more", names[0], len(names)-1)
	case most == len(names):
		return "\n  not: " + strings.Join(names, "; ")
	}
	return fmt.Sprintf("\n  not: %s; and %d more", strings.Join(names[:most], "; "), len(names)-most)
}

// writeStats writes all that the figures above sum up: each class, and each
// rule.
func (c *covered) writeStats(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nFAULT CLASS\tRUNS\tJOINT PAIRS\tESTIMATE")
	for k := coverage.ClientServer; int(k) < coverage.NumClasses; k++ {
		p := c.pairsOf(k)
		fmt.Fprintf(t, "%v\t%d\t%d/%d\t%v\n", joint.Class(k), p.runs, p.seen, p.legal, c.drawn.RichnessOf(k))
	}
	for _, e := range estimated[1:] {
		r := c.drawn.Richness(e.kind)
		fmt.Fprintf(t, "all, %s\t%d\t\t%v\n", e.what, r.Runs, r)
	}
	fmt.Fprintln(t, "\nRULE\tJUDGED\tIN RUNS\tBROKEN IN LESS THAN (95 %)")
	for i, r := range c.rules() {
		bound := r.Bound
		if r.Broken {
			bound = "broken"
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\n", c.all.Space().Rules[i], r.Times, r.Runs, bound)
	}
	t.Flush()
	fmt.Fprintln(w)
}

// jsonCovered is all of it for programs.
type jsonCovered struct {
	Kinds   []jsonKind  `json:"kinds"`
	Classes []jsonClass `json:"classes"`
	Rules   []jsonRule  `json:"rules"`
	Unseen  []jsonGuess `json:"unseen"`
}

type jsonKind struct {
	Kind    string   `json:"kind"`
	Covered int      `json:"covered"`
	Of      int      `json:"of"`
	Holes   []string `json:"holes"`
}

type jsonClass struct {
	Class string   `json:"class"`
	Runs  uint64   `json:"runs"`
	Seen  int      `json:"seen"`
	Legal int      `json:"legal"`
	Holes []string `json:"holes"`
}

// jsonRule is what the runs are worth that judged a rule.
type jsonRule struct {
	Rule   string `json:"rule"`
	Times  uint64 `json:"judged"`
	Runs   uint64 `json:"runs"`  // that were drawn independently, and judged it
	Bound  string `json:"bound"` // of the part of such runs that break it, if none did: 95 %
	Broken bool   `json:"broken"`
}

// jsonGuess is what the rare cells of a kind tell about those not yet seen.
type jsonGuess struct {
	Kind    string `json:"kind"`
	Seen    uint64 `json:"seen"`
	Singles uint64 `json:"in_one_run"`
	Doubles uint64 `json:"in_two"`
	Unseen  string `json:"unseen_at_least"`
	Next    string `json:"new_a_run"`
}

func (c *covered) json() *jsonCovered {
	j := &jsonCovered{Rules: c.rules()}
	for _, k := range []coverage.Kind{
		coverage.StateVisit, coverage.EdgeTaken, coverage.EdgeUnder, coverage.RuleJudged, coverage.RowTaken,
	} {
		n, of := c.all.Covered(k)
		j.Kinds = append(j.Kinds, jsonKind{k.String(), n, of, append([]string{}, c.names(c.all.Holes(k))...)})
	}
	for k := coverage.ClientServer; int(k) < coverage.NumClasses; k++ {
		p := c.pairsOf(k)
		j.Classes = append(j.Classes, jsonClass{
			joint.Class(k).String(), p.runs, p.seen, p.legal, append([]string{}, p.missing...),
		})
	}
	for _, e := range estimated {
		r := c.drawn.Richness(e.kind)
		j.Unseen = append(j.Unseen, jsonGuess{
			e.kind.String(), r.Seen, r.Singles, r.Doubles, r.Unseen().FloatString(2), r.Next().FloatString(6),
		})
	}
	return j
}

func (c *covered) rules() (list []jsonRule) {
	for i, r := range oracle.Rules() {
		n := c.judgedIn(i)
		list = append(list, jsonRule{
			r.ID, c.all.Hits(c.all.Space().Rule(i)), n, coverage.FailureBound(n).String(), c.broke[r.ID],
		})
	}
	return list
}
