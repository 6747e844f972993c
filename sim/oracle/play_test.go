package oracle

import (
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
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
	lost     bool
	options  []byte
}

// tcb is what an end tells after a step. Windows are 1000 unless given.
type tcb struct {
	state         endpoint.State
	una, nxt, rcv int
	wnd, rwnd     int // -1: 0
	readable      int
	unsent        int
	deadline      time.Duration // 0: Never
	err           endpoint.Error
	iss, irs      int // off by so much
	room          int
	eof           bool
}

// play makes steps by hand and lets a Judge see them.
type play struct {
	t        *testing.T
	j        Judge
	scenario scenario.Scenario
	now      time.Duration
	n, ids   uint32
	status   [2]endpoint.Status
	cur      [2]tcb
	nth      [2]uint32
	offset   [2][2]int64 // sent, read
	known    endpoint.Known
	badEmit  bool
	port     uint16 // by how much the destination port of what is emitted is off
	ok       bool
}

var playProfile = endpoint.Profile{
	RFC5961: true, MSL: 2 * time.Minute,
	RTOInitial: time.Second, RTOMin: time.Second, RTOMax: time.Minute,
	R2: 100 * time.Second, R2SYN: 180 * time.Second, DelayedACK: 200 * time.Millisecond,
}

// claiming is playProfile with a change.
func claiming(change func(*endpoint.Profile)) endpoint.Profile {
	p := playProfile
	change(&p)
	return p
}

func newPlay(t *testing.T, script ...faults.Fault) *play {
	p := &play{t: t, known: endpoint.KnowAll, ok: true}
	p.scenario = scenario.Scenario{Seed: 7, Heal: time.Minute, Fault: script}
	p.reset(playProfile)
	return p
}

func (p *play) reset(profile endpoint.Profile) {
	p.j.Reset(&p.scenario, [2]endpoint.Profile{profile, profile})
	p.j.troubles.unseen = true // in plays segments arrive that nobody has sent
	for e := range p.status {
		p.status[e] = p.make(endpoint.End(e), tcb{})
	}
}

func window(w int) uint32 {
	switch w {
	case 0:
		return 1000
	case -1:
		return 0
	}
	return uint32(w)
}

func (p *play) make(e endpoint.End, c tcb) endpoint.Status {
	st := endpoint.Status{State: c.state, Known: p.known, Err: c.err, Readable: c.readable, Unsent: c.unsent, EOF: c.eof, Room: c.room}
	if st.Deadline = c.deadline; st.Deadline == 0 {
		st.Deadline = endpoint.Never
	}
	if !hasTCB(c.state) {
		return st
	}
	iss, irs := playISS[e]+uint32(c.iss), playISS[e^1]+uint32(c.irs)
	st.ISS = endpoint.Seq(iss)
	if c.state != sSYNSENT {
		st.IRS = endpoint.Seq(irs)
	}
	st.SND = endpoint.SND{
		UNA: endpoint.Seq(iss + uint32(c.una)), NXT: endpoint.Seq(iss + uint32(c.nxt)),
		MAX: endpoint.Seq(iss + uint32(c.nxt)), WND: window(c.wnd),
	}
	st.RCV = endpoint.RCV{NXT: endpoint.Seq(irs + uint32(c.rcv)), WND: window(c.rwnd)}
	return st
}

func (p *play) segment(from endpoint.End, g seg) endpoint.Segment {
	sockets := sim.Sockets(false)
	s := endpoint.Segment{SrcPort: sockets[from].Port(), DstPort: sockets[from^1].Port(), Flags: g.flags, Wnd: uint16(window(g.wnd)), Options: g.options}
	if g.absolute {
		s.Seq, s.Ack = endpoint.Seq(uint32(g.seq)), endpoint.Seq(uint32(g.ack))
	} else {
		s.Seq = endpoint.Seq(playISS[from] + uint32(g.iss) + uint32(g.seq))
		if g.flags&ACK != 0 {
			s.Ack = endpoint.Seq(playISS[from^1] + uint32(g.ack))
		}
	}
	if s.Text = g.text; s.Text == nil && g.n > 0 {
		s.Text = sim.Content(sim.ContentStart(7, int(from)), int64(g.seq-1), g.n)
	}
	return s
}

// step makes one step of an end, after which it tells c.
func (p *play) step(e endpoint.End, cause sim.Cause, arrived *endpoint.Segment, c tcb, emits ...seg) {
	p.t.Helper()
	p.n++
	before := p.status[e]
	after := p.make(e, c)
	s := sim.Step{N: p.n, At: p.now, End: e, Cause: cause, Before: &before, After: &after, Arrived: arrived}
	if cause.Corrupt && !cause.Undetected {
		s.ArrivedErr = endpoint.ErrChecksum
	}
	switch cause.Call {
	case sim.CallSend:
		s.Offset = p.offset[e][0]
	case sim.CallReceive:
		if cause.Kind == sim.Call {
			s.Offset = p.offset[e][1]
			s.Data = sim.Content(sim.ContentStart(7, int(e^1)), s.Offset, int(cause.N))
			p.offset[e][1] += int64(cause.N)
		}
	}
	for _, g := range emits {
		p.ids++
		p.nth[e]++
		fate := &link.Fate{N: 1}
		if g.lost {
			*fate = link.Fate{Cause: link.LostByModel}
		}
		var err error
		if p.badEmit {
			err = endpoint.ErrChecksum
		}
		out := p.segment(e, g)
		out.DstPort += p.port
		s.Emits = append(s.Emits, sim.Emit{ID: p.ids, Nth: p.nth[e], Segment: out, Fate: fate, Err: err})
	}
	p.status[e], p.cur[e] = after, c
	p.ok = p.j.Step(&s)
}

