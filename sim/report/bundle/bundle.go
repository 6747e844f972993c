// Package bundle writes the folder of a counterexample: all faces of one run,
// which are what an issue, a maintainer and a later reader need.
//
//	README.md      ready to paste into an issue: the rule, the ladder, the rest folded
//	scenario.txt   everything that the run needs, as text to edit and run
//	ladder.txt     the ladder diagram, whole
//	trace.jsonl    every event, for replay
//	trace.html     a page to look at it, without a network
//	trace.svg      the ladder as a picture
//	trace.mmd      the ladder as a Mermaid sequence diagram
//	trace_test.go  a Go test that fails in the same way; go.mod makes it a module
//	kernel.pkt     the end that broke the rule, for packetdrill
//
// [Write] makes the folder, [Files] only its files, [Faces] what makes each, and
// [OnFailure] the folder of a Go test that fails. Faces that need more than the standard library come from
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
	"example.org/halfopen/sim/keep"
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
type File = keep.Entry

// Faces are all files that a bundle with these options has, in their order: those
// that every bundle has, then the further ones. Each can be written alone.
func Faces(o Options) []Face {
	return append([]Face{
		{ReadmeFile, func(w io.Writer, t *sim.Trace) error { return writeReadme(w, t, &o) }},
		{ScenarioFile, func(w io.Writer, t *sim.Trace) error {
			_, err := io.WriteString(w, t.Scenario.String())
			return err
		}},
		{LadderFile, func(w io.Writer, t *sim.Trace) error {
			return report.Ladder(w, t, report.LadderOptions{All: true, Replay: o.Replay, Why: o.Why, Program: o.Program})
		}},
		{TraceFile, report.WriteJSONL},
		{gotest.FileName, func(w io.Writer, t *sim.Trace) error { return gotest.Write(w, t, o.Offer) }},
		{gotest.ModuleFile, func(w io.Writer, _ *sim.Trace) error { return gotest.WriteModule(w) }},
		{page.HTMLFile, func(w io.Writer, t *sim.Trace) error {
			return page.WriteHTML(w, t, page.HTMLOptions{Replay: o.Replay, Why: o.Why})
		}},
		{page.SVGFile, page.WriteSVG},
		{page.MermaidFile, page.WriteMermaid},
		{packetdrill.FileName, packetdrill.Write},
	}, o.Faces...)
}

// ErrFileName is returned for a face whose name is a path, or is taken.
var ErrFileName = errors.New("not a name for a file of a bundle")

// Files makes the files of a bundle (Faces).
func Files(t *sim.Trace, o Options) ([]File, error) {
	var files []File
	for _, f := range Faces(o) {
		if err := nameable(f.Name, files); err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := f.Write(&b, t); err != nil {
			return nil, fmt.Errorf("bundle: %s: %w", f.Name, err)
		}
		files = append(files, File{Name: f.Name, Data: b.Bytes()})
	}
	return files, nil
}

// nameable says why a file beside others cannot have a name.
func nameable(name string, others []File) error {
	for _, f := range others {
		if strings.EqualFold(f.Name, name) {
			return fmt.Errorf("bundle: %q, a second one: %w", name, ErrFileName)
		}
	}
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\:\x00") {
		return fmt.Errorf("bundle: %q: %w", name, ErrFileName)
	}
	return nil
}
