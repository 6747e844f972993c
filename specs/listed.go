package specs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
)

// Update is the environment variable that makes RunListed write its list anew.
const Update = "HALFOPEN_UPDATE"

// running is the environment variable that names the test whose specs this
// process is to run, not to compare.
const running = "HALFOPEN_RUN_SPECS"

// RunListed runs the specs of the kits, as Run does, and wants those to fail
// that a file lists, and no others. So a stack with known faults stays under
// the specs: the day one is mended, or a new one comes, the test says so.
//
//	func TestRFC9293(t *testing.T) {
//		specs.RunListed(t, "testdata/specs.txt", specs.Kit{Name: "mystack", New: mystack.New})
//	}
//
// The file has the full name of a failing spec a line: Ginkgo's, which is what
// -ginkgo.focus takes. Empty lines are skipped, and lines that begin with "#":
// they are for the reason. A file that is not there lists nothing.
//
//	HALFOPEN_UPDATE=1 go test -run TestRFC9293 .
//
// writes the list anew: the specs that pass now leave it, with their comment if
// it has no other, and the new ones stand at its end, where they want one.
//
// The specs run in a process of their own, which is this test again: many tests
// of a binary may call RunListed, each once, and it may stand beside Run.
//
// It returns how many specs were run, and how many of those failed; none in the
// process that runs them.
func RunListed(t *testing.T, file string, kits ...Kit) (ran, failed int) {
	t.Helper()
	if os.Getenv(running) == t.Name() {
		Run(t, kits...)
		return 0, 0
	}
	specs := runSpecs(t)
	failed = len(specs.WithState(types.SpecStateFailureStates))
	ran = failed + len(specs.WithState(types.SpecStatePassed))
	list, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if os.Getenv(Update) != "" {
		if err := os.WriteFile(file, []byte(updated(string(list), specs)), 0o666); err != nil {
			t.Fatal(err)
		}
		return ran, failed
	}
	want := listed(string(list))
	for _, s := range specs {
		if name := s.FullText(); s.Failed() && !slices.Contains(want, name) {
			t.Errorf("fails, and %s does not list it: %s\n%s", file, name, s.FailureMessage())
		}
	}
	for _, name := range want {
		switch state := stateOf(specs, name); {
		case state.Is(types.SpecStateFailureStates):
		case state == types.SpecStateInvalid:
			t.Errorf("%s lists what is no spec: %s", file, name)
		default:
			t.Errorf("%s lists it, and it does not fail, it is %v: %s", file, state, name)
		}
	}
	if t.Failed() {
		t.Logf("%s=1 go test -run '%s' . writes %s anew", Update, pattern(t), file)
	}
	return ran, failed
}

// runSpecs runs the test again in a process of its own and returns what Ginkgo
// reports of each spec, in the order of their names.
func runSpecs(t *testing.T) types.SpecReports {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.json")
	c := exec.CommandContext(t.Context(), program,
		"-test.run="+pattern(t), "-ginkgo.json-report="+file, "-ginkgo.seed=1")
	c.Env = append(os.Environ(), running+"="+t.Name())
	output, _ := c.CombinedOutput() // that it fails is expected
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("the process that runs the specs has not come to its end: %v\n%s", err, output)
	}
	var suites []types.Report
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&suites); err != nil {
		t.Fatalf("Ginkgo's report: %v", err)
	}
	var specs types.SpecReports
	for _, suite := range suites {
		specs = append(specs, suite.SpecReports...)
	}
	if len(specs.WithState(types.SpecStatePassed))+len(specs.WithState(types.SpecStateFailureStates)) == 0 {
		t.Fatalf("no spec was run, of %d\n%s", len(specs), output)
	}
	slices.SortStableFunc(specs, func(a, b types.SpecReport) int {
		return strings.Compare(a.FullText(), b.FullText())
	})
	return specs
}

// pattern is the -test.run that chooses this test alone.
func pattern(t *testing.T) string {
	parts := strings.Split(t.Name(), "/")
	for i := range parts {
		parts[i] = "^" + regexp.QuoteMeta(parts[i]) + "$"
	}
	return strings.Join(parts, "/")
}

// stateOf is how a spec ended, by its name; SpecStateInvalid if there is none.
func stateOf(specs types.SpecReports, name string) types.SpecState {
	state := types.SpecStateInvalid
	for i := range specs {
		if specs[i].FullText() == name && !state.Is(types.SpecStateFailureStates) {
			state = specs[i].State
		}
	}
	return state
}

// listed are the names of a list.
func listed(list string) (names []string) {
	for line := range strings.Lines(list) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			names = append(names, line)
		}
	}
	return names
}

// updated is a list without the specs that do not fail, and with those that
// fail and were not on it. What is between two empty lines stays together.
func updated(list string, specs types.SpecReports) string {
	var parts []string
	for part := range strings.SplitSeq(list, "\n\n") {
		var kept []string
		for line := range strings.Lines(part) {
			line = strings.TrimSpace(line)
			named := line != "" && line[0] != '#'
			if line != "" && (!named || stateOf(specs, line).Is(types.SpecStateFailureStates)) {
				kept = append(kept, line)
			}
		}
		text := strings.Join(kept, "\n")
		if len(kept) > 0 && (len(listed(part)) == 0 || len(listed(text)) > 0) {
			parts = append(parts, text)
		}
	}
	var added []string
	for i := range specs {
		name := specs[i].FullText()
		if specs[i].Failed() && !slices.Contains(append(listed(list), added...), name) {
			added = append(added, name)
		}
	}
	if len(added) > 0 {
		parts = append(parts, strings.Join(added, "\n"))
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintln(strings.Join(parts, "\n\n"))
}
