package report

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"example.org/halfopen/sim"
)

// What a story says, its ladder says on the line of the same number.
func TestTell(t *testing.T) {
	for _, tt := range runs {
		t.Run(tt.name, func(t *testing.T) {
			tr := run(t, tt.scenario)
			var out bytes.Buffer
			if err := Ladder(&out, tr, LadderOptions{All: true}); err != nil {
				t.Fatal(err)
			}
			rows := strings.Split(out.String(), "\n")
			s := Tell(tr, 47)
			if got := strings.Join(strings.Fields(s.Headline), " "); !strings.Contains(joinWords(rows[:4]), got) {
				t.Errorf("the headline is %q", got)
			}
			at := 0
			for i := range s.Lines {
				l := &s.Lines[i]
				for !strings.HasPrefix(strings.TrimLeft(rows[at], " "), strconv.Itoa(l.N)+". ") {
					if at++; at == len(rows) {
						t.Fatalf("line %d is not in the ladder", l.N)
					}
				}
				flags, _, _ := strings.Cut(l.Text, " ")
				if !strings.Contains(rows[at], flags) || !strings.Contains(rows[at], Clock(l.At)) {
					t.Errorf("line %d, %q at %v, is %q in the ladder", l.N, l.Text, l.At, rows[at])
				}
				below := strings.Join(rows[at:min(at+4, len(rows))], "\n")
				for _, n := range l.Notes {
					if strings.HasPrefix(n, "fault") && !strings.Contains(below, "("+n+")") {
						t.Errorf("line %d: no note %q in\n%s", l.N, n, below)
					}
				}
			}
		})
	}
}

func joinWords(rows []string) string {
	return strings.Join(strings.Fields(strings.Join(rows, " ")), " ")
}

// The violation is told with its line.
func TestTellViolation(t *testing.T) {
	tr := run(t, "")
	e := &tr.Events[2]
	tr.Violation = sim.Violation{
		Rule: sim.Rule{ID: "I-0", Name: "no-rule"}, Step: e.N, At: e.At, End: e.End, Got: "this", Want: "that",
	}
	s := Tell(tr, 47)
	if s.Breach != "no-rule: got this, want that" || s.At != newLayout(tr).violationLine(tr) || s.At == 0 {
		t.Errorf("%q at line %d", s.Breach, s.At)
	}
	if s := Tell(run(t, ""), 47); s.Breach != "" || s.At != 0 {
		t.Errorf("a legal run: %q at line %d", s.Breach, s.At)
	}
}
