package vnet_test

import (
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"example.org/halfopen/sim/vnet"
)

// A host that crashed and came back answers what still comes with a RST
// (RFC 9293 3.5.1): the connection was half-open.
func TestCrashAndRestartByTime(t *testing.T) {
	talk(t, "crash server at 1s\nrestart server after 2s", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		if err := readError(server); !errors.Is(err, vnet.ErrCrashed) || n.Now() != time.Second {
			t.Errorf("%v at %v, want ErrCrashed at 1s", err, n.Now())
		}
		write(t, client, "anybody there?")
		if err := readError(client); !errors.Is(err, syscall.ECONNRESET) || n.Now() < 3*time.Second {
			t.Errorf("%v at %v, want ECONNRESET after 3s", err, n.Now())
		}
		go echo(listen(t, n, "server:80")) // its programs start again
		c := dial(t, n, "client", "server:80")
		defer c.Close()
		write(t, c, "hello")
		read(t, c, "hello")
	})
}

// A crash may strike when a connection enters a state, and takes all the others
// of its host along.
func TestCrashWhen(t *testing.T) {
	vnet.Test(t, "crash server when server CLOSE-WAIT", func(t *testing.T, n *vnet.Network) {
		l := listen(t, n, "server:80")
		one, two := dial(t, n, "client", "server:80"), dial(t, n, "client", "server:80")
		defer two.Close()
		s1, s2 := accept(t, l), accept(t, l)
		one.Close()
		for _, c := range []net.Conn{s1, s2} {
			if err := readError(c); !errors.Is(err, vnet.ErrCrashed) {
				t.Errorf("%v, want ErrCrashed", err)
			}
		}
		if _, err := l.Accept(); !errors.Is(err, vnet.ErrCrashed) {
			t.Errorf("Accept: %v, want ErrCrashed", err)
		}
	})
}

// Crash and Restart do it by hand; a crash sends nothing.
func TestCrashByHand(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		n.Host("server").Crash()
		client.SetReadDeadline(time.Now().Add(time.Hour))
		within(t, n, time.Hour, time.Hour+1, func() { readError(client) }) // it hears nothing
		n.Host("server").Restart()
		write(t, client, "hello")
		client.SetReadDeadline(time.Time{})
		if err := readError(client); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%v, want ECONNRESET", err)
		}
	})
}

// A cut lets nothing through, and TCP gets over it: by hand, and by the script.
func TestCut(t *testing.T) {
	for _, script := range []string{"", "cut client<->server at 1s for 3s", "cut client->server at 1s for 3s"} {
		talk(t, script, func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
			time.Sleep(time.Second - n.Now())
			if script == "" {
				n.Cut(n.Host("client"), n.Host("server"), 3*time.Second)
			}
			within(t, n, 3*time.Second, 20*time.Second, func() {
				write(t, client, "hello")
				read(t, server, "hello")
			})
		})
	}
}

// A connection that is opened while a cut lasts is cut, too.
func TestCutBeforeDial(t *testing.T) {
	vnet.Test(t, "", func(t *testing.T, n *vnet.Network) {
		go echo(listen(t, n, "server:80"))
		n.Cut(n.Host("client"), n.Host("server"), 5*time.Second)
		time.Sleep(2 * time.Second)
		within(t, n, 3*time.Second, 10*time.Second, func() { dial(t, n, "client", "server:80").Close() })
	})
}

// A partition cuts two groups off from each other, and no one within them.
func TestPartition(t *testing.T) {
	vnet.Test(t, "", func(t *testing.T, n *vnet.Network) {
		hosts := map[string]*vnet.Host{}
		for _, name := range []string{"a", "b", "c", "d"} {
			go echo(listen(t, n, name+":80"))
			hosts[name] = n.Host(name)
		}
		n.Partition([]*vnet.Host{hosts["a"], hosts["b"]}, []*vnet.Host{hosts["c"], hosts["d"]}, 10*time.Second)
		for _, c := range []struct {
			from, to string
			through  bool
		}{{"a", "b", true}, {"c", "d", true}, {"a", "c", false}, {"d", "b", false}} {
			began := n.Now()
			x := dial(t, n, c.from, c.to+":80")
			x.Close()
			if fast := n.Now()-began < time.Second; fast != c.through {
				t.Errorf("%s to %s took %v", c.from, c.to, n.Now()-began)
			}
			if n.Now() >= 10*time.Second {
				n.Partition([]*vnet.Host{hosts["a"], hosts["b"]}, []*vnet.Host{hosts["c"], hosts["d"]}, 10*time.Second)
			}
		}
	})
}

// A stall of the script keeps a program from reading.
func TestStall(t *testing.T) {
	talk(t, "stall server reads at 1s for 10s", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		time.Sleep(2 * time.Second)
		write(t, client, "hello")
		read(t, server, "hello")
		if n.Now() != 11*time.Second {
			t.Errorf("read at %v, want 11s", n.Now())
		}
	})
}

// "of conn" and "of port" say which connections a line is about.
func TestWhichConnection(t *testing.T) {
	for _, c := range []struct {
		script string
		late   [3]bool // which of the connections: 1 and 2 to port 80, 3 to port 443
	}{
		{"drop client DATA #1", [3]bool{true, true, true}},
		{"drop client DATA #1 of conn 2", [3]bool{false, true, false}},
		{"drop client DATA #1 of port 80", [3]bool{true, true, false}},
		{"drop client DATA #1 of port 443", [3]bool{false, false, true}},
		{"drop server DATA #1 of port 443", [3]bool{false, false, true}},
	} {
		vnet.Test(t, c.script, func(t *testing.T, n *vnet.Network) {
			go echo(listen(t, n, "server:80"))
			go echo(listen(t, n, "server:443"))
			for i, to := range []string{"server:80", "server:80", "server:443"} {
				x := dial(t, n, "client", to)
				if x.Number() != i+1 {
					t.Errorf("connection %d is called %d", i+1, x.Number())
				}
				began := n.Now()
				write(t, x, "hello")
				read(t, x, "hello")
				if late := n.Now()-began > 500*time.Millisecond; late != c.late[i] {
					t.Errorf("%s: connection %d took %v", c.script, i+1, n.Now()-began)
				}
				x.Close()
			}
		})
	}
}

// A path may have a link of its own, each direction one, and the last line that
// is about it counts.
func TestLinkOfAPath(t *testing.T) {
	const script = "link delay 10ms\nlink far<->server delay 100ms\nlink server->far delay 300ms"
	vnet.Test(t, script, func(t *testing.T, n *vnet.Network) {
		go echo(listen(t, n, "server:80"))
		for from, want := range map[string]time.Duration{"near": 20 * time.Millisecond, "far": 400 * time.Millisecond} {
			within(t, n, want, want+1, func() { defer dial(t, n, from, "server:80").Close() })
		}
	})
}

// Damage that no checksum catches reaches the program; damage that one catches
// does not.
func TestCorrupt(t *testing.T) {
	for script, want := range map[string]string{
		"corrupt client DATA #1 bit 160 undetected": "\xe8ello", // bit 0 of the first octet behind 20 of header
		"corrupt client DATA #1 bit 160":            "hello",
	} {
		talk(t, script, func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
			write(t, client, "hello")
			client.CloseWrite()
			b, err := io.ReadAll(server)
			if string(b) != want || err != nil {
				t.Errorf("%s: %q, %v, want %q", script, b, err, want)
			}
		})
	}
}
