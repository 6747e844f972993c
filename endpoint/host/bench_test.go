package host

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// pipe carries datagrams between two hosts: each takes the same time, and so
// many of 1000 are lost.
type pipe struct {
	now    time.Duration
	hosts  [2]*Host
	delay  time.Duration
	loss   int
	random uint64
	flight fifo[packet]
	spare  [2][][]byte // buffers for short and for long datagrams
	buf    [endpoint.MTU]byte
	most   int // in flight at once
	sent   int
}

type packet struct {
	at time.Duration
	to int
	d  []byte
}

// kind tells short datagrams from long ones.
func kind(n int) int {
	if n <= 64 {
		return 0
	}
	return 1
}

func (p *pipe) send() {
	for i, h := range p.hosts {
		for n, ok := h.Emit(p.now, p.buf[:]); ok; n, ok = h.Emit(p.now, p.buf[:]) {
			p.sent++
			p.random ^= p.random << 13
			p.random ^= p.random >> 7
			p.random ^= p.random << 17
			if int(p.random%1000) < p.loss {
				continue
			}
			p.put(1-i, p.buf[:n])
		}
	}
}

func (p *pipe) put(to int, datagram []byte) {
	spare := &p.spare[kind(len(datagram))]
	if len(*spare) == 0 {
		const many = 64
		size := []int{64, endpoint.MTU}[kind(len(datagram))]
		chunk := make([]byte, many*size)
		for i := range many {
			*spare = append(*spare, chunk[i*size:(i+1)*size:(i+1)*size])
		}
	}
	d := (*spare)[len(*spare)-1]
	*spare = (*spare)[:len(*spare)-1]
	p.flight.push(packet{p.now + p.delay, to, d[:copy(d, datagram)]})
	p.most = max(p.most, p.flight.len())
}

// step does what happens next, not after until; false if nothing does.
func (p *pipe) step(until time.Duration) bool {
	next := min(p.hosts[0].Deadline(), p.hosts[1].Deadline())
	if p.flight.n > 0 && p.flight.buf[p.flight.head].at <= min(next, until) {
		k, _ := p.flight.pop()
		p.now = k.at
		p.hosts[k.to].Arrive(p.now, k.d)
		spare := &p.spare[kind(len(k.d))]
		*spare = append(*spare, k.d[:cap(k.d)])
		return true
	}
	if next > until {
		p.now = max(p.now, until)
		return false
	}
	p.now = max(p.now, next)
	p.hosts[0].Timeout(p.now)
	p.hosts[1].Timeout(p.now)
	return true
}

// bulk is a load: so many connections, on each of which the client sends so many
// octets and closes, and the server reads to the end.
type bulk struct {
	pipe
	connections, octets int
	every               time.Duration // between two Dials
	together            bool          // nobody sends before all are established; then one begins at a time

	dialed, up, begun, done int
	ids                     []ID
	given                   []int // to Send, by slot of the client; -1: not established yet
	base                    time.Duration
	octet                   [4096]byte
	status                  endpoint.Status
}

func newBulk(tb testing.TB, connections int, c endpoint.Config) *bulk {
	b := &bulk{connections: connections, octets: 10_000, every: 10 * time.Microsecond}
	c.MSL = time.Second
	b.delay, b.loss, b.random = 10*time.Millisecond, 10, 1
	for i, addr := range [2]Config{{Addr: addrA}, {Addr: addrB}} {
		addr.TCP = c
		addr.Backlog, addr.SYNQueue = 1024, 4096
		h, err := New(addr)
		if err != nil {
			tb.Fatal(err)
		}
		b.hosts[i] = h
	}
	b.hosts[1].Listen(80, 0)
	b.given = make([]int, connections+1)
	b.ids = make([]ID, connections)
	return b
}

func (b *bulk) run() error {
	for b.done < b.connections {
		if b.now > 10*time.Minute {
			return fmt.Errorf("%d of %d connections are done after %v", b.done, b.connections, b.now)
		}
		next, err := b.begin()
		if err != nil {
			return err
		}
		b.send()
		if err := b.serve(); err != nil {
			return err
		}
		b.send()
		b.step(next)
	}
	return nil
}

