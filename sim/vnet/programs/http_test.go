package programs_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"example.org/halfopen/sim/vnet"
)

// web is an HTTP server that counts how often each request was served, and a
// client of it.
type web struct {
	n      *vnet.Network
	server *http.Server
	client *http.Client
	url    string

	mu     sync.Mutex
	served map[string]int
}

// newWeb serves HTTP/1.1, or HTTP/2 over TLS.
func newWeb(t *testing.T, n *vnet.Network, two bool) *web {
	w := &web{n: n, served: map[string]int{}, url: "http://server"}
	w.server = &http.Server{Handler: w}
	tr := &http.Transport{DialContext: n.Host("client").DialContext, MaxIdleConnsPerHost: 100}
	w.client = &http.Client{Transport: tr}
	if l := listen(t, n, "server", map[bool]string{false: "80", true: "443"}[two]); two {
		cert, pool := certificate(t)
		w.url, w.server.TLSConfig = "https://server", &tls.Config{Certificates: []tls.Certificate{cert}}
		tr.ForceAttemptHTTP2, tr.TLSClientConfig = true, &tls.Config{RootCAs: pool}
		go w.server.ServeTLS(l, "", "")
	} else {
		go w.server.Serve(l)
	}
	t.Cleanup(func() { // in the bubble: before the network looks at what is left
		tr.CloseIdleConnections()
		w.server.Close()
	})
	return w
}

func (w *web) ServeHTTP(res http.ResponseWriter, req *http.Request) {
	w.mu.Lock()
	w.served[req.URL.Path]++
	w.mu.Unlock()
	if req.URL.Query().Has("slow") {
		time.Sleep(time.Second)
	}
	if req.URL.Query().Has("close") {
		res.Header().Set("Connection", "close")
	}
	fmt.Fprintf(res, "%s: answer to %s%s", req.Proto, req.URL.Path, strings.Repeat(".", 100))
}

// get asks for a path, and returns the answer up to its dots.
func (w *web) get(ctx context.Context, method, path string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, w.url+path, nil)
	if err != nil {
		return "", err
	}
	res, err := w.client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return strings.TrimRight(string(b), "."), err
}

// count is how often a path was served.
func (w *web) count(path string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.served[path]
}

// certificate is one for "server". Ed25519's signatures are of one length:
// ECDSA's are not, and would show on the wire.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"server"}, BasicConstraintsValid: true, IsCA: true,
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}, pool
}

// TestHTTP: of 10,000 requests over a path that loses one datagram in twenty none
// is lost and none is served twice, over HTTP/1.1 with keep-alive and over HTTP/2.
func TestHTTP(t *testing.T) {
	const workers, each = 20, 500
	for _, two := range []bool{false, true} {
		t.Run(map[bool]string{false: "HTTP/1.1", true: "HTTP/2.0"}[two], func(t *testing.T) {
			name := t.Name()[len("TestHTTP/"):]
			began := time.Now()
			vnet.Test(t, "link delay 20ms loss 5%", func(t *testing.T, n *vnet.Network) {
				w := newWeb(t, n, two)
				var wg sync.WaitGroup
				for i := range workers {
					wg.Go(func() {
						for j := range each {
							path := fmt.Sprintf("/%d/%d", i, j)
							if got, err := w.get(t.Context(), "GET", path); err != nil || got != name+": answer to "+path {
								t.Errorf("%q, %v, want the answer to %s", got, err, path)
								return
							}
						}
					})
				}
				wg.Wait()
				for path, times := range w.served {
					if times != 1 {
						t.Errorf("%s was served %d times", path, times)
					}
				}
				if len(w.served) != workers*each {
					t.Errorf("%d requests were served, want %d", len(w.served), workers*each)
				}
				t.Logf("%d requests over %d connections, %v of virtual time", len(w.served), len(n.Connections()), n.Now())
			})
			t.Logf("%v", time.Since(began))
		})
	}
}

