package bundle

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.org/halfopen/sim"
)

// failing runs the test that fails, of testdata/failing, and returns what it
// says.
func failing(t *testing.T, env []string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", append(append([]string{"test"}, args...), "./testdata/failing")...)
	cmd.Env = append(append(os.Environ(), "GITHUB_ACTIONS="), env...)
	said, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatalf("the test passes\n%s", said)
	}
	return string(said)
}

// TestOnFailure: a test that fails leaves its bundle, among the artifacts if
// there are to be any, and says where; one that passes leaves nothing.
func TestOnFailure(t *testing.T) {
	if testing.Short() {
		t.Skip("builds another test")
	}
	temp, out := t.TempDir(), t.TempDir()
	bundle := regexp.MustCompile(`(?m)^\s*bundle  (/.*)$`)
	for _, c := range []struct {
		below string
		env   []string
		args  []string
	}{
		{temp, []string{"TMPDIR=" + temp}, nil},
		{out, nil, []string{"-artifacts", "-outputdir", out}},
	} {
		said := failing(t, c.env, c.args...)
		at := bundle.FindStringSubmatch(said)
		if at == nil {
			t.Fatalf("no bundle:\n%s", said)
		}
		if len(list(t, at[1])) < 7 || !strings.HasPrefix(at[1], c.below) || filepath.Base(at[1]) != "earned-give-up-8f8cde" {
			t.Errorf("%s holds %v, want below %s", at[1], list(t, at[1]), c.below)
		}
		for _, want := range []string{"!!", "A gave up in FIN-WAIT-1", "--- FAIL: TestFails"} {
			if !strings.Contains(said, want) {
				t.Errorf("not said: %q\n%s", want, said)
			}
		}
		if strings.Contains(said, "::error") || strings.Count(said, "bundle  ") != 1 {
			t.Errorf("an annotation out of place, or a bundle too many:\n%s", said)
		}
	}
}

// TestAnnotation: in GitHub Actions the failure is an annotation, on a line of
// its own, of the line that called OnFailure.
func TestAnnotation(t *testing.T) {
	if testing.Short() {
		t.Skip("builds another test")
	}
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	said := failing(t, []string{"GITHUB_ACTIONS=true", "GITHUB_WORKSPACE=" + root, "TMPDIR=" + t.TempDir()})
	source, err := os.ReadFile("testdata/failing/failing_test.go")
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(string(source), "bundle.OnFailure(")
	want := fmt.Sprintf("::error file=sim/report/bundle/testdata/failing/failing_test.go,line=%d,", strings.Count(before, "\n")+1) +
		"title=earned-give-up-8f8cde::A gave up in FIN-WAIT-1"
	if !strings.HasPrefix(said, want) && !strings.Contains(said, "\n"+want) || !strings.Contains(said, "%0ARFC 9293 section 3.8.3\n") {
		t.Errorf("want %q\n%s", want, said)
	}
}

func TestAnnotationEscapes(t *testing.T) {
	trace := &sim.Trace{Violation: sim.Violation{Rule: sim.Rule{ID: "x", Name: "a,b:c"}, Text: "100%, a: b\r\nc"}}
	got := annotation("C:\\a,b%", 7, trace)
	want := "::error file=C%3A\\a%2Cb%25,line=7,title=a-b-c-bf7d27::100%25, a: b%0D%0Ac%0A"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