func (p *play) call(e endpoint.End, call sim.UserCall, n int, c tcb, emits ...seg) {
	p.t.Helper()
	p.step(e, sim.Cause{Kind: sim.Call, Call: call, N: int32(n)}, nil, c, emits...)
}

func (p *play) arrive(e endpoint.End, g seg, c tcb, emits ...seg) {
	p.t.Helper()
	s := p.segment(e.Peer(), g)
	p.step(e, sim.Cause{Kind: sim.Arrival}, &s, c, emits...)
}

func (p *play) inject(e endpoint.End, g seg, c tcb, emits ...seg) {
	p.t.Helper()
	s := p.segment(e.Peer(), g)
	p.step(e, sim.Cause{Kind: sim.Fault, Fault: 1, Segment: 9999}, &s, c, emits...)
}

func (p *play) timeout(e endpoint.End, c tcb, emits ...seg) {
	p.t.Helper()
	p.step(e, sim.Cause{Kind: sim.Timeout}, nil, c, emits...)
}

func (p *play) wait(d time.Duration) { p.now += d }

func (p *play) end(outcome sim.Outcome, fair bool) {
	p.ok = p.j.End(End{At: p.now, Outcome: outcome, Fair: fair, Status: [2]*endpoint.Status{&p.status[0], &p.status[1]}})
}

// listen lets B listen and A send its SYN.
func (p *play) listen() {
	p.t.Helper()
	p.call(B, sim.CallPassiveOpen, 0, tcb{state: sLISTEN})
	p.call(A, sim.CallActiveOpen, 0, tcb{state: sSYNSENT, nxt: 1}, seg{flags: SYN})
}

// halfOpen goes on until B is in SYN-RECEIVED.
func (p *play) halfOpen() {
	p.t.Helper()
	p.listen()
	p.wait(time.Millisecond)
	p.arrive(B, seg{flags: SYN}, tcb{state: sSYNRECEIVED, nxt: 1, rcv: 1}, seg{flags: SYN | ACK, ack: 1})
}

// connect goes on until both are in ESTABLISHED.
func (p *play) connect() {
	p.t.Helper()
	p.halfOpen()
	p.arrive(A, seg{flags: SYN | ACK, ack: 1}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1},
		seg{flags: ACK, seq: 1, ack: 1})
	p.arrive(B, seg{flags: ACK, seq: 1, ack: 1}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1})
}

// say lets A send n octets that B takes and A learns of.
func (p *play) say(n int) {
	p.t.Helper()
	p.call(A, sim.CallSend, n, tcb{state: sESTABLISHED, una: 1, nxt: 1 + n, rcv: 1}, seg{flags: ACK, seq: 1, ack: 1, n: n})
	p.arrive(B, seg{flags: ACK, seq: 1, ack: 1, n: n}, tcb{state: sESTABLISHED, una: 1, nxt: 1, rcv: 1 + n, readable: n},
		seg{flags: ACK, seq: 1, ack: 1 + n})
	p.arrive(A, seg{flags: ACK, seq: 1, ack: 1 + n}, tcb{state: sESTABLISHED, una: 1 + n, nxt: 1 + n, rcv: 1})
}

// finWait2 closes A, and B has acknowledged that.
func (p *play) finWait2() {
	p.t.Helper()
	p.connect()
	p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1})
	p.arrive(B, seg{flags: FIN | ACK, seq: 1, ack: 1}, tcb{state: sCLOSEWAIT, una: 1, nxt: 1, rcv: 2, eof: true},
		seg{flags: ACK, seq: 1, ack: 2})
	p.arrive(A, seg{flags: ACK, seq: 1, ack: 2}, tcb{state: sFINWAIT2, una: 2, nxt: 2, rcv: 1})
}

// timeWait closes B, too; A's last ACK is lost.
func (p *play) timeWait() {
	p.t.Helper()
	p.finWait2()
	p.call(B, sim.CallClose, 0, tcb{state: sLASTACK, una: 1, nxt: 2, rcv: 2, eof: true}, seg{flags: FIN | ACK, seq: 1, ack: 2})
	p.arrive(A, seg{flags: FIN | ACK, seq: 1, ack: 2}, tcb{state: sTIMEWAIT, una: 2, nxt: 2, rcv: 2, eof: true},
		seg{flags: ACK, seq: 2, ack: 2, lost: true})
}

// closing closes both at once; A is in CLOSING.
func (p *play) closing() {
	p.t.Helper()
	p.connect()
	p.call(A, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1, lost: true})
	p.call(B, sim.CallClose, 0, tcb{state: sFINWAIT1, una: 1, nxt: 2, rcv: 1}, seg{flags: FIN | ACK, seq: 1, ack: 1})
	p.arrive(A, seg{flags: FIN | ACK, seq: 1, ack: 1}, tcb{state: sCLOSING, una: 1, nxt: 2, rcv: 2, eof: true},
		seg{flags: ACK, seq: 2, ack: 2})
}

// lastAck is B in LAST-ACK.
func (p *play) lastAck() {
	p.t.Helper()
	p.finWait2()
	p.call(B, sim.CallClose, 0, tcb{state: sLASTACK, una: 1, nxt: 2, rcv: 2, eof: true}, seg{flags: FIN | ACK, seq: 1, ack: 2})
}
