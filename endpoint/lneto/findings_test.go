package lneto_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/lneto"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/search"
)

func offer() sim.Offer {
	return sim.Offer{{Name: "lneto", New: lneto.New}, {Name: "tcp", New: tcp.New}}
}

// TestFindings: each finding of FINDINGS.md still breaks exactly the rule that
// its first line names, at that end, and says so in these words; what no rule
// judges still runs legally, with these words in its ladder. When lneto is
// mended, or the oracle judges more, this says so: then the file and its
// paragraph change.
func TestFindings(t *testing.T) {
	files, err := filepath.Glob("testdata/findings/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no findings: %v", err)
	}
	told, err := os.ReadFile("FINDINGS.md")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(told), "\n## "); got != len(files) {
		t.Errorf("FINDINGS.md tells of %d findings, there are %d", got, len(files))
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(string(told), "## "+name+"\n") {
				t.Errorf("FINDINGS.md does not tell of %s", name)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(text), "\n")
			v, trace := run(t, string(text))
			if words, ok := strings.CutPrefix(first, "# unjudged: "); ok {
				got := strings.Join(strings.Fields(ladder(t, trace)), " ")
				if v.Found() || !strings.Contains(got, words) {
					t.Errorf("broke %q; want none, and in the ladder %q\n%s", v.Text, words, ladder(t, trace))
				}
				return
			}
			want := strings.TrimPrefix(first, "# breaks ")
			rule, words, _ := strings.Cut(want, ": ")
			if got := v.Rule.ID + " " + v.End.String(); got != rule || !strings.Contains(v.Text, words) {
				t.Errorf("broke %q: %s\nwant %s\n%s", got, v.Text, want, ladder(t, trace))
			}
		})
	}
}

// run runs a scenario to its end, or to its first violation.
func run(t *testing.T, text string) (sim.Violation, *sim.Trace) {
	t.Helper()
	s, err := scenario.Parse("scenario", text)
	if err != nil {
		t.Fatal(err)
	}
	r := search.NewRunner(offer())
	v, err := r.Run(&s)
	if err != nil {
		t.Fatal(err)
	}
	return v, r.World.Trace().Clone()
}

// TestShrunkWindowDeadlock: what becomes of the finding of that name. A refuses
// what it lacks until it has counted ten segments, and is CLOSED; of 1723 octets
// its application has read the first segment's 755.
func TestShrunkWindowDeadlock(t *testing.T) {
	text := read(t, "testdata/findings/shrunk-window-deadlock.txt")
	s, err := scenario.Parse("scenario", text+"limit events 1000\n")
	if err != nil {
		t.Fatal(err)
	}
	w := sim.NewWorld(offer())
	if err := w.Reset(&s); err != nil {
		t.Fatal(err)
	}
	delivered := 0
	for step, ok := w.Step(); ok; step, ok = w.Step() {
		if step.End == endpoint.A && step.Cause.Kind == sim.Call && step.Cause.Call == sim.CallReceive {
			delivered += int(step.Cause.N)
		}
	}
	if a := w.Status(endpoint.A); a.State != endpoint.Closed || delivered != 755 {
		t.Errorf("A ends in %v and has read %d", a.State, delivered)
	}
}

func ladder(t *testing.T, trace *sim.Trace) string {
	t.Helper()
	var b strings.Builder
	if err := report.Ladder(&b, trace, report.LadderOptions{All: true}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
