package programs_test

import (
	"io"
	"net"
	"runtime"
	"testing"
	"time"

	"example.org/halfopen/sim/vnet"
)

func listen(t testing.TB, n *vnet.Network, host, port string) net.Listener {
	t.Helper()
	l, err := n.Host(host).Listen("tcp", ":"+port)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// serve hands what a listener accepts to a server.
func serve(l net.Listener, handle func(net.Conn)) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go handle(c)
	}
}

// join lets what one end says come out of the other, until both are closed: for
// servers that take no connection of ours, but have a pipe to them.
func join(a, b net.Conn) {
	go func() {
		io.Copy(b, a)
		b.Close()
	}()
	io.Copy(a, b)
	a.Close()
}

// took is how long f takes on the network's clock.
func took(n *vnet.Network, f func()) time.Duration {
	began := n.Now()
	f()
	return n.Now() - began
}

// test is vnet.Test for programs that keep timers in a sync.Pool, as nats.go and
// go-redis do: one that was made in another bubble cannot be used in this one.
// Two collections empty every pool.
func test(t *testing.T, script string, f func(t *testing.T, n *vnet.Network)) {
	t.Helper()
	runtime.GC()
	runtime.GC()
	vnet.Test(t, script, f)
}
