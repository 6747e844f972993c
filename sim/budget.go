package sim

import (
	"errors"

	"example.org/halfopen/link"
	"example.org/halfopen/scheduler"
)

// A stack that does something without end must end the run, one that only does
// much must not: these budgets are far more than a TCP uses, plus what the
// smallest MSS makes of a window.
const (
	baseEmits   = 4096    // datagrams that a stack may emit in one step
	baseFlights = 1 << 16 // copies that may be under way at once
	window      = 1 << 16 // octets, more than a window holds without scaling
)

// resetBudgets sets the budgets that follow from the scenario. A stack may send
// its whole window in one step, once as new and once again, and so may its peer;
// every segment but the last is as large as the receiver's MSS.
func (w *World) resetBudgets() {
	w.mostEmits, w.mostFlights = baseEmits, baseFlights
	for e := range w.ends {
		if mss := int(w.ends[e].config.MSS); mss > 0 {
			w.mostEmits = max(w.mostEmits, baseEmits+2*window/mss)
			w.mostFlights += link.MaxCopies * window / mss
		}
	}
}

// fail ends the run with a budget's name.
func (w *World) fail(err error) {
	switch {
	case errors.Is(err, scheduler.ErrEvents):
		w.outcome = OverEvents
	case errors.Is(err, scheduler.ErrInstant):
		w.outcome = OverInstant
	case errors.Is(err, scheduler.ErrTime):
		w.outcome = OverTime
	default:
		w.outcome = OverCopies
	}
}
