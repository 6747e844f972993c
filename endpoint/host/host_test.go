package host

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// A connection from its beginning to the end of TIME-WAIT.
func TestConnection(t *testing.T) {
	n, a, b := twoHosts(t)
	if err := b.Listen(80, 0); err != nil {
		t.Fatal(err)
	}
	id := must[ID](t)(a.Dial(0, web, 0))
	n.run(time.Second)
	server := ok[ID](t)(b.Accept(80))
	if _, again := b.Accept(80); again {
		t.Error("accepted twice")
	}
	must[int](t)(a.Send(n.now, id, []byte("hello")))
	n.run(time.Second)
	var p [100]byte
	if k, err := b.Receive(n.now, server, p[:]); err != nil || string(p[:k]) != "hello" {
		t.Errorf("received %q, %v", p[:k], err)
	}
	a.Close(n.now, id)
	n.run(time.Second)
	if k, err := b.Receive(n.now, server, p[:]); err != io.EOF {
		t.Errorf("received %q, %v", p[:k], err)
	}
	b.Close(n.now, server)
	n.run(time.Second)
	if s := state(a, id); s != endpoint.TimeWait {
		t.Errorf("the client is in %v", s)
	}
	if s := state(b, server); s != endpoint.Closed {
		t.Errorf("the server is in %v", s)
	}
	b.Release(n.now, server)
	a.Release(n.now, id)
	n.run(time.Second)
	if a.Len() != 1 || b.Len() != 0 {
		t.Errorf("%d and %d connections are left, want 1 in TIME-WAIT and 0", a.Len(), b.Len())
	}
	n.run(20 * time.Second)
	if a.Len() != 0 || a.Deadline() != endpoint.Never {
		t.Errorf("%d connections after TIME-WAIT, deadline %v", a.Len(), a.Deadline())
	}
	if _, err := a.Send(n.now, id, p[:]); err != endpoint.ErrNotExist {
		t.Errorf("a released ID sends: %v", err)
	}
}

