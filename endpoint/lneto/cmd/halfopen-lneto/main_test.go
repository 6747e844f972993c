package main

import (
	"bytes"
	"strings"
	"testing"

	"example.org/halfopen/cmd"
)

// TestCommand: lneto is offered, first, and what a sweep finds in it replays.
func TestCommand(t *testing.T) {
	t.Chdir(t.TempDir())
	status, out := call(t, "fuzz", "--runs", "30", "--b", "tcp", "--out", "found")
	if status != cmd.ExitViolation || !strings.Contains(out, "endpoints   A lneto, B tcp\n") {
		t.Errorf("fuzz: exit status %d\n%s", status, out)
	}
	if status, out := call(t, "run", "--a", "tcp", "--b", "tcp"); status != cmd.ExitLegal {
		t.Errorf("run: exit status %d\n%s", status, out)
	}
}

func call(t *testing.T, args ...string) (status int, out string) {
	t.Helper()
	var b bytes.Buffer
	return cmd.Main(t.Context(), args, strings.NewReader(""), &b, &b, offer()), b.String()
}
