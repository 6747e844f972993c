package vnet_test

import (
	"errors"
	"io"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/vnet"
)

// resets counts the RSTs that an end of the first connection sent.
func resets(n *vnet.Network, e endpoint.End) (count int) {
	for _, s := range n.Connections()[0].Trace.Segments {
		if s.End == e && s.Flags.Has(endpoint.RST) {
			count++
		}
	}
	return count
}

// CloseWrite sends a FIN behind what was written; reading goes on (RFC 9293 3.6).
func TestCloseWrite(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		write(t, client, "question")
		if err := client.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(server)
		if string(b) != "question" || err != nil {
			t.Fatalf("%q, %v", b, err)
		}
		write(t, server, "answer")
		read(t, client, "answer")
		if err := client.CloseWrite(); err != nil {
			t.Errorf("a second CloseWrite: %v", err)
		}
	})
}

// CloseRead throws away what the peer goes on to send, and does not reset.
func TestCloseRead(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		if err := client.CloseRead(); err != nil {
			t.Fatal(err)
		}
		if err := readError(client); err != io.EOF {
			t.Errorf("%v, want io.EOF", err)
		}
		write(t, server, strings.Repeat("x", 200_000)) // more than any buffer holds
		write(t, client, "still here")
		read(t, server, "still here")
		if got := resets(n, endpoint.A); got > 0 {
			t.Errorf("%d RSTs", got)
		}
	})
}

// SetLinger(0) makes Close throw away what is unsent and reset (RFC 9293 3.10.5).
func TestSetLingerZeroResets(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		if err := client.SetLinger(0); err != nil {
			t.Fatal(err)
		}
		client.Close()
		if err := readError(server); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%v, want ECONNRESET", err)
		}
		if got := resets(n, endpoint.A); got != 1 {
			t.Errorf("%d RSTs, want 1", got)
		}
	})
}

// Close with octets left unread resets (RFC 2525 2.17, RFC 9293 3.6).
func TestCloseUnreadResets(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		write(t, server, "never read")
		time.Sleep(time.Second)
		client.Close()
		if err := readError(server); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%v, want ECONNRESET", err)
		}
	})
}

// Octets that come after Close reset, too (RFC 9293 3.10.7.1 answers for the TCB that is gone).
func TestOctetsAfterCloseReset(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		client.Close()
		time.Sleep(time.Second)
		write(t, server, "too late")
		time.Sleep(time.Second)
		if err := readError(server); err != io.EOF { // its FIN came first
			t.Errorf("%v, want io.EOF", err)
		}
		if err := writeError(server); !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
			t.Errorf("%v, want ECONNRESET or EPIPE", err)
		}
		if got := resets(n, endpoint.A); got != 1 {
			t.Errorf("%d RSTs, want 1", got)
		}
	})
}

// What was written before Close still arrives, through loss.
func TestCloseDeliversWhatWasWritten(t *testing.T) {
	const much = 60_000
	talk(t, "link delay 20ms loss 20%", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		go func() {
			write(t, client, strings.Repeat("x", much))
			client.Close()
		}()
		b, err := io.ReadAll(server)
		if len(b) != much || err != nil {
			t.Errorf("%d octets, %v, want %d", len(b), err, much)
		}
	})
}

// A peer that does not close is waited for a minute: what Linux calls
// tcp_fin_timeout.
func TestOrphanIsGivenUp(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		client.Close()
		time.Sleep(59 * time.Second)
		if got := resets(n, endpoint.A); got != 0 {
			t.Errorf("%d RSTs after 59 s", got)
		}
		time.Sleep(2 * time.Second)
		if got := resets(n, endpoint.A); got != 1 {
			t.Errorf("%d RSTs after 61 s, want 1", got)
		}
	})
}

// Write, Close and deadlines do not wait for the network: a program may hold a
// mutex meanwhile that others wait for, who are not durably blocked then.
func TestCallsUnderMutex(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				mu.Lock()
				defer mu.Unlock()
				client.SetWriteDeadline(time.Now().Add(time.Second))
				write(t, client, "x")
			})
		}
		wg.Wait()
		read(t, server, "xxxxxxxxxx")
		for range 10 {
			wg.Go(func() {
				mu.Lock()
				defer mu.Unlock()
				client.Close()
			})
		}
		wg.Wait()
	})
}
