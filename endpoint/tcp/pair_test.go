package tcp

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// pair is two ends with nothing between them but a queue.
type pair struct {
	end [2]*TCP
	now time.Duration
	buf [2][]byte // datagrams on their way to the other end, each with its length

	mangle   *rand.Rand // if set, the link holds, repeats and reorders
	datagram [endpoint.MTU]byte
	scratch  [2048]byte
	data     []byte // what transfer sends
}

func newPair(a, b endpoint.Config) *pair {
	p := new(pair)
	if !a.Local.IsValid() {
		a.Local, b.Local = localSocket, peerSocket
	}
	a.Remote, b.Remote = b.Local, a.Local
	for i, c := range []endpoint.Config{a, b} {
		e, err := New(c)
		if err != nil {
			panic(err)
		}
		p.end[i] = e.(*TCP)
	}
	return p
}

// run carries datagrams and fires timers until nothing is left or done says
// so. drop may lose a datagram.
func (p *pair) run(act func() (done bool), drop func(from int, datagram []byte) bool) bool {
	buf := p.datagram[:]
	for range 100000 {
		done := act()
		moved := false
		for i := range p.end {
			for {
				n, ok := p.end[i].Emit(p.now, buf)
				if !ok {
					break
				}
				moved = true
				if drop == nil || !drop(i, buf[:n]) {
					p.buf[i] = append(p.buf[i], byte(n>>8), byte(n))
					p.buf[i] = append(p.buf[i], buf[:n]...)
				}
			}
		}
		p.now += step
		if p.mangle != nil {
			moved = p.mangled() || moved
			if moved {
				continue
			}
		}
		for i := range p.end {
			for b := p.buf[i]; len(b) > 0; {
				n := int(b[0])<<8 | int(b[1])
				p.end[1-i].Arrive(p.now, b[2:2+n])
				b = b[2+n:]
			}
			p.buf[i] = p.buf[i][:0]
		}
		if moved {
			continue
		}
		if done {
			return true
		}
		var a, b endpoint.Status
		p.end[0].Status(&a)
		p.end[1].Status(&b)
		at := min(a.Deadline, b.Deadline)
		if at == endpoint.Never {
			return false
		}
		p.now = max(p.now, at)
		for _, e := range p.end {
			e.Timeout(p.now)
		}
	}
	return false
}

// mangled delivers some of the datagrams on their way, in any order, some of
// them twice, some with a flipped bit, and checks the invariants after each.
func (p *pair) mangled() (moved bool) {
	for i := range p.end {
		var all [][]byte
		for b := p.buf[i]; len(b) > 0; {
			n := int(b[0])<<8 | int(b[1])
			all = append(all, bytes.Clone(b[:2+n]))
			b = b[2+n:]
		}
		p.buf[i] = p.buf[i][:0]
		p.mangle.Shuffle(len(all), func(x, y int) { all[x], all[y] = all[y], all[x] })
		for _, d := range all {
			moved = true
			switch p.mangle.IntN(10) {
			case 0, 1: // it stays on its way
				p.buf[i] = append(p.buf[i], d...)
				continue
			case 2: // it stays and arrives
				p.buf[i] = append(p.buf[i], d...)
			case 3:
				flipped := bytes.Clone(d[2:])
				flipped[p.mangle.IntN(len(flipped))] ^= 1 << p.mangle.IntN(8)
				p.end[1-i].Arrive(p.now, flipped)
			}
			p.end[1-i].Arrive(p.now, d[2:])
			if err := p.end[1-i].valid(); err != nil && p.end[1-i].snd.UNA == p.end[1-i].snd.NXT {
				panic(err)
			}
		}
	}
	return moved
}

