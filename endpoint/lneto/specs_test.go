package lneto_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/endpoint/lneto"
	"example.org/halfopen/specs"
)

// described makes TestRFC9293 run.
const described = "HALFOPEN_LNETO_SPECS"

// TestRFC9293 is what anybody writes who puts lneto under the specs:
//
//	HALFOPEN_LNETO_SPECS=1 go test -run TestRFC9293 .
//
// It fails, so TestSpecs runs it.
func TestRFC9293(t *testing.T) {
	if os.Getenv(described) == "" {
		t.Skip("see TestSpecs")
	}
	specs.Run(t, specs.Kit{
		Name: "lneto", New: lneto.New,
		Without: []string{"LISTEN -> SYN-SENT"}, // a Handler has no such call
	})
}

const failing = "testdata/specs-failing.txt"

// TestSpecs: those specs fail that are known to, and no others. With the
// variable UPDATE set the list is written anew.
func TestSpecs(t *testing.T) {
	failed := runSpecs(t)
	if len(failed) == 0 {
		t.Fatal("no spec failed: has any run?")
	}
	got := strings.Join(failed, "\n") + "\n"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(failing, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(failing)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range failed {
		if !strings.Contains("\n"+string(want), "\n"+name+"\n") {
			t.Errorf("now fails: %s", name)
		}
	}
	for name := range strings.Lines(string(want)) {
		if name = strings.TrimSpace(name); !slices.Contains(failed, name) {
			t.Errorf("fails no more: %s", name)
		}
	}
}

// runSpecs runs TestRFC9293 in a process of its own and returns the names of
// the specs that failed.
func runSpecs(t *testing.T) []string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.json")
	c := exec.Command(exe, "-test.run=^TestRFC9293$", "-ginkgo.json-report="+file, "-ginkgo.seed=1")
	c.Env = append(os.Environ(), described+"=1")
	output, _ := c.CombinedOutput() // it fails
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	var reports []struct {
		SpecReports []struct {
			ContainerHierarchyTexts []string
			LeafNodeText            string
			State                   string
		}
	}
	if err := json.Unmarshal(text, &reports); err != nil {
		t.Fatal(err)
	}
	var failed []string
	for _, r := range reports {
		for _, s := range r.SpecReports {
			if s.State != "passed" && s.State != "skipped" {
				failed = append(failed, strings.Join(append(s.ContainerHierarchyTexts, s.LeafNodeText), " / "))
			}
		}
	}
	slices.Sort(failed)
	return failed
}