// begin dials, or lets a client begin, if it is time, and returns when it is
// next.
func (b *bulk) begin() (next time.Duration, err error) {
	switch {
	case b.dialed < b.connections:
		if next = time.Duration(b.dialed) * b.every; b.now < next {
			return next, nil
		}
		id, err := b.hosts[0].Dial(b.now, web, 0)
		if err != nil {
			return 0, err
		}
		b.ids[b.dialed], b.given[id.slot()] = id, -1
		b.dialed++
		return b.now, nil
	case b.together && b.up == b.connections && b.begun < b.connections:
		if next = b.base + time.Duration(b.begun)*b.every; b.now < next {
			return next, nil
		}
		b.begun++
		return b.now, b.client(b.hosts[0], b.ids[b.begun-1])
	}
	return endpoint.Never, nil
}

var content [10_000]byte

func (b *bulk) serve() error {
	client, server := b.hosts[0], b.hosts[1]
	for news, ok := client.Changed(); ok; news, ok = client.Changed() {
		if err := b.client(client, news.ID); err != nil {
			return err
		}
	}
	for news, ok := server.Changed(); ok; news, ok = server.Changed() {
		if news.ID != 0 {
			if err := b.read(server, news.ID); err != nil {
				return err
			}
			continue
		}
		for id, ok := server.Accept(80); ok; id, ok = server.Accept(80) {
			if err := b.read(server, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bulk) client(h *Host, id ID) error {
	st := &b.status
	if !h.Status(id, st) || !st.State.Synchronized() {
		if st.Err != 0 {
			return st.Err
		}
		return nil
	}
	sent := &b.given[id.slot()]
	if *sent < 0 {
		*sent = 0
		b.up++
		b.base = b.now
	}
	if b.together && int(id.slot()) > b.begun {
		return nil
	}
	n, err := h.Send(b.now, id, content[*sent:b.octets])
	if err != nil {
		return err
	}
	if *sent += n; *sent == b.octets {
		return h.Release(b.now, id)
	}
	return nil
}

func (b *bulk) read(h *Host, id ID) error {
	for {
		n, err := h.Receive(b.now, id, b.octet[:])
		switch {
		case err == io.EOF:
			b.done++
			return h.Release(b.now, id)
		case err != nil:
			return err
		case n == 0:
			return nil
		}
	}
}

// rss is the most memory that the process has ever had, in MB; 0 where it cannot
// be told.
func rss() (mb float64) {
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		var kb float64
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kb); err == nil {
			return kb / 1024
		}
	}
	return 0
}

// BenchmarkManyConnections opens 10,000 connections of 10 KB at 1 % loss, one
// every 10 us, each way 10 ms: as they come, or all of them before the first
// sends. Memory is that of one round: -benchtime 1x, one of the two at a time.
func BenchmarkManyConnections(b *testing.B) {
	b.Run("rolling", func(b *testing.B) { benchMany(b, false) })
	b.Run("together", func(b *testing.B) { benchMany(b, true) })
}

func benchMany(b *testing.B, together bool) {
	var c endpoint.Config
	if together {
		c.SendBuffer, c.ReceiveBuffer = 4096, 8192
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		b.StopTimer()
		runtime.GC() // what the last round has left
		b.StartTimer()
		load := newBulk(b, 10_000, c)
		load.together = together
		if err := load.run(); err != nil {
			b.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(load.pipe.sent), "datagrams/op")
		b.ReportMetric(float64(load.most), "in-flight")
	}
	b.ReportMetric(float64(after.HeapSys-before.HeapSys)/(1<<20), "heap-MB")
	b.ReportMetric(rss(), "rss-MB")
}

// BenchmarkDemux finds connections among more and more of them.
func BenchmarkDemux(b *testing.B) {
	for _, n := range []int{100, 10_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var t table
			conns := make([]*conn, n+1)
			all := make([]conn, n+1)
			for i := range all[1:] {
				c := &all[i+1]
				c.tuple = tuple{addr: [16]byte{byte(i >> 16), byte(i >> 8)}, remote: uint16(i & 255), local: 80}
				conns[i+1] = c
				t.insert(&c.tuple, uint32(i+1))
			}
			i := 0
			for b.Loop() {
				i = (i + 7919) % n
				if t.find(conns, &all[i+1].tuple) != uint32(i+1) {
					b.Fatal("not found")
				}
			}
		})
	}
}

// BenchmarkSYNFlood answers SYNs of strangers by cookies.
func BenchmarkSYNFlood(b *testing.B) {
	h, err := New(Config{Addr: addrB, SYNCookies: CookiesAlways})
	if err != nil {
		b.Fatal(err)
	}
	h.Listen(80, 0)
	d := datagram(7, syn())
	var buf [endpoint.MTU]byte
	b.ReportAllocs()
	for b.Loop() {
		h.Arrive(0, d)
		if _, ok := h.Emit(0, buf[:]); !ok {
			b.Fatal("no answer")
		}
	}
}