// transfer opens, sends n octets each way, closes both, and reads all.
func (p *pair) transfer(n int, drop func(int, []byte) bool) error {
	var sent, read [2]int
	var closed [2]bool
	var fail error
	if len(p.data) < n {
		p.data = text(0, n)
	}
	data, scratch := p.data[:n], p.scratch[:]
	p.end[1].Open(p.now, true)
	p.end[0].Open(p.now, false)
	ok := p.run(func() bool {
		done := true
		for i, e := range p.end {
			for sent[i] < n && e.state >= endpoint.Established {
				k, _ := e.Send(p.now, data[sent[i]:])
				sent[i] += k
				if k == 0 {
					break
				}
			}
			if sent[i] == n && !closed[i] {
				closed[i] = e.Close(p.now) == nil
			}
			for {
				k, err := e.Receive(p.now, scratch)
				if !bytes.Equal(scratch[:k], data[read[i]:read[i]+k]) {
					fail = fmt.Errorf("end %v read something else at %d", endpoint.End(i), read[i])
				}
				read[i] += k
				if k == 0 || err != nil {
					done = done && (err == io.EOF || e.state == endpoint.Closed)
					break
				}
			}
			done = done && e.state == endpoint.Closed
		}
		return done || fail != nil
	}, drop)
	switch {
	case fail != nil:
		return fail
	case !ok:
		return fmt.Errorf("stuck in %v and %v after %v", p.end[0].state, p.end[1].state, p.now)
	case read != [2]int{n, n}:
		return fmt.Errorf("read %d of %d, errors %v and %v", read, n, p.end[0].err, p.end[1].err)
	}
	return nil
}

// quiet runs until no datagram is left.
func (p *pair) quiet() { p.run(func() bool { return true }, nil) }

func (p *pair) states() [2]endpoint.State { return [2]endpoint.State{p.end[0].state, p.end[1].state} }

