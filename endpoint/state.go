package endpoint

// State is a state of a connection (RFC 9293 3.3.2).
type State uint8

// The 11 states. CLOSED is fictional: it means that there is no TCB.
const (
	Closed State = iota
	Listen
	SynSent
	SynReceived
	Established
	FinWait1
	FinWait2
	CloseWait
	Closing
	LastAck
	TimeWait

	// NumStates is how many states there are.
	NumStates = int(TimeWait) + 1
)

var stateNames = [NumStates]string{
	"CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1",
	"FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT",
}

// String writes the state as the RFC does: "SYN-RECEIVED".
func (s State) String() string {
	if int(s) < NumStates {
		return stateNames[s]
	}
	return "no such state"
}

// Synchronized reports whether both ends' sequence numbers are agreed on: all
// states from ESTABLISHED on (RFC 9293 3.3.2).
func (s State) Synchronized() bool { return s >= Established }

// ParseState is the inverse of String.
func ParseState(s string) (State, bool) {
	for i, n := range stateNames {
		if n == s {
			return State(i), true
		}
	}
	return 0, false
}
