package report

import (
	"bytes"
	"fmt"
	"strings"

	"example.org/halfopen/sim"
)

// WhyText says in sentences, one an element, what a failure needs: which faults,
// and until when healing the network averts it. None if nothing was found out.
func WhyText(t *sim.Trace, w *sim.Why) []string {
	if w == nil || !w.Known() {
		return nil
	}
	return whyText(t, newLayout(t), w)
}

func whyText(t *sim.Trace, l *layout, w *sim.Why) []string {
	var text []string
	for _, n := range w.Necessary {
		if n.Fault == 0 || int(n.Fault) > len(t.Scenario.Fault) {
			continue
		}
		instead := "is legal"
		if n.Without != "legal" {
			instead = "breaks " + n.Without + " instead"
		}
		text = append(text, fmt.Sprintf("without fault %d (%v) the run %s",
			n.Fault, &t.Scenario.Fault[n.Fault-1], instead))
	}
	left := len(t.Scenario.Fault) - len(w.Necessary)
	others := "the other " + strings.TrimPrefix(count(left, "fault"), "1 ") + " may be left out; "
	switch {
	case len(w.Necessary) == 0 && w.Smallest:
		text = append(text, "no fault is needed")
	case left > 0 && w.Smallest:
		text = append(text, others+"fewer than these are not enough")
	case left > 0:
		text = append(text, others+"whether fewer than these are enough was not tried")
	}
	if i := eventOf(t, w.PointOfNoReturn); i >= 0 && w.Averted {
		text = append(text, fmt.Sprintf("healing the network before line %d (t=%s) averts it, later it does not",
			l.last(t, i), Clock(t.Events[i].At)))
	} else if i >= 0 && len(w.Necessary) > 0 {
		text = append(text, "healing the network averts it at no time")
	}
	return text
}

// writeWhy writes what a failure needs, as a paragraph of a ladder's end.
func writeWhy(b *bytes.Buffer, text []string) {
	for i, sentence := range text {
		for k, s := range wrap(ascii(sentence), columns-8, columns-8) {
			writeLine(b, [2]string{"why     ", "        "}[min(i+k, 1)]+s)
		}
	}
}
