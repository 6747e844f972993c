package cmd

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
)

// TestJSONLines: a line for each group, whatever else is printed, and one for the
// sweep; the same octets for any number of jobs.
func TestJSONLines(t *testing.T) {
	t.Chdir(t.TempDir())
	call(lossyOffer(), "", "fuzz", "--runs", "300", "--jsonl", "a", "--jobs", "1").want(t, ExitViolation)
	printed := call(lossyOffer(), "", "fuzz", "--runs", "300", "--jsonl", "b", "--jobs", "2", "--json").want(t, ExitViolation)
	lines := read(t, "a")
	if again := read(t, "b"); again != lines {
		t.Errorf("one job:\n%s\ntwo:\n%s", lines, again)
	}
	var all jsonResult
	if err := json.Unmarshal([]byte(printed.out), &all); err != nil {
		t.Fatal(err)
	}
	n, sum := 0, jsonSweep{}
	for line := range strings.Lines(lines) {
		if sum.Kind != "" {
			t.Fatalf("behind the summary: %s", line)
		}
		var f jsonLine
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatal(err)
		}
		switch f.Kind {
		case "finding":
			if g := all.Groups[n]; f.Rule != g.Rule || f.Text != g.Text || f.Shrunk == nil || f.Shrunk.Scenario != g.Shrunk.Scenario {
				t.Errorf("line %d: %s", n+1, line)
			}
			n++
		case "summary":
			if err := json.Unmarshal([]byte(line), &sum); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("of what kind is %s", line)
		}
	}
	if n == 0 || n != len(all.Groups) || sum.Schema != schemaOfFindings || sum.Runs != 300 || sum.Digest != all.Digest {
		t.Errorf("%d findings, want %d; %+v", n, len(all.Groups), sum)
	}
	call(lossyOffer(), "", "fuzz", "--runs", "3", "--jsonl", "no/such/file").want(t, ExitFailed)
	if _, err := os.Stat("no"); err == nil {
		t.Error("a folder was made")
	}
}

// TestJSONLinesKinds: what fails nothing says so.
func TestJSONLinesKinds(t *testing.T) {
	group := func(rule string) []search.Group {
		return []search.Group{{Violation: sim.Violation{Rule: sim.Rule{ID: rule}}}}
	}
	var b bytes.Buffer
	r := search.Result{Groups: group("one"), Known: group("two"), Warnings: group("three")}
	if err := writeJSONLines(&b, search.Options{}, &r, nil); err != nil {
		t.Fatal(err)
	}
	want := []string{`{"kind":"finding","rule":"one"`, `{"kind":"known","rule":"two"`, `{"kind":"warning","rule":"three"`, `{"kind":"summary"`}
	for i, line := range strings.Split(strings.TrimSpace(b.String()), "\n") {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("line %d: %s, want %s", i+1, line, want[i])
		}
	}
}
