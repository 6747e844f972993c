package search

import (
	"encoding/binary"
	"slices"
	"time"

	"example.org/halfopen/endpoint"
)

func otherISS(c *endpoint.Config) { c.ISS += 123456789; c.ISSKey ^= 1 << 40 }

// changeIP changes identification and TTL of an IPv4 header, or the hop limit
// of an IPv6 header.
func changeIP(d []byte) {
	if d[0]>>4 == 6 {
		d[7]--
		return
	}
	d[4], d[5], d[8] = d[4]^0x5a, d[5]^0xa5, d[8]-1
	d[10], d[11] = 0, 0
	sum := uint32(0)
	for i := 0; i < 20; i += 2 {
		sum += uint32(binary.BigEndian.Uint16(d[i:]))
	}
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	binary.BigEndian.PutUint16(d[10:], ^uint16(sum))
}

func addOption(_ *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	if s.Flags.Has(endpoint.SYN) {
		s.Options = append(slices.Clone(s.Options), endpoint.Options{}.AppendSACKPermitted().Pad()...)
	}
	return true
}

func flipPSH(_ *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	if len(s.Text) > 0 {
		s.Flags ^= endpoint.PSH
	}
	return true
}

// smallMSS makes the peer seem to want segments of 100 octets.
func smallMSS(_ *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	if s.Flags.Has(endpoint.SYN) {
		s.Options = endpoint.Options{}.AppendMSS(100)
	}
	return true
}

// doubleACK sends every other bare ACK twice.
func doubleACK(a *altered, h *endpoint.Header, s *endpoint.Segment) bool {
	if s.Kind() == endpoint.KindACK {
		if a.n++; a.n%2 == 0 {
			a.queue(h, s)
		}
	}
	return true
}

// resendAll sends what follows the first segment again, too.
func resendAll(a *altered, h *endpoint.Header, s *endpoint.Segment) bool {
	if s.Len() == 0 || s.Flags.Any(endpoint.SYN|endpoint.RST) {
		return true
	}
	if !a.seen[s.Seq] {
		a.seen[s.Seq] = true
		c := *s
		c.Text = slices.Clone(s.Text)
		a.sent = append(a.sent, c)
		return true
	}
	for i := range a.sent {
		if o := a.sent[i]; s.Seq.Less(o.Seq) && o.Seq.Sub(s.Seq) < 5000 {
			o.Ack, o.Wnd = s.Ack, s.Wnd
			a.queue(h, &o)
		}
	}
	return true
}

// lastACK tells LAST-ACK from the CLOSE call on.
func lastACK(a *altered, st *endpoint.Status) {
	if st.State == endpoint.CloseWait && a.closed {
		st.State = endpoint.LastAck
	}
}

// figure7 lets a SYN,ACK that crosses ours finish the handshake.
func figure7(a *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	a.TCP.Status(&a.state)
	if a.state.State == endpoint.SynReceived && s.Flags.Has(endpoint.SYN|endpoint.ACK) && s.Seq == a.state.IRS {
		s.Seq, s.Flags, s.Options = s.Seq+1, s.Flags&^endpoint.SYN, nil
	}
	return true
}

func resetACK(a *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	if a.aborts && s.Flags.Has(endpoint.RST) {
		s.Flags, s.Ack, a.aborts = endpoint.RST|endpoint.ACK, a.state.RCV.NXT, false
	}
	return true
}

// dropGap keeps nothing above a gap.
func dropGap(a *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	a.TCP.Status(&a.state)
	if a.state.State.Synchronized() && s.Len() > 0 && a.state.RCV.NXT.Less(s.Seq) {
		s.Text, s.Flags = nil, s.Flags&^endpoint.FIN
	}
	return true
}

// Close and Abort remember that they were called.
func (a *altered) Close(now time.Duration) error {
	a.closed = true
	a.TCP.Status(&a.state)
	if a.halfDuplex && a.state.State == endpoint.Established && a.state.Readable > 0 {
		return a.TCP.Abort(now) // SHLD-3
	}
	return a.TCP.Close(now)
}

// Abort implements endpoint.Endpoint.
func (a *altered) Abort(now time.Duration) error {
	a.TCP.Status(&a.state)
	a.aborts = a.state.State >= endpoint.SynReceived
	return a.TCP.Abort(now)
}

// Open implements endpoint.Endpoint.
func (a *altered) Open(now time.Duration, passive bool) error {
	a.TCP.Status(&a.state)
	if a.staysPassive && !passive && a.state.State == endpoint.Listen {
		return endpoint.ErrExists
	}
	a.closed, a.aborts = false, false
	return a.TCP.Open(now, passive)
}

// Send implements endpoint.Endpoint.
func (a *altered) Send(now time.Duration, p []byte) (int, error) {
	a.TCP.Status(&a.state)
	switch {
	case !a.staysPassive || a.state.State != endpoint.Listen:
		return a.TCP.Send(now, p)
	case a.refuses:
		return 0, endpoint.ErrUnspecified
	}
	return 0, nil
}

// anyRST takes every RST for an exact one, as before RFC 5961.
func anyRST(a *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	a.TCP.Status(&a.state)
	if n := uint32(s.Seq - a.state.RCV.NXT); s.Flags.Has(endpoint.RST) && a.state.State >= endpoint.SynReceived && n < a.state.RCV.WND {
		s.Seq = a.state.RCV.NXT
	}
	return true
}

// oneFIN sends every FIN once.
func oneFIN(a *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	fin := s.Seq.Add(s.Len() - 1)
	if !s.Flags.Has(endpoint.FIN) {
		return true
	}
	first := !a.seen[fin]
	a.seen[fin] = true
	return first
}

// strayRST acknowledges one octet too many in the RST for a SYN.
func strayRST(_ *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	if s.Flags.Has(endpoint.RST | endpoint.ACK) {
		s.Ack++
	}
	return true
}

func noSecondSYN(a *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	a.TCP.Status(&a.state)
	return !s.Flags.Has(endpoint.SYN) || !a.state.State.Synchronized()
}

func wrongText(_ *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	if n := len(s.Text); n > 0 {
		s.Text[n-1] ^= 1
	}
	return true
}

func panics(_ *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	if s.Flags.Has(endpoint.FIN) {
		panic("a FIN")
	}
	return true
}
