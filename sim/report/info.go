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
	parts    [][]string // by id, once it was said
	repeated []bool     // by id: a later segment repeats it

	iss    [2]endpoint.Seq // the last one known
	issSet [2]bool
	wnd    [2]uint16
	wndSet [2]bool
	irs    []endpoint.Seq // by id: the IRS of the sender, 0 where not known
	closed []bool         // by id: the sender had no connection
}

func newNamer(t *sim.Trace, absolute bool) namer {
	n := len(t.Segments) + 1
	m := namer{
		t: t, absolute: absolute,
		parts: make([][]string, n), repeated: make([]bool, n),
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

// info is what fits into width of what is to be said about a segment, and the
// rest.
func (m *namer) info(s *sim.SegmentRecord, departs bool, width int) (text string, rest []string) {
	parts := m.parts[s.ID]
	if parts == nil {
		parts = m.tell(s)
		m.parts[s.ID] = parts
	}
	if len(parts[0]) > width { // all flags at once
		text, parts = s.Kind.String(), append([]string{""}, parts...)
	} else {
		text = parts[0]
	}
	for i, part := range parts[1:] {
		if len(text)+1+len(part) > width {
			if departs || s.Injected {
				rest = []string{strings.Join(parts[1+i:], " ")}
			}
			break
		}
		text += " " + part
	}
	return text, rest
}

// tell lists what there is to say about a segment, the most important first.
func (m *namer) tell(s *sim.SegmentRecord) []string {
	parts := []string{"[" + s.Flags.String() + "]", "Seq=" + m.seq(s)}
	if s.Flags.Has(endpoint.ACK) {
		parts = append(parts, "Ack="+m.ack(s))
	}
	if s.Len > 0 {
		parts = append(parts, "Len="+strconv.FormatUint(uint64(s.Len), 10))
	}
	if m.windowChanged(s) {
		parts = append(parts, "Win="+strconv.FormatUint(uint64(s.Wnd), 10))
	}
	if s.Flags.Has(endpoint.URG) {
		parts = append(parts, "Urg="+strconv.FormatUint(uint64(s.Up), 10))
	}
	if o := optionText(m.t, s); o != "" {
		parts = append(parts, ascii(o))
	}
	return parts
}

// windowChanged reports whether the window is worth a word. That of a RST means
// nothing.
func (m *namer) windowChanged(s *sim.SegmentRecord) bool {
	if s.Injected || s.Flags.Has(endpoint.RST) {
		return false
	}
	e := s.End
	changed := m.wndSet[e] && m.wnd[e] != s.Wnd && !s.Flags.Has(endpoint.SYN) || s.Wnd == 0 && !m.wndSet[e]
	m.wnd[e], m.wndSet[e] = s.Wnd, true
	return changed
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
