package page

import (
	"bytes"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// Limits, so that nothing of a run that hit a budget of a million steps is
// written that no program opens.
const (
	pictureLines = 500    // of the ladder in a picture alone
	pageLines    = 10_000 // of the ladder in a page
	pageEvents   = 50_000 // of the trace in a page
)

// part is a run of lines that are shown, from one index up to another.
type part struct{ from, to int }

// parts says which of the lines are shown if there may be most of them: all,
// or the first ones, those around the violation, and the last ones.
func (l *ladder) parts(most int) []part {
	n := len(l.rows)
	if n <= most {
		return []part{{0, n}}
	}
	around := most / 5
	ends := (most - around) / 2
	all := []part{{0, ends}}
	if bad := l.s.At - 1; bad >= ends && bad < n-ends {
		all = append(all, part{max(ends, bad-around/2), min(n-ends, bad+around/2)})
	}
	return append(all, part{n - ends, n})
}

// cut says how many lines are left out before part i, "" if none are.
func cut(parts []part, i int) string {
	if i == 0 || parts[i].from == parts[i-1].to {
		return ""
	}
	return "(... " + thousands(uint64(parts[i].from-parts[i-1].to)) + " lines, see files)"
}

// textLadder is the ladder as text, cut if the page's is.
func textLadder(t *sim.Trace, lines int) ([]byte, error) {
	var b bytes.Buffer
	err := report.Ladder(&b, t, report.LadderOptions{All: lines <= pageLines})
	return b.Bytes(), err
}
