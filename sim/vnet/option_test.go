package vnet_test

import (
	"errors"
	"net"
	"syscall"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/vnet"
)

// A keep-alive finds out that the peer's host has crashed, within its idle time
// and R2 (RFC 9293 3.8.4); without one a Read waits for ever.
func TestKeepAliveFindsDeadPeer(t *testing.T) {
	for name, set := range map[string]func(*vnet.Conn) error{
		"SetKeepAlivePeriod": func(c *vnet.Conn) error { return c.SetKeepAlivePeriod(30 * time.Second) },
		"SetKeepAliveConfig": func(c *vnet.Conn) error {
			return c.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second})
		},
	} {
		t.Run(name, func(t *testing.T) {
			talk(t, "crash server at 10s", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
				if err := set(client); err != nil {
					t.Fatal(err)
				}
				err := readError(client)
				if !errors.Is(err, syscall.ETIMEDOUT) || n.Now() < 130*time.Second || n.Now() > 5*time.Minute {
					t.Errorf("%v at %v, want ETIMEDOUT after 30 s and R2", err, n.Now())
				}
			})
		})
	}
}

// Keep-alives of a live peer are answered: an hour later the connection is still
// there. SetKeepAlive(false) ends them.
func TestKeepAliveOfLivePeer(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		if err := client.SetKeepAlivePeriod(time.Minute); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		asked := len(n.Connections()[0].Trace.Segments)
		if asked < 2*58 || asked > 2*62 {
			t.Errorf("%d segments in an hour, want some 120", asked)
		}
		client.SetKeepAlive(false)
		time.Sleep(time.Hour)
		if more := len(n.Connections()[0].Trace.Segments); more != asked {
			t.Errorf("%d more segments", more-asked)
		}
		write(t, client, "hello")
		read(t, server, "hello")
	})
}

// SetNoDelay(false) turns Nagle's algorithm on: small writes wait for the
// acknowledgment of what is out (RFC 9293 3.7.4).
func TestSetNoDelay(t *testing.T) {
	for _, c := range []struct {
		noDelay  bool
		segments int
	}{{true, 10}, {false, 2}} {
		talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
			if err := client.SetNoDelay(c.noDelay); err != nil {
				t.Fatal(err)
			}
			for range 10 {
				write(t, client, "x")
			}
			read(t, server, "xxxxxxxxxx")
			sent := 0
			for _, s := range n.Connections()[0].Trace.Segments {
				if s.End == endpoint.A && s.Len > 0 {
					sent++
				}
			}
			if sent != c.segments {
				t.Errorf("SetNoDelay(%v): %d segments, want %d", c.noDelay, sent, c.segments)
			}
		})
	}
}
