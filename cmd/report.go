package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

// bundling is the subcommand that writes the folder of a run.
type bundling struct {
	*command
	out   string
	wrong string
}

func (c *command) reportCommand() *cobra.Command {
	r := &bundling{command: c}
	cc := &cobra.Command{
		Use:   "report [-o DIR] TRACE",
		Short: "Write a trace as a folder: what a bug report needs",
		Long: `report writes all faces of a run into a folder, as fuzz does with what it finds:
README.md, ready to paste into an issue; the scenario; the ladder; the JSON Lines;
a page and a picture; a Go test that fails in the same way; a script for
packetdrill; a capture for Wireshark. The folder is named for the rule that was broken and for the scenario,
so that the same failure is one folder; an earlier one of that name is replaced.
TRACE is a folder, a trace.jsonl or trace.html, the name of a counterexample, or a
scenario; its scenario is run, with the endpoints that it names. - is standard input.

Exit status: 0; 3 if the run is not the recorded one any more: the folder is of
the run of now.`,
		Example: `  halfopen report iss-stable-3f9c2a
  halfopen report -o /tmp trace.jsonl
  halfopen report --wrong NAME trace.jsonl`,
		Args: cobra.ExactArgs(1),
	}
	cc.RunE = c.do(func(ctx context.Context, args []string) error {
		return c.orWrong(ctx, r.wrong, func(ctx context.Context) error { return r.run(ctx, args[0]) })
	})
	cc.Flags().SortFlags = false
	cc.Flags().StringVarP(&r.out, "out", "o", defaultFolder, "the folder goes into `DIR`; made when needed")
	c.wrongFlag(cc, &r.wrong)
	_ = cc.MarkFlagDirname("out")
	return cc
}

func (r *bundling) run(ctx context.Context, name string) error {
	if err := folderUsable(r.out); err != nil {
		return err
	}
	file, err := locate(name)
	if err != nil {
		return err
	}
	t, err := r.load(ctx, file)
	if err != nil {
		return err
	}
	dir, err := r.keepBundle(r.out, t, r.explain(t))
	if err != nil {
		return err
	}
	fmt.Fprintf(r.stdout, "folder  %s\nverdict %s\n", dir, verdict(t))
	return nil
}
