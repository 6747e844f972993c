package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/search"
)

// showFound prints the smallest scenarios that diverge, each with its ladders,
// and keeps them. One that cannot be kept does not hide the others: the error
// comes at the end.
func (d *diff) showFound(r *search.DiffResult, found [][]search.DiffFinding) error {
	var errs []error
	for i, list := range found {
		names := r.Pairs[i].Names
		for k := range list {
			f := &list[k]
			if err := report.Beside(d.stdout, f.Traces, partingOf(names, &f.Divergence)); err != nil {
				return err
			}
			again, err := d.keep(names, &f.Scenario, &f.Divergence, f.Traces)
			errs = append(errs, err)
			d.sayAgain(d.stdout, again)
			fmt.Fprintf(d.stdout, "shrunk  from run %d: %s of %d left after %d tries%s\n\n",
				f.Group.Run, count(uint64(len(f.Scenario.Fault)), "fault"), f.Faults, f.Tried, stillRandom(f))
			for _, line := range strings.Split(strings.TrimSpace(f.Scenario.String()), "\n") {
				fmt.Fprintln(d.stdout, "    "+line)
			}
			fmt.Fprintln(d.stdout)
		}
	}
	return errors.Join(errs...)
}

func stillRandom(f *search.DiffFinding) string {
	if f.Random {
		return "; a script alone does not do it, so the link stays random"
	}
	return ""
}

// writeDiffSummary says what a sweep has seen, of each pair.
func writeDiffSummary(
	w io.Writer, o *search.DiffOptions, r *search.DiffResult, found [][]search.DiffFinding, took time.Duration,
) error {
	stopped := ""
	if r.Stopped {
		stopped = fmt.Sprintf(" of %d, stopped", o.Runs)
	}
	fmt.Fprintf(w, "runs      %d%s, seed %d, in %.2fs (%s, %s), peer %s\n",
		r.Runs, stopped, o.Seed, took.Seconds(), rate(r.Runs, took), count(uint64(o.Jobs), "job"), o.B)
	for i := range r.Pairs {
		p := &r.Pairs[i]
		parted, why := uint64(0), ""
		for _, x := range p.Parted {
			parted += x.Count
			why += fmt.Sprintf(", %s %d", x.Why, x.Count)
		}
		if why != "" {
			why = " (" + why[2:] + ")"
		}
		fmt.Fprintf(w, "%s, %s\n", p.Names[0], p.Names[1])
		fmt.Fprintf(w, "  same    %d to the end, %d up to an allowed difference%s\n", p.Same, parted, why)
		if len(p.Groups) == 0 {
			fmt.Fprintln(w, "  diverge none")
			continue
		}
		fmt.Fprintf(w, "  diverge %d in %s\n", pairDivergences(p), count(uint64(len(p.Groups)), "group"))
		tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintf(tw, "    in\tstate\tafter\t%s\t%s\truns\tfirst run\n", p.Names[0], p.Names[1])
		for k := range p.Groups {
			g := &p.Groups[k]
			v := &g.Divergence
			fmt.Fprintf(tw, "    %v\t%v\t%s\t%s\t%s\t%d\t%d\n",
				v.Kind, v.State, v.After, v.Shown[0].Words, v.Shown[1].Words, g.Count, g.Run)
		}
		tw.Flush()
		if n := len(p.Groups) - len(found[i]); n > 0 {
			fmt.Fprintf(w, "    %d of the groups are only counted: %d at most are shrunk\n", n, search.MaxFindings)
		}
	}
	return nil
}

func pairDivergences(p *search.DiffPair) (n uint64) {
	for i := range p.Groups {
		n += p.Groups[i].Count
	}
	return n
}

// schemaOfDiff is the version of what diff --json prints.
const schemaOfDiff = "halfopen-diff/1"

// jsonDiff is what diff --json prints: the same octets for the same options, so
// no rate, duration, job count or path.
type jsonDiff struct {
	Schema    string         `json:"schema"`
	Seed      uint64         `json:"seed"`
	First     uint64         `json:"first"`
	Wanted    uint64         `json:"wanted"`
	Endpoints []string       `json:"endpoints"` // at A
	B         string         `json:"b"`
	Link      []linkSaid     `json:"link"`
	Stopped   bool           `json:"stopped"`
	Runs      uint64         `json:"runs"`
	Pairs     []jsonDiffPair `json:"pairs"`
}

