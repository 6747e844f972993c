package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/sim"
)

// TestDiagram: the picture of a sweep, and of what fuzz --json says about it,
// is the same.
func TestDiagram(t *testing.T) {
	sweep := []string{"--runs", "300", "--seed", "7"}
	summary := call(sim.TCP(), "", append([]string{"fuzz", "--json"}, sweep...)...).want(t, ExitLegal).out
	for _, format := range [][]string{nil, {"--mermaid"}} {
		args := append([]string{"diagram"}, format...)
		swept := call(sim.TCP(), "", append(args, sweep...)...).want(t, ExitLegal).out
		read := call(sim.TCP(), summary, append(args, "--from", "-")...).want(t, ExitLegal).out
		if swept != read {
			t.Errorf("%v: the sweep's diagram differs from that of its summary:\n%s\n%s", format, swept, read)
		}
		contains(t, swept, "300 runs of seed 7, A tcp, B tcp: ", " states, ", "rcv ACK of FIN")
		file := filepath.Join(t.TempDir(), "x")
		if s := call(sim.TCP(), summary, append(args, "--from", "-", "-o", file)...).want(t, ExitLegal); s.out != "" {
			t.Errorf("on standard output, too: %s", s.out)
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != swept {
			t.Errorf("the file differs: %v", err)
		}
	}
	svg := call(sim.TCP(), "", "diagram", "--runs", "1").out
	if !strings.HasPrefix(svg, "<svg ") || !strings.Contains(svg, "edge missing") {
		t.Errorf("no picture with a missing edge:\n%.300s", svg)
	}
	golden(t, "help-diagram.txt", call(sim.TCP(), "", "diagram", "--help").want(t, ExitLegal).out)
}

// TestDiagramBadInput: what cannot be drawn is named.
func TestDiagramBadInput(t *testing.T) {
	for _, c := range []struct {
		stdin, says string
		args        []string
	}{
		{"", "no summary", []string{"--from", "-"}},
		{"{}", `its schema is ""`, []string{"--from", "-"}},
		{`{"schema":"halfopen-fuzz/1","states":{"counts":[{"name":"OPEN"}]}}`, `no state "OPEN"`, []string{"--from", "-"}},
		{`{"schema":"halfopen-fuzz/1","core_edges":{"counts":[{"name":"LISTEN"}]}}`, `no edge "LISTEN"`, []string{"--from", "-"}},
		{"", "no such file", []string{"--from", filepath.Join(t.TempDir(), "none")}},
		{"", "from", []string{"--from", "-", "--runs", "3"}},
		{"", "less than none", []string{"--jobs", "-1"}},
		{"", "no endpoint is called", []string{"--a", "none"}},
	} {
		s := call(sim.TCP(), c.stdin, append([]string{"diagram"}, c.args...)...).want(t, ExitUsage)
		contains(t, s.errors, c.says)
		if s.out != "" {
			t.Errorf("%v: wrote %s", c.args, s.out)
		}
	}
}
