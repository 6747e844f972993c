package programs_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"example.org/halfopen/sim/vnet"
)

// shell is an SSH server that echoes what a session is given on its input.
func shell(t *testing.T, n *vnet.Network) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	config := &ssh.ServerConfig{NoClientAuth: true}
	config.AddHostKey(signer)
	go serve(listen(t, n, "server", "22"), func(c net.Conn) {
		defer c.Close()
		conn, channels, requests, err := ssh.NewServerConn(c, config)
		if err != nil {
			return
		}
		defer conn.Close()
		go ssh.DiscardRequests(requests)
		for one := range channels {
			ch, requests, err := one.Accept()
			if err != nil {
				return
			}
			go func() {
				for r := range requests {
					r.Reply(r.Type == "exec", nil)
				}
			}()
			go func() {
				io.Copy(ch, ch)
				ch.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{0}))
				ch.Close()
			}()
		}
	})
}

// login opens a connection; the deadline is for the handshake, if it is not 0.
func login(n *vnet.Network, deadline time.Duration) (*ssh.Client, net.Conn, error) {
	c, err := n.Host("client").Dial("tcp", "server:22")
	if err != nil {
		return nil, nil, err
	}
	if deadline > 0 {
		c.SetDeadline(time.Now().Add(deadline))
	}
	conn, channels, requests, err := ssh.NewClientConn(c, "server:22", &ssh.ClientConfig{
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: 10 * time.Second,
	})
	if err != nil {
		c.Close()
		return nil, nil, err
	}
	c.SetDeadline(time.Time{})
	return ssh.NewClient(conn, channels, requests), c, nil
}

// say runs a session that echoes a text.
func say(c *ssh.Client, text string) (string, error) {
	s, err := c.NewSession()
	if err != nil {
		return "", err
	}
	defer s.Close()
	s.Stdin = strings.NewReader(text)
	out, err := s.Output("echo")
	return string(out), err
}

// TestSSHLoss: sessions over a path that loses and reorders say what was said.
func TestSSHLoss(t *testing.T) {
	vnet.Test(t, "link delay 20ms loss 5% reorder 5%", func(t *testing.T, n *vnet.Network) {
		shell(t, n)
		c, _, err := login(n, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		text := strings.Repeat("hello ", 5000)
		for range 5 {
			if got, err := say(c, text); got != text || err != nil {
				t.Fatalf("%d octets, %v", len(got), err)
			}
		}
	})
}

// TestSSHPartition: a session gets over a partition of half a minute.
func TestSSHPartition(t *testing.T) {
	vnet.Test(t, "cut client<->server at 5s for 30s", func(t *testing.T, n *vnet.Network) {
		shell(t, n)
		c, _, err := login(n, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		time.Sleep(6*time.Second - n.Now())
		if got, err := say(c, "hello"); got != "hello" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// TestSSHHandshakeHangs: the surprise. ClientConfig.Timeout is for the dial only:
// with a server that falls silent in the handshake, NewClientConn waits for ever.
// A deadline on the connection is the mend.
func TestSSHHandshakeHangs(t *testing.T) {
	for _, mended := range []bool{false, true} {
		vnet.Test(t, "crash server when server ESTABLISHED", func(t *testing.T, n *vnet.Network) {
			shell(t, n)
			deadline := time.Duration(0)
			if mended {
				deadline = 10 * time.Second
			}
			done := make(chan error, 1)
			go func() {
				_, _, err := login(n, deadline)
				done <- err
			}()
			select {
			case err := <-done:
				// The client's version line is never acknowledged: R2 ends it without the
				// mend, after 100 seconds and more.
				if d := n.Now(); mended != (d < 11*time.Second) || mended != errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("mended: %v: %v after %v", mended, err, d)
				}
			case <-time.After(time.Hour):
				t.Error("it hangs")
			}
		})
	}
}

// TestSSHDeadPeer: a session that waits for output of a host that has crashed
// waits for ever: an hour later it still does. Keep-alives are the mend.
func TestSSHDeadPeer(t *testing.T) {
	for _, mended := range []bool{false, true} {
		vnet.Test(t, "crash server at 5s", func(t *testing.T, n *vnet.Network) {
			shell(t, n)
			c, conn, err := login(n, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if mended {
				conn.(*vnet.Conn).SetKeepAlivePeriod(15 * time.Second)
			}
			over := make(chan struct{})
			go func() {
				c.Wait()
				close(over)
			}()
			select {
			case <-over:
				if !mended {
					t.Errorf("it ended by itself after %v", n.Now())
				}
			case <-time.After(time.Hour):
				if mended {
					t.Error("it hangs")
				}
			}
		})
	}
}
