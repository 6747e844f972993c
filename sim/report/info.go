package report

import (
	"strconv"
	"strings"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// namer writes segments as Wireshark's info column does: "[SYN,ACK] Seq=0
// Ack=1 Len=512 Win=1024". It remembers what was said already, because the
// window is named only when it changes.
type namer struct {
	t        *sim.Trace
	absolute bool
	parts    [][]part // by id, once it was said
	repeated []bool   // by id: a later segment repeats it

	iss    [2]endpoint.Seq // the last one known
	issSet [2]bool
	wnd    [2]uint16
	wndSet [2]bool
	said   [2]string      // the last Ack of each end
	irs    []endpoint.Seq // by id: the IRS of the sender, 0 where not known
	closed []bool         // by id: the sender had no connection
}

func newNamer(t *sim.Trace, absolute bool) namer {
	n := len(t.Segments) + 1
	m := namer{
		t: t, absolute: absolute,
		parts: make([][]part, n), repeated: make([]bool, n),
		irs: make([]endpoint.Seq, n), closed: make([]bool, n),
	}
	for i := range t.Events {
		e := &t.Events[i]
		for _, s := range t.EmitsOf(e) {
			m.irs[s.ID] = e.TCB.IRS
			m.closed[s.ID] = e.Before <= endpoint.Listen && e.After <= endpoint.Listen
			if t.Segment(s.Of) != nil {
				m.repeated[s.Of] = true
			}
		}
	}
	for e := range m.iss {
		m.iss[e], m.issSet[e] = firstISS(t, endpoint.End(e))
	}
	return m
}

// newISS notes that a segment counts from another initial sequence number than
// was said last: a later incarnation.
func (m *namer) newISS(s *sim.SegmentRecord) string {
	if s.Injected || s.ISS == 0 || m.issSet[s.End] && m.iss[s.End] == s.ISS {
		return ""
	}
	m.iss[s.End], m.issSet[s.End] = s.ISS, true
	return "ISS " + s.End.String() + "=" + strconv.FormatUint(uint64(s.ISS), 10)
}

// part is one word of what is to be said about a segment. A spare one can be
// left out where room is short: the reader knows it, or can do without.
type part struct {
	text  string
	spare bool
}

// info is what fits into width of what is to be said about a segment, and the
// rest.
func (m *namer) info(s *sim.SegmentRecord, width int) (text, rest string) {
	if m.parts[s.ID] == nil {
		m.parts[s.ID] = m.tell(s)
	}
	parts := m.parts[s.ID]
	for i := len(parts) - 1; i > 0 && len(join(parts)) > width; i-- {
		if parts[i].spare {
			parts = append(parts[:i:i], parts[i+1:]...)
		}
	}
	fit := len(parts)
	for fit > 0 && len(join(parts[:fit])) > width {
		fit--
	}
	if fit == 0 { // all flags at once
		return s.Kind.String(), join(parts)
	}
	return join(parts[:fit]), join(parts[fit:])
}

func join(parts []part) string {
	words := make([]string, len(parts))
	for i := range parts {
		words[i] = parts[i].text
	}
	return strings.Join(words, " ")
}

// tell lists what there is to say about a segment, the most important first.
func (m *namer) tell(s *sim.SegmentRecord) []part {
	parts := []part{{text: "[" + s.Flags.String() + "]"}, {text: "Seq=" + m.seq(s)}}
	if s.Flags.Has(endpoint.ACK) {
		ack := m.ack(s)
		parts = append(parts, part{"Ack=" + ack, ack == m.said[s.End]})
		if !s.Injected {
			m.said[s.End] = ack
		}
	}
	if s.Len > 0 {
		parts = append(parts, part{text: "Len=" + strconv.FormatUint(uint64(s.Len), 10)})
	}
	if changed, closed := m.window(s); changed {
		parts = append(parts, part{"Win=" + strconv.FormatUint(uint64(s.Wnd), 10), !closed})
	}
	if s.Flags.Has(endpoint.URG) {
		parts = append(parts, part{text: "Urg=" + strconv.FormatUint(uint64(s.Up), 10)})
	}
	if o := optionText(m.t, s); o != "" {
		parts = append(parts, part{text: ascii(o)})
	}
	return parts
}

// window reports whether the window is worth a word: it changed, and closed
// that it is, or was, zero. That of a RST means nothing, and that of a SYN is a
// beginning.
func (m *namer) window(s *sim.SegmentRecord) (changed, closed bool) {
	if s.Injected || s.Flags.Has(endpoint.RST) {
		return false, false
	}
	e := s.End
	was, known := m.wnd[e], m.wndSet[e]
	m.wnd[e], m.wndSet[e] = s.Wnd, true
	if !known || s.Flags.Has(endpoint.SYN) {
		return s.Wnd == 0, true
	}
	return was != s.Wnd, was == 0 || s.Wnd == 0
}

// optionText is the options in words, empty if they are the usual ones: an MSS
// that follows from an MTU of 1500.
func optionText(t *sim.Trace, s *sim.SegmentRecord) string {
	usual := "MSS=1460"
	if t.Scenario.IPv6 {
		usual = "MSS=1440"
	}
	if o := t.OptionsOf(s).String(); o != usual {
		return o
	}
	return ""
}

// seq is SEG.SEQ, relative to the sender's ISS. A RST that answers for a
// connection that its sender does not know has the number that the peer
// expects (RFC 9293 3.10.7.1), or 0.
func (m *namer) seq(s *sim.SegmentRecord) string {
	base := s.ISS
	if base == 0 && (s.Injected || m.closed[s.ID] && !s.Flags.Has(endpoint.ACK)) {
		base = m.iss[s.End]
	}
	return m.number(s.Seq, base)
}

// ack is SEG.ACK, relative to the initial sequence number that the sender
// received, or else to the peer's.
func (m *namer) ack(s *sim.SegmentRecord) string {
	base := m.irs[s.ID]
	if base == 0 {
		base = s.PeerISS
	}
	if base == 0 {
		base = m.iss[s.End.Peer()]
	}
	return m.number(s.Ack, base)
}

func (m *namer) number(n, base endpoint.Seq) string {
	if m.absolute {
		return strconv.FormatUint(uint64(n), 10)
	}
	return strconv.Itoa(n.Sub(base))
}

// duration is the virtual time of the last event.
func duration(t *sim.Trace) time.Duration {
	if n := len(t.Events); n > 0 {
		return t.Events[n-1].At
	}
	return 0
}

// wrap breaks a text into lines, the first of at most first octets, the others
// of at most rest: at spaces, and inside a word only if it is longer than a
// line. There is at least one line.
func wrap(s string, first, rest int) []string {
	var lines []string
	for width := first; len(s) > width; width = rest {
		cut := strings.LastIndexByte(s[:width+1], ' ')
		if cut <= 0 {
			cut = width
		}
		lines = append(lines, s[:cut])
		s = strings.TrimLeft(s[cut:], " ")
	}
	return append(lines, s)
}
