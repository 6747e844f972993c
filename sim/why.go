package sim

// Why is what trying has told about a failure: which lines of the script it
// needs, and from when on healing the network would not have averted it. The
// zero value is that nothing was tried.
type Why struct {
	// Necessary is a set of faults that is enough for the failure and of which
	// none can be left out. Empty: it fails without any.
	Necessary []Necessity
	// Smallest says that no set of fewer faults is enough. Where a script is too
	// long for all of its sets to be tried, that is not known.
	Smallest bool
	// PointOfNoReturn is the number of the first event after which the failure
	// comes even if link and script do nothing more from there on. 0: it is not
	// known.
	PointOfNoReturn uint32
	// Averted says that the failure would not have come had the network been
	// healed before that event: it is false where nothing averts it.
	Averted bool
}

// Necessity is a fault that a failure needs.
type Necessity struct {
	Fault   uint16 // its number in the script, from 1
	Without string // what the run comes to without it: "legal", or the rule that it breaks then
}

// Known reports whether anything was found out.
func (w *Why) Known() bool { return w.PointOfNoReturn > 0 || len(w.Necessary) > 0 || w.Smallest }
