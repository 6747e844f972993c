// Package cells is RFC 9293 3.10 as a table: for each state and each event the
// answer, as data. One call in a plain go test puts them all to a stack:
//
//	func TestCells(t *testing.T) {
//		cells.Run(t, mystack.New, endpoint.Profile{RFC5961: true})
//	}
//
// The table stands in the folder table, and is written from the text of the
// RFC, section by section; CELLS.md shows it as a page. Nothing that decides
// about a cell is computed by an endpoint or by the oracle, so that it judges
// both of them: the stack by what it does, the oracle by what it says of that.
//
// # The table
//
// A state says how an end gets there and what its variables are then; an event
// is what happens next, and under it stand the cells, a line for the states
// that the RFC treats alike:
//
//	state SYN-SENT
//	  OPEN active
//	  has SND.UNA=ISS SND.NXT=ISS+1 RCV.NXT=IRS+1
//
//	event SYN in the window
//	  rcv <SEQ=RCV.NXT><CTL=SYN>
//	  SYN-SENT | SYN-RECEIVED; <SEQ=ISS><ACK=SEG.SEQ+1><CTL=SYN,ACK> | 3.10.7.3 fourth
//
// The middle is the answer: the state after it, or "stays"; then what is sent,
// in the RFC's notation; "tells" what the user is told, "may tell" if that is
// left open; "delivers" how many octets of text; "end of stream" for the peer's
// FIN. What is not said does not happen. "sends ACK" is short for
// <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>; a PSH may be on any text. "within 0.5s"
// allows a delayed ACK (MUST-40).
//
// A line that begins with "or" is another answer for the states above it. An
// answer may stand under a condition, a field of endpoint.Profile: "if RFC5961".
// Where several answers are left, each is right. A word in braces is a decision
// about a place where the RFC is unclear (decisions.txt).
//
// The same cells are put at three places of the sequence space: at small
// numbers, across 2^32 and across 2^31.
package cells
