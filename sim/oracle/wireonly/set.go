package wireonly

import (
	"math/bits"

	"example.org/halfopen/endpoint"
)

// StateSet is a set of states of a connection, one bit for each.
type StateSet uint16

// Of is the set of these states.
func Of(states ...endpoint.State) StateSet {
	var s StateSet
	for _, st := range states {
		s |= 1 << st
	}
	return s
}

// Has reports whether a state is in the set.
func (s StateSet) Has(st endpoint.State) bool { return s>>st&1 != 0 }

// Len is how many states the set holds.
func (s StateSet) Len() int { return bits.OnesCount16(uint16(s)) }

// String lists the states: "FIN-WAIT-1 or CLOSING". The empty set is "none".
func (s StateSet) String() string {
	text := ""
	for rest := s; rest != 0; rest = rest.less() {
		if text != "" {
			text += " or "
		}
		text += rest.first().String()
	}
	if text == "" {
		return "none"
	}
	return text
}

// first is the state with the lowest number; the set must not be empty.
func (s StateSet) first() endpoint.State {
	return endpoint.State(bits.TrailingZeros16(uint16(s)))
}

// less is the set without its first state.
func (s StateSet) less() StateSet { return s & (s - 1) }

// within reports whether the set is not empty and holds nothing but members of t.
func (s StateSet) within(t StateSet) bool { return s != 0 && s&^t == 0 }

// The states, by the RFC's words.
const (
	sCLOSED      = endpoint.Closed
	sLISTEN      = endpoint.Listen
	sSYNSENT     = endpoint.SynSent
	sSYNRECEIVED = endpoint.SynReceived
	sESTABLISHED = endpoint.Established
	sFINWAIT1    = endpoint.FinWait1
	sFINWAIT2    = endpoint.FinWait2
	sCLOSEWAIT   = endpoint.CloseWait
	sCLOSING     = endpoint.Closing
	sLASTACK     = endpoint.LastAck
	sTIMEWAIT    = endpoint.TimeWait
)

// The same as sets of one, and the sets that the RFC asks for again and again.
const (
	inCLOSED      StateSet = 1 << sCLOSED
	inLISTEN      StateSet = 1 << sLISTEN
	inSYNSENT     StateSet = 1 << sSYNSENT
	inSYNRECEIVED StateSet = 1 << sSYNRECEIVED
	inESTABLISHED StateSet = 1 << sESTABLISHED
	inFINWAIT1    StateSet = 1 << sFINWAIT1
	inFINWAIT2    StateSet = 1 << sFINWAIT2
	inCLOSEWAIT   StateSet = 1 << sCLOSEWAIT
	inCLOSING     StateSet = 1 << sCLOSING
	inLASTACK     StateSet = 1 << sLASTACK
	inTIMEWAIT    StateSet = 1 << sTIMEWAIT

	// beforeFIN: the peer's FIN has not been taken; afterFIN: it has.
	beforeFIN = inSYNRECEIVED | inESTABLISHED | inFINWAIT1 | inFINWAIT2
	afterFIN  = inCLOSEWAIT | inCLOSING | inLASTACK | inTIMEWAIT
	// acknowledges: states in which every segment has an ACK.
	acknowledges = beforeFIN | afterFIN
	synchronized = acknowledges &^ inSYNRECEIVED
	// sends: text may leave, for the first time or again.
	sends = inESTABLISHED | inFINWAIT1 | inCLOSEWAIT | inCLOSING | inLASTACK
	// sendsFIN: the own FIN may leave, for the first time or again.
	sendsFIN = inFINWAIT1 | inCLOSING | inLASTACK
	// hasTCB: there are sequence numbers.
	hasTCB = acknowledges | inSYNSENT
)

// moves says, for each state in which a step found an end, in which it may have
// left it. States that the end cannot have been in have no successors.
type moves [endpoint.NumStates]StateSet

// after is every state in which the step may have left the end.
func (m *moves) after() StateSet {
	var s StateSet
	for i := range m {
		s |= m[i]
	}
	return s
}

// before is every state in which the step may have found it.
func (m *moves) before() StateSet {
	var s StateSet
	for i := range m {
		if m[i] != 0 {
			s |= 1 << i
		}
	}
	return s
}

// only leaves the moves that end in a set.
func (m *moves) only(to StateSet) {
	for i := range m {
		m[i] &= to
	}
}

// from leaves the moves that begin in a set.
func (m *moves) from(states StateSet) {
	for i := range m {
		if states>>i&1 == 0 {
			m[i] = 0
		}
	}
}
