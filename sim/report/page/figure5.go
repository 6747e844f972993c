package page

import "example.org/halfopen/endpoint"

// The state diagram is laid out as figure 5 of RFC 9293 is: the 20 edges that
// it draws and the one of its Note 2. Edges that only the text has are dashed;
// most are stubs, with the name of the state that they lead to.
const (
	left5, middle5, right5   = 210, 530, 850 // centres of the three columns
	nodeHalf, nodeUp         = 58, 20        // half a box
	diagramEnd, diagramDepth = 1066, 790
)

// node is a state of the diagram. CLOSED is there twice, as in the figure.
type node struct {
	state endpoint.State
	x, y  int
}

var nodes5 = [...]node{
	{endpoint.Closed, middle5, 40},
	{endpoint.Listen, middle5, 150},
	{endpoint.SynReceived, left5, 270},
	{endpoint.SynSent, right5, 270},
	{endpoint.Established, middle5, 370},
	{endpoint.FinWait1, left5, 490},
	{endpoint.CloseWait, right5, 490},
	{endpoint.FinWait2, left5, 610},
	{endpoint.Closing, middle5, 610},
	{endpoint.LastAck, right5, 610},
	{endpoint.TimeWait, middle5, 720},
	{endpoint.Closed, right5, 720},
}

// edge5 is an edge of the diagram: its way, what makes it happen and what is
// done, and where that is written.
type edge5 struct {
	from, to endpoint.State
	way      []int // x and y of each corner
	why      string
	x, y     int // of why
	marks    int // y of the counts, at the same x
	anchor   anchor
	text     bool // only the text of the RFC has it
}

// stub reports whether an edge is drawn as a stub.
func (e *edge5) stub() bool { return e.why == e.to.String() }

var edges5 = [...]edge5{
	{endpoint.Closed, endpoint.Listen, []int{510, 60, 510, 130}, "passive OPEN", 500, 90, 105, atEnd, false},
	{endpoint.Listen, endpoint.Closed, []int{550, 130, 550, 60}, "CLOSE", 560, 90, 105, atStart, false},
	{endpoint.Closed, endpoint.SynSent, []int{588, 28, 882, 28, 882, 250}, "active OPEN / snd SYN", 735, 22, 43, atMiddle, false},
	{endpoint.SynSent, endpoint.Closed, []int{838, 250, 838, 52, 588, 52}, "CLOSE, rcv RST", 828, 90, 105, atEnd, false},
	{endpoint.Listen, endpoint.SynReceived, []int{472, 162, 230, 162, 230, 250}, "rcv SYN / snd SYN,ACK", 245, 178, 193, atStart, false},
	{endpoint.Listen, endpoint.SynSent, []int{588, 150, 800, 150, 800, 250}, "SEND / snd SYN", 694, 144, 165, atMiddle, false},
	{endpoint.SynReceived, endpoint.Listen, []int{190, 250, 190, 138, 472, 138}, "rcv RST (note 1)", 330, 132, 154, atMiddle, false},
	{endpoint.SynSent, endpoint.SynReceived, []int{792, 270, 268, 270}, "rcv SYN / snd SYN,ACK", 530, 264, 285, atMiddle, false},
	{endpoint.SynReceived, endpoint.Established, []int{268, 284, 472, 360}, "rcv ACK of SYN", 260, 345, 360, atStart, false},
	{endpoint.SynSent, endpoint.Established, []int{792, 284, 588, 360}, "rcv SYN,ACK / snd ACK", 835, 345, 360, atEnd, false},
	{endpoint.SynReceived, endpoint.FinWait1, []int{190, 290, 190, 470}, "CLOSE / snd FIN", 198, 400, 415, atStart, false},
	{endpoint.Established, endpoint.FinWait1, []int{472, 380, 268, 476}, "CLOSE / snd FIN", 356, 452, 467, atStart, false},
	{endpoint.Established, endpoint.CloseWait, []int{588, 380, 792, 476}, "rcv FIN / snd ACK", 704, 452, 467, atEnd, false},
	{endpoint.FinWait1, endpoint.FinWait2, []int{190, 510, 190, 590}, "rcv ACK of FIN", 198, 545, 560, atStart, false},
	{endpoint.FinWait1, endpoint.Closing, []int{268, 490, 530, 490, 530, 590}, "rcv FIN / snd ACK", 400, 484, 505, atMiddle, false},
	{endpoint.FinWait2, endpoint.TimeWait, []int{210, 630, 210, 728, 472, 728}, "rcv FIN / snd ACK", 220, 743, 758, atStart, false},
	{endpoint.CloseWait, endpoint.LastAck, []int{870, 510, 870, 590}, "CLOSE / snd FIN", 862, 545, 560, atEnd, false},
	{endpoint.Closing, endpoint.TimeWait, []int{530, 630, 530, 700}, "rcv ACK of FIN", 538, 660, 675, atStart, false},
	{endpoint.LastAck, endpoint.Closed, []int{870, 630, 870, 700}, "rcv ACK of FIN", 862, 660, 675, atEnd, false},
	{endpoint.TimeWait, endpoint.Closed, []int{588, 720, 792, 720}, "timeout 2 MSL", 690, 714, 735, atMiddle, false},
	{endpoint.FinWait1, endpoint.TimeWait, []int{268, 502, 320, 502, 320, 712, 472, 712}, "rcv FIN, ACK of FIN", 328, 680, 695, atStart, false},

	{endpoint.SynSent, endpoint.CloseWait, []int{870, 290, 870, 470}, "rcv SYN,ACK,FIN", 862, 400, 415, atEnd, true},
	{endpoint.SynReceived, endpoint.CloseWait, []int{152, 284, 130, 284}, "CLOSE-WAIT", 126, 288, 303, atEnd, true},
	{endpoint.SynReceived, endpoint.Closed, []int{152, 256, 130, 256}, "CLOSED", 126, 256, 271, atEnd, true},
	{endpoint.Established, endpoint.Closed, []int{530, 390, 530, 410}, "CLOSED", 530, 424, 439, atMiddle, true},
	{endpoint.FinWait1, endpoint.Closed, []int{152, 490, 130, 490}, "CLOSED", 126, 490, 505, atEnd, true},
	{endpoint.FinWait2, endpoint.Closed, []int{152, 610, 130, 610}, "CLOSED", 126, 610, 625, atEnd, true},
	{endpoint.CloseWait, endpoint.Closed, []int{908, 490, 932, 490}, "CLOSED", 938, 490, 505, atStart, true},
	{endpoint.Closing, endpoint.Closed, []int{588, 610, 612, 610}, "CLOSED", 618, 610, 625, atStart, true},
}
