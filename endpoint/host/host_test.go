package host

import (
	"errors"
	"io"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// A connection from its beginning to the end of TIME-WAIT.
func TestConnection(t *testing.T) {
	n, a, b := twoHosts(t)
	if err := b.Listen(80, 0); err != nil {
		t.Fatal(err)
	}
	id := must[ID](t)(a.Dial(0, web, 0))
	n.run(time.Second)
	server := ok[ID](t)(b.Accept(80))
	if _, again := b.Accept(80); again {
		t.Error("accepted twice")
	}
	must[int](t)(a.Send(n.now, id, []byte("hello")))
	n.run(time.Second)
	var p [100]byte
	if k, err := b.Receive(n.now, server, p[:]); err != nil || string(p[:k]) != "hello" {
		t.Errorf("received %q, %v", p[:k], err)
	}
	a.Close(n.now, id)
	n.run(time.Second)
	if k, err := b.Receive(n.now, server, p[:]); err != io.EOF {
		t.Errorf("received %q, %v", p[:k], err)
	}
	b.Close(n.now, server)
	n.run(time.Second)
	if s := state(a, id); s != endpoint.TimeWait {
		t.Errorf("the client is in %v", s)
	}
	if s := state(b, server); s != endpoint.Closed {
		t.Errorf("the server is in %v", s)
	}
	b.Release(n.now, server)
	a.Release(n.now, id)
	n.run(time.Second)
	if a.Len() != 1 || b.Len() != 0 {
		t.Errorf("%d and %d connections are left, want 1 in TIME-WAIT and 0", a.Len(), b.Len())
	}
	n.run(20 * time.Second)
	if a.Len() != 0 || a.Deadline() != endpoint.Never {
		t.Errorf("%d connections after TIME-WAIT, deadline %v", a.Len(), a.Deadline())
	}
	if _, err := a.Send(n.now, id, p[:]); err != endpoint.ErrNotExist {
		t.Errorf("a released ID sends: %v", err)
	}
}

// RFC 9293 3.10.7.1: a segment for nobody is reset.
func TestRefused(t *testing.T) {
	n, a, b := twoHosts(t)
	id := must[ID](t)(a.Dial(0, web, 0))
	n.run(time.Second)
	var st endpoint.Status
	a.Status(id, &st)
	if st.State != endpoint.Closed || st.Err != endpoint.ErrReset {
		t.Errorf("the client is in %v: %v", st.State, st.Err)
	}
	if b.Len() != 0 || b.Counters().Resets != 1 {
		t.Errorf("%d connections, %+v", b.Len(), b.Counters())
	}
	_, err := a.Dial(n.now, web, 5000)
	_, again := a.Dial(n.now, web, 5000)
	if err != nil || !errors.Is(again, endpoint.ErrExists) {
		t.Errorf("dialed twice from one port: %v, %v", err, again)
	}
}
