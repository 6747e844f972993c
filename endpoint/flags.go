package endpoint

// Flags are the control bits of the TCP header, in the order in which they
// stand there (RFC 9293 3.1, RFC 3168 for CWR and ECE).
type Flags uint8

// The control bits.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
	ECE
	CWR
)

// flagNames lists the bits in the order in which people write them, so that
// SYN,ACK and FIN,ACK read as they do in the RFC.
var flagNames = [...]struct {
	bit  Flags
	name string
}{{SYN, "SYN"}, {FIN, "FIN"}, {RST, "RST"}, {PSH, "PSH"}, {ACK, "ACK"}, {URG, "URG"}, {ECE, "ECE"}, {CWR, "CWR"}}

// Has reports whether all bits of g are set in f.
func (f Flags) Has(g Flags) bool { return f&g == g }

// Any reports whether at least one bit of g is set in f.
func (f Flags) Any(g Flags) bool { return f&g != 0 }

// String writes the bits as the RFC's figures do: "SYN,ACK". No bit at all is
// "none".
func (f Flags) String() string {
	s := ""
	for _, n := range flagNames {
		if f&n.bit == 0 {
			continue
		}
		if s != "" {
			s += ","
		}
		s += n.name
	}
	if s == "" {
		return "none"
	}
	return s
}

// ParseFlags is the inverse of String.
func ParseFlags(s string) (Flags, bool) {
	if s == "none" {
		return 0, true
	}
	var f Flags
	for s != "" {
		word := s
		s = ""
		for i := range word {
			if word[i] == ',' {
				word, s = word[:i], word[i+1:]
				if s == "" {
					return 0, false
				}
				break
			}
		}
		bit, ok := flagOf(word)
		if !ok || f.Has(bit) {
			return 0, false
		}
		f |= bit
	}
	return f, f != 0
}

func flagOf(name string) (Flags, bool) {
	for _, n := range flagNames {
		if n.name == name {
			return n.bit, true
		}
	}
	return 0, false
}
