package sim

import (
	"fmt"
	"slices"

	"example.org/halfopen/faults"
)

// SetScript exchanges the fault script of a run that is under way for one that
// goes on where the old one ends: the run goes on as if it had begun with the
// new script. So that this can be true the new script has to begin with the old
// one, and a line that is added has to be about what is still to come: segments
// that have not been emitted, a time that has not passed, a state that has not
// been entered so often, a restart that is not overdue. It returns an error, and
// changes nothing, if one of that is not so. As in Reset the script is kept, not
// copied.
func (w *World) SetScript(s faults.Script) error {
	old := w.scenario.Fault
	if len(s) < len(old) || !slices.Equal(s[:len(old)], old) {
		return fmt.Errorf("sim: SetScript: the new script does not begin with the %d lines of the old one", len(old))
	}
	if err := s[len(old):].Check(); err != nil {
		return err
	}
	for i := len(old); i < len(s); i++ {
		if why := w.tooLate(&s[i]); why != "" {
			return fmt.Errorf("sim: SetScript: line %d, %v: %s", i+1, s[i], why)
		}
	}
	w.scenario.Fault = s
	w.script.Extend(s)
	return nil
}

// tooLate says why a fault cannot have been in the script from the beginning,
// "" if it can.
func (w *World) tooLate(f *faults.Fault) string {
	now := w.clock.Now()
	switch {
	case !f.Struck():
		if n := w.script.Count(f.End, f.Kind); n > 0 && f.First <= n {
			return fmt.Sprintf("%d of these have been emitted already", n)
		}
	case f.Op == faults.Restart:
		if h := &w.ends[f.End]; h.down && h.crashed+f.By < now {
			return fmt.Sprintf("the host crashed at %v, and it is %v", h.crashed, now)
		}
	case f.When.Timed:
		if f.When.At < now {
			return fmt.Sprintf("it is %v already", now)
		}
	default:
		e := &f.When.Entry
		if n := w.script.Entries(e.End, e.State); n >= max(f.When.N, 1) {
			return fmt.Sprintf("it has been entered %d times already", n)
		}
	}
	return ""
}
