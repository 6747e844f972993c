package bundle

import (
	"fmt"
	"strings"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// Why is what a search has found out about a failure by trying: which lines of
// the script it needs, and from when on nothing could have averted it. The zero
// value is not known, and no bundle speaks of it.
type Why struct {
	Necessary       []Necessary
	PointOfNoReturn uint32 // the number of the event; 0 if it is not known
}

// Necessary is a fault without which the run breaks no rule.
type Necessary struct {
	Fault uint16 // its number in the script, from 1
	Text  string // what happens without it, in a sentence; may be empty
}

// known reports whether there is anything to say.
func (w *Why) known() bool { return len(w.Necessary) > 0 || w.PointOfNoReturn > 0 }

// write says it as a list.
func (w *Why) write(b *strings.Builder, t *sim.Trace) {
	for _, n := range w.Necessary {
		line := ""
		if n.Fault > 0 && int(n.Fault) <= len(t.Scenario.Fault) {
			line = " " + span(t.Scenario.Fault[n.Fault-1].String())
		}
		fmt.Fprintf(b, "- Fault %d%s is necessary.", n.Fault, line)
		if n.Text != "" {
			b.WriteString(" Without it: " + span(n.Text))
		}
		b.WriteByte('\n')
	}
	if n := w.PointOfNoReturn; n > 0 {
		fmt.Fprintf(b, "- From event %d on", n)
		for i := range t.Events {
			if e := &t.Events[i]; e.N == n {
				fmt.Fprintf(b, ", at %s, %v in %v,", report.Clock(e.At), e.End, e.After)
			}
		}
		b.WriteString(" nothing averts it.\n")
	}
}
