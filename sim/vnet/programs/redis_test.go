package programs_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/alicebob/miniredis/v2/server"
	"github.com/redis/go-redis/v9"

	"example.org/halfopen/sim/vnet"
)

// cache is a Redis server on a host, and a client of go-redis on another.
func cache(t *testing.T, n *vnet.Network, o redis.Options) (*miniredis.Miniredis, *redis.Client) {
	t.Helper()
	m := miniredis.NewMiniRedis()
	start, err := m.Dial() // it starts without a listener
	if err != nil {
		t.Fatal(err)
	}
	start.Close()
	go serve(listen(t, n, "server", "6379"), func(c net.Conn) { m.Server().ServeConn(c) })
	// By its address: go-redis asks the machine's own resolver about a name, beside
	// its Dialer, and in a bubble that cannot be.
	o.Addr = net.JoinHostPort(n.Host("server").Addr().String(), "6379")
	o.ConnMaxIdleTime = -1 // go-redis has a clock of its own for it, outside the bubble
	o.Dialer = n.Host("client").DialContext
	c := redis.NewClient(&o)
	t.Cleanup(func() {
		c.Close()
		m.Close()
	})
	return m, c
}

// lose cuts the path for some time when the server is given a command: it does it,
// and the answer is lost.
func lose(n *vnet.Network, m *miniredis.Miniredis, command string, d time.Duration) {
	once := false
	m.Server().SetPreHook(func(_ *server.Peer, got string, _ ...string) bool {
		if got == command && !once {
			once = true
			n.Cut(n.Host("client"), n.Host("server"), d)
		}
		return false
	})
}

// value is what a counter of the server stands at.
func value(m *miniredis.Miniredis) string {
	s, _ := m.Get("n")
	return s
}

// TestRedisLoss: over a path that loses one datagram in twenty every INCR counts
// once, as long as no time limit of the client is reached.
func TestRedisLoss(t *testing.T) {
	test(t, "link delay 20ms loss 5%", func(t *testing.T, n *vnet.Network) {
		m, c := cache(t, n, redis.Options{ReadTimeout: time.Minute})
		for range 1000 {
			if err := c.Incr(t.Context(), "n").Err(); err != nil {
				t.Fatal(err)
			}
		}
		if value(m) != "1000" {
			t.Errorf("%s, want 1000", value(m))
		}
	})
}

// TestRedisRetryDoubles: the surprise. go-redis sends a command again when its
// ReadTimeout (3 s) is over, whatever the command: with the path cut for four
// seconds one INCR counts twice, and the caller hears of no error. MaxRetries: -1
// is the mend: then the caller hears it, and decides.
func TestRedisRetryDoubles(t *testing.T) {
	for name, c := range map[string]struct {
		retries int
		value   string
		failed  bool
	}{
		"default":       {0, "2", false},
		"MaxRetries=-1": {-1, "1", true},
	} {
		t.Run(name, func(t *testing.T) {
			test(t, "", func(t *testing.T, n *vnet.Network) {
				m, client := cache(t, n, redis.Options{MaxRetries: c.retries})
				lose(n, m, "INCR", 4*time.Second)
				err := client.Incr(t.Context(), "n").Err()
				time.Sleep(time.Minute)
				if value(m) != c.value || (err != nil) != c.failed {
					t.Errorf("the counter stands at %s, %v; want %s, failed: %v", value(m), err, c.value, c.failed)
				}
			})
		})
	}
}

// TestRedisCrash: the server's host crashes and is back after a second. The next
// command meets the RST on the old connection, and go-redis makes a new one: the
// caller hears nothing, for the listener is there again.
func TestRedisCrash(t *testing.T) {
	test(t, "crash server at 1s\nrestart server after 1s", func(t *testing.T, n *vnet.Network) {
		m, c := cache(t, n, redis.Options{})
		if err := c.Incr(t.Context(), "n").Err(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		go serve(listen(t, n, "server", "6379"), func(c net.Conn) { m.Server().ServeConn(c) })
		if err := c.Incr(t.Context(), "n").Err(); err != nil || value(m) != "2" {
			t.Errorf("%v, the counter stands at %s, want 2", err, value(m))
		}
	})
}

// TestRedisContext: a caller's context does not end a command that waits for its
// answer, unless ContextTimeoutEnabled is set: the surprise of many callers.
func TestRedisContext(t *testing.T) {
	for _, enabled := range []bool{false, true} {
		test(t, "", func(t *testing.T, n *vnet.Network) {
			m, c := cache(t, n, redis.Options{ContextTimeoutEnabled: enabled, MaxRetries: -1})
			lose(n, m, "GET", time.Minute)
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			var err error
			d := took(n, func() { err = c.Get(ctx, "n").Err() })
			if err == nil || errors.Is(err, redis.Nil) || (d < time.Second) != enabled {
				t.Errorf("ContextTimeoutEnabled %v: %v after %v", enabled, err, d)
			}
		})
	}
}
