package page

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// statement is what a line of a sequence diagram may be.
var statement = regexp.MustCompile(`^(sequenceDiagram|    participant [AB]|    rect rgb\(255, 220, 220\)|    end|` +
	`    [AB](->>|--x|--\))[AB]: [^;#<>]+| {4,8}Note over (A|B|A,B): [^;#<>]+)$`)

func TestMermaid(t *testing.T) { each(t, checkMermaid) }

func checkMermaid(t *testing.T, tr *sim.Trace) {
	t.Helper()
	text := string(write(t, WriteMermaid, tr))
	if len(text) > mermaidChars {
		t.Errorf("%d characters", len(text))
	}
	arrows := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if !statement.MatchString(line) {
			t.Errorf("no statement: %q", line)
		}
		if _, label, ok := strings.Cut(line, ": "); ok {
			if regexp.MustCompile(`(?i)(^|\W)end(\W|$)`).MatchString(label) {
				t.Errorf("a lone end: %q", line)
			}
			if !strings.Contains(line, "Note") {
				arrows++
			}
		}
	}
	if arrows > mermaidArrows {
		t.Errorf("%d arrows", arrows)
	}
	if got := strings.Contains(text, "rect rgb"); got != tr.Violation.Found() {
		t.Errorf("the violation: %v", got)
	}
	if strings.Count(text, "    rect") != strings.Count(text, "\n    end") {
		t.Error("a block that does not end")
	}
}

func TestMermaidGolden(t *testing.T) {
	tr := run(t, scenarios[1].text)
	golden(t, filepath.Join("testdata", "lossy.mmd"), write(t, WriteMermaid, tr))
	golden(t, filepath.Join("testdata", "violation.mmd"), write(t, WriteMermaid, broken(tr, 9)))
}

func TestMermaidText(t *testing.T) {
	for _, c := range [][2]string{
		{"end", "ending"}, {"(END)", "(ending)"}, {"bend ending", "bend ending"}, {"the end.", "the ending."},
		{"RECEIVE: end of stream", "RECEIVE: EOF"}, {"cut A<->B for 3s", "cut A and B for 3s"},
		{"#4; <b>", "no. 4, (b)"}, {"%%%%", "% %% %"}, {"caf\u00e9\n", "caf??"},
	} {
		if got := mermaidText(c[0]); got != c[1] {
			t.Errorf("%q becomes %q, want %q", c[0], got, c[1])
		}
	}
}

// However many lines there are, what is shown is no more than the limit, and the
// violation is in it.
func TestMermaidLines(t *testing.T) {
	for _, n := range []int{1, mermaidArrows, mermaidArrows + 1, 100, 1000} {
		for bad := range n + 1 {
			kept := mermaidLines(&report.Story{Lines: make([]report.Line, n), At: bad})
			shown := 0
			for _, k := range kept {
				if k {
					shown++
				}
			}
			if shown > mermaidArrows || n <= mermaidArrows && shown < n || bad > 0 && !kept[bad-1] {
				t.Errorf("of %d lines, %d wrong, %d are shown", n, bad, shown)
			}
		}
	}
}
