package packetdrill

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/search"
)

var update = flag.Bool("update", false, "record the golden scripts again")

// play runs a scenario with the correct endpoint at both ends.
func play(t testing.TB, text string) *sim.Trace {
	t.Helper()
	s, err := scenario.Parse(t.Name(), text)
	if err != nil {
		t.Fatal(err)
	}
	r := search.NewRunner(sim.TCP())
	if _, err := r.Run(&s); err != nil {
		t.Fatal(err)
	}
	return r.World.Trace().Clone()
}

// scriptOf is the script of one end.
func scriptOf(t testing.TB, trace *sim.Trace, side endpoint.End) string {
	t.Helper()
	trace.Violation.End = side
	var b strings.Builder
	if err := Write(&b, trace); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// golden compares a text with a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(file); err != nil || got != string(want) {
		t.Errorf("%v\nnot as in %s; -update records it if that is meant\n%s", err, file, got)
	}
}
