package vnet_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"example.org/halfopen/sim/vnet"
)

// Five patterns that programs on a network live by, each against the fault that
// kills its naive version: that one has to fail here, too.

// shop takes orders, one a line, and answers each: "OK". With keys it takes each
// order once, however often it is told.
type shop struct {
	mu     sync.Mutex
	orders []string
	keys   bool
}

func (s *shop) serve(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			for lines := bufio.NewScanner(c); lines.Scan(); {
				s.take(lines.Text())
				fmt.Fprintln(c, "OK")
			}
		}()
	}
}

func (s *shop) take(order string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.orders {
		if s.keys && o == order {
			return
		}
	}
	s.orders = append(s.orders, order)
}

// order gives one order on a connection, which is given up after a second.
func order(c net.Conn, text string) error {
	c.SetDeadline(time.Now().Add(time.Second))
	if _, err := fmt.Fprintln(c, text); err != nil {
		return err
	}
	_, err := bufio.NewReader(c).ReadString('\n')
	return err
}

// dialOrder is an order on a connection of its own.
func dialOrder(h *vnet.Host, text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	c, err := h.DialContext(ctx, "tcp", "server:80")
	if err != nil {
		return err
	}
	defer c.Close()
	return order(c, text)
}

// both runs a pattern's test for its naive and its mended version.
func both(t *testing.T, script string, f func(t *testing.T, n *vnet.Network, mended bool)) {
	for name, mended := range map[string]bool{"naive": false, "mended": true} {
		t.Run(name, func(t *testing.T) {
			vnet.Test(t, script, func(t *testing.T, n *vnet.Network) { f(t, n, mended) })
		})
	}
}

// Retry. The answer is lost, not the order: who asks again orders twice. A key by
// which the server knows the order again is the mend.
func TestPatternRetry(t *testing.T) {
	both(t, "drop server DATA #1-2 of conn 1", func(t *testing.T, n *vnet.Network, mended bool) {
		s := &shop{keys: mended}
		go s.serve(listen(t, n, "server:80"))
		client := n.Host("client")
		for dialOrder(client, "key=17 tea") != nil {
			time.Sleep(100 * time.Millisecond)
		}
		if once := len(s.orders) == 1; once != mended {
			t.Errorf("ordered %d times", len(s.orders))
		}
	})
}

// Timeout. The server reads and says nothing more: only the caller's deadline ends
// the wait. The deadline is for the whole, not for each Read: a server that says
// an octet now and then would never reach one of those.
func TestPatternTimeout(t *testing.T) {
	both(t, "", func(t *testing.T, n *vnet.Network, mended bool) {
		l := listen(t, n, "server:80")
		go func() {
			c := accept(t, l)
			defer c.Close()
			for range 100 {
				time.Sleep(900 * time.Millisecond)
				if _, err := c.Write([]byte(".")); err != nil {
					return
				}
			}
		}()
		c := dial(t, n, "client", "server:80")
		began := n.Now()
		c.SetDeadline(time.Now().Add(time.Second))
		for {
			if _, err := c.Read(make([]byte, 1)); err != nil {
				break
			}
			if !mended {
				c.SetDeadline(time.Now().Add(time.Second))
			}
		}
		c.Close()
		if quick := n.Now()-began == time.Second; quick != mended {
			t.Errorf("it took %v", n.Now()-began)
		}
	})
}

// breaker lets nothing through for a while after three failures in a row.
type breaker struct {
	failures int
	until    time.Time
}

var errOpen = errors.New("the circuit is open")

func (b *breaker) do(f func() error) error {
	if time.Now().Before(b.until) {
		return errOpen
	}
	if err := f(); err != nil {
		if b.failures++; b.failures >= 3 {
			b.until = time.Now().Add(10 * time.Second)
		}
		return err
	}
	b.failures = 0
	return nil
}

// Circuit breaker. A host that is down for a minute costs every caller a second of
// waiting; behind a breaker most of them hear at once, and the first one after it
// is back gets through within the breaker's ten seconds.
func TestPatternCircuitBreaker(t *testing.T) {
	both(t, "crash server at 10s\nrestart server after 60s", func(t *testing.T, n *vnet.Network, mended bool) {
		s := new(shop)
		go s.serve(listen(t, n, "server:80"))
		client, waited, b := n.Host("client"), time.Duration(0), new(breaker)
		back := time.Duration(0)
		for n.Now() < 2*time.Minute {
			if n.Now() > 70*time.Second && len(s.orders) > 0 && back == 0 {
				back = n.Now()
				go s.serve(listen(t, n, "server:80"))
			}
			began := n.Now()
			call := func() error { return dialOrder(client, "tea") }
			if mended {
				b.do(call)
			} else {
				call()
			}
			if began > 10*time.Second && began < 70*time.Second {
				waited += n.Now() - began
			}
			time.Sleep(time.Second)
		}
		if cheap := waited < 10*time.Second; cheap != mended {
			t.Errorf("callers waited for %v", waited)
		}
		if len(s.orders) < 40 {
			t.Errorf("%d orders: it was not used again", len(s.orders))
		}
	})
}

// Connection pool. The server was restarted while a connection lay idle: its first
// use meets a RST. A pool that has not heard a word of an answer may ask again on a
// new connection, if the order has a key.
func TestPatternPool(t *testing.T) {
	both(t, "crash server at 10s\nrestart server after 1s", func(t *testing.T, n *vnet.Network, mended bool) {
		s := &shop{keys: true}
		go s.serve(listen(t, n, "server:80"))
		idle := dial(t, n, "client", "server:80")
		defer idle.Close()
		if err := order(idle, "key=1 tea"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		go s.serve(listen(t, n, "server:80"))
		err := order(idle, "key=2 tea")
		if err != nil && mended {
			err = dialOrder(n.Host("client"), "key=2 tea")
		}
		if (err == nil) != mended || mended && len(s.orders) != 2 {
			t.Errorf("%v, %q", err, s.orders)
		}
	})
}

// Graceful shutdown. Close cuts the answers off that are on their way; Shutdown
// waits for them.
func TestPatternShutdown(t *testing.T) {
	both(t, "link delay 50ms loss 5%", func(t *testing.T, n *vnet.Network, mended bool) {
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Second)
			io.WriteString(w, "done")
		})}
		go server.Serve(listen(t, n, "server:80"))
		tr := &http.Transport{DialContext: n.Host("client").DialContext}
		defer tr.CloseIdleConnections()
		answer := make(chan error, 1)
		go func() {
			res, err := (&http.Client{Transport: tr, Timeout: time.Minute}).Get("http://server/")
			if err == nil {
				_, err = io.ReadAll(res.Body)
				res.Body.Close()
			}
			answer <- err
		}()
		time.Sleep(500 * time.Millisecond)
		if mended {
			server.Shutdown(t.Context())
		} else {
			server.Close()
		}
		if err := <-answer; (err == nil) != mended {
			t.Errorf("the answer: %v", err)
		}
	})
}
