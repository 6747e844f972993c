package vnet_test

import (
	"errors"
	"net"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.org/halfopen/sim/vnet"
)

// A full backlog refuses: the connection after it gets ECONNREFUSED, and one
// that is accepted makes room.
func TestBacklog(t *testing.T) {
	vnet.Test(t, "", func(t *testing.T, n *vnet.Network) {
		l := listen(t, n, "server:80")
		for range vnet.DefaultBacklog {
			defer dial(t, n, "client", "server:80").Close()
		}
		if _, err := n.Host("client").Dial("tcp", "server:80"); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%v, want ECONNREFUSED", err)
		}
		defer accept(t, l).Close()
		defer dial(t, n, "client", "server:80").Close()
	})
}

// Connections are accepted in the order in which they were established, not in
// that in which they were dialled.
func TestAcceptOrder(t *testing.T) {
	vnet.Test(t, "drop one SYN #1", func(t *testing.T, n *vnet.Network) {
		l := listen(t, n, "server:80")
		var wg sync.WaitGroup
		for _, from := range []string{"one", "two"} {
			h := n.Host(from)
			wg.Go(func() {
				c, err := h.Dial("tcp", "server:80")
				if err != nil {
					t.Error(err)
					return
				}
				defer c.Close()
				write(t, c, h.Name())
			})
		}
		for _, want := range []string{"two", "one"} {
			c := accept(t, l)
			defer c.Close()
			read(t, c, want)
		}
		wg.Wait()
	})
}

// Close resets the connections that nobody has accepted, and lets Accept go.
func TestListenerClose(t *testing.T) {
	vnet.Test(t, "", func(t *testing.T, n *vnet.Network) {
		l := listen(t, n, "server:80")
		c := dial(t, n, "client", "server:80")
		defer c.Close()
		time.Sleep(time.Second)
		l.Close()
		if err := readError(c); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%v, want ECONNRESET", err)
		}
		l = listen(t, n, "server:80")
		time.AfterFunc(time.Second, func() { l.Close() })
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%v, want net.ErrClosed", err)
		}
	})
}

// Port 0 is a port that is free, and Addr says which.
func TestListenPortZero(t *testing.T) {
	vnet.Test(t, "", func(t *testing.T, n *vnet.Network) {
		a, b := listen(t, n, "server:0"), listen(t, n, "server:0")
		if a.Addr().String() == b.Addr().String() {
			t.Errorf("%v twice", a.Addr())
		}
		go echo(b)
		c := dial(t, n, "client", b.Addr().String())
		defer c.Close()
		if c.RemoteAddr().String() != b.Addr().String() {
			t.Errorf("%v, want %v", c.RemoteAddr(), b.Addr())
		}
		write(t, c, "hello")
		read(t, c, "hello")
	})
}

// A host can dial itself: by its name, and by no name as package net does.
func TestDialSelf(t *testing.T) {
	vnet.Test(t, "", func(t *testing.T, n *vnet.Network) {
		go echo(listen(t, n, "server:80"))
		for _, address := range []string{"server:80", ":80", "localhost:80", "127.0.0.1:80"} {
			c := dial(t, n, "server", address)
			write(t, c, "hello")
			read(t, c, "hello")
			c.Close()
		}
	})
}
