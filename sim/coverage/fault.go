package coverage

import "example.org/halfopen/endpoint"

// Harm is what can happen to a datagram on its way.
type Harm uint8

// The harms. The package's documentation says when each is felt.
const (
	Drop Harm = iota
	Duplicate
	Reorder
	Delay
	Corrupt
	NumHarms = int(Corrupt) + 1
)

var harmNames = [NumHarms]string{"drop", "duplicate", "reorder", "delay", "corrupt"}

// String is the word of the fault language: "drop".
func (h Harm) String() string {
	if int(h) < NumHarms {
		return harmNames[h]
	}
	return "no such harm"
}

// Fault is a column of the matrix of edges and faults: Clean, a harm to a kind
// of segment (FaultOf), or RSTInjected.
type Fault uint8

// The faults that are no harm to a segment, and how many faults there are.
const (
	Clean       Fault = 0
	RSTInjected Fault = Fault(NumHarms*numKinds) + 1
	NumFaults         = int(RSTInjected) + 1
)

// numKinds are the kinds that a segment can be of: Any is none.
const numKinds = endpoint.NumKinds - 1

// FaultOf is a harm to a segment of a kind, which is not Any.
func FaultOf(h Harm, k endpoint.Kind) Fault {
	return Fault(int(h)*numKinds + int(k))
}

// Harm is the harm and the kind of segment of a fault that FaultOf returned; ok
// is false for Clean and RSTInjected.
func (f Fault) Harm() (h Harm, k endpoint.Kind, ok bool) {
	if f == Clean || f >= RSTInjected {
		return 0, 0, false
	}
	i := int(f) - 1
	return Harm(i / numKinds), endpoint.Kind(i%numKinds + 1), true
}

// String is "clean", "drop SYN,ACK" or "inject RST".
func (f Fault) String() string {
	h, k, ok := f.Harm()
	switch {
	case ok:
		return h.String() + " " + k.String()
	case f == Clean:
		return "clean"
	case f == RSTInjected:
		return "inject RST"
	}
	return "no such fault"
}

// felt is a set of faults, a bit for each; none is Clean.
type felt uint32

func (s *felt) add(f Fault) { *s |= 1 << f }
