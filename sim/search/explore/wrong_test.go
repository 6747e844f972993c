package explore

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

// lossyFIN is a TCP that sends no FIN twice: so it breaks rules long after the
// fault.
func lossyFIN() sim.Offer {
	return sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		l := new(lossy)
		return l, l.TCP.Reset(c)
	}}}
}

type lossy struct {
	tcp.TCP
	sent bool
	fin  endpoint.Seq
}

func (l *lossy) Emit(now time.Duration, buf []byte) (n int, ok bool) {
	for {
		var s endpoint.Segment
		n, ok = l.TCP.Emit(now, buf)
		if !ok || endpoint.Decode(buf[:n], new(endpoint.Header), &s) != nil || !s.Flags.Has(endpoint.FIN) {
			return n, ok
		}
		if fin := s.Seq + endpoint.Seq(s.Len()-1); !l.sent || l.fin != fin {
			l.sent, l.fin = true, fin
			return n, ok
		}
	}
}

func (l *lossy) Reset(c endpoint.Config) error {
	l.sent, l.fin = false, 0
	return l.TCP.Reset(c)
}

func (l *lossy) CopyFrom(src endpoint.Endpoint) bool {
	o, ok := src.(*lossy)
	if !ok {
		return false
	}
	l.sent, l.fin = o.sent, o.fin
	return l.TCP.CopyFrom(&o.TCP)
}

func (l *lossy) AppendState(b []byte, now time.Duration) []byte {
	b = append(l.TCP.AppendState(b, now), byte(l.fin), byte(l.fin>>8), byte(l.fin>>16), byte(l.fin>>24))
	if l.sent {
		return append(b, 1)
	}
	return append(b, 0)
}

// deaf is a TCP that hears no segment that came before: neither retransmission
// nor duplicate is answered.
func deaf() sim.Offer {
	return sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		d := new(deafTCP)
		return d, d.TCP.Reset(c)
	}}}
}

type deafTCP struct{ tcp.TCP }

func (d *deafTCP) Arrive(now time.Duration, datagram []byte) {
	var s endpoint.Segment
	var st endpoint.Status
	if d.TCP.Status(&st); st.State.Synchronized() && endpoint.Decode(datagram, new(endpoint.Header), &s) == nil &&
		s.Len() > 0 && s.Seq.Less(st.RCV.NXT) {
		return
	}
	d.TCP.Arrive(now, datagram)
}

func (d *deafTCP) CopyFrom(src endpoint.Endpoint) bool {
	o, ok := src.(*deafTCP)
	return ok && d.TCP.CopyFrom(&o.TCP)
}

// sleepy is a TCP without a timer in LAST-ACK: it rests there.
func sleepy() sim.Offer {
	return sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		s := new(sleepyTCP)
		return s, s.TCP.Reset(c)
	}}}
}

type sleepyTCP struct{ tcp.TCP }

func (s *sleepyTCP) Status(st *endpoint.Status) {
	if s.TCP.Status(st); st.State == endpoint.LastAck {
		st.Deadline = endpoint.Never
	}
}

func (s *sleepyTCP) CopyFrom(src endpoint.Endpoint) bool {
	o, ok := src.(*sleepyTCP)
	return ok && s.TCP.CopyFrom(&o.TCP)
}

// talker is a TCP that answers every segment with its last ACK, and
// tells little of itself: two of them never come to an end.
func talker() sim.Offer {
	return sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		t := new(talkerTCP)
		return t, t.TCP.Reset(c)
	}}}
}

type talkerTCP struct {
	tcp.TCP
	last  [endpoint.MTU]byte
	n     int
	again bool
}

func (t *talkerTCP) Reset(c endpoint.Config) error {
	t.n, t.again = 0, false
	return t.TCP.Reset(c)
}

func (t *talkerTCP) Arrive(now time.Duration, datagram []byte) {
	t.TCP.Arrive(now, datagram)
	var st endpoint.Status
	t.TCP.Status(&st)
	t.again = st.State == endpoint.Established && t.n > 0 && endpoint.ChecksumOK(datagram)
}

func (t *talkerTCP) Emit(now time.Duration, buf []byte) (n int, ok bool) {
	if n, ok = t.TCP.Emit(now, buf); ok {
		var s endpoint.Segment
		if endpoint.Decode(buf[:n], new(endpoint.Header), &s) == nil && s.Len() == 0 {
			t.n = copy(t.last[:], buf[:n])
		}
		t.again = false
		return n, ok
	}
	if !t.again {
		return 0, false
	}
	t.again = false
	var h endpoint.Header
	var g endpoint.Segment
	var st endpoint.Status
	if endpoint.Decode(t.last[:t.n], &h, &g) != nil {
		return 0, false
	}
	t.TCP.Status(&st)
	g.Seq = st.SND.NXT // or a rule would find it at once
	n, err := endpoint.Encode(buf, &h, &g)
	return n, err == nil
}

func (t *talkerTCP) Status(st *endpoint.Status) {
	t.TCP.Status(st)
	st.Known &= endpoint.KnowState | endpoint.KnowSND
}

func (t *talkerTCP) Profile() endpoint.Profile { return endpoint.Profile{} }

func (t *talkerTCP) CopyFrom(src endpoint.Endpoint) bool {
	o, ok := src.(*talkerTCP)
	if !ok {
		return false
	}
	t.last, t.n, t.again = o.last, o.n, o.again
	return t.TCP.CopyFrom(&o.TCP)
}

func (t *talkerTCP) AppendState(b []byte, now time.Duration) []byte {
	b = append(t.TCP.AppendState(b, now), t.last[:t.n]...)
	if t.again {
		return append(b, 1)
	}
	return append(b, 0)
}

// panicky panics when a FIN comes again.
func panicky() sim.Offer {
	return sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		p := new(panickyTCP)
		return p, p.TCP.Reset(c)
	}}}
}

type panickyTCP struct{ tcp.TCP }

func (p *panickyTCP) Arrive(now time.Duration, datagram []byte) {
	var s endpoint.Segment
	var st endpoint.Status
	if p.TCP.Status(&st); st.State == endpoint.TimeWait && endpoint.Decode(datagram, new(endpoint.Header), &s) == nil && s.Flags.Has(endpoint.FIN) {
		panic("a FIN in TIME-WAIT")
	}
	p.TCP.Arrive(now, datagram)
}

func (p *panickyTCP) CopyFrom(src endpoint.Endpoint) bool {
	o, ok := src.(*panickyTCP)
	return ok && p.TCP.CopyFrom(&o.TCP)
}
