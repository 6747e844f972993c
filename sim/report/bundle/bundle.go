// Package bundle writes the folder of a counterexample: all faces of one run,
// which are what an issue, a maintainer and a later reader need.
//
//	README.md      ready to paste into an issue: the rule, the ladder, the rest folded
//	scenario.txt   everything that the run needs, as text to edit and run
//	ladder.txt     the ladder diagram, whole
//	trace.jsonl    every event, for replay
//	trace.html     a page to look at it, without a network
//	trace.svg      the ladder as a picture
//	trace_test.go  a Go test that fails in the same way; go.mod makes it a module
//	kernel.pkt     the end that broke the rule, for packetdrill
//
// [Write] makes the folder, [Files] only its files, and [OnFailure] the folder of
// a Go test that fails. Faces that need more than the standard library come from
// the caller ([Options].Faces), as package pcapng's does.
//
// Each file is a pure function of the trace and the options: the same run gives
// the same octets everywhere. The folder is named for the rule and the scenario,
// so that the same failure, found twice, is one folder.
package bundle

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/gotest"
	"example.org/halfopen/sim/report/packetdrill"
	"example.org/halfopen/sim/report/page"
)

// The files that every bundle has; packages gotest, packetdrill and page name
// theirs.
const (
	ReadmeFile   = "README.md"
	ScenarioFile = "scenario.txt"
	LadderFile   = "ladder.txt"
	TraceFile    = "trace.jsonl"
)

// Options are what a bundle is made from beside the trace. The zero value is
// that of a run of halfopen's own endpoint.
type Options struct {
	_ struct{} // no positional literals: fields will be added

	// Offer has the endpoints that the run was made with: the Go test imports
	// them. nil is halfopen's own.
	Offer sim.Offer
	// Replay is the command that runs it again, as somebody would type it. "" is
	// report.ReplayCommand.
	Replay string
	// Why says what the failure needs, if that was found out (search.Explain).
	Why *sim.Why
	// Program says whose calls the run made, if those of programs. Ladders name
	// and quote them.
	Program *report.Program
	// Faces are further files.
	Faces []Face
}

// Face is one file of a bundle and what makes it.
type Face struct {
	Name  string // of the file, without a path
	Write func(w io.Writer, t *sim.Trace) error
}

// File is one file of a bundle.
type File struct {
	Name string // without a path
	Data []byte
}

// faces are the files that every bundle has, in their order.
var faces = []struct {
	name  string
	write func(w io.Writer, t *sim.Trace, o *Options) error
}{
	{ReadmeFile, writeReadme},
	{ScenarioFile, func(w io.Writer, t *sim.Trace, _ *Options) error {
		_, err := io.WriteString(w, t.Scenario.String())
		return err
	}},
	{LadderFile, func(w io.Writer, t *sim.Trace, o *Options) error {
		return report.Ladder(w, t, report.LadderOptions{All: true, Replay: o.Replay, Why: o.Why, Program: o.Program})
	}},
	{TraceFile, func(w io.Writer, t *sim.Trace, _ *Options) error { return report.WriteJSONL(w, t) }},
	{gotest.FileName, func(w io.Writer, t *sim.Trace, o *Options) error { return gotest.Write(w, t, o.Offer) }},
	{gotest.ModuleFile, func(w io.Writer, _ *sim.Trace, _ *Options) error { return gotest.WriteModule(w) }},
	{page.HTMLFile, func(w io.Writer, t *sim.Trace, _ *Options) error { return page.WriteHTML(w, t) }},
	{page.SVGFile, func(w io.Writer, t *sim.Trace, _ *Options) error { return page.WriteSVG(w, t) }},
	{packetdrill.FileName, func(w io.Writer, t *sim.Trace, _ *Options) error { return packetdrill.Write(w, t) }},
}

// ErrFileName is returned for a face whose name is a path, or is taken.
var ErrFileName = errors.New("not a name for a file of a bundle")

// Files makes the files of a bundle: those that every bundle has, then the
// further ones.
func Files(t *sim.Trace, o Options) ([]File, error) {
	var files []File
	add := func(name string, write func(io.Writer) error) error {
		for _, f := range files {
			if strings.EqualFold(f.Name, name) {
				return fmt.Errorf("bundle: %q, a second one: %w", name, ErrFileName)
			}
		}
		if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\:\x00") {
			return fmt.Errorf("bundle: %q: %w", name, ErrFileName)
		}
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return fmt.Errorf("bundle: %s: %w", name, err)
		}
		files = append(files, File{name, b.Bytes()})
		return nil
	}
	for _, f := range faces {
		if err := add(f.name, func(w io.Writer) error { return f.write(w, t, &o) }); err != nil {
			return nil, err
		}
	}
	for _, f := range o.Faces {
		if err := add(f.Name, func(w io.Writer) error { return f.Write(w, t) }); err != nil {
			return nil, err
		}
	}
	return files, nil
}