type jsonDiffPair struct {
	Endpoints [2]string       `json:"endpoints"`
	Same      uint64          `json:"same"`
	Parted    []jsonCount     `json:"parted"`
	Groups    []jsonDiffGroup `json:"groups"`
}

type jsonDiffGroup struct {
	jsonDivergence
	Runs   uint64      `json:"runs"`
	First  uint64      `json:"first"` // the number of the lowest-numbered run
	Shrunk *jsonShrunk `json:"shrunk,omitempty"`
}

type jsonDivergence struct {
	Kind    string       `json:"kind"`
	State   string       `json:"state"`
	After   string       `json:"after"`
	Section string       `json:"section"`
	Shown   [2]jsonShown `json:"shown"`
}

type jsonShown struct {
	Text    string `json:"text"`
	Missing bool   `json:"missing"`
	Step    uint32 `json:"step"`
	Segment uint32 `json:"segment"`
	At      int64  `json:"t"` // nanoseconds
}

type jsonShrunk struct {
	jsonDivergence
	Faults   int    `json:"faults"`
	Drawn    int    `json:"drawn"` // faults before it was shrunk
	Random   bool   `json:"random"`
	Scenario string `json:"scenario"`
}

func jsonDivergenceOf(v *search.Divergence) jsonDivergence {
	j := jsonDivergence{Kind: v.Kind.String(), State: v.State.String(), After: v.After, Section: v.Section}
	for side := range v.Shown {
		s := &v.Shown[side]
		j.Shown[side] = jsonShown{s.Words + s.Numbers, s.Nothing, s.Step, s.Segment, int64(s.At)}
	}
	return j
}

// addOne adds what one scenario has shown of a pair.
func (j *jsonDiff) addOne(names [2]string, c *search.Comparison) {
	p := jsonDiffPair{Endpoints: names, Parted: []jsonCount{}, Groups: []jsonDiffGroup{}}
	switch {
	case c.Divergence.Found():
		p.Groups = append(p.Groups, jsonDiffGroup{jsonDivergence: jsonDivergenceOf(&c.Divergence), Runs: 1})
	case c.Parted != "":
		p.Parted = append(p.Parted, jsonCount{c.Parted, 1})
	default:
		p.Same = 1
	}
	j.Pairs = append(j.Pairs, p)
}

func jsonDiffOf(o *search.DiffOptions, r *search.DiffResult, found [][]search.DiffFinding) *jsonDiff {
	j := &jsonDiff{
		Seed: o.Seed, First: o.First, Wanted: o.Runs, Endpoints: o.A, B: o.B, Stopped: r.Stopped, Runs: r.Runs,
	}
	for i := range r.Pairs {
		p := &r.Pairs[i]
		out := jsonDiffPair{Endpoints: p.Names, Same: p.Same, Parted: []jsonCount{}, Groups: []jsonDiffGroup{}}
		for _, x := range p.Parted {
			out.Parted = append(out.Parted, jsonCount{x.Why, x.Count})
		}
		for k := range p.Groups {
			g := jsonDiffGroup{
				jsonDivergence: jsonDivergenceOf(&p.Groups[k].Divergence),
				Runs:           p.Groups[k].Count, First: p.Groups[k].Run,
			}
			if k < len(found[i]) {
				f := &found[i][k]
				g.Shrunk = &jsonShrunk{
					jsonDivergenceOf(&f.Divergence), len(f.Scenario.Fault), f.Faults, f.Random, f.Scenario.String(),
				}
			}
			out.Groups = append(out.Groups, g)
		}
		j.Pairs = append(j.Pairs, out)
	}
	return j
}

func (j *jsonDiff) write(w io.Writer) error {
	j.Schema = schemaOfDiff
	if j.Link == nil {
		j.Link = []linkSaid{}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false) // "->" is to be readable
	enc.SetIndent("", "  ")
	return enc.Encode(j)
}
