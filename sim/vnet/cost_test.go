package vnet_test

import (
	"context"
	"flag"
	"io"
	"net"
	"net/http"
	"runtime"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"example.org/halfopen/sim/vnet"
)

// The figures of the package: an HTTP request over vnet, loopback TCP and net.Pipe,
// what 1,000 idle connections cost, and an hour with little to do.
//
//	go test ./sim/vnet -run Cost -v -cost
//
// They are a test, because there are no bubbles for benchmarks.
func TestCost(t *testing.T) {
	if !*cost {
		t.Skip("only with -cost")
	}
	const requests = 5000
	var vnetTime time.Duration
	vnet.Test(t, "link delay 1ms", func(t *testing.T, n *vnet.Network) {
		vnetTime = real(func() { gets(t, listen(t, n, "server:80"), n.Host("client").DialContext, requests) })
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	tcpTime := real(func() {
		gets(t, l, func(ctx context.Context, _, _ string) (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) }, requests)
	})
	p := newPipes()
	pipeTime := real(func() {
		gets(t, p, func(context.Context, string, string) (net.Conn, error) { return p.dial(), nil }, requests)
	})
	synctest.Test(t, func(t *testing.T) {
		p := newPipes()
		bubble := real(func() {
			gets(t, p, func(context.Context, string, string) (net.Conn, error) { return p.dial(), nil }, requests)
		})
		t.Logf("net.Pipe in a bubble: %v a request", bubble/requests)
	})
	t.Logf("vnet %v, loopback TCP %v, net.Pipe %v a request; vnet is %d.%d times loopback, %d.%d times net.Pipe",
		vnetTime/requests, tcpTime/requests, pipeTime/requests,
		vnetTime/tcpTime, vnetTime*10/tcpTime%10, vnetTime/pipeTime, vnetTime*10/pipeTime%10)
}

var cost = flag.Bool("cost", false, "measure what a request costs (TestCost)")

// wall is the wall's clock: time.Now is virtual in a bubble.
func wall() time.Duration {
	var t syscall.Timeval
	if err := syscall.Gettimeofday(&t); err != nil {
		panic(err)
	}
	return time.Duration(t.Sec)*time.Second + time.Duration(t.Usec)*time.Microsecond
}

// real is how long f takes on the wall's clock, in a bubble, too.
func real(f func()) time.Duration {
	began := wall()
	f()
	return wall() - began
}

// gets makes GETs on a connection that is kept.
func gets(t *testing.T, l net.Listener, dial func(ctx context.Context, network, address string) (net.Conn, error), requests int) {
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") })}
	go server.Serve(l)
	tr := &http.Transport{DialContext: dial}
	c := &http.Client{Transport: tr}
	for range requests {
		res, err := c.Get("http://server/")
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
	tr.CloseIdleConnections()
	server.Close()
}

// pipes is a listener of net.Pipes.
type pipes struct {
	accepted chan net.Conn
	over     chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) dial() net.Conn {
	a, b := net.Pipe()
	p.accepted <- b
	return a
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accepted:
		return c, nil
	case <-p.over:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.over); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// 1,000 idle connections: what they hold, and that an hour of them costs nothing.
func TestIdleConnections(t *testing.T) {
	vnet.Test(t, "", func(t *testing.T, n *vnet.Network) {
		const many = 1000
		l := listen(t, n, "server:80")
		var conns []net.Conn
		before := heap()
		for range many {
			c := dial(t, n, "client", "server:80")
			s := accept(t, l)
			write(t, c, "hello")
			read(t, s, "hello")
			conns = append(conns, c, s)
		}
		time.Sleep(time.Second) // delayed ACKs
		each := (heap() - before) / many
		steps := n.Digest()
		hour := real(func() { time.Sleep(time.Hour) })
		t.Logf("%d connections, %d octets each; an hour of them takes %v", many, each, hour)
		if n.Digest() != steps {
			t.Error("they were not idle")
		}
		if each > 64<<10 {
			t.Errorf("%d octets for each connection", each)
		}
		if hour > 100*time.Millisecond {
			t.Errorf("an idle hour takes %v", hour)
		}
		for _, c := range conns {
			c.Close()
		}
	})
}

func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// A simulated hour with one message a minute, answered, takes no time.
func TestHour(t *testing.T) {
	vnet.Test(t, "link delay 20ms loss 1%", func(t *testing.T, n *vnet.Network) {
		go echo(listen(t, n, "server:80"))
		c := dial(t, n, "client", "server:80")
		defer c.Close()
		took := real(func() {
			for n.Now() < time.Hour {
				write(t, c, "ping")
				read(t, c, "ping")
				time.Sleep(time.Minute)
			}
		})
		t.Logf("an hour took %v", took)
		if took > 100*time.Millisecond && !testing.Short() {
			t.Errorf("an hour took %v, want less than 100ms", took)
		}
	})
}
