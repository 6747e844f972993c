package bundle

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// TB is what OnFailure needs of a test. *testing.T, *testing.B and *testing.F
// have it, and so has Ginkgo's GinkgoTB.
type TB interface {
	Helper()
	Name() string
	Failed() bool
	Logf(format string, args ...any)
	Cleanup(func())
	ArtifactDir() string
}

// OnFailure has a test that fails hand over its run: when the test is over and
// has failed, the run's bundle is written, and the ladder and the bundle's path
// are logged. It is asked for once, before the test runs anything; run is asked
// at the end. The Trace method of a sim.World is one: it has the last run of that
// world, which for a property of rapid is the smallest one that fails.
//
//	runner := search.NewRunner(sim.TCP())
//	bundle.OnFailure(t, runner.World.Trace, bundle.Options{})
//
// With `go test -artifacts` the bundle is among the test's artifacts; without, it
// is below the system's folder for temporary files, and stays there. In a GitHub
// Actions job the violation also becomes an annotation of the line that called
// OnFailure.
func OnFailure(t TB, run func() *sim.Trace, o Options) {
	t.Helper()
	_, file, line, _ := runtime.Caller(1)
	t.Cleanup(func() {
		t.Helper()
		if !t.Failed() {
			return
		}
		trace := run()
		if trace == nil || len(trace.Events) == 0 {
			return
		}
		var ladder strings.Builder
		if err := report.Ladder(&ladder, trace, report.LadderOptions{NoReplay: true, Program: o.Program}); err != nil {
			t.Logf("no ladder: %v", err)
		}
		path, err := Write(place(t), trace, o)
		if err != nil {
			path = "none: " + err.Error()
		}
		t.Logf("the last run:\n%s\nbundle  %s", ladder.String(), path)
		if os.Getenv("GITHUB_ACTIONS") == "true" {
			fmt.Println(annotation(fromWorkspace(file), line, trace))
		}
	})
}

// place is the folder for the bundles of a test.
func place(t TB) string {
	if f := flag.Lookup("test.artifacts"); f != nil && f.Value.String() == "true" {
		return t.ArtifactDir()
	}
	// One folder for each user: whoever makes it owns it.
	return filepath.Join(os.TempDir(), fmt.Sprintf("halfopen-%d", os.Getuid()))
}

// fromWorkspace is a file as GitHub wants it: from the root of the repository.
func fromWorkspace(file string) string {
	rel, err := filepath.Rel(os.Getenv("GITHUB_WORKSPACE"), file)
	if err != nil || strings.HasPrefix(rel, "..") {
		return file
	}
	return filepath.ToSlash(rel)
}

// annotation is the workflow command that puts an error beside a line of a file
// (docs.github.com, "Workflow commands for GitHub Actions").
func annotation(file string, line int, t *sim.Trace) string {
	title, text := report.Name(t), t.Outcome.String()
	if v := &t.Violation; v.Found() {
		text = v.Text + "\n" + v.Rule.Section
	}
	return fmt.Sprintf("::error file=%s,line=%d,title=%s::%s",
		properties.Replace(file), line, properties.Replace(title), message.Replace(text))
}

// What would end a message, or a property of a workflow command, is written as
// the runner reads it back.
var (
	message    = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	properties = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
