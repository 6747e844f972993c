package vnet_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"example.org/halfopen/sim/vnet"
)

// The errors of a dial are those of net.Dial, texts included.
func TestDialErrors(t *testing.T) {
	for _, c := range []struct {
		name, script, network, address string
		timeout                        time.Duration
		is                             error
		text                           string
		timedOut                       bool
	}{
		{name: "nobody listens", address: "server:81", is: syscall.ECONNREFUSED,
			text: "dial tcp 10.0.0.2:81: connect: connection refused"},
		{name: "SYN never answered", script: "drop client SYN", address: "server:80", is: syscall.ETIMEDOUT,
			text: "dial tcp 10.0.0.2:80: connect: connection timed out", timedOut: true},
		{name: "context ends", script: "drop client SYN", address: "server:80", timeout: time.Second, is: context.DeadlineExceeded,
			text: "dial tcp 10.0.0.2:80: i/o timeout", timedOut: true},
		{name: "context cancelled", script: "drop client SYN", address: "server:80", timeout: -1, is: context.Canceled,
			text: "dial tcp 10.0.0.2:80: operation was canceled"},
		{name: "no host of that address", address: "10.9.9.9:80", is: syscall.EHOSTUNREACH,
			text: "dial tcp 10.9.9.9:80: connect: no route to host"},
		{name: "no host of that name", address: "nowhere:80",
			text: "dial tcp: lookup nowhere: no such host"},
		{name: "no port", address: "server", text: "dial tcp: address server: missing port in address"},
		{name: "no TCP", network: "udp", address: "server:80", text: "dial udp: unknown network udp"},
		{name: "host is down", script: "crash client at 0s", address: "server:80", is: vnet.ErrCrashed,
			text: "dial tcp 10.0.0.2:80: vnet: the host has crashed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			vnet.Test(t, c.script, func(t *testing.T, n *vnet.Network) {
				client := n.Host("client")
				listen(t, n, "server:80")
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				switch {
				case c.timeout > 0:
					ctx, cancel = context.WithTimeout(ctx, c.timeout)
					defer cancel()
				case c.timeout < 0:
					time.AfterFunc(time.Second, cancel)
				}
				network := c.network
				if network == "" {
					network = "tcp"
				}
				_, err := client.DialContext(ctx, network, c.address)
				checkError(t, err, "dial", c.is, c.text, c.timedOut)
			})
		})
	}
}

// A name that is unknown is a *net.DNSError, as a resolver's is.
func TestDialUnknownNameIsDNSError(t *testing.T) {
	vnet.Test(t, "", func(t *testing.T, n *vnet.Network) {
		_, err := n.Host("client").Dial("tcp", "nowhere:80")
		var dns *net.DNSError
		if !errors.As(err, &dns) || !dns.IsNotFound || dns.Name != "nowhere" {
			t.Errorf("%#v, want a *net.DNSError that is not found", err)
		}
		if _, err := n.Host("client").LookupHost(t.Context(), "nowhere"); !errors.As(err, &dns) {
			t.Errorf("LookupHost: %v, want a *net.DNSError", err)
		}
		if a, err := n.Host("client").LookupHost(t.Context(), "client"); err != nil || len(a) != 1 || a[0] != "10.0.0.1" {
			t.Errorf("LookupHost: %v, %v", a, err)
		}
	})
}

