package host

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// All and Find show connections in every phase, as a TCB would show itself.
func TestAllAndFind(t *testing.T) {
	h := newHand(t)
	id := h.closed() // port 7
	h.arrive(8, syn())
	h.arrive(9, syn())
	h.arrive(9, ack(1001, "text"))
	lines := func() (all []string) {
		for l := range h.h.All() {
			all = append(all, fmt.Sprint(l.Local, " ", l.Remote, " ", l.State, " ", l.ID))
		}
		return all
	}
	want := []string{
		"192.0.2.2:80 192.0.2.1:7 TIME-WAIT #1.1",
		"192.0.2.2:80 192.0.2.1:8 SYN-RECEIVED #0.0",
		"192.0.2.2:80 192.0.2.1:9 ESTABLISHED #0.0",
	}
	if got := lines(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	var with, without endpoint.Status
	find := func(port uint16, st *endpoint.Status) {
		t.Helper()
		if !h.h.Find(h.now, 80, peer(port), st) {
			t.Errorf("no connection with port %d", port)
		}
	}
	find(7, &with)
	h.h.Release(h.now, id)
	h.drain()
	find(7, &without)
	want[0] = "192.0.2.2:80 192.0.2.1:7 TIME-WAIT #0.0"
	if got := lines(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	with.Known, with.ISS, with.IRS = without.Known, 0, 0
	with.SND.WND, with.SND.WL1, with.SND.WL2 = 0, 0, 0
	if with != without {
		t.Errorf("TIME-WAIT with a TCB and without:\n%+v\n%+v", with, without)
	}
	find(8, &with)
	if with.State != endpoint.SynReceived || with.ISS != 1000 || with.IRS != 5000 || with.Deadline != time.Second {
		t.Errorf("half-open: %+v", with)
	}
	find(9, &with)
	if with.State != endpoint.Established || with.Readable != 4 {
		t.Errorf("not accepted: %+v", with)
	}
	if h.h.Find(h.now, 80, peer(10), &with) || with != (endpoint.Status{Deadline: endpoint.Never}) {
		t.Errorf("a connection that is not there: %+v", with)
	}
	for range h.h.All() {
		break
	}
}
