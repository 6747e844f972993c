package table

// Event is what can happen to a TCP (RFC 9293 3.10), and a crash, which can
// happen to its host. What an observer cannot tell apart is one event: all
// timeouts are.
type Event uint8

// The events.
const (
	PassiveOpen Event = iota
	ActiveOpen
	Send
	Receive
	Close
	Abort
	Timeout
	Segment // one arrived
	Crash

	// NumEvents is how many events there are.
	NumEvents = int(Crash) + 1

	// anyEvent is a word of the table for clauses with "also".
	anyEvent = Event(NumEvents)
)

var eventNames = [NumEvents + 1]string{
	"passive OPEN", "active OPEN", "SEND", "RECEIVE", "CLOSE", "ABORT", "timeout", "segment",
	"crash", "any",
}

// String is the word of the table: "passive OPEN".
func (e Event) String() string {
	if int(e) < len(eventNames) {
		return eventNames[e]
	}
	return "no such event"
}

func parseEvent(s string) (Event, bool) {
	for i, name := range eventNames {
		if name == s {
			return Event(i), true
		}
	}
	return 0, false
}
