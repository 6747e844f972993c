package table

// Forms is a set of kinds of segment that leave. Each segment is of exactly one
// kind.
type Forms uint8

// The kinds. A RST is named by its sequence number.
const (
	SendSYN    Forms = 1 << iota // SYN without ACK
	SendSYNACK                   // SYN,ACK
	SendACK                      // an empty ACK: no text, no SYN, no FIN
	SendText                     // text, with ACK and without FIN
	SendFIN                      // a FIN, with ACK, with text or without
	RSTofACK                     // <SEQ=SEG.ACK><CTL=RST>: answers a segment with ACK
	RSTofZero                    // <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>: answers one without
	RSTofNXT                     // <SEQ=SND.NXT><CTL=RST>, with ACK or without: that of ABORT

	// carriesACK are the kinds that an ACK may ride on.
	carriesACK = SendSYNACK | SendACK | SendText | SendFIN
)

var formNames = [...]string{
	"SYN", "SYN,ACK", "ACK", "text", "FIN", "RST(SEG.ACK)", "RST(0)", "RST(SND.NXT)",
}

// String lists the kinds by the words of the table: "text or FIN".
func (f Forms) String() string { return list(uint64(f), formNames[:], " or ") }

// Grace says when that which a row sends has to leave.
type Grace uint8

// The graces. All but Now are for ACKs.
const (
	Now             Grace = iota // in the step
	Soon                         // it may share the ACK of a burst (MUST-58)
	Delayed                      // it may wait for company, under 0.5 s (MUST-40)
	UnlessThrottled              // a throttle may withhold it (RFC 5961 7); else Soon
)

var graceNames = [...]string{"", " soon", " delayed", " unless throttled"}

// String is the word of the table: "soon"; "" for Now.
func (g Grace) String() string {
	if int(g) >= len(graceNames) {
		return "no such grace"
	}
	if g == Now {
		return ""
	}
	return graceNames[g][1:]
}