// TestTransfer opens, sends both ways and closes, on links that lose.
func TestTransfer(t *testing.T) {
	patient := endpoint.Config{R2: time.Hour, R2SYN: time.Hour}
	for _, n := range []int{0, 1, 1000, 100_000} {
		for _, loss := range []int{0, 1, 10, 30} {
			t.Run(fmt.Sprintf("%d octets, %d%% lost", n, loss), func(t *testing.T) {
				r := rand.New(rand.NewPCG(uint64(n), uint64(loss)))
				p := newPair(patient, patient)
				if err := p.transfer(n, func(int, []byte) bool { return r.IntN(100) < loss }); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}

// TestTransfer_Mangled does it on links that hold, repeat, reorder and corrupt.
func TestTransfer_Mangled(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 3))
		small := endpoint.Config{R2: time.Hour, R2SYN: time.Hour, ReceiveBuffer: 1 + r.IntN(9000), SendBuffer: 1 + r.IntN(9000)}
		p := newPair(small, endpoint.Config{R2: time.Hour, R2SYN: time.Hour, ISS: 0xfffffff0, FixedISS: true, MSS: uint16(1 + r.IntN(1460))})
		p.mangle = r
		if err := p.transfer(1+r.IntN(12000), func(int, []byte) bool { return r.IntN(100) < 5 }); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}

// TestTransfer_Configs does it with everything that a Config can change.
func TestTransfer_Configs(t *testing.T) {
	for i, change := range []func(*endpoint.Config){
		func(c *endpoint.Config) { c.NoNagle, c.NoDelayedACK = true, true },
		func(c *endpoint.Config) { c.ReceiveBuffer = 1 },
		func(c *endpoint.Config) { c.SendBuffer = 1 },
		func(c *endpoint.Config) { c.ReceiveBuffer, c.SendBuffer = 2999, 3001 },
		func(c *endpoint.Config) { c.ReceiveBuffer, c.SendBuffer = 1<<20, 1<<20 },
		func(c *endpoint.Config) { c.MSS = 1 },
		func(c *endpoint.Config) { c.NoMSSOption = true },
		func(c *endpoint.Config) { c.DelayedACK, c.OverrideTimeout, c.RTOMin = 1, 1, 1 },
		func(c *endpoint.Config) { c.Local = netip.MustParseAddrPort("[2001:db8::1]:7") },
	} {
		a := endpoint.Config{R2: time.Hour}
		b := endpoint.Config{R2: time.Hour, Local: netip.MustParseAddrPort("[2001:db8::2]:7")}
		change(&a)
		if !a.Local.IsValid() {
			b.Local = netip.AddrPort{}
		}
		for _, loss := range []int{0, 5} {
			r := rand.New(rand.NewPCG(uint64(i), uint64(loss)))
			p := newPair(a, b)
			if err := p.transfer(2000, func(int, []byte) bool { return r.IntN(100) < loss }); err != nil {
				t.Errorf("change %d, %d%% lost: %v", i, loss, err)
			}
		}
	}
}

func TestSimultaneousOpen_3_5_BothEnds(t *testing.T) { // figure 7
	p := newPair(endpoint.Config{}, endpoint.Config{})
	p.end[0].Open(0, false)
	p.end[1].Open(0, false)
	p.quiet()
	for i, e := range p.end {
		if e.state != endpoint.Established || e.irs != p.end[1-i].iss {
			t.Errorf("end %v is in %v", endpoint.End(i), e.state)
		}
	}
}

// Both SYN,ACKs of figure 7 are lost: the timers send them again.
func TestSimultaneousOpen_3_5_SYNACKsLost(t *testing.T) {
	p := newPair(endpoint.Config{}, endpoint.Config{})
	p.end[0].Open(0, false)
	p.end[1].Open(0, false)
	n := 0
	p.run(func() bool { return p.states() == [2]endpoint.State{endpoint.Established, endpoint.Established} }, func(int, []byte) bool {
		n++
		return n == 3 || n == 4
	})
	if p.states() != [2]endpoint.State{endpoint.Established, endpoint.Established} {
		t.Error(p.states())
	}
}

// 3.5.1, figure 9: one end has crashed and opens again; its SYN finds the
// other ESTABLISHED, whose ACK it does not believe, and its RST is exact.
func TestHalfOpen_3_5_1_TheCrashedEndOpens(t *testing.T) {
	p := newPair(endpoint.Config{}, endpoint.Config{})
	p.end[1].Open(0, true)
	p.end[0].Open(0, false)
	p.quiet()
	p.now += time.Minute
	p.end[0].Reset(p.end[0].cfg)
	p.end[0].Open(p.now, false)
	p.quiet()
	if p.states() != [2]endpoint.State{endpoint.SynSent, endpoint.Closed} || p.end[1].err != endpoint.ErrReset {
		t.Error(p.states(), p.end[1].err)
	}
}

// Figure 10: the live end sends, and CLOSED answers with a RST.
func TestHalfOpen_3_5_1_TheLiveEndSends(t *testing.T) {
	p := newPair(endpoint.Config{}, endpoint.Config{})
	p.end[1].Open(0, true)
	p.end[0].Open(0, false)
	p.quiet()
	p.end[0].Reset(p.end[0].cfg)
	p.end[1].Send(p.now, text(0, 10))
	p.quiet()
	if p.states() != [2]endpoint.State{endpoint.Closed, endpoint.Closed} || p.end[1].err != endpoint.ErrReset {
		t.Error(p.states(), p.end[1].err)
	}
}

// An ABORT whose RST does not stand at RCV.NXT, for data was lost: the
// challenge ACK draws the exact one from CLOSED.
func TestAbort_RFC5961_3_AfterALoss(t *testing.T) {
	p := newPair(endpoint.Config{}, endpoint.Config{})
	p.end[1].Open(0, true)
	p.end[0].Open(0, false)
	p.quiet()
	p.end[0].Send(p.now, text(0, 10))
	p.run(func() bool { return true }, func(int, []byte) bool { return true })
	p.end[0].Abort(p.now)
	p.quiet()
	if p.states() != [2]endpoint.State{endpoint.Closed, endpoint.Closed} || p.end[1].err != endpoint.ErrReset {
		t.Error(p.states(), p.end[1].err)
	}
}

// The four-tuple again, after TIME-WAIT.
func TestReopen_3_4_1_AfterTimeWait(t *testing.T) {
	p := newPair(endpoint.Config{}, endpoint.Config{})
	for range 3 {
		if err := p.transfer(1000, nil); err != nil {
			t.Fatal(err)
		}
	}
}
