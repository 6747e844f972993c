package cmd

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/sim"
	"example.org/halfopen/specs/wrong"
)

// TestReport: the folder of a trace is the one that fuzz wrote, octet for octet,
// wherever it goes and whether the trace or a scenario was given.
func TestReport(t *testing.T) {
	t.Chdir(t.TempDir())
	call(lossyOffer(), "", "fuzz", "--runs", "300").want(t, ExitViolation)
	folders, err := os.ReadDir(defaultFolder)
	if err != nil || len(folders) == 0 {
		t.Fatalf("%v %v", folders, err)
	}
	name := folders[0].Name()
	for to, from := range map[string]string{
		"x": name,
		"y": filepath.Join(defaultFolder, name, "trace.jsonl"),
		"z": filepath.Join(defaultFolder, name, "scenario.txt"),
	} {
		said := call(lossyOffer(), "", "report", "-o", to, from).want(t, ExitLegal)
		contains(t, said.out, "folder  "+filepath.Join(to, name)+"\n", "verdict broken: ")
		sameFolder(t, filepath.Join(to, name), filepath.Join(defaultFolder, name))
	}
}

// sameFolder demands that two folders hold the same files, octet for octet.
func sameFolder(t *testing.T, got, want string) {
	t.Helper()
	files, err := os.ReadDir(want)
	if err != nil {
		t.Fatal(err)
	}
	if have, err := os.ReadDir(got); err != nil || len(have) != len(files) {
		t.Errorf("%s holds %d files, want %d: %v", got, len(have), len(files), err)
	}
	for _, f := range files {
		a, err := os.ReadFile(filepath.Join(got, f.Name()))
		if err != nil {
			t.Error(err)
		}
		b, err := os.ReadFile(filepath.Join(want, f.Name()))
		if err != nil {
			t.Error(err)
		}
		if string(a) != string(b) {
			t.Errorf("%s is not as in %s:\n%s", f.Name(), want, a)
		}
	}
}

// TestReportDiffers: a trace that is not what happens now is reported as it is
// now, and the exit status says so.
func TestReportDiffers(t *testing.T) {
	t.Chdir(t.TempDir())
	trace := call(lossyOffer(), "A lossy-fin\nB lossy-fin\nA: open active; close; receive all\nB: open passive; close\ndrop A FIN #1\n",
		"show", "--as", "jsonl", "-").want(t, ExitLegal).out
	mended := sim.Offer{{Name: "lossy-fin", New: sim.TCP()[0].New}, sim.TCP()[0]}
	said := call(mended, trace, "report", "-").want(t, ExitDiffers)
	contains(t, said.errors, "is not what happens now")
	contains(t, said.out, "verdict legal")
}

// TestBundles: each bundle that is kept is what its trace gives today, octet for
// octet.
func TestBundles(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	const bundles = "../testdata/bundles"
	for _, c := range []struct{ name, wrong string }{
		{"time-wait-answer-1aee15", "time-wait-no-ack"},
	} {
		out := t.TempDir()
		if *update {
			out = bundles
		}
		kept := filepath.Join(bundles, c.name)
		call(sim.TCP(), "", "report", "--wrong", c.wrong, "-o", out, kept).want(t, ExitLegal)
		sameFolder(t, filepath.Join(out, c.name), kept)
	}
}

// TestBundleFails: the Go test of the bundle that is kept passes in a module that
// requires halfopen, and fails with the ladder of the bundle in the build that has
// the bug.
func TestBundleFails(t *testing.T) {
	if testing.Short() {
		t.Skip("builds another module")
	}
	const kept = "../testdata/bundles/time-wait-answer-1aee15"
	root, err := wrong.Root()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("go.mod", read(t, kept, "go.mod")+"\nreplace example.org/halfopen => "+root+"\n")
	write("trace_test.go", read(t, kept, "trace_test.go"))
	run := func(args ...string) (string, error) {
		c := exec.Command("go", append([]string{"test"}, args...)...)
		c.Dir = dir
		c.Env = append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOWORK=off")
		said, err := c.CombinedOutput()
		return string(said), err
	}
	if said, err := run(); err != nil {
		t.Errorf("without the bug: %v\n%s", err, said)
	}
	bug, err := wrong.Find("time-wait-no-ack")
	if err != nil {
		t.Fatal(err)
	}
	replace := map[string]string{}
	for i, e := range bug.Edits {
		text := read(t, root, e.File)
		if strings.Count(text, e.Old) != 1 || i > 0 {
			t.Fatalf("%s is not one edit any more, which this test can make", bug.Name)
		}
		replace[filepath.Join(root, e.File)] = write("changed.go.txt", strings.Replace(text, e.Old, e.New, 1))
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	said, err := run("-overlay", write("overlay.json", string(list)))
	if err == nil {
		t.Error("with the bug it passes")
	}
	ladder, _, _ := strings.Cut(read(t, kept, "ladder.txt"), "\nwhy ")
	for line := range strings.Lines(ladder) {
		if !strings.Contains(said, line) {
			t.Errorf("not said: %s\nin\n%s", line, said)
		}
	}
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
