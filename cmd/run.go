package cmd

import (
	"context"
	"fmt"

	"example.org/halfopen/sim/scenario"

	"github.com/spf13/cobra"

	"example.org/halfopen/sim/search"
)

// run is the subcommand that runs one scenario.
type run struct {
	*command
	ends  ends
	shape shape
	out   string
	wire  bool
	wrong string
	file  string // "" for the built-in scenario
}

func (c *command) runCommand() *cobra.Command {
	r := &run{command: c}
	cc := &cobra.Command{
		Use:   "run [FILE]",
		Short: "Run one scenario and show it as a ladder diagram",
		Long: `run reads a scenario (from standard input if FILE is -), runs it, judges it against
RFC 9293, and prints it as a ladder diagram, in the notation of the RFC's figures.
Without FILE it runs a built-in one: a handshake, 1,000 octets each way, and a
close, over a clean link.

A scenario that names endpoints is run with these; one that names none, with the
first that this program offers, unless --a and --b say otherwise.

With --wire a second judge looks on, that trusts the segments alone: see
'halfopen fuzz --help'.

Exit status: 0 legal, 42 a rule was broken, 4 a budget was hit, 2 the scenario
does not read, 130 Ctrl-C stopped it.`,
		Example: `  halfopen run
  halfopen run lost-syn.txt
  printf 'drop A SYN #1\n' | halfopen run -
  halfopen run --wrong NAME lost-fin.txt`,
		Args: cobra.MaximumNArgs(1),
	}
	cc.RunE = c.do(func(ctx context.Context, args []string) error {
		if len(args) > 0 {
			r.file = args[0]
		}
		return c.orWrong(ctx, r.wrong, r.run)
	})
	cc.Flags().SortFlags = false
	r.shape.flags(cc)
	cc.Flags().StringVar(&r.out, "out", "", "keep the run as a folder in `DIR`, as report does")
	r.ends.flags(c, cc)
	cc.Flags().BoolVar(&r.wire, wireFlag, false, wireHelp)
	c.wrongFlag(cc, &r.wrong)
	_ = cc.MarkFlagDirname("out")
	return cc
}

func (r *run) run(ctx context.Context) error {
	s, err := r.scenario()
	if err != nil {
		return err
	}
	if err := r.assign(&s, r.ends); err != nil {
		return err
	}
	if r.out != "" {
		if err := folderUsable(r.out); err != nil {
			return err
		}
	}
	runner := search.NewRunner(r.offer)
	runner.Wire = r.wire
	v, err := runner.RunContext(ctx, &s)
	if err != nil {
		return interrupted(err)
	}
	t := runner.World.Trace()
	again := r.again()
	r.shape.why = r.explain(t)
	if r.out != "" {
		dir, err := r.keepBundle(r.out, t, r.shape.why)
		if err != nil {
			return err
		}
		again = commandLine("replay", dir)
	}
	if err := r.ladder(t, r.shape, again); err != nil {
		return err
	}
	fmt.Fprintf(r.stdout, "verdict %s\n", verdict(t))
	warning := runner.Warning()
	writeWarning(r.stdout, &warning, "")
	writeNotJudged(r.stdout, runner.Judge.Judged(), namesOf(&s))
	r.status = statusOfRun(&v)
	return nil
}

func (r *run) scenario() (scenario.Scenario, error) {
	if r.file == "" {
		return scenario.Scenario{}, nil
	}
	text, err := r.readInput(r.file)
	if err != nil {
		return scenario.Scenario{}, err
	}
	return scenario.Parse(inputName(r.file), string(text))
}

// again is this command once more.
func (r *run) again() string {
	var args []string
	for i, flag := range []string{"--a", "--b"} {
		if r.ends[i] != "" {
			args = append(args, flag, r.ends[i])
		}
	}
	if r.wire {
		args = append(args, "--"+wireFlag)
	}
	if r.file != "" {
		args = append(args, r.file)
	}
	return commandLine("run", args...)
}
