package vnet_test

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.org/halfopen/sim/vnet"
)

var runs = flag.Int("runs", 30, "how often TestSame runs its test")

// TestSame: one test gives one Digest, however many processors there are; with
// -runs 1000 and -race, too. The test has servers and clients that run beside
// one another, loss, a crash and a partition.
func TestSame(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	want := uint64(0)
	for i := range *runs {
		runtime.GOMAXPROCS([]int{1, 8}[i%2])
		got := busy(t)
		if i == 0 {
			want = got
		}
		if got != want {
			t.Fatalf("run %d has the digest %x, the first one %x", i, got, want)
		}
	}
	t.Logf("%d of %d runs have the digest %x", *runs, *runs, want)
}

// busy runs a network with a lot going on, and returns its digest.
func busy(t *testing.T) (digest uint64) {
	const script = `link delay 10ms-30ms loss 10% reorder 5%
cut c1<->server at 200ms for 1s
crash back at 1s
restart back after 500ms
drop server FIN #1`
	vnet.Test(t, script, func(t *testing.T, n *vnet.Network) {
		go echo(listen(t, n, "server:80"))
		go echo(listen(t, n, "back:80"))
		var wg sync.WaitGroup
		for i := range 8 {
			h := n.Host(fmt.Sprintf("c%d", i))
			wg.Go(func() {
				for j := range 2 {
					c, err := h.Dial("tcp", []string{"server:80", "back:80"}[(i+j)%2])
					if err != nil {
						continue // the crash
					}
					c.SetDeadline(time.Now().Add(20 * time.Second))
					go c.Write([]byte(strings.Repeat("x", 1000*i+1)))
					io.CopyN(io.Discard, c, int64(1000*i+1))
					c.Close()
				}
			})
		}
		wg.Wait()
		digest = n.Digest()
	})
	return digest
}

// Twice is content with a program that is the same twice: HTTP over a lossy path.
func TestTwice(t *testing.T) {
	vnet.Twice(t, "link delay 20ms loss 5%", func(t *testing.T, n *vnet.Network) {
		go http.Serve(listen(t, n, "server:80"), http.NotFoundHandler())
		c := &http.Client{Transport: &http.Transport{DialContext: n.Host("client").DialContext}}
		defer c.CloseIdleConnections()
		for range 20 {
			res, err := c.Get("http://server/")
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
	})
}

// Diverged names the event at which two runs part.
func TestDiverged(t *testing.T) {
	var run atomic.Int32
	var records [2][]vnet.Record
	for i := range records {
		talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
			time.Sleep(time.Second - n.Now())
			write(t, client, strings.Repeat("x", int(run.Add(1))))
			time.Sleep(time.Second)
			records[i] = n.Connections()
		})
	}
	got := vnet.Diverged(records[0], records[1])
	for _, want := range []string{"connection 1: client", "event 6, at 1.000s", `"call":"SEND","n":2`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nwant it to say %q", got, want)
		}
	}
	if got := vnet.Diverged(records[0], records[0]); got != "" {
		t.Errorf("a run and itself: %s", got)
	}
	if got := vnet.Diverged(records[0], nil); !strings.Contains(got, "is in the first run only") {
		t.Error(got)
	}
	t.Log(got)
}