// The errors of a connection are those of a *net.TCPConn on Linux.
func TestConnErrors(t *testing.T) {
	for _, c := range []struct {
		name, script string
		err          func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) error
		op           string
		is           error
		text         string
		timedOut     bool
	}{
		{name: "Read after the peer's RST", op: "read", is: syscall.ECONNRESET,
			text: "read tcp 10.0.0.2:49152->10.0.0.1:80: read: connection reset by peer",
			err: func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) error {
				server.SetLinger(0)
				server.Close()
				return readError(client)
			}},
		{name: "Write after the peer's RST", op: "write", is: syscall.ECONNRESET,
			text: "write tcp 10.0.0.2:49152->10.0.0.1:80: write: connection reset by peer",
			err: func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) error {
				server.SetLinger(0)
				server.Close()
				time.Sleep(time.Second)
				return writeError(client)
			}},
		{name: "Write after ECONNRESET was told", op: "write", is: syscall.EPIPE,
			text: "write tcp 10.0.0.2:49152->10.0.0.1:80: write: broken pipe",
			err: func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) error {
				server.SetLinger(0)
				server.Close()
				readError(client)
				return writeError(client)
			}},
		{name: "Write after CloseWrite", op: "write", is: syscall.EPIPE,
			text: "write tcp 10.0.0.2:49152->10.0.0.1:80: write: broken pipe",
			err: func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) error {
				client.CloseWrite()
				return writeError(client)
			}},
		{name: "Read when nothing is acknowledged for R2 (RFC 9293 3.8.3)", op: "read", is: syscall.ETIMEDOUT, timedOut: true,
			script: "drop client DATA",
			text:   "read tcp 10.0.0.2:49152->10.0.0.1:80: read: connection timed out",
			err: func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) error {
				write(t, client, "hello")
				return readError(client)
			}},
		{name: "Read past a deadline", op: "read", is: os.ErrDeadlineExceeded, timedOut: true,
			text: "read tcp 10.0.0.2:49152->10.0.0.1:80: i/o timeout",
			err: func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) error {
				client.SetDeadline(time.Now().Add(time.Second))
				return readError(client)
			}},
		{name: "Read after Close", op: "read", is: net.ErrClosed,
			text: "read tcp 10.0.0.2:49152->10.0.0.1:80: use of closed network connection",
			err: func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) error {
				client.Close()
				return readError(client)
			}},
		{name: "Close after Close", op: "close", is: net.ErrClosed,
			text: "close tcp 10.0.0.2:49152->10.0.0.1:80: use of closed network connection",
			err: func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) error {
				client.Close()
				return client.Close()
			}},
		{name: "Read on a host that crashed", op: "read", is: vnet.ErrCrashed,
			text: "read tcp 10.0.0.2:49152->10.0.0.1:80: vnet: the host has crashed",
			err: func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) error {
				n.Host("client").Crash()
				return readError(client)
			}},
		{name: "SyscallConn", op: "raw", is: syscall.ENOTSUP,
			text: "raw tcp 10.0.0.2:49152->10.0.0.1:80: raw: operation not supported",
			err: func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) error {
				_, err := client.SyscallConn()
				return err
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			talk(t, c.script, func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
				checkError(t, c.err(t, n, client, server), c.op, c.is, c.text, c.timedOut)
			})
		})
	}
}

// checkError checks what programs ask of an error of package net.
func checkError(t *testing.T, err error, op string, is error, text string, timedOut bool) {
	t.Helper()
	var o *net.OpError
	if !errors.As(err, &o) {
		t.Fatalf("%v, want a *net.OpError", err)
	}
	if o.Op != op {
		t.Errorf("Op %q, want %q", o.Op, op)
	}
	if is != nil && !errors.Is(err, is) {
		t.Errorf("%v is not %v", err, is)
	}
	if err.Error() != text {
		t.Errorf("%q, want\n%q", err, text)
	}
	if o.Timeout() != timedOut {
		t.Errorf("Timeout() is %v, want %v", o.Timeout(), timedOut)
	}
}

// After the peer's FIN Read returns io.EOF itself, again and again.
func TestReadEOF(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		write(t, server, "bye")
		server.Close()
		read(t, client, "bye")
		for range 2 {
			if err := readError(client); err != io.EOF {
				t.Errorf("%v, want io.EOF", err)
			}
		}
	})
}

// After ECONNRESET was told once Read returns io.EOF, as on Linux.
func TestReadAfterResetWasTold(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		server.SetLinger(0)
		server.Close()
		if err := readError(client); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%v, want ECONNRESET", err)
		}
		if err := readError(client); err != io.EOF {
			t.Errorf("%v, want io.EOF", err)
		}
	})
}

// The errors of a listener are those of net.Listen.
func TestListenErrors(t *testing.T) {
	vnet.Test(t, "", func(t *testing.T, n *vnet.Network) {
		l := listen(t, n, "server:80")
		for address, want := range map[string]struct {
			is   error
			text string
		}{
			":80":       {syscall.EADDRINUSE, "listen tcp :80: bind: address already in use"},
			"client:80": {syscall.EADDRNOTAVAIL, "listen tcp client:80: bind: cannot assign requested address"},
		} {
			_, err := n.Host("server").Listen("tcp", address)
			checkError(t, err, "listen", want.is, want.text, false)
		}
		l.Close()
		_, err := l.Accept()
		checkError(t, err, "accept", net.ErrClosed, "accept tcp 10.0.0.1:80: use of closed network connection", false)
		checkError(t, l.Close(), "close", net.ErrClosed, "close tcp 10.0.0.1:80: use of closed network connection", false)
		listen(t, n, "server:80").Close() // the port is free again
	})
}
