package cmd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"example.org/halfopen/sim/scenario"

	"github.com/spf13/cobra"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/pcapng"
	"example.org/halfopen/sim/search"
)

// show is the subcommand that writes a trace in another form.
type show struct {
	*command
	shape shape
	as    string
	to    string
	wrong string
}

// faces are the forms in which a trace can be shown.
var faces = []string{"ladder", "jsonl", "pcapng"}

func (c *command) showCommand() *cobra.Command {
	s := &show{command: c}
	cc := &cobra.Command{
		Use:   "show [--as FACE] TRACE",
		Short: "Show a trace as a ladder, JSON Lines or a packet capture",
		Long: `show writes a trace in another form: as a ladder diagram, as JSON Lines, or as a
capture that Wireshark opens (pcapng). TRACE is a folder, a trace.jsonl, the name
of a counterexample, or a scenario; its scenario is run, with the endpoints that
it names. - is standard input.

Exit status: 0; 3 if the run is not the recorded one any more.`,
		Example: `  halfopen show counterexamples/iss-stable-3f9c2a
  halfopen show --as pcapng -o bug.pcapng iss-stable-3f9c2a
  halfopen show --as jsonl scenario.txt`,
		Args: cobra.ExactArgs(1),
	}
	cc.RunE = c.do(func(ctx context.Context, args []string) error {
		return c.orWrong(ctx, s.wrong, func(ctx context.Context) error { return s.run(ctx, args[0]) })
	})
	flags := cc.Flags()
	flags.SortFlags = false
	flags.StringVar(&s.as, "as", faces[0], "`FACE`: "+strings.Join(faces, ", "))
	flags.StringVarP(&s.to, "output", "o", "", "write to `FILE` instead of standard output")
	s.shape.flags(cc)
	c.wrongFlag(cc, &s.wrong)
	complete := cobra.FixedCompletions(faces, cobra.ShellCompDirectiveNoFileComp)
	_ = cc.RegisterFlagCompletionFunc("as", complete)
	return cc
}

func (s *show) run(ctx context.Context, name string) error {
	if !slices.Contains(faces, s.as) {
		return usage("--as: there is no face %q; there are: %s", s.as, strings.Join(faces, ", "))
	}
	if s.as == "pcapng" && s.to == "" && isTerminal(s.stdout.w) {
		return usage("a packet capture is not for a terminal: use -o FILE")
	}
	file, err := locate(name)
	if err != nil {
		return err
	}
	t, err := s.load(ctx, file)
	if err != nil {
		return err
	}
	again := commandLine("replay", name)
	if s.to == "" {
		var b bytes.Buffer // all of it or nothing
		if err := s.write(&b, t, again); err != nil {
			return err
		}
		_, err := b.WriteTo(s.stdout)
		return err
	}
	return writeFile(s.to, func(w io.Writer) error { return s.write(w, t, again) })
}

// write writes the face that was asked for. again is the command that replays.
func (s *show) write(w io.Writer, t *sim.Trace, again string) error {
	switch s.as {
	case "jsonl":
		return report.WriteJSONL(w, t)
	case "pcapng":
		return pcapng.Write(w, t)
	}
	return writeLadder(w, t, s.shape, again)
}

// load makes the trace: of a record by running it again, of a scenario by
// running it.
func (c *command) load(ctx context.Context, file string) (*sim.Trace, error) {
	text, err := c.readInput(file)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(text, []byte("{")) && filepath.Ext(file) != filepath.Ext(traceName) {
		scenario, err := scenario.Parse(inputName(file), string(text))
		if err != nil {
			return nil, err
		}
		runner, err := c.rerun(ctx, &scenario, false)
		if err != nil {
			return nil, err
		}
		return runner.World.Trace(), nil
	}
	rec, err := readRecord(inputName(file), text)
	if err != nil {
		return nil, err
	}
	runner, err := c.rerun(ctx, &rec.Scenario, search.IsWire(&rec.Violation))
	if err != nil {
		return nil, err
	}
	t := runner.World.Trace()
	diff, err := rec.Diff(t)
	if err != nil {
		return nil, err
	}
	if diff != nil {
		fmt.Fprintf(c.stderr, "halfopen: warning: %s is not what happens now, and this is of now.\n%v",
			inputName(file), diff)
		c.status = ExitDiffers
	}
	return t, nil
}
