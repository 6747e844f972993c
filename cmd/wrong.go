package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"example.org/halfopen/specs/wrong"
)

// wrongPackage is what is built for --wrong.
const wrongPackage = "./cmd/halfopen"

// wrongVariable tells a known-wrong build which one it has to be: without it,
// an overlay that did not take would build itself for ever.
const wrongVariable = "HALFOPEN_WRONG"

func (c *command) wrongCommand() *cobra.Command {
	cc := &cobra.Command{
		Use:   "wrong [NAME]",
		Short: "List the known-wrong endpoints",
		Long: `wrong lists bugs that real TCP stacks had, each of which can be put into halfopen's
own endpoint: with its story, the rule that finds it, and the public thread.
fuzz, run, replay and show take them with --wrong NAME: inside a checkout of
halfopen they then build themselves with that bug, and run there. The checkout is
not touched.`,
		Example: `  halfopen wrong
  halfopen wrong last-ack-any-ack
  halfopen fuzz --wrong last-ack-any-ack`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeWrong,
	}
	cc.RunE = c.do(func(_ context.Context, args []string) error { return c.listWrong(args) })
	return cc
}

func (c *command) listWrong(args []string) error {
	list := wrong.All()
	if len(args) > 0 {
		e, err := wrong.Find(args[0])
		if err != nil {
			return &failure{ExitUsage, err}
		}
		list = []wrong.Endpoint{e}
	}
	for i, e := range list {
		if i > 0 {
			fmt.Fprintln(c.stdout)
		}
		fmt.Fprintf(c.stdout, "%s: %s\n", e.Name, e.Title)
		for _, line := range strings.Split(strings.TrimSpace(e.Story), "\n") {
			fmt.Fprintln(c.stdout, strings.TrimRight("    "+line, " "))
		}
		fmt.Fprintln(c.stdout, "    "+e.FoundBy())
		if e.Link != "" {
			fmt.Fprintln(c.stdout, "    "+e.Link)
		}
	}
	return nil
}

func completeWrong(
	*cobra.Command, []string, string,
) (names []cobra.Completion, _ cobra.ShellCompDirective) {
	for _, e := range wrong.All() {
		names = append(names, cobra.CompletionWithDesc(e.Name, e.Title))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func (c *command) wrongFlag(cc *cobra.Command, name *string) {
	cc.Flags().StringVar(name, "wrong", "",
		"with the known bug `NAME` in the endpoint; see 'halfopen wrong'")
	_ = cc.RegisterFlagCompletionFunc("wrong", completeWrong)
}

// orWrong runs f, in the build that has the bug of that name: this one, or one
// that is made for it.
func (c *command) orWrong(ctx context.Context, name string, f func(context.Context) error) error {
	if name == wrong.Built { // "" in an ordinary build
		return f(ctx)
	}
	if wanted := os.Getenv(wrongVariable); wanted == name {
		return fmt.Errorf("the build for --wrong %s has %q in it: the overlay did not take",
			name, wrong.Built)
	}
	if name == "" {
		return f(ctx)
	}
	if _, err := wrong.Find(name); err != nil {
		return &failure{ExitUsage, err}
	}
	if wrong.Built != "" {
		return usage("--wrong: %s is built in already, it cannot become %s", wrong.Built, name)
	}
	return c.elsewhere(ctx, name)
}

// elsewhere builds this command with a known bug and runs it with the same
// arguments, files and, in the end, exit status.
func (c *command) elsewhere(ctx context.Context, name string) error {
	root, err := wrong.Root()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "halfopen-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "halfopen")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if isTerminal(c.stderr) {
		fmt.Fprintf(c.stderr, "building with %s ...\n", name)
	}
	if err := wrong.Build(ctx, root, name, wrongPackage, program); err != nil {
		if ctx.Err() != nil {
			c.status = ExitInterrupted
			return nil
		}
		return err
	}
	c.status, err = c.child(ctx, program, name)
	return err
}

// child runs a program in the place of this one. Ctrl-C is passed on, and the
// child ends by itself, with its summary.
func (c *command) child(ctx context.Context, program, name string) (status int, err error) {
	child := exec.CommandContext(ctx, program, c.args...)
	child.Env = append(os.Environ(), wrongVariable+"="+name)
	child.Stdin, child.Stdout, child.Stderr = c.stdin, c.stdout.w, c.stderr
	child.Cancel = func() error {
		if child.Process.Signal(os.Interrupt) != nil { // not on every system
			return child.Process.Kill()
		}
		return nil
	}
	err = child.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		if s, ok := exit.Sys().(syscall.WaitStatus); ok && s.Signaled() {
			return 128 + int(s.Signal()), nil
		}
		return exit.ExitCode(), nil
	case err != nil && ctx.Err() != nil: // stopped, and ended well all the same
		return child.ProcessState.ExitCode(), nil
	case err != nil:
		return 0, err
	}
	return ExitLegal, nil
}
