// Package pinned holds to what is known of a stack that has faults: a module that
// puts somebody else's TCP under test keeps its findings, bundles and differences
// in files, and these checks say when the stack, or what is judged, has changed.
//
// The files are where the test runs:
//
//	FINDINGS.md                    what the stack gets wrong, told: Stack.Told
//	testdata/findings/NAME.txt     one scenario a finding
//	testdata/bundles/NAME/         what a bug report needs: Stack.Bundles
//	testdata/differences/NAME.txt  what diff shows of a scenario: Stack.Differences
//	testdata/differences.list      how a sweep diverges: Stack.DifferenceGroups
//
// With specs.Update in the environment, HALFOPEN_UPDATE=1, what is recorded is
// written anew; the change is for a person to read.
//
// The specs that a stack fails are specs.RunListed's.
package pinned

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/cmd"
	"example.org/halfopen/sim"
	"example.org/halfopen/specs"
)

// Stack is a stack under test that is in a module of its own. All fields are
// needed.
type Stack struct {
	_ struct{} // no positional literals: fields may be added

	Name  string    // what a scenario calls it: "netstack"
	Offer sim.Offer // the stack, and halfopen's own TCP as "tcp"
}

// update reports whether what is recorded is to be written anew.
func update() bool { return os.Getenv(specs.Update) != "" }

// run runs the command on the stack and returns what it prints. It has to end
// with one of the exit statuses.
func (s *Stack) run(t *testing.T, args []string, statuses ...int) string {
	t.Helper()
	var out, failure bytes.Buffer
	got := cmd.Main(t.Context(), args, strings.NewReader(""), &out, &failure, s.Offer)
	for _, status := range statuses {
		if got == status {
			return out.String()
		}
	}
	t.Fatalf("halfopen %s: exit status %d, want one of %v\n%s%s",
		strings.Join(args, " "), got, statuses, out.String(), failure.String())
	return ""
}

// glob is the files that fit a pattern. There has to be one.
func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("nothing is %s: %v", pattern, err)
	}
	return files
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
