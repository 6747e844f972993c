package lneto_test

import (
	"testing"

	"github.com/soypat/lneto/tcp"
)

// What a world does not do to an endpoint: it asks for output after every
// segment, and no other port calls; and what it cannot hear of a Handler.
// FINDINGS.md tells of these under "What no scenario shows". The day lneto is mended these tests fail.

const (
	handlerISS, peerISS = 100, 500
	window              = 1000
)

// handler is an lneto Handler with buffers.
func handler(t *testing.T) *tcp.Handler {
	t.Helper()
	h := new(tcp.Handler)
	if err := h.SetBuffers(make([]byte, window), make([]byte, window), 4); err != nil {
		t.Fatal(err)
	}
	return h
}

// arrive gives the Handler a segment without text.
func arrive(t *testing.T, h *tcp.Handler, src, dst uint16, s tcp.Segment) error {
	t.Helper()
	f, err := tcp.NewFrame(make([]byte, 20))
	if err != nil {
		t.Fatal(err)
	}
	f.SetSourcePort(src)
	f.SetDestinationPort(dst)
	s.WND = window
	f.SetSegment(s, 5)
	return h.Recv(f.RawData())
}

// send lets the Handler send one segment.
func send(t *testing.T, h *tcp.Handler) {
	t.Helper()
	if n, err := h.Send(make([]byte, 1500)); n == 0 || err != nil {
		t.Fatalf("%d octets in %v, %v", n, h.State(), err)
	}
}

func state(t *testing.T, h *tcp.Handler, want tcp.State) {
	t.Helper()
	if got := h.State(); got != want {
		t.Fatalf("in %v, want %v", got, want)
	}
}

// The ports of a connection that is open.
const local, remote = 1000, 80

// established is a Handler that has opened a connection.
func established(t *testing.T) *tcp.Handler {
	t.Helper()
	h := handler(t)
	if err := h.OpenActive(local, remote, handlerISS); err != nil {
		t.Fatal(err)
	}
	send(t, h)
	if err := arrive(t, h, remote, local, tcp.Segment{SEQ: peerISS, ACK: handlerISS + 1, Flags: tcp.FlagSYN | tcp.FlagACK}); err != nil {
		t.Fatal(err)
	}
	send(t, h)
	state(t, h, tcp.StateEstablished)
	return h
}

// TestPanicInTimeWait: an ACK that comes right behind the peer's FIN, before the
// Handler has sent its own, panics.
func TestPanicInTimeWait(t *testing.T) {
	h := established(t)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	send(t, h)
	if err := arrive(t, h, remote, local, tcp.Segment{SEQ: peerISS + 1, ACK: handlerISS + 2, Flags: tcp.FlagFIN | tcp.FlagACK}); err != nil {
		t.Fatal(err)
	}
	state(t, h, tcp.StateTimeWait)
	defer func() {
		if p := recover(); p == nil {
			t.Error("lneto does not panic any more: FINDINGS.md says that it does")
		}
	}()
	_ = arrive(t, h, remote, local, tcp.Segment{SEQ: peerISS + 2, ACK: handlerISS + 2, Flags: tcp.FlagACK})
}

// TestResetOrEnd: a connection that the peer has closed, and one that it has
// reset, look the same to the user: CLOSED, and one error.
func TestResetOrEnd(t *testing.T) {
	ended, reset := established(t), established(t)
	_ = arrive(t, ended, remote, local, tcp.Segment{SEQ: peerISS + 1, ACK: handlerISS + 1, Flags: tcp.FlagFIN | tcp.FlagACK})
	send(t, ended) // the ACK
	send(t, ended) // a FIN of its own
	_ = arrive(t, ended, remote, local, tcp.Segment{SEQ: peerISS + 2, ACK: handlerISS + 2, Flags: tcp.FlagACK})
	_ = arrive(t, reset, remote, local, tcp.Segment{SEQ: peerISS + 1, Flags: tcp.FlagRST})
	state(t, ended, tcp.StateClosed)
	state(t, reset, tcp.StateClosed)
	_, end := ended.Read(make([]byte, 1))
	_, refusal := reset.Read(make([]byte, 1))
	if end == nil || end != refusal {
		t.Errorf("%v after a FIN, %v after a RST: FINDINGS.md says that they are one", end, refusal)
	}
}

// TestListenerKeepsPeer: a listener that one port has refused answers no other.
func TestListenerKeepsPeer(t *testing.T) {
	const local, first, second = 80, 1000, 2000
	syn := tcp.Segment{SEQ: peerISS, Flags: tcp.FlagSYN}
	h := handler(t)
	if err := h.OpenListen(local, handlerISS); err != nil {
		t.Fatal(err)
	}
	if err := arrive(t, h, first, local, syn); err != nil {
		t.Fatal(err)
	}
	send(t, h)
	state(t, h, tcp.StateSynRcvd)
	_ = arrive(t, h, first, local, tcp.Segment{SEQ: peerISS + 1, Flags: tcp.FlagRST})
	state(t, h, tcp.StateListen)
	if err := arrive(t, h, second, local, syn); err == nil || h.State() != tcp.StateListen {
		t.Errorf("%v, and in %v: FINDINGS.md says that the listener serves the first port alone", err, h.State())
	}
	if err := arrive(t, h, first, local, syn); err != nil || h.State() != tcp.StateSynRcvd {
		t.Errorf("%v, and in %v: the port that was served before is not any more", err, h.State())
	}
}
