package search

import (
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

// altered is a TCP that differs in one thing: what it is configured to be, what
// it emits, what arrives, or what it tells.
type altered struct {
	tcp.TCP
	config func(*endpoint.Config)
	emit   func(a *altered, h *endpoint.Header, s *endpoint.Segment) (keep bool)
	arrive func(a *altered, h *endpoint.Header, s *endpoint.Segment) (keep bool)
	status func(a *altered, st *endpoint.Status)
	raw    func(datagram []byte)

	gone, giveUpRST       bool
	halfDuplex, noProfile bool
	closed, aborts        bool
	staysPassive, refuses bool

	header  endpoint.Header   // of the last segment
	last    *endpoint.Segment // and that itself
	sent    []endpoint.Segment
	state   endpoint.Status
	buf     []byte
	pending [][]byte
	seen    map[endpoint.Seq]bool
	n       int
	now     time.Duration
	own     endpoint.Config
}

func (a *altered) Reset(c endpoint.Config) error {
	if a.config != nil {
		a.config(&c)
	}
	a.own = c
	a.pending, a.sent, a.seen, a.last, a.n = nil, nil, map[endpoint.Seq]bool{}, nil, 0
	return a.TCP.Reset(c)
}

func (a *altered) Emit(now time.Duration, buf []byte) (int, bool) {
	for {
		if len(a.pending) > 0 {
			d := a.pending[0]
			a.pending = a.pending[1:]
			return copy(buf, d), true
		}
		n, ok := a.TCP.Emit(now, buf)
		if !ok {
			return n, ok
		}
		if a.emit != nil || a.giveUpRST {
			var h endpoint.Header
			var s endpoint.Segment
			d := append([]byte(nil), buf[:n]...)
			if err := endpoint.Decode(d, &h, &s); err != nil {
				panic(err)
			}
			a.header, a.last = h, &s
			if a.emit != nil && !a.emit(a, &h, &s) {
				continue
			}
			var err error
			if n, err = endpoint.Encode(buf, &h, &s); err != nil {
				panic(err)
			}
		}
		if a.raw != nil {
			a.raw(buf[:n])
		}
		return n, true
	}
}

func (a *altered) Arrive(now time.Duration, datagram []byte) {
	a.now = now
	if a.arrive != nil {
		var h endpoint.Header
		var s endpoint.Segment
		d := append([]byte(nil), datagram...)
		if endpoint.Decode(d, &h, &s) == nil {
			if !a.arrive(a, &h, &s) {
				return
			}
			a.TCP.Status(&a.state)
			a.buf = append(a.buf[:0], make([]byte, endpoint.MTU)...)
			n, err := endpoint.Encode(a.buf, &h, &s)
			if err != nil {
				panic(err)
			}
			datagram = a.buf[:n]
		}
	}
	a.TCP.Arrive(now, datagram)
}

func (a *altered) Status(st *endpoint.Status) {
	a.TCP.Status(st)
	if a.status != nil {
		a.status(a, st)
	}
}

func (a *altered) Receive(now time.Duration, p []byte) (int, error) {
	n, err := a.TCP.Receive(now, p)
	if e, ok := err.(endpoint.Error); ok && a.gone && e != endpoint.ErrClosing {
		err = endpoint.ErrNotExist
	}
	return n, err
}

// Timeout sends a RST where the connection is given up.
func (a *altered) Timeout(now time.Duration) {
	var before, after endpoint.Status
	a.TCP.Status(&before)
	a.TCP.Timeout(now)
	a.TCP.Status(&after)
	if a.giveUpRST && before.State != after.State && after.Err == endpoint.ErrTimeout && a.last != nil {
		h := endpoint.Header{Src: a.header.Src, Dst: a.header.Dst}
		s := endpoint.Segment{SrcPort: a.last.SrcPort, DstPort: a.last.DstPort, Seq: before.SND.NXT, Flags: endpoint.RST}
		a.queue(&h, &s)
	}
}

// Profile implements endpoint.Profiler.
func (a *altered) Profile() endpoint.Profile {
	if a.noProfile {
		return endpoint.Profile{}
	}
	return a.TCP.Profile()
}

func (a *altered) queue(h *endpoint.Header, s *endpoint.Segment) {
	d := make([]byte, endpoint.MTU)
	n, err := endpoint.Encode(d, h, s)
	if err != nil {
		panic(err)
	}
	a.pending = append(a.pending, d[:n])
}

// offerOf offers tcp, and a TCP like what with another ISS, as "other".
func offerOf(what altered) sim.Offer {
	return append(sim.TCP(), sim.Named{Name: "other", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		a := &altered{
			config: what.config, emit: what.emit, arrive: what.arrive, status: what.status, raw: what.raw,
			gone: what.gone, giveUpRST: what.giveUpRST, halfDuplex: what.halfDuplex, noProfile: what.noProfile,
			staysPassive: what.staysPassive, refuses: what.refuses,
		}
		return a, a.Reset(c)
	}})
}

var pair = [2]string{"tcp", "other"}

// tally is what became of many generated scenarios.
type tally struct {
	whole  int
	parted map[string]int
	groups map[divergenceKey]int
	first  map[divergenceKey]uint64
}

func tallyOf(t *testing.T, offer sim.Offer, seed, runs uint64) tally {
	t.Helper()
	d := NewDiffer(offer, pair)
	var g Generator
	var s scenario.Scenario
	all := tally{parted: map[string]int{}, groups: map[divergenceKey]int{}, first: map[divergenceKey]uint64{}}
	for i := range runs {
		g.Scenario(seed, i, &s)
		c, err := d.Diff(&s)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case c.Divergence.Found():
			k := c.Divergence.key()
			if all.groups[k]++; all.groups[k] == 1 {
				all.first[k] = i
			}
		case c.Parted != "":
			all.parted[c.Parted]++
		default:
			all.whole++
		}
	}
	return all
}
