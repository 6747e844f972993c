package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"example.org/halfopen/sim/search"
)

// replay is the subcommand that runs a trace again.
type replay struct {
	*command
	shape shape
	wrong string
}

func (c *command) replayCommand() *cobra.Command {
	r := &replay{command: c}
	cc := &cobra.Command{
		Use:   "replay TRACE",
		Short: "Run a counterexample again and compare",
		Long: `replay runs the scenario of a trace again, with the endpoints that the trace names,
prints the ladder diagram, and says whether the run is the recorded one, octet
for octet. If not, it shows the first event that differs. It lists the rules that
could not be judged, as run does. A run that broke a rule of the judge of the
segments alone (fuzz --wire) is judged by that one, too. TRACE is a trace.jsonl, a
trace.html, the folder that has them, or the name of such a folder below
counterexamples. - is standard input.

Exit status: 0 the same, and legal; 42 the same, and it breaks a rule; 4 the same,
and it hits a budget; 3 not the same; 2 the trace does not read, or names an
endpoint that is not offered here; 130 Ctrl-C stopped it.`,
		Example: `  halfopen replay counterexamples/iss-stable-3f9c2a
  halfopen replay iss-stable-3f9c2a
  halfopen replay ~/Downloads/trace.html
  halfopen replay --wrong NAME trace.jsonl`,
		Args: cobra.ExactArgs(1),
	}
	cc.RunE = c.do(func(ctx context.Context, args []string) error {
		return c.orWrong(ctx, r.wrong, func(ctx context.Context) error { return r.run(ctx, args[0]) })
	})
	cc.Flags().SortFlags = false
	r.shape.flags(cc)
	c.wrongFlag(cc, &r.wrong)
	return cc
}

func (r *replay) run(ctx context.Context, name string) error {
	file, err := locate(name)
	if err != nil {
		return err
	}
	rec, err := r.record(file)
	if err != nil {
		return err
	}
	runner, err := r.rerun(ctx, &rec.Scenario, search.IsWire(&rec.Violation))
	if err != nil {
		return err
	}
	t := runner.World.Trace()
	diff, err := rec.Diff(t)
	if err != nil {
		return err
	}
	if diff != nil {
		fmt.Fprintf(r.stdout, "%s is not what happens now.\n%v", inputName(file), diff)
		fmt.Fprintf(r.stdout, "verdict %s now", verdict(t))
		if t.Violation.Rule != rec.Violation.Rule {
			was := t.Clone()
			was.Violation = rec.Violation
			fmt.Fprintf(r.stdout, "; recorded: %s", verdict(was))
		}
		fmt.Fprintln(r.stdout)
		r.status = ExitDiffers
		return nil
	}
	if err := r.ladder(t, r.shape, commandLine("replay", name)); err != nil {
		return err
	}
	fmt.Fprintf(r.stdout, "same    byte-identical: %d events, hash %s\n", rec.Steps, rec.Hash)
	fmt.Fprintf(r.stdout, "verdict %s\n", verdict(t))
	writeNotJudged(r.stdout, runner.Judge.Judged(), rec.Endpoints)
	r.status = statusOfRun(&t.Violation)
	return nil
}
