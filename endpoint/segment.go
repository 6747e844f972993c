package endpoint

// Segment is a TCP segment, decoded (RFC 9293 3.1). Options and Text are not
// copies: they point into the datagram that the segment was decoded from.
type Segment struct {
	SrcPort, DstPort uint16
	Seq, Ack         Seq     // SEG.SEQ, SEG.ACK (the latter means nothing without the ACK bit)
	Wnd              uint16  // SEG.WND as sent, unscaled
	Up               uint16  // the urgent pointer, an offset from Seq
	Flags            Flags   // the control bits
	Options          Options // raw, padding included; checked by Decode
	Text             []byte  // segment text: the data
}

// Len is SEG.LEN: the octets of text, plus one each for SYN and FIN
// (RFC 9293 3.4).
func (s *Segment) Len() int {
	n := len(s.Text)
	if s.Flags&SYN != 0 {
		n++
	}
	if s.Flags&FIN != 0 {
		n++
	}
	return n
}

// Kind is what a fault script calls a segment.
type Kind uint8

// Every segment is of exactly one kind, the first of these that fits; Any
// stands for all of them in a script.
const (
	Any        Kind = iota
	KindRST         // RST on
	KindSYNACK      // SYN and ACK on
	KindSYN         // SYN on
	KindFIN         // FIN on, with or without text
	KindDATA        // text
	KindACK         // the rest

	// NumKinds counts Any and the six kinds.
	NumKinds = int(KindACK) + 1
)

var kindNames = [NumKinds]string{"ANY", "RST", "SYN,ACK", "SYN", "FIN", "DATA", "ACK"}

// String is the word of the fault language: "SYN,ACK".
func (k Kind) String() string {
	if int(k) < NumKinds {
		return kindNames[k]
	}
	return "no such kind"
}

// ParseKind is the inverse of String.
func ParseKind(s string) (Kind, bool) {
	for i, n := range kindNames {
		if n == s {
			return Kind(i), true
		}
	}
	return 0, false
}

// Kind is the one kind that the segment is of.
func (s *Segment) Kind() Kind {
	switch {
	case s.Flags&RST != 0:
		return KindRST
	case s.Flags&(SYN|ACK) == SYN|ACK:
		return KindSYNACK
	case s.Flags&SYN != 0:
		return KindSYN
	case s.Flags&FIN != 0:
		return KindFIN
	case len(s.Text) > 0:
		return KindDATA
	}
	return KindACK
}
