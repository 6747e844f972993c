package cmd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/keep"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/sim/report/gotest"
	"example.org/halfopen/sim/report/packetdrill"
	"example.org/halfopen/sim/report/page"
	"example.org/halfopen/sim/report/pcapng"
	"example.org/halfopen/sim/scenario"
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

// faces are the forms in which a trace can be shown, the first one where none is
// chosen, and the files of a bundle that they are.
var faces = []struct{ name, file string }{
	{"ladder", bundle.LadderFile},
	{"readme", bundle.ReadmeFile},
	{"html", page.HTMLFile},
	{"svg", page.SVGFile},
	{"mermaid", page.MermaidFile},
	{"pcapng", pcapng.FileName},
	{"packetdrill", packetdrill.FileName},
	{"gotest", gotest.FileName},
	{"scenario", bundle.ScenarioFile},
	{"jsonl", bundle.TraceFile},
}

func faceNames() (names []string) {
	for _, f := range faces {
		names = append(names, f.name)
	}
	return names
}

// fileOf is the file that a face is.
func fileOf(face string) (file string, ok bool) {
	for _, f := range faces {
		if f.name == face {
			return f.file, true
		}
	}
	return "", false
}

func (c *command) showCommand() *cobra.Command {
	s := &show{command: c}
	cc := &cobra.Command{
		Use:   "show [--as FACE] TRACE",
		Short: "Show a trace as a ladder, a page, a picture, a capture, a test ...",
		Long: `show writes a trace in another form, one file of the folder that report writes:

  ladder       for the terminal        readme       to paste into an issue
  html         a page                  svg          the ladder as a picture
  mermaid      for Markdown            pcapng       a capture, for Wireshark
  packetdrill  for a kernel            gotest       a Go test
  scenario     the run as text         jsonl        every event, for replay

TRACE is a folder, the trace.jsonl or the trace.html in it, the name of a
counterexample, or a scenario; its scenario is run, with the endpoints that it
names. - is standard input.

Exit status: 0; 3 if the run is not the recorded one any more.`,
		Example: `  halfopen show counterexamples/iss-stable-3f9c2a
  halfopen show --as html -o bug.html iss-stable-3f9c2a
  halfopen show --as pcapng iss-stable-3f9c2a | tshark -r -
  halfopen show --as jsonl scenario.txt`,
		Args: cobra.ExactArgs(1),
	}
	cc.RunE = c.do(func(ctx context.Context, args []string) error {
		return c.orWrong(ctx, s.wrong, func(ctx context.Context) error { return s.run(ctx, args[0]) })
	})
	flags := cc.Flags()
	flags.SortFlags = false
	flags.StringVar(&s.as, "as", faces[0].name, "which `FACE`, of those above")
	flags.StringVarP(&s.to, "output", "o", "", "write to `FILE` instead of standard output")
	s.shape.flags(cc)
	c.wrongFlag(cc, &s.wrong)
	complete := cobra.FixedCompletions(faceNames(), cobra.ShellCompDirectiveNoFileComp)
	_ = cc.RegisterFlagCompletionFunc("as", complete)
	return cc
}

func (s *show) run(ctx context.Context, name string) error {
	if _, ok := fileOf(s.as); !ok {
		return usage("--as: there is no face %q; there are: %s", s.as, strings.Join(faceNames(), ", "))
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
	return keep.File(s.to, func(w io.Writer) error { return s.write(w, t, again) })
}

// write writes the face that was asked for. again is the command that replays:
// the ladder ends with it; files are for others, and name the run.
func (s *show) write(w io.Writer, t *sim.Trace, again string) error {
	if s.as == faces[0].name {
		return writeLadder(w, t, s.shape, again)
	}
	var why *sim.Why
	if s.as == "readme" || s.as == "html" { // which say it
		why = s.explain(t)
	}
	file, _ := fileOf(s.as)
	for _, f := range bundle.Faces(s.bundleOptions(why)) {
		if f.Name == file {
			return f.Write(w, t)
		}
	}
	return fmt.Errorf("show: no file %s in a bundle", file) // the tests write each
}

// load makes the trace: of a record by running it again, of a scenario by
// running it.
func (c *command) load(ctx context.Context, file string) (*sim.Trace, error) {
	text, err := c.readTrace(file)
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
