package packetdrill

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// numbers is what packetdrill has learned of the initial sequence numbers when
// it comes to a line, and so what the numbers on that line count from. Segments
// with SYN have absolute numbers; others count from the first SYN of each
// side, and from 0 as long as there was none.
type numbers struct {
	local       endpoint.Seq // of the end under test
	localKnown  bool
	remote      endpoint.Seq
	remoteKnown bool
}

// inbound is a segment to inject. ok is false if there is no script.
func (s *script) inbound(r *sim.SegmentRecord) (text string, ok bool) {
	syn := r.Flags.Has(endpoint.SYN)
	passive := s.listening || !s.opened
	switch {
	case !s.opened && s.opens():
		s.cannot("#%d arrives before there is a socket, and packetdrill would take it for the connection's", r.ID)
	case passive && !s.remoteKnown && !syn:
		s.cannot("#%d, without SYN, is the first to arrive: packetdrill would take it for the SYN", r.ID)
	case !s.remoteKnown && (passive || syn && r.Flags.Has(endpoint.ACK)):
		s.remote, s.remoteKnown = r.Seq, true
	}
	if s.why != "" {
		return "", false
	}
	seq, ack := uint32(r.Seq), uint32(r.Ack-s.local)
	if !syn {
		seq -= uint32(s.remote)
	}
	text, ok = s.segment("<", r, seq, ack)
	if !ok {
		return "", false
	}
	text += " win " + strconv.Itoa(int(r.Wnd))
	if r.Flags.Has(endpoint.URG) {
		text += " urg " + strconv.Itoa(int(r.Up))
	}
	return text + s.options(r), true
}

// opens reports whether the application of the end under test ever opens.
func (s *script) opens() bool {
	for i := range s.t.Events {
		e := &s.t.Events[i]
		if c := &e.Cause; e.End == s.side && c.Kind == sim.Call && c.Call <= sim.CallActiveOpen {
			return true
		}
	}
	return false
}

// outbound is a segment to expect. ok is false if there is no script.
func (s *script) outbound(r *sim.SegmentRecord) (text string, ok bool) {
	syn := r.Flags.Has(endpoint.SYN)
	switch {
	case syn && !s.localKnown:
		s.local, s.localKnown = r.Seq, true
	case syn && r.Seq != s.local:
		s.cannot("#%d has another initial sequence number, and packetdrill knows one connection at a time", r.ID)
		return "", false
	}
	seq, ack := uint32(r.Seq-s.local), uint32(r.Ack)
	if !syn {
		ack -= uint32(s.remote)
	}
	text, ok = s.segment(">", r, seq, ack)
	if r.Flags.Has(endpoint.URG) {
		text += " urg " + strconv.Itoa(int(r.Up))
	}
	if r.NOption > 0 {
		text += " <...>"
	}
	return text, ok
}

// flagLetters are the flags as packetdrill writes them, in the order of tcpdump.
var flagLetters = [...]struct {
	bit    endpoint.Flags
	letter byte
}{
	{endpoint.FIN, 'F'}, {endpoint.SYN, 'S'}, {endpoint.RST, 'R'}, {endpoint.PSH, 'P'},
	{endpoint.URG, 'U'}, {endpoint.ECE, 'E'}, {endpoint.CWR, 'W'}, {endpoint.ACK, '.'},
}

// segment is what a segment says in both directions.
func (s *script) segment(direction string, r *sim.SegmentRecord, seq, ack uint32) (text string, ok bool) {
	var flags []byte
	for _, f := range flagLetters {
		if r.Flags.Has(f.bit) {
			flags = append(flags, f.letter)
		}
	}
	if len(flags) == 0 {
		flags = append(flags, '-')
	}
	end := uint64(seq) + uint64(r.Len)
	if end>>32 != 0 {
		s.cannot("#%d crosses the end of the number space, where packetdrill does not count on", r.ID)
		return "", false
	}
	text = fmt.Sprintf("%s %s %d:%d(%d)", direction, flags, seq, end, r.Len)
	if r.Flags.Has(endpoint.ACK) {
		text += " ack " + strconv.FormatUint(uint64(ack), 10)
	}
	return text, true
}

// options are those of a segment to inject, padded to whole words. Timestamps
// are left out, and so are not agreed on: packetdrill could echo only what the
// script expects the kernel's clock to say. Options of a kind that the language
// has no word for are left out, because a TCP ignores them (MUST-6).
func (s *script) options(r *sim.SegmentRecord) string {
	var words []string
	octets := 0
	for kind, v := range s.t.OptionsOf(r).All() {
		word := ""
		switch {
		case kind == endpoint.OptionMSS && len(v) == 2:
			word = "mss " + strconv.Itoa(int(binary.BigEndian.Uint16(v)))
		case kind == endpoint.OptionWindowScale && len(v) == 1:
			word = "wscale " + strconv.Itoa(int(v[0]))
		case kind == endpoint.OptionSACKPermitted && len(v) == 0:
			word = "sackOK"
		case kind == endpoint.OptionSACK && len(v) > 0 && len(v)%8 == 0:
			word = "sack" + s.blocks(v)
		default:
			continue
		}
		words = append(words, word)
		octets += 2 + len(v)
	}
	for ; octets%4 != 0; octets++ {
		words = append(words, "nop")
	}
	if len(words) == 0 {
		return ""
	}
	return " <" + strings.Join(words, ",") + ">"
}

// blocks are the edges of a SACK option (RFC 2018 3), relative as an
// acknowledgment is.
func (s *script) blocks(v []byte) string {
	text := ""
	for ; len(v) >= 8; v = v[8:] {
		left := endpoint.Seq(binary.BigEndian.Uint32(v)) - s.local
		right := endpoint.Seq(binary.BigEndian.Uint32(v[4:])) - s.local
		text += fmt.Sprintf(" %d:%d", uint32(left), uint32(right))
	}
	return text
}
