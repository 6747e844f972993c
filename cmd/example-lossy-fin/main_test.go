package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"example.org/halfopen/cmd"
)

// TestExample: the bug is found, kept, and replays; the correct endpoint, which
// this program offers too, survives the same runs.
func TestExample(t *testing.T) {
	t.Chdir(t.TempDir())
	status, out := call(t, "fuzz", "--runs", "500")
	if status != cmd.ExitViolation || !strings.Contains(out, "endpoints   A lossy-fin, B lossy-fin\n") {
		t.Fatalf("exit status %d\n%s", status, out)
	}
	folders, err := os.ReadDir("counterexamples")
	if err != nil || len(folders) == 0 {
		t.Fatalf("%v %v", folders, err)
	}
	for _, f := range folders {
		status, out := call(t, "replay", f.Name())
		if status != cmd.ExitViolation || !strings.Contains(out, "byte-identical") {
			t.Errorf("%s: exit status %d\n%s", f.Name(), status, out)
		}
	}
	if status, out := call(t, "fuzz", "--runs", "500", "--a", "tcp", "--b", "tcp"); status != cmd.ExitLegal {
		t.Errorf("tcp: exit status %d\n%s", status, out)
	}
}

func call(t *testing.T, args ...string) (status int, out string) {
	t.Helper()
	var b bytes.Buffer
	return cmd.Main(t.Context(), args, strings.NewReader(""), &b, &b, offer()), b.String()
}