// TestHTTPLastSegment: what becomes of a request when the end of its answer is
// lost. Each row: the fault, what the client gets, when, and how often the request
// was served.
func TestHTTPLastSegment(t *testing.T) {
	const answer = "HTTP/1.1: answer to /x"
	for _, c := range []struct {
		name, script, method, path string
		is                         error
		text                       string // of the error
		low, high                  time.Duration
		served                     int
	}{
		// The answer has a length: nobody waits for the FIN.
		{name: "FIN lost", script: "drop server FIN #1", path: "/x?close", high: 100 * time.Millisecond, served: 1},
		{name: "all FINs lost", script: "drop server FIN", path: "/x?close", high: 100 * time.Millisecond, served: 1},
		// TCP sends it again when RTO is over: a second.
		{name: "last segment lost", script: "drop server DATA #1", path: "/x", low: time.Second, high: 2 * time.Second, served: 1},
		{name: "request lost", script: "drop client DATA #1", path: "/x", low: time.Second, high: 2 * time.Second, served: 1},
		// The server's host crashes before it answers, and comes back at once. The
		// client has nothing left to send, so nothing tells it: without a time limit
		// of its own it waits for ever.
		{name: "crash before the answer", script: "crash server at 500ms\nrestart server after 100ms", path: "/x?slow",
			is: context.DeadlineExceeded, low: time.Minute, high: time.Minute + time.Second, served: 1},
		// The acknowledgment is lost with the answer: the request is sent again, and
		// its RST is an error, although the request was served.
		{name: "RST answers a request that was served", script: "drop server DATA\ncrash server at 500ms\nrestart server after 1s", path: "/x",
			is: syscall.ECONNRESET, low: 3 * time.Second, high: 4 * time.Second, served: 1},
		// That RST is lost, too: the next retransmission gets another one.
		{name: "RST lost", script: "drop server DATA\ndrop server RST #1\ncrash server at 500ms\nrestart server after 1s", path: "/x",
			is: syscall.ECONNRESET, low: 7 * time.Second, high: 8 * time.Second, served: 1},
		{name: "RST answers the request", script: "drop client DATA #1\ncrash server at 500ms\nrestart server after 100ms", path: "/x",
			is: syscall.ECONNRESET, low: time.Second, high: 2 * time.Second, served: 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			vnet.Test(t, c.script, func(t *testing.T, n *vnet.Network) {
				w := newWeb(t, n, false)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				var got string
				var err error
				if d := took(n, func() { got, err = w.get(ctx, "GET", c.path) }); d < c.low || d > c.high {
					t.Errorf("it took %v, want %v to %v", d, c.low, c.high)
				}
				if !errors.Is(err, c.is) || err == nil && got != answer {
					t.Errorf("%q, %v, want %q, %v", got, err, answer, c.is)
				}
				if w.count("/x") != c.served {
					t.Errorf("served %d times, want %d", w.count("/x"), c.served)
				}
			})
		})
	}
}

// TestHTTPRetry: on a connection that was used before, net/http sends a GET again
// when the connection breaks before an answer has come: the request is served
// twice. A POST it does not send again: it fails although it was served.
func TestHTTPRetry(t *testing.T) {
	for method, c := range map[string]struct {
		served int
		failed bool
	}{"GET": {2, false}, "POST": {1, true}} {
		t.Run(method, func(t *testing.T) {
			vnet.Test(t, "", func(t *testing.T, n *vnet.Network) {
				w := newWeb(t, n, false)
				if _, err := w.get(t.Context(), "GET", "/warm"); err != nil {
					t.Fatal(err)
				}
				var broken atomic.Bool
				handler := w.server.Handler
				w.server.Handler = http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
					handler.ServeHTTP(new(nowhere), req)
					if broken.CompareAndSwap(false, true) {
						panic(http.ErrAbortHandler) // the connection is closed; nothing was answered
					}
				})
				_, err := w.get(t.Context(), method, "/x")
				if w.count("/x") != c.served || err != nil != c.failed {
					t.Errorf("served %d times, %v; want %d times, failed: %v", w.count("/x"), err, c.served, c.failed)
				}
			})
		})
	}
}

// nowhere is a ResponseWriter that answers nothing.
type nowhere struct{ header http.Header }

func (n *nowhere) Header() http.Header {
	if n.header == nil {
		n.header = http.Header{}
	}
	return n.header
}
func (n *nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n *nowhere) WriteHeader(int)             {}

// TestHTTP2DeadPeer: a server's host crashes. Its HTTP/2 connection stays in the
// client's pool, and every request on it waits for its own time limit: the next
// ones, too, long after the host is back. Transport.HTTP2.SendPingTimeout mends it.
func TestHTTP2DeadPeer(t *testing.T) {
	for _, mended := range []bool{false, true} {
		t.Run(fmt.Sprintf("mended=%v", mended), func(t *testing.T) {
			vnet.Test(t, "crash server at 1s", func(t *testing.T, n *vnet.Network) {
				w := newWeb(t, n, true)
				if mended {
					w.client.Transport.(*http.Transport).HTTP2 = &http.HTTP2Config{SendPingTimeout: 2 * time.Second, PingTimeout: 2 * time.Second}
				}
				if _, err := w.get(t.Context(), "GET", "/warm"); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2 * time.Second)
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				d := took(n, func() { w.get(ctx, "GET", "/x") })
				if (d < 10*time.Second) != mended {
					t.Errorf("the request ended after %v", d)
				}
			})
		})
	}
}
