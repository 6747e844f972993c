package oracle

import (
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// TestFiguresMakeSense: a number that lies before the initial one, or far from
// what was expected, is shown as it was on the wire.
func TestFiguresMakeSense(t *testing.T) {
	for _, c := range []struct {
		base uint32
		a, b int64
		want string
	}{
		{100, 5, 7, "5 7"},
		{100, 0, far, "0 1073741824"},
		{100, -1, 7, "99 107 (absolute)"},
		{100, far + 8, 7, "1073741932 107 (absolute)"},
		{1<<32 - 1, 7, -1, "6 4294967294 (absolute)"},
	} {
		a, b, space := figures(c.base, c.a, c.b)
		if got := a + " " + b + space; got != c.want {
			t.Errorf("%d, %d from %d: %s, want %s", c.a, c.b, c.base, got, c.want)
		}
	}
}

// TestStrangeRSTIsReadable: the report of a RST with a number of its own says
// which.
func TestStrangeRSTIsReadable(t *testing.T) {
	for _, c := range []struct {
		seq  int
		want string
	}{
		{2, "<SEQ=2>; its SND.NXT is 1"},
		{-176275331, "<SEQ=4118691962>; its SND.NXT is 4294967294 (absolute)"},
	} {
		p := newPlay(t)
		p.connect()
		p.call(A, sim.CallAbort, 0, tcb{err: endpoint.ErrAborted}, seg{flags: RST, seq: c.seq})
		if v := p.j.Violation(); v.Rule.ID != "I-20" || !strings.Contains(v.Text, c.want) {
			t.Errorf("%s: %s, want %s", v.Rule.ID, v.Text, c.want)
		}
		p = newPlay(t)
		p.connect()
		p.arrive(A, seg{flags: RST, seq: c.seq}, tcb{err: endpoint.ErrReset})
		if v := p.j.Violation(); v.Rule.ID != "I-22" || strings.Contains(v.Text, "=-") {
			t.Errorf("%s: %s", v.Rule.ID, v.Text)
		}
	}
}
