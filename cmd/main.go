package cmd

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/specs/wrong"
)

// Execute is Main with the arguments, files and signals of the process. It
// returns the exit status.
func Execute(offer sim.Offer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first Ctrl-C ends a sweep with its summary, and a single run with a
	// message; a later one the process, whatever an endpoint is doing.
	// Not at once: a program around this one may pass on the very Ctrl-C that
	// the terminal has sent to both.
	context.AfterFunc(ctx, func() {
		time.Sleep(time.Second)
		stop()
	})
	return Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, offer)
}

// Main is the command. args are without the program's name; the endpoints of
// offer can be chosen by name, and the first of them is at both ends where
// nothing is chosen. When ctx is done, a sweep ends with what it has, and
// a single run with an error. Main returns the exit status.
func Main(
	ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, offer sim.Offer,
) int {
	c := &command{
		args: args, stdin: stdin, stderr: stderr,
		stdout: &output{w: stdout}, offer: withMutant(offer),
	}
	root := c.root()
	root.SetArgs(append([]string{}, args...)) // nil would mean os.Args
	root.SetIn(stdin)
	root.SetOut(c.stdout)
	root.SetErr(stderr)
	cc, err := root.ExecuteContextC(ctx)
	if err == nil && c.stdout.err != nil {
		err = &failure{ExitFailed, fmt.Errorf("writing the output: %w", c.stdout.err)}
	}
	if err == nil {
		return c.status
	}
	fmt.Fprintf(stderr, "halfopen: %v\n", err)
	if !c.started { // the command-line library did not like it
		fmt.Fprintf(stderr, "See '%s --help'.\n", cc.CommandPath())
		return ExitUsage
	}
	return statusOf(err)
}

// withMutant offers the endpoint of a known-wrong build under a name of its
// own, and first, so that it is at both ends and every trace names it.
func withMutant(offer sim.Offer) sim.Offer {
	if wrong.Built == "" {
		return offer
	}
	return slices.Concat(sim.Offer{{Name: mutantName(wrong.Built), New: tcp.New}}, offer)
}

// command is one invocation.
type command struct {
	args   []string
	stdin  io.Reader
	stdout *output
	stderr io.Writer
	offer  sim.Offer

	started bool // the arguments were understood: errors are not of usage
	status  int  // the exit status, where there is no error
}

// output remembers the first error, so that nobody has to ask after each line.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	o.err = err
	return n, err
}

// root is the command tree.
func (c *command) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "halfopen",
		Short: "A deterministic TCP test harness with fault injection",
		Long: `halfopen runs two TCP endpoints over one faulty link on a virtual clock, judges
every run against RFC 9293, and turns a run that breaks it into a report that
anybody can replay.

Exit status: 0 legal; 42 a rule was broken; 3 a replay differs from its trace;
4 a budget was hit; 5 an edge that had to be taken was not; 130 Ctrl-C ended a
single run, or a sweep that had found nothing; 2 bad usage or bad input;
1 anything else.`,
		Example: `  halfopen run                       one handshake, as a ladder diagram
  halfopen fuzz                      200,000 lossy ones, judged
  halfopen fuzz --wrong NAME         the same with an endpoint that has a known bug
  halfopen replay counterexamples/iss-stable-3f9c2a`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("halfopen {{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = false
	root.AddCommand(
		c.runCommand(), c.fuzzCommand(), c.mergeCommand(), c.exploreCommand(), c.diffCommand(),
		c.replayCommand(), c.showCommand(), c.reportCommand(), c.checkCommand(), c.diagramCommand(), c.rulesCommand(),
		c.mutantsCommand(), c.wrongCommand())
	return root
}

// do wraps the function of a subcommand.
func (c *command) do(
	f func(ctx context.Context, args []string) error,
) func(*cobra.Command, []string) error {
	return func(cc *cobra.Command, args []string) error {
		c.started = true
		if len(c.offer) == 0 {
			return usage("no endpoint is offered")
		}
		return f(cc.Context(), args)
	}
}
