package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/sim"
)

func TestRunDefault(t *testing.T) {
	s := call(sim.TCP(), "", "run").want(t, ExitLegal)
	golden(t, "run.txt", s.out)
	if s.errors != "" {
		t.Errorf("stderr: %s", s.errors)
	}
}

// TestRunFile: a scenario from a file and from standard input is the same run.
func TestRunFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "it's.txt")
	const text = "drop A SYN #1\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	a := call(sim.TCP(), "", "run", file).want(t, ExitLegal)
	b := call(sim.TCP(), text, "run", "-").want(t, ExitLegal)
	contains(t, a.out, "fault 1: drop", `'\''s.txt'`)
	contains(t, b.out, "replay  halfopen run -\nverdict legal\n")
	if before, _, _ := strings.Cut(a.out, "\nreplay"); !strings.HasPrefix(b.out, before) {
		t.Errorf("file:\n%s\nstandard input:\n%s", a.out, b.out)
	}
	golden(t, "run-drop.txt", b.out)
}

// TestRunBudget: a budget is no violation.
func TestRunBudget(t *testing.T) {
	s := call(sim.TCP(), "limit events 5\n", "run", "-").want(t, ExitBudget)
	contains(t, s.out, "verdict stopped by budget-events\n")
}

// TestRunEnds: which endpoints a scenario gets.
func TestRunEnds(t *testing.T) {
	offer := append(lossyOffer(), sim.TCP()...)
	const lostFIN = "drop A FIN #1\nA: open active; close\nB: open passive; receive all; close\n"
	for _, c := range []struct {
		text, flags string
		status      int
	}{
		{lostFIN, "", ExitViolation}, // the first of the offer is at both ends
		{lostFIN, "--a tcp", ExitLegal},
		{lostFIN, "--a tcp --b tcp", ExitLegal},
		{"A lossy-fin\n" + lostFIN, "", ExitViolation},
		{"B lossy-fin\n" + lostFIN, "", ExitLegal}, // a scenario that names one means tcp for the other
	} {
		args := append([]string{"run"}, strings.Fields(c.flags)...)
		call(offer, c.text, append(args, "-")...).want(t, c.status)
	}
}

// TestRunKeeps: --out keeps the run, whether it broke a rule or not.
func TestRunKeeps(t *testing.T) {
	for text, status := range map[string]int{
		"A lossy-fin\nB lossy-fin\n": ExitLegal,
		"drop A FIN #1\n":            ExitViolation,
	} {
		dir := filepath.Join(t.TempDir(), "kept")
		s := call(lossyOffer(), text, "run", "--out", dir, "-").want(t, status)
		contains(t, s.out, "replay  halfopen replay "+dir)
		folders, err := os.ReadDir(dir)
		if err != nil || len(folders) != 1 {
			t.Fatalf("%v %v", folders, err)
		}
		call(lossyOffer(), "", "replay", filepath.Join(dir, folders[0].Name())).want(t, status)
	}
}
