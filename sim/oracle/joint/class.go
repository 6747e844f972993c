package joint

import "example.org/halfopen/endpoint"

// Class is what may happen to a connection, from nothing to everything. A
// larger class allows all that a smaller one does, and so more pairs.
type Class uint8

// The classes.
const (
	Never           Class = iota // no class: the pair is never seen
	Reliable                     // nothing is lost, A opens actively and B passively, each once
	Simultaneous                 // and any end may open actively
	Lossy                        // and segments are lost, duplicated, delayed and reordered
	GivingUp                     // and an end aborts, gives up (R2, a user timeout) or crashes
	Reopening                    // as Simultaneous, but each end may open twice
	Everything                   // GivingUp and Reopening together
	LossyEverything              // and the segments of both incarnations are lost
	Outliving                    // and some arrive in the incarnation after their own
	NumClasses      = int(Outliving) + 1
)

var classNames = [NumClasses]string{
	"never", "reliable", "simultaneous open", "lossy", "giving up", "reopening",
	"giving up and reopening", "lossy, giving up and reopening", "outliving segments",
}

// String is a few words for a report: "lossy".
func (c Class) String() string {
	if int(c) < NumClasses {
		return classNames[c]
	}
	return "no such class"
}

// matrix is the smallest class of each pair, in the order of endpoint.State:
// CLOSED, LISTEN, SYN-SENT, SYN-RECEIVED, ESTABLISHED, FIN-WAIT-1, FIN-WAIT-2,
// CLOSE-WAIT, CLOSING, LAST-ACK, TIME-WAIT. It is symmetric: which end is called
// A is a matter of names.
var matrix = [endpoint.NumStates][endpoint.NumStates]Class{
	{1, 1, 1, 1, 4, 1, 4, 4, 1, 1, 1},
	{1, 2, 1, 5, 6, 5, 6, 6, 5, 5, 5},
	{1, 1, 2, 1, 6, 1, 6, 6, 5, 5, 5},
	{1, 5, 1, 2, 1, 1, 8, 7, 6, 7, 8},
	{4, 6, 6, 1, 1, 1, 0, 0, 0, 0, 0},
	{1, 5, 1, 1, 1, 1, 8, 1, 1, 1, 8},
	{4, 6, 6, 8, 0, 8, 0, 1, 1, 1, 0},
	{4, 6, 6, 7, 0, 1, 1, 0, 0, 0, 0},
	{1, 5, 5, 6, 0, 1, 1, 0, 1, 7, 1},
	{1, 5, 5, 7, 0, 1, 1, 0, 7, 0, 1},
	{1, 5, 5, 8, 0, 8, 0, 0, 1, 1, 1},
}

// MinClass is the smallest class in which two ends can be in these states at
// the same time; [Never] for the 21 pairs in which one end would have
// acknowledged or received a FIN that the other has not sent, or both would
// have received the other's FIN first.
//
// The pair FIN-WAIT-2 and CLOSING is of class Reliable by a CLOSE that is called
// while octets are still queued (HeldBack): elsewhere it takes a pure ACK that
// overtakes a FIN, so [Lossy].
func MinClass(a, b endpoint.State) Class { return matrix[a][b] }

// Legal reports whether two ends can be in these states at the same time, if no
// more happens than the class allows.
func Legal(c Class, a, b endpoint.State) bool {
	least := MinClass(a, b)
	return least != Never && includes(c, least)
}

// includes reports whether all that happens in one class may happen in another.
// The classes are ordered but for one step: an end that reopens need not give
// up, and nothing is lost to it.
func includes(c, least Class) bool {
	if c == Reopening {
		return least <= Simultaneous || least == Reopening
	}
	return least <= c
}

// HeldBack reports whether a pair needs, in the classes below Lossy, a FIN that
// the CLOSE could not send at once because octets were queued before it (RFC
// 9293 3.10.4).
func HeldBack(a, b endpoint.State) bool {
	return a == endpoint.FinWait2 && b == endpoint.Closing || a == endpoint.Closing && b == endpoint.FinWait2
}

// resting is the pairs, the smaller state first, that have no timer.
var resting = [][2]endpoint.State{
	{endpoint.Closed, endpoint.Closed},
	{endpoint.Closed, endpoint.Listen},
	{endpoint.Listen, endpoint.Listen},
	{endpoint.Established, endpoint.Established},
	{endpoint.FinWait2, endpoint.CloseWait}, // half-closed
	{endpoint.Closed, endpoint.Established}, // half-open: the other end has forgotten
	{endpoint.Closed, endpoint.FinWait2},
	{endpoint.Closed, endpoint.CloseWait},
	{endpoint.Listen, endpoint.Established}, // and after a new OPEN
	{endpoint.Listen, endpoint.FinWait2},
	{endpoint.Listen, endpoint.CloseWait},
}

// Resting reports whether two ends can stay in these states for ever, with
// nothing outstanding and no timer running, in a class that has the pair at
// all. Every other pair has to move on, within R2 or 2 MSL at the latest.
func Resting(a, b endpoint.State) bool {
	if a > b {
		a, b = b, a
	}
	for _, p := range resting {
		if p == [2]endpoint.State{a, b} {
			return true
		}
	}
	return false
}
