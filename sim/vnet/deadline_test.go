package vnet_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/sim/vnet"
)

// A Read gives up at its deadline, to the nanosecond.
func TestReadDeadline(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		client.SetReadDeadline(time.Now().Add(1234567 * time.Nanosecond))
		within(t, n, 1234567, 1234568, func() {
			if err := readError(client); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%v, want os.ErrDeadlineExceeded", err)
			}
		})
	})
}

// A deadline that is set to the past lets a Read that waits go at once: servers
// stop their readers so.
func TestDeadlineInThePastInterrupts(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		time.AfterFunc(time.Second, func() { client.SetReadDeadline(time.Unix(1, 0)) })
		within(t, n, time.Second, time.Second+1, func() {
			if err := readError(client); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%v, want os.ErrDeadlineExceeded", err)
			}
		})
	})
}

// A deadline that is moved, or taken away, counts for a Read that waits already,
// and nothing is lost by one that passed.
func TestDeadlineMoved(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		client.SetReadDeadline(time.Now().Add(time.Second))
		time.AfterFunc(500*time.Millisecond, func() { client.SetReadDeadline(time.Time{}) })
		time.AfterFunc(5*time.Second, func() { write(t, server, "late") })
		within(t, n, 5*time.Second, 6*time.Second, func() { read(t, client, "late") })
		client.SetReadDeadline(time.Now())
		if err := readError(client); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%v, want os.ErrDeadlineExceeded", err)
		}
		write(t, server, "more")
		client.SetReadDeadline(time.Time{})
		read(t, client, "more")
	})
}

// A Write into a window that stays closed gives up at its deadline, and says how
// much of it was taken.
func TestWriteDeadline(t *testing.T) {
	talk(t, "", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		const much = 1 << 20
		client.SetWriteDeadline(time.Now().Add(time.Second))
		took, err := client.Write([]byte(strings.Repeat("x", much)))
		if !errors.Is(err, os.ErrDeadlineExceeded) || took == 0 || took == much {
			t.Errorf("%d, %v, want some octets and os.ErrDeadlineExceeded", took, err)
		}
		client.SetWriteDeadline(time.Time{})
		client.CloseWrite()
		read(t, server, strings.Repeat("x", took))
	})
}
