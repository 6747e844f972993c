package cmd

import (
	"os"
	"path/filepath"
	"testing"

	"example.org/halfopen/sim"
	"example.org/halfopen/specs/wrong"
)

func TestWrongList(t *testing.T) {
	all := call(sim.TCP(), "", "wrong").want(t, ExitLegal).out
	for _, e := range wrong.All() {
		contains(t, all, e.Name+": "+e.Title+"\n", e.Link)
		contains(t, call(sim.TCP(), "", "wrong", e.Name).want(t, ExitLegal).out, e.Link)
	}
	contains(t, call(sim.TCP(), "", "wrong", "frobnicate").want(t, ExitUsage).errors, "last-ack-any-ack")
}

// TestWrongOutside: a known-wrong endpoint is built from a checkout.
func TestWrongOutside(t *testing.T) {
	t.Chdir(t.TempDir())
	s := call(sim.TCP(), "", "fuzz", "--wrong", "last-ack-any-ack").want(t, ExitFailed)
	contains(t, s.errors, "not inside a checkout")
}

// TestWrongOverlay: a build that did not take its overlay does not build for
// ever.
func TestWrongOverlay(t *testing.T) {
	t.Setenv(wrongVariable, "last-ack-any-ack")
	s := call(sim.TCP(), "", "fuzz", "--wrong", "last-ack-any-ack").want(t, ExitFailed)
	contains(t, s.errors, "the overlay did not take")
}

// TestWrong: --wrong is this command with a bug in its endpoint: same output,
// same exit status. What the child builds is imported here, so that the test
// cache sees it change.
func TestWrong(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	const name = "last-ack-any-ack"
	out := t.TempDir()
	s := call(sim.TCP(), "", "fuzz", "--wrong", name, "--runs", "2000", "--out", out).want(t, ExitViolation)
	contains(t, s.out, "tcp!"+name, "replay  halfopen replay --wrong "+name+" "+out, "\n!!")
	folders, err := os.ReadDir(out)
	if err != nil || len(folders) == 0 {
		t.Fatal(err)
	}
	folder := filepath.Join(out, folders[0].Name())
	shown := call(sim.TCP(), "", "show", "--wrong", name, "--as", "jsonl", folder).want(t, ExitLegal)
	if trace, err := os.ReadFile(filepath.Join(folder, traceName)); err != nil || shown.out != string(trace) {
		t.Errorf("%v: shown otherwise than it was kept:\n%s", err, shown.out)
	}
	contains(t, call(sim.TCP(), "", "replay", "--wrong", name, folder).want(t, ExitViolation).out, "byte-identical")
	refused := call(sim.TCP(), "", "replay", folder).want(t, ExitUsage)
	contains(t, refused.errors, "no endpoint is called", "add --wrong "+name)
}
