package sim

import (
	"fmt"
	"slices"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
)

// SetScript exchanges the fault script of a run that is under way for one that
// goes on where the old one ends: the run goes on as if it had begun with the
// new script. So that this can be true the new script has to begin with the old
// one, both may only edit fates, and a line that is added has to be about
// segments that have not been emitted. It returns an error, and changes nothing,
// if one of that is not so. As in Reset the script is kept, not copied.
func (w *World) SetScript(s faults.Script) error {
	old := w.scenario.Fault
	if len(s) < len(old) || !slices.Equal(s[:len(old)], old) {
		return fmt.Errorf("sim: SetScript: the new script does not begin with the %d lines of the old one", len(old))
	}
	for i := range s {
		f := &s[i]
		switch {
		case f.Struck():
			return fmt.Errorf("sim: SetScript: line %d, %v, strikes at a moment; want one that edits a fate", i+1, *f)
		case i >= len(old) && f.First <= w.script.Count(f.End, f.Kind):
			return fmt.Errorf("sim: SetScript: line %d, %v: %d of these have been emitted already",
				i+1, *f, w.script.Count(f.End, f.Kind))
		}
	}
	if err := s[len(old):].Check(); err != nil {
		return err
	}
	counted, healed := w.script, w.script.Healed()
	w.scenario.Fault = s
	w.script.Reset(s)
	for e := range endpoint.End(2) {
		for kind := range endpoint.Kind(endpoint.NumKinds) {
			if kind == endpoint.Any { // counted with each of the others
				continue
			}
			for range counted.Count(e, kind) {
				w.script.Emitted(e, kind)
			}
		}
		for state := range endpoint.State(endpoint.NumStates) {
			for range counted.Entries(e, state) {
				w.script.Entered(e, state)
			}
		}
	}
	if healed {
		w.script.Heal()
	}
	return nil
}
