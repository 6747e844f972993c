package vnet_test

import (
	"io"
	"net"
	"testing"
	"time"

	"example.org/halfopen/sim/vnet"
)

// talk runs f with an open connection from a client to a server's port 80, and
// closes it afterwards.
func talk(t *testing.T, script string, f func(t *testing.T, n *vnet.Network, client, server *vnet.Conn)) {
	t.Helper()
	vnet.Test(t, script, func(t *testing.T, n *vnet.Network) {
		l := listen(t, n, "server:80")
		client := dial(t, n, "client", "server:80")
		server := accept(t, l)
		f(t, n, client, server)
		client.Close()
		server.Close()
	})
}

func listen(t *testing.T, n *vnet.Network, address string) net.Listener {
	t.Helper()
	host, _, _ := net.SplitHostPort(address)
	l, err := n.Host(host).Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func dial(t *testing.T, n *vnet.Network, from, to string) *vnet.Conn {
	t.Helper()
	c, err := n.Host(from).Dial("tcp", to)
	if err != nil {
		t.Fatal(err)
	}
	return c.(*vnet.Conn)
}

func accept(t *testing.T, l net.Listener) *vnet.Conn {
	t.Helper()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return c.(*vnet.Conn)
}

// echo serves a listener: what comes is sent back, until the peer closes.
func echo(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			io.Copy(c, c)
		}()
	}
}

func write(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if n, err := c.Write([]byte(text)); n != len(text) || err != nil {
		t.Fatalf("Write(%q): %d, %v", text, n, err)
	}
}

// read reads what has to be the next octets.
func read(t *testing.T, c net.Conn, want string) {
	t.Helper()
	b := make([]byte, len(want))
	if n, err := io.ReadFull(c, b); err != nil || string(b) != want {
		t.Fatalf("read %q, %v, want %q", b[:n], err, want)
	}
}

// readError reads one octet, which has to fail.
func readError(c net.Conn) error {
	_, err := c.Read(make([]byte, 1))
	return err
}

func writeError(c net.Conn) error {
	_, err := c.Write([]byte("x"))
	return err
}

// within fails the test unless f took at least low and less than high on the
// network's clock.
func within(t *testing.T, n *vnet.Network, low, high time.Duration, f func()) {
	t.Helper()
	began := n.Now()
	f()
	if took := n.Now() - began; took < low || took >= high {
		t.Errorf("it took %v, want %v to %v", took, low, high)
	}
}
