package vantage_test

import (
	"testing"

	"example.org/halfopen/sim/capture"
	"example.org/halfopen/sim/oracle/vantage"
)

// Why a connection could not be judged in full is told, and only then.
func TestBlind(t *testing.T) {
	const whole = handshake + "A ACK 1:1 len 10 | B ACK 1:11 | A ACK 11:1 len 10 | B ACK 1:21"
	for _, c := range []struct {
		play string
		cut  bool
		want vantage.Blind
	}{
		{whole, false, 0},
		{whole, true, vantage.Short},
		{"A ACK 1:1 len 10 | B ACK 1:11", false, vantage.Midstream},
		{"A SYN 0 | A SYN 0", false, vantage.OneWay},
		{"A ACK 1:1 | A ACK 1:1 len 5", false, vantage.OneWay | vantage.Midstream},
		{handshake + "A ACK 1:1 len 10 | A ACK 21:1 len 10 | B ACK 1:31", false, vantage.Gaps},
		{handshake + "B ACK 1:11 | A ACK 11:1 len 10", false, vantage.Gaps},
		{handshake + "B ACK 1:11", false, vantage.Gaps},
		{handshake + "B ACK 1:11 | A ACK 1:1 len 10", false, vantage.Disorder},
		{handshake + "A ACK 1:1 len 10 offload", false, vantage.Offload},
		{handshake + "A ACK 1:1 len 2000 offload", false, vantage.Offload | vantage.Large},
		{handshake + "A ACK 1:1 len 10 bad", false, vantage.Damaged},
		{handshake + "A ACK =90000000:=500000000 len 10", false, vantage.Strange},
		{"A SYN 0 | B SYN,ACK 0:1 | +1s A SYN 0 | B SYN,ACK 100:1", false, vantage.Restarted},
	} {
		table := vantage.NewTable(vantage.TableOptions{Done: func(conn *vantage.Conn) {
			if got := conn.Blind(); got != c.want {
				t.Errorf("%s: %b, want %b", c.play, got, c.want)
			}
		}})
		for _, s := range segments(t, c.play) {
			if c.cut && s.Length > 0 {
				s.Text, s.Sum = nil, capture.SumUnknown
			}
			table.Segment(&s)
		}
		table.End()
	}
}

// Every reason has words of its own.
func TestBlindWords(t *testing.T) {
	n, seen := 0, map[string]bool{}
	all := vantage.Midstream | vantage.OneWay | vantage.Gaps | vantage.Disorder | vantage.Short | vantage.Offload |
		vantage.Large | vantage.Damaged | vantage.Strange | vantage.Forgotten | vantage.Evicted | vantage.Restarted | vantage.Mixed
	all.Each(func(reason vantage.Blind, what, why string) {
		n++
		seen[what] = true
		if what == "" || why == "" {
			t.Errorf("%b has no words", reason)
		}
	})
	if n != 13 || len(seen) != n {
		t.Errorf("%d reasons, %d texts", n, len(seen))
	}
	for _, u := range vantage.Unjudgeable() {
		if u.What == "" || u.Why == "" {
			t.Errorf("%+v", u)
		}
	}
}
