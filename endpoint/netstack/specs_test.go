package netstack_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/endpoint/netstack"
	"example.org/halfopen/specs"
)

// inner says that TestRFC9293 is to run the specs, not to judge their outcome:
// it calls itself.
const inner = "HALFOPEN_NETSTACK_SPECS"

// TestRFC9293 runs the specs on netstack. Those that fail, and no others, are
// listed in testdata/specs.txt, each with the reason.
func TestRFC9293(t *testing.T) {
	if os.Getenv(inner) != "" {
		specs.Run(t, specs.Kit{
			Name: "netstack", New: netstack.New,
			Without: []string{"LISTEN -> SYN-SENT"}, // a listener does not turn active
		})
		return
	}
	file := filepath.Join(t.TempDir(), "specs.json")
	c := exec.Command(os.Args[0], "-test.run=^TestRFC9293$", "-ginkgo.json-report="+file)
	c.Env = append(os.Environ(), inner+"=1")
	out, _ := c.CombinedOutput() // it fails
	failed := failedSpecs(t, file)
	want := listed(t, "testdata/specs.txt")
	for _, s := range failed {
		if !slices.Contains(want, s) {
			t.Errorf("fails, and is not listed: %s", s)
		}
	}
	for _, s := range want {
		if !slices.Contains(failed, s) {
			t.Errorf("is listed, and does not fail: %s", s)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}

// failedSpecs reads Ginkgo's report.
func failedSpecs(t *testing.T, file string) (failed []string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var suites []struct {
		SpecReports []struct {
			ContainerHierarchyTexts []string
			LeafNodeText            string
			State                   string
		}
	}
	if err := json.Unmarshal(b, &suites); err != nil {
		t.Fatal(err)
	}
	run := 0
	for _, suite := range suites {
		for _, s := range suite.SpecReports {
			run++
			if s.State != "passed" && s.State != "skipped" {
				failed = append(failed, strings.Join(append(s.ContainerHierarchyTexts, s.LeafNodeText), " "))
			}
		}
	}
	if run < 50 {
		t.Fatalf("%d specs were run", run)
	}
	return failed
}

// listed reads the lines of a file that are neither empty nor a comment.
func listed(t *testing.T, file string) (lines []string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}
