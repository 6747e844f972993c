package cmd

import (
	"os"
	"strings"
	"testing"

	"example.org/halfopen/sim"
)

// TestReadme: what the README shows of the sweep is what is printed today, but
// for the rate and the duration; and its scenario runs.
func TestReadme(t *testing.T) {
	if testing.Short() {
		t.Skip("200,000 runs: not with -short")
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	s := call(sim.TCP(), "", "fuzz", "--out", t.TempDir()).want(t, ExitLegal)
	for _, line := range strings.Split(strings.TrimSpace(s.out), "\n") {
		line, _, _ = strings.Cut(line, ", in ")
		if !strings.Contains(string(readme), "    "+line) {
			t.Errorf("the README does not show the line\n%s", line)
		}
	}
	call(sim.TCP(), "", "run", "../testdata/lossy.txt").want(t, ExitLegal)
}