// RFC 9293 3.10.7.1: a segment for nobody is reset.
func TestRefused(t *testing.T) {
	n, a, b := twoHosts(t)
	id := must[ID](t)(a.Dial(0, web, 0))
	n.run(time.Second)
	var st endpoint.Status
	a.Status(id, &st)
	if st.State != endpoint.Closed || st.Err != endpoint.ErrReset {
		t.Errorf("the client is in %v: %v", st.State, st.Err)
	}
	if b.Len() != 0 || b.Counters().Resets != 1 {
		t.Errorf("%d connections, %+v", b.Len(), b.Counters())
	}
	_, err := a.Dial(n.now, web, 5000)
	_, again := a.Dial(n.now, web, 5000)
	if err != nil || !errors.Is(again, endpoint.ErrExists) {
		t.Errorf("dialed twice from one port: %v, %v", err, again)
	}
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

// IPv6 is as IPv4.
func TestIPv6(t *testing.T) {
	n := newNet(t, Config{Addr: addr("2001:db8::1")}, Config{Addr: addr("2001:db8::2"), SYNCookies: CookiesAlways})
	a, b := n.hosts[0], n.hosts[1]
	b.Listen(80, 0)
	id := must[ID](t)(a.Dial(0, netip.MustParseAddrPort("[2001:db8::2]:80"), 1000))
	must[int](t)(a.Send(0, id, []byte("hello")))
	must[ID](t)(a.Dial(0, netip.MustParseAddrPort("[2001:db8::2]:81"), 1000))
	n.run(time.Second)
	server := ok[ID](t)(b.Accept(80))
	local, remote, _ := b.Addrs(server)
	if local.String() != "[2001:db8::2]:80" || remote.String() != "[2001:db8::1]:1000" {
		t.Errorf("from %v to %v", remote, local)
	}
	var p [10]byte
	if k, _ := b.Receive(n.now, server, p[:]); string(p[:k]) != "hello" {
		t.Errorf("received %q", p[:k])
	}
	if b.Counters().Resets != 1 {
		t.Errorf("%+v", b.Counters())
	}
}

// Errors say what, where, and what would be right.
func TestErrors(t *testing.T) {
	for _, c := range []Config{
		{}, {Addr: addr("224.0.0.1")}, {Addr: addr("::ffff:192.0.2.1")}, {Addr: addrA, Backlog: -1},
		{Addr: addrA, SYNQueue: -1}, {Addr: addrA, Connections: 1 << 25}, {Addr: addrA, SYNCookies: 3},
		{Addr: addrA, FirstEphemeral: 10, LastEphemeral: 9}, {Addr: addrA, ReopensTimeWait: 3},
		{Addr: addrA, TCP: endpoint.Config{DelayedACK: time.Second}},
	} {
		if _, err := New(c); err == nil {
			t.Errorf("%+v makes a host", c)
		}
	}
	h, err := New(Config{Addr: addrA, Connections: 3, FirstEphemeral: 5000, LastEphemeral: 5001})
	if err != nil {
		t.Fatal(err)
	}
	dial := func(remote string, local uint16) string {
		_, err := h.Dial(0, netip.MustParseAddrPort(remote), local)
		return fmt.Sprint(err)
	}
	for _, c := range []struct{ got, want string }{
		{dial("192.0.2.2:0", 0), "host: Dial 192.0.2.2:0 from 192.0.2.1: remote socket unspecified: want a unicast address of that family, and a port"},
		{dial("[2001:db8::1]:80", 0), "host: Dial [2001:db8::1]:80 from 192.0.2.1: remote socket unspecified: want a unicast address of that family, and a port"},
		{dial("192.0.2.2:80", 0), "<nil>"},
		{dial("192.0.2.2:80", 0), "<nil>"},
		{dial("192.0.2.2:80", 0), "host: Dial 192.0.2.2:80: insufficient resources: no port from 5000 to 5001 is free for it"},
		{dial("192.0.2.2:80", 5000), "host: Dial 192.0.2.2:80 from port 5000: connection already exists"},
		{dial("192.0.2.2:81", 0), "<nil>"},
		{dial("192.0.2.2:82", 0), "host: Dial 192.0.2.2:82: insufficient resources: all 3 connections are in use"},
		{fmt.Sprint(h.Listen(0, 0)), "host: Listen on port 0, backlog 0: remote socket unspecified: want a port, and a number"},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
}

// RFC 6056 3.3.3: ports are chosen one after the other, elsewhere for another
// remote socket, and one with a listener is left out.
func TestEphemeralPorts_6056(t *testing.T) {
	h, err := New(Config{Addr: addrA, Key: 5})
	if err != nil {
		t.Fatal(err)
	}
	port := func(remote string) int {
		id := must[ID](t)(h.Dial(0, netip.MustParseAddrPort(remote), 0))
		local, _, _ := h.Addrs(id)
		return int(local.Port())
	}
	first := port("192.0.2.2:80")
	if first < DefaultFirstEphemeral {
		t.Errorf("port %d", first)
	}
	if second := port("192.0.2.2:80"); second != first+1 {
		t.Errorf("ports %d and %d", first, second)
	}
	if other := port("192.0.2.3:80"); other == first+2 {
		t.Errorf("port %d for another remote socket", other)
	}
	h.Listen(uint16(first+3), 0)
	if next := port("192.0.2.2:80"); next != first+4 {
		t.Errorf("port %d, want %d", next, first+4)
	}
}

// An ID of a connection that is gone names none, whoever has its slot now.
func TestIDsAreNotReused(t *testing.T) {
	n, a, b := twoHosts(t)
	b.Listen(80, 0)
	seen := map[ID]bool{}
	for range 10 {
		id := must[ID](t)(a.Dial(n.now, web, 0))
		if seen[id] {
			t.Fatalf("%v again", id)
		}
		seen[id] = true
		a.Abort(n.now, id)
		a.Release(n.now, id)
		n.run(time.Second)
		var st endpoint.Status
		if a.Status(id, &st) || a.Close(n.now, id) != endpoint.ErrNotExist || a.Abort(n.now, id) != endpoint.ErrNotExist ||
			a.Release(n.now, id) != endpoint.ErrNotExist {
			t.Fatalf("%v is still something", id)
		}
	}
	if len(a.conns) != 2 {
		t.Errorf("%d slots for one connection at a time", len(a.conns)-1)
	}
	if a.Status(ID(99), new(endpoint.Status)) {
		t.Error("a slot that is not there")
	}
}

// RFC 9293 3.6.1, SHLD-3: what nobody will read is answered by a RST, whether
// it is there already or comes later.
func TestReleaseUnread_3_6_1(t *testing.T) {
	for _, early := range []bool{true, false} {
		h := newHand(t)
		h.h.Listen(80, 0)
		h.arrive(7, syn())
		h.arrive(7, ack(1001, ""))
		id := ok[ID](t)(h.h.Accept(80))
		h.got = nil
		if early {
			h.arrive(7, ack(1001, "text"))
		}
		h.h.Release(h.now, id)
		h.drain()
		if early {
			h.want("7: <SEQ=1001><ACK=0><CTL=RST>")
		} else {
			h.want("7: <SEQ=1001><ACK=5001><CTL=FIN,ACK>")
			h.arrive(7, ack(1002, "text"))
			h.want("7: <SEQ=1002><ACK=0><CTL=RST>")
		}
		h.len(0)
	}
}

// Where both ends have closed, nobody is told of what is left unread; where only
// the peer has, it is.
func TestReleaseUnreadAfterFIN(t *testing.T) {
	for _, closes := range []bool{false, true} {
		h := newHand(t)
		h.h.Listen(80, 0)
		h.arrive(7, syn())
		h.arrive(7, ack(1001, ""))
		id := ok[ID](t)(h.h.Accept(80))
		if closes {
			h.h.Close(h.now, id)
			h.drain()
		}
		last := ack(1001, "text")
		if closes {
			last.Ack++
		}
		last.Flags |= endpoint.FIN
		h.arrive(7, last)
		h.got = nil
		h.h.Release(h.now, id)
		h.drain()
		if closes {
			h.want()
			h.len(1) // TIME-WAIT
		} else {
			h.want("7: <SEQ=1001><ACK=0><CTL=RST>")
			h.len(0)
		}
	}
}

// Each connection with something to send has one datagram in its turn.
func TestEmitTakesTurns(t *testing.T) {
	h := newHand(t)
	h.h.Listen(80, 0)
	for port := range uint16(3) {
		h.arrive(port+1, syn())
		h.arrive(port+1, ack(1001, ""))
	}
	h.got = nil
	for range 3 {
		h.h.Send(h.now, ok[ID](t)(h.h.Accept(80)), make([]byte, 536*3))
	}
	h.drain()
	order := ""
	for _, line := range h.got {
		order += line[:1]
	}
	if order != "123123123" {
		t.Errorf("in the order %s", order)
	}
}

// However many calls there are before Emit, a connection stands in the queue once.
func TestEmitQueuesOnce(t *testing.T) {
	n, a, _ := twoHosts(t)
	id := must[ID](t)(a.Dial(0, web, 0))
	for range 3 {
		must[int](t)(a.Send(n.now, id, []byte("x")))
	}
	if err := a.valid(); err != nil || a.emitting.len() != 1 {
		t.Errorf("%d in the queue, %v", a.emitting.len(), err)
	}
}

// Changed names each who may go on, once, and nobody else.
func TestChanged(t *testing.T) {
	n, a, b := twoHosts(t)
	b.Listen(80, 0)
	changed := func(h *Host) (all []Change) {
		for c, ok := h.Changed(); ok; c, ok = h.Changed() {
			all = append(all, c)
		}
		return all
	}
	want := func(what string, got []Change, want ...Change) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	x := must[ID](t)(a.Dial(0, web, 0))
	y := must[ID](t)(a.Dial(0, web, 0))
	n.send()
	want("nothing has come", changed(a))
	n.run(time.Second)
	want("established", changed(a), Change{ID: x}, Change{ID: y})
	want("two to accept", changed(b), Change{Port: 80})
	want("asked again", append(changed(a), changed(b)...))
	sx, sy := ok[ID](t)(b.Accept(80)), ok[ID](t)(b.Accept(80))
	a.Send(n.now, y, []byte("hello"))
	n.run(time.Second)
	want("text", changed(b), Change{ID: sy})
	want("room again", changed(a), Change{ID: y})
	a.Close(n.now, x)
	n.run(time.Second)
	want("FIN", changed(b), Change{ID: sx})
	b.Abort(n.now, sy)
	n.run(time.Second)
	want("reset", changed(a), Change{ID: x}, Change{ID: y}) // x is in FIN-WAIT-2
	want("its own", changed(b), Change{ID: sy})
	a.Release(n.now, x)
	n.run(time.Second)
	want("nobody listens", changed(a))
}

// Idle connections want nothing: no timer, no datagram.
func TestIdle(t *testing.T) {
	n, a, b := twoHosts(t)
	b.Listen(80, 0)
	for range 100 {
		must[ID](t)(a.Dial(0, web, 0))
	}
	n.run(time.Second)
	if a.Len() != 100 || b.Len() != 100 || a.Deadline() != endpoint.Never || b.Deadline() != endpoint.Never {
		t.Errorf("%d and %d connections, due at %v and %v", a.Len(), b.Len(), a.Deadline(), b.Deadline())
	}
}

// What a Host answers without a TCB is limited, also if nobody asks for it.
func TestAnswersAreLimited(t *testing.T) {
	h := newHand(t)
	for range maxAnswers + 50 {
		h.h.Arrive(0, datagram(7, syn()))
	}
	h.drain()
	if len(h.got) != maxAnswers || h.h.Counters().AnswersLost != 50 {
		t.Errorf("%d answers, %+v", len(h.got), h.h.Counters())
	}
}

// Profile claims what the Host does.
func TestProfile(t *testing.T) {
	h, err := New(Config{Addr: addrA, ReopensTimeWait: endpoint.ReopensByNumber, OrphanFinWait2: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	p := h.Profile()
	if !p.HalfDuplexClose || !p.HidesSynReceived || p.ReopensTimeWait != endpoint.ReopensByNumber ||
		p.OrphanFinWait2 != time.Minute || !p.RFC5961 || p.MSL != endpoint.DefaultMSL {
		t.Errorf("%+v", p)
	}
}
