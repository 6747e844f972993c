package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/keep"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/report/page"
	"example.org/halfopen/sim/search"
)

// diagram is the subcommand that draws what a sweep has visited.
type diagram struct {
	*command
	ends       ends
	runs, seed uint64
	jobs       int
	from, to   string
	mermaid    bool
}

func (c *command) diagramCommand() *cobra.Command {
	d := &diagram{command: c}
	cc := &cobra.Command{
		Use:   "diagram",
		Short: "Draw the state diagram with what a sweep has visited",
		Long: `diagram draws the state diagram of RFC 9293, figure 5, with the edges that only
its text has, and writes beside each state and edge how often a sweep was there.
Edges that were not taken are red. The counts are of a sweep that it runs, the
same one that fuzz runs, or of a file that 'halfopen fuzz --json' has printed (-
is standard input).

Exit status: 0, whatever the sweep finds: fuzz is the one that judges.`,
		Example: `  halfopen diagram -o states.svg
  halfopen diagram --runs 200000 --seed 7 -o states.svg
  halfopen fuzz --json | halfopen diagram --from - -o states.svg
  halfopen diagram --mermaid`,
		Args: cobra.NoArgs,
	}
	cc.RunE = c.do(func(ctx context.Context, _ []string) error { return d.run(ctx) })
	flags := cc.Flags()
	flags.SortFlags = false
	flags.StringVar(&d.from, "from", "", "take the counts from `SUMMARY`, what fuzz --json printed")
	flags.Uint64Var(&d.runs, "runs", 20_000, "how many runs")
	flags.Uint64Var(&d.seed, "seed", 1, "what the runs are drawn from")
	flags.IntVar(&d.jobs, "jobs", 0, "how many runs at once (default: as many as cores)")
	flags.BoolVar(&d.mermaid, "mermaid", false, "a Mermaid state diagram instead of SVG")
	flags.StringVarP(&d.to, "output", "o", "", "write to `FILE` instead of standard output")
	d.ends.flags(c, cc)
	for _, name := range []string{"runs", "seed", "jobs", "a", "b"} {
		cc.MarkFlagsMutuallyExclusive("from", name)
	}
	return cc
}

func (d *diagram) run(ctx context.Context) error {
	var title string
	var coverage oracle.Coverage
	var err error
	if d.from != "" {
		title, coverage, err = d.read()
	} else {
		title, coverage, err = d.sweep(ctx)
	}
	if err != nil {
		return err
	}
	visited, total := coverage.CoreEdges()
	title += fmt.Sprintf(": %d/%d states, %d/%d core edges", coverage.States(), endpoint.NumStates, visited, total)
	write := func(w io.Writer) error {
		if d.mermaid {
			return page.WriteDiagramMermaid(w, title, &coverage)
		}
		return page.WriteDiagram(w, title, &coverage)
	}
	if d.to != "" {
		return keep.File(d.to, write)
	}
	var b bytes.Buffer // all of it or nothing
	if err := write(&b); err != nil {
		return err
	}
	_, err = b.WriteTo(d.stdout)
	return err
}

// sweep counts what a sweep visits.
func (d *diagram) sweep(ctx context.Context) (title string, c oracle.Coverage, err error) {
	e, err := d.chosen(d.ends)
	if err != nil {
		return "", c, err
	}
	if d.jobs < 0 {
		return "", c, usage("--jobs: %d is less than none", d.jobs)
	}
	o := search.Options{Offer: d.offer, Ends: e, Seed: d.seed, Runs: d.runs, Jobs: d.jobs, Observe: true}
	if o.Jobs == 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	p := newProgress(d.stderr, o.Runs)
	o.Progress = p.update
	r, err := search.Sweep(ctx, o)
	p.stop()
	if err != nil {
		return "", c, err
	}
	return diagramTitle(r.Runs, d.seed, e), visits(r.Counts), nil
}

func diagramTitle(runs, seed uint64, e [2]string) string {
	return fmt.Sprintf("%s of seed %d, A %s, B %s", count(runs, "run"), seed, e[0], e[1])
}

// read takes the counts from what fuzz --json printed.
func (d *diagram) read() (title string, c oracle.Coverage, err error) {
	text, err := d.readInput(d.from)
	if err != nil {
		return "", c, err
	}
	bad := func(format string, a ...any) error {
		return usage("%s is no summary of 'halfopen fuzz --json': %s", inputName(d.from), fmt.Sprintf(format, a...))
	}
	var j jsonResult
	if err := json.Unmarshal(text, &j); err != nil {
		return "", c, bad("%v", err)
	}
	if j.Schema != schemaOfFuzz {
		return "", c, bad("its schema is %q, not %q", j.Schema, schemaOfFuzz)
	}
	for _, n := range j.States.Counts {
		s, ok := endpoint.ParseState(n.Name)
		if !ok {
			return "", c, bad("there is no state %q", n.Name)
		}
		c.Visits[s] = n.Count
	}
	for _, n := range j.CoreEdges.Counts {
		from, to, _ := strings.Cut(n.Name, " -> ")
		f, ok1 := endpoint.ParseState(from)
		t, ok2 := endpoint.ParseState(to)
		if !ok1 || !ok2 {
			return "", c, bad("there is no edge %q", n.Name)
		}
		c.Edges[f][t] = n.Count
	}
	return diagramTitle(j.Runs, j.Seed, j.Endpoints), c, nil
}
