package programs_test

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"example.org/halfopen/sim/vnet"
)

// bus is a NATS server on a host. It listens itself on no port: what the host
// accepts is joined to it by a pipe.
func bus(t *testing.T, n *vnet.Network) *server.Server {
	t.Helper()
	s, err := server.NewServer(&server.Options{DontListen: true, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	open(t, n, s)
	return s
}

// open has the server's host listen, from the beginning or again.
func open(t *testing.T, n *vnet.Network, s *server.Server) {
	t.Helper()
	go serve(listen(t, n, "server", "4222"), func(c net.Conn) {
		pipe, err := s.InProcessConn()
		if err != nil {
			c.Close()
			return
		}
		join(c, pipe)
	})
}

// dialer is a host as nats.go wants it.
type dialer struct{ h *vnet.Host }

func (d dialer) Dial(network, address string) (net.Conn, error) { return d.h.Dial(network, address) }

func connect(t *testing.T, n *vnet.Network, host string, options ...nats.Option) *nats.Conn {
	t.Helper()
	options = append([]nats.Option{nats.SetCustomDialer(dialer{n.Host(host)}), nats.SkipHostLookup()}, options...)
	c, err := nats.Connect("nats://server:4222", options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// TestNATSLoss: over a path that loses one datagram in twenty every message
// arrives once, in order.
func TestNATSLoss(t *testing.T) {
	test(t, "link delay 20ms loss 5%", func(t *testing.T, n *vnet.Network) {
		const messages = 1000
		bus(t, n)
		sub, err := connect(t, n, "subscriber").SubscribeSync("news")
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second) // Subscribe is not acknowledged
		p := connect(t, n, "publisher")
		for i := range messages {
			if err := p.Publish("news", fmt.Append(nil, i)); err != nil {
				t.Fatal(err)
			}
		}
		for i := range messages {
			m, err := sub.NextMsg(time.Minute)
			if err != nil || string(m.Data) != fmt.Sprint(i) {
				t.Fatalf("message %d: %v, %v", i, m, err)
			}
		}
	})
}

// TestNATSPublishIsLost: the surprise. The server's host crashes and is back after
// a second. Publish goes on without an error, and what it took into a connection
// that was dead is gone: only Flush, which asks for an answer, tells.
func TestNATSPublishIsLost(t *testing.T) {
	test(t, "crash server at 1s\nrestart server after 1s", func(t *testing.T, n *vnet.Network) {
		s := bus(t, n)
		sub, err := connect(t, n, "subscriber").SubscribeSync("news")
		if err != nil {
			t.Fatal(err)
		}
		p := connect(t, n, "publisher")
		time.Sleep(1500*time.Millisecond - n.Now())
		if err := p.Publish("news", []byte("lost")); err != nil {
			t.Errorf("Publish into a dead connection says %v", err)
		}
		time.Sleep(2500*time.Millisecond - n.Now())
		open(t, n, s)
		// The publisher hears the RST. The subscriber has nothing to send: its own
		// pings, one in two minutes, find out.
		time.Sleep(10 * time.Minute)
		if !p.IsConnected() {
			t.Fatal("the publisher is not back")
		}
		if err := p.Publish("news", []byte("heard")); err != nil {
			t.Error(err)
		}
		m, err := sub.NextMsg(time.Minute)
		if err != nil || string(m.Data) != "heard" {
			t.Errorf("%v, %v, want the second message only", m, err)
		}
	})
}

// TestNATSDeadServer: a subscriber whose server's host has crashed for good finds out after
// its pings have gone unanswered: two minutes each, three of them.
func TestNATSDeadServer(t *testing.T) {
	test(t, "crash server at 1s", func(t *testing.T, n *vnet.Network) {
		bus(t, n)
		lost := make(chan error, 1)
		connect(t, n, "subscriber", nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { lost <- err }), nats.NoReconnect())
		d := took(n, func() { <-lost })
		if d < 2*time.Minute || d > 7*time.Minute {
			t.Errorf("it took %v", d)
		}
		t.Logf("it took %v", d)
	})
}

// TestNATSPartition: a partition of half a minute. TCP holds what was published
// and delivers it afterwards: nothing is lost, and nobody reconnects.
func TestNATSPartition(t *testing.T) {
	test(t, "cut publisher<->server at 1s for 30s", func(t *testing.T, n *vnet.Network) {
		bus(t, n)
		sub, err := connect(t, n, "subscriber").SubscribeSync("news")
		if err != nil {
			t.Fatal(err)
		}
		p := connect(t, n, "publisher")
		time.Sleep(2*time.Second - n.Now())
		for i := range 10 {
			if err := p.Publish("news", fmt.Append(nil, i)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		for i := range 10 {
			m, err := sub.NextMsg(2 * time.Minute)
			if err != nil || string(m.Data) != fmt.Sprint(i) {
				t.Fatalf("message %d: %v, %v", i, m, err)
			}
		}
		if p.Stats().Reconnects != 0 {
			t.Errorf("%d reconnects", p.Stats().Reconnects)
		}
	})
}
