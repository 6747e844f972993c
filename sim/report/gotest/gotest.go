// Package gotest writes a run as a Go test: one file that needs no other of the
// counterexample, compiles in any module that requires halfopen, and fails in
// the way in which the run failed. It is what a maintainer puts beside the code,
// runs until it passes, and keeps. WriteModule makes a module for the file.
//
// An endpoint that is not halfopen's own is imported from where the factory
// stands that was offered for the run: an exported function of a package, as
// netstack.New is.
package gotest

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/search"
)

// What the files are called in the folder of a counterexample.
const (
	FileName   = "trace_test.go"
	ModuleFile = "go.mod"
)

// Write writes the run as a test. offer has the endpoints that it ran with; nil
// is halfopen's own. If the factory of one cannot be imported (it is no exported
// function, or is in package main), the test says what to put in its place, and
// fails until somebody does.
func Write(w io.Writer, t *sim.Trace, offer sim.Offer) error {
	if offer == nil {
		offer = sim.TCP()
	}
	stacks := stacksOf(t, offer)
	var b bytes.Buffer
	writeHead(&b, stacks)
	writeImports(&b, stacks)
	writeTest(&b, t, stacks)
	_, err := w.Write(b.Bytes())
	return err
}

// writeHead writes what to do with the file. Only a stack of another module needs
// go mod tidy: its own needs are its own.
func writeHead(b *bytes.Buffer, stacks []stack) {
	b.WriteString(`// A run that halfopen recorded, as a test of its own. The run is the same on
// every machine. In the folder of the counterexample:
//
`)
	for _, c := range commands(modulesOf(stacks)) {
		b.WriteString("//\t" + c + "\n")
	}
	b.WriteString("\npackage counterexample\n\n")
}

// Commands are what somebody types in the folder of a counterexample to run its
// test, with a checkout of halfopen at hand.
func Commands(t *sim.Trace, offer sim.Offer) []string {
	if offer == nil {
		offer = sim.TCP()
	}
	return commands(modulesOf(stacksOf(t, offer)))
}

func commands(modules []string) []string {
	list := []string{"go mod edit -replace " + module + "=PATH/TO/HALFOPEN"}
	for _, m := range modules {
		where := "PATH/TO/" + strings.ToUpper(m[strings.LastIndexByte(m, '/')+1:])
		if below, ok := strings.CutPrefix(m, module+"/"); ok {
			where = "PATH/TO/HALFOPEN/" + below
		}
		list = append(list, "go mod edit -replace "+m+"="+where)
	}
	if len(modules) > 0 {
		list = append(list, "go mod tidy")
	}
	return append(list, "go test .")
}

// WriteModule writes a go.mod: with it the folder of a counterexample is a module
// of its own, and no package of the one that it happens to lie in. Where halfopen
// is, and where a stack of somebody else, is for the reader to add.
func WriteModule(w io.Writer) error {
	_, err := io.WriteString(w, "module counterexample\n\ngo 1.26.0\n\nrequire "+module+" v0.0.0\n")
	return err
}

// writeImports writes the standard library's, then all others, sorted.
func writeImports(b *bytes.Buffer, stacks []stack) {
	paths := []string{
		quote(module + "/sim"), quote(module + "/sim/report"), quote(module + "/sim/scenario"), quote(module + "/sim/search"),
	}
	for i := range stacks {
		if p := stacks[i].spec(); p != "" && !slices.Contains(paths, p) {
			paths = append(paths, p)
		}
	}
	slices.SortFunc(paths, func(p, q string) int {
		return strings.Compare(p[strings.IndexByte(p, '"'):], q[strings.IndexByte(q, '"'):])
	})
	b.WriteString("import (\n\t\"strings\"\n\t\"testing\"\n\n")
	for _, p := range paths {
		b.WriteString("\t" + p + "\n")
	}
	b.WriteString(")\n\n")
}

func writeTest(b *bytes.Buffer, t *sim.Trace, stacks []stack) {
	name := testName(report.Name(t))
	about := t.Outcome.String()
	if v := &t.Violation; v.Found() {
		about = v.Rule.Section + ": " + v.Text
	}
	fmt.Fprintf(b, "// %s: %s\n", name, oneLine(about))
	fmt.Fprintf(b, "func %s(t *testing.T) {\n", name)
	fmt.Fprintf(b, "\ts, err := scenario.Parse(\"scenario\", %s)\n", literal(t.Scenario.String()))
	b.WriteString("\tif err != nil {\n\t\tt.Fatal(err)\n\t}\n")
	b.WriteString("\trunner := search.NewRunner(sim.Offer{\n")
	for i := range stacks {
		stacks[i].write(b)
	}
	b.WriteString("\t})\n")
	if search.IsWire(&t.Violation) {
		b.WriteString("\trunner.Wire = true // the rule is one of the judge of the segments alone\n")
	}
	b.WriteString(tail)
}

const tail = `	violation, err := runner.Run(&s)
	if err != nil {
		t.Fatal(err)
	}
	if violation.Found() {
		var ladder strings.Builder
		if err := report.Ladder(&ladder, runner.World.Trace(), report.LadderOptions{}); err != nil {
			t.Fatal(err)
		}
		t.Error("\n" + ladder.String())
	}
}
`

// testName makes the name of a counterexample that of a test:
// "iss-stable-3f9c2a" is TestIssStable3f9c2a.
func testName(name string) string {
	b := []byte("Test")
	upper := true
	for _, c := range []byte(name) {
		switch {
		case c == '-':
			upper = true
			continue
		case upper && c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		}
		upper = false
		b = append(b, c)
	}
	return string(b)
}

// literal is a text as a Go string that people can read, where that is possible.
func literal(text string) string {
	if strings.ContainsAny(text, "`\r\x00\ufeff") || !utf8.ValidString(text) {
		return quote(text)
	}
	return "`" + text + "`"
}

func quote(text string) string { return strconv.Quote(text) }

// oneLine keeps a text of somebody else inside its comment.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == '\u2028' || r == '\u2029' || r == utf8.RuneError {
			return '?'
		}
		return r
	}, text)
}
