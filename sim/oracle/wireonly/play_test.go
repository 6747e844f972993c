package wireonly

import (
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// Short names for literals.
const (
	A   = endpoint.A
	B   = endpoint.B
	FIN = endpoint.FIN
	SYN = endpoint.SYN
	RST = endpoint.RST
	ACK = endpoint.ACK
)

// The initial sequence numbers of the two ends in a play: both wrap soon.
var playISS = [2]uint32{1<<32 - 3, 1<<31 - 3}

// seg is a segment with numbers relative to its sender's ISS and its receiver's
// (so a SYN has seq 0 and its ACK is 1).
type seg struct {
	flags    endpoint.Flags
	seq, ack int
	n        int // octets of text
	wnd      int // 0: 1000; -1: 0
	text     []byte
	iss      int // the sender's ISS is off by so much
	absolute bool
	options  endpoint.Options
	port     int // the source port is off by so much
	corrupt  bool
}

// play makes steps by hand and lets a Judge see them. An end claims nothing,
// unless as is called before its step.
type play struct {
	t        *testing.T
	j        Judge
	scenario scenario.Scenario
	now      time.Duration
	n, ids   uint32
	offset   [2]int64
	claim    endpoint.Status
	options  [2]endpoint.Options // of the SYNs
	badEmit  bool
	ok       bool
}

var playProfile = endpoint.Profile{
	RFC5961: true, MSL: 2 * time.Minute,
	RTOInitial: time.Second, RTOMin: time.Second, RTOMax: time.Minute,
	R2: 100 * time.Second, R2SYN: 180 * time.Second, DelayedACK: 200 * time.Millisecond,
}

func newPlay(t *testing.T, script ...faults.Fault) *play {
	p := &play{t: t, ok: true}
	p.scenario = scenario.Scenario{Seed: 7, Heal: time.Minute, Fault: script}
	p.reset(playProfile)
	return p
}

func (p *play) reset(profile endpoint.Profile) {
	p.j.Reset(&p.scenario, [2]endpoint.Profile{profile, profile})
}

// as lets the end of the next step claim a state.
func (p *play) as(s endpoint.State) *play {
	p.claim = endpoint.Status{State: s, Known: endpoint.KnowState}
	return p
}

func (p *play) segment(from endpoint.End, g seg) endpoint.Segment {
	sockets := sim.Sockets(false)
	wnd := g.wnd
	switch wnd {
	case 0:
		wnd = 1000
	case -1:
		wnd = 0
	}
	s := endpoint.Segment{
		SrcPort: sockets[from].Port() + uint16(g.port), DstPort: sockets[from^1].Port(),
		Flags: g.flags, Wnd: uint16(wnd), Options: g.options,
	}
	if g.flags&SYN != 0 && g.options == nil {
		s.Options = p.options[from]
	}
	if g.absolute {
		s.Seq, s.Ack = endpoint.Seq(uint32(g.seq)), endpoint.Seq(uint32(g.ack))
	} else {
		s.Seq = endpoint.Seq(playISS[from] + uint32(g.iss) + uint32(g.seq))
		if g.flags&ACK != 0 {
			s.Ack = endpoint.Seq(playISS[from^1] + uint32(g.ack))
		}
	}
	if s.Text = g.text; s.Text == nil && g.n > 0 {
		s.Text = sim.Content(sim.ContentStart(7, int(from)), int64(max(g.seq-1, 0)), g.n)
	}
	return s
}

func (p *play) step(e endpoint.End, cause sim.Cause, arrived *endpoint.Segment, err error, emits ...seg) {
	p.t.Helper()
	p.n++
	before, after := endpoint.Status{}, p.claim
	p.claim = endpoint.Status{}
	s := sim.Step{N: p.n, At: p.now, End: e, Cause: cause, Before: &before, After: &after, Arrived: arrived, ArrivedErr: err}
	if cause.Kind == sim.Call && cause.Call == sim.CallSend {
		s.Offset = p.offset[e]
		p.offset[e] += int64(cause.N)
	}
	for _, g := range emits {
		p.ids++
		emit := sim.Emit{ID: p.ids, Nth: 1, Segment: p.segment(e, g), Fate: &link.Fate{N: 1}}
		if p.badEmit {
			emit.Err = endpoint.ErrChecksum
		}
		s.Emits = append(s.Emits, emit)
	}
	p.ok = p.j.Step(&s)
}

func (p *play) call(e endpoint.End, call sim.UserCall, n int, emits ...seg) {
	p.t.Helper()
	p.step(e, sim.Cause{Kind: sim.Call, Call: call, N: int32(n)}, nil, nil, emits...)
}

func (p *play) arrive(e endpoint.End, g seg, emits ...seg) {
	p.t.Helper()
	s := p.segment(e.Peer(), g)
	var err error
	if g.corrupt {
		err = endpoint.ErrChecksum
	}
	p.step(e, sim.Cause{Kind: sim.Arrival}, &s, err, emits...)
}

func (p *play) timeout(e endpoint.End, emits ...seg) {
	p.t.Helper()
	p.step(e, sim.Cause{Kind: sim.Timeout}, nil, nil, emits...)
}

func (p *play) wait(d time.Duration) { p.now += d }

// states checks the set of an end.
func (p *play) states(e endpoint.End, want StateSet) {
	p.t.Helper()
	if got := p.j.States(e); got != want {
		p.t.Errorf("%v can be in %v, want %v", e, got, want)
	}
}

// listen lets B listen and A send its SYN.
func (p *play) listen() {
	p.t.Helper()
	p.call(B, sim.CallPassiveOpen, 0)
	p.call(A, sim.CallActiveOpen, 0, seg{flags: SYN})
}

// halfOpen goes on until B is in SYN-RECEIVED.
func (p *play) halfOpen() {
	p.t.Helper()
	p.listen()
	p.wait(time.Millisecond)
	p.arrive(B, seg{flags: SYN}, seg{flags: SYN | ACK, ack: 1})
}

// connect goes on until both are in ESTABLISHED.
func (p *play) connect() {
	p.t.Helper()
	p.halfOpen()
	p.arrive(A, seg{flags: SYN | ACK, ack: 1}, seg{flags: ACK, seq: 1, ack: 1})
	p.arrive(B, seg{flags: ACK, seq: 1, ack: 1})
}

// connectWith connects two ends whose SYNs have these options.
func (p *play) connectWith(a, b endpoint.Options) {
	p.t.Helper()
	p.options = [2]endpoint.Options{a, b}
	p.connect()
}

// say lets A send n octets that B takes and A learns of.
func (p *play) say(n int) {
	p.t.Helper()
	p.call(A, sim.CallSend, n, seg{flags: ACK, seq: 1, ack: 1, n: n})
	p.arrive(B, seg{flags: ACK, seq: 1, ack: 1, n: n}, seg{flags: ACK, seq: 1, ack: 1 + n})
	p.arrive(A, seg{flags: ACK, seq: 1, ack: 1 + n})
}

// finWait2 closes A, and B has acknowledged that.
func (p *play) finWait2() {
	p.t.Helper()
	p.connect()
	p.call(A, sim.CallClose, 0, seg{flags: FIN | ACK, seq: 1, ack: 1})
	p.arrive(B, seg{flags: FIN | ACK, seq: 1, ack: 1}, seg{flags: ACK, seq: 1, ack: 2})
	p.arrive(A, seg{flags: ACK, seq: 1, ack: 2})
}

// lastAck closes B, too.
func (p *play) lastAck() {
	p.t.Helper()
	p.finWait2()
	p.call(B, sim.CallClose, 0, seg{flags: FIN | ACK, seq: 1, ack: 2})
}

// timeWait goes on until A is in TIME-WAIT; its ACK is lost.
func (p *play) timeWait() {
	p.t.Helper()
	p.lastAck()
	p.arrive(A, seg{flags: FIN | ACK, seq: 1, ack: 2}, seg{flags: ACK, seq: 2, ack: 2})
}

// closing closes both at once; A is in CLOSING.
func (p *play) closing() {
	p.t.Helper()
	p.connect()
	p.call(A, sim.CallClose, 0, seg{flags: FIN | ACK, seq: 1, ack: 1})
	p.call(B, sim.CallClose, 0, seg{flags: FIN | ACK, seq: 1, ack: 1})
	p.arrive(A, seg{flags: FIN | ACK, seq: 1, ack: 1}, seg{flags: ACK, seq: 2, ack: 2})
}
