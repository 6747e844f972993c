package cmd

import (
	"os"
	"path/filepath"
	"testing"

	"example.org/halfopen/sim"
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
