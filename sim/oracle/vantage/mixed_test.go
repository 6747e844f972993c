package vantage_test

import (
	"testing"

	"example.org/halfopen/sim/oracle/vantage"
)

// Where segments have numbers of two incarnations, that is said of both, and what
// rests on one of them being whole is not found. Where they have not, it is.
func TestMixed(t *testing.T) {
	const (
		crossed = "A SYN 0 | B SYN 0 | A SYN 70 | B SYN,ACK 0:1 | A SYN,ACK 70:1 | A ACK 71:1 | B ACK 1:1 len 5"
		early   = "A SYN 0 | B SYN 0 | A SYN 70 | B ACK 1:1 len 5 | A SYN,ACK 70:1" // the text, before they are known to be mixed
		late    = "A SYN 0 | B SYN 90 | A SYN,ACK 0:91 | B SYN 20 | B ACK 275:1 | A ACK 1:91 len 36"
		apart   = "A SYN 0 | A SYN 70 | B SYN,ACK 0:1 | A RST 1 | A SYN 70 | B SYN,ACK 90:71 | A ACK 71:91 | "
	)
	for _, c := range []struct {
		name, play             string
		conns, mixed, findings int
	}{
		{"the peer's SYN answered by both", crossed, 2, 2, 0},
		{"known late", early, 2, 2, 0},
		{"neither number is of the one, one of the other", late, 2, 2, 0},
		{"an answer to each", apart + "A ACK 71:91 len 5 | B ACK 91:76", 2, 0, 0},
		{"an answer to each, and text that was not sent is acknowledged", apart + "B ACK 91:80", 2, 0, 1},
	} {
		for _, complete := range []bool{true, false} {
			conns, mixed, findings := 0, 0, 0
			o := vantage.TableOptions{Done: func(conn *vantage.Conn) {
				conns++
				if conn.Blind().Has(vantage.Mixed) {
					mixed++
				}
				for _, f := range conn.Findings() {
					findings++
					t.Logf("%s: %s", c.name, f.Text)
				}
			}}
			o.Judge.Complete = complete
			table := vantage.NewTable(o)
			for _, s := range segments(t, c.play) {
				table.Segment(&s)
			}
			table.End()
			want := c.findings
			if !complete {
				want = 0 // the capture may have missed it
			}
			if conns != c.conns || mixed != c.mixed || findings != want {
				t.Errorf("%s, complete %t: %d connections, %d mixed, %d findings; want %d, %d, %d",
					c.name, complete, conns, mixed, findings, c.conns, c.mixed, want)
			}
		}
	}
}

// A RST may begin where a segment that fits no incarnation has acknowledged.
func TestRSTForStranger(t *testing.T) {
	for play, want := range map[string]int{
		"A SYN 0 | B ACK =90000000:=500000000 | A RST =500000000 | B SYN,ACK 0:1": 0,
		"A SYN 0 | B SYN,ACK 0:1 | B ACK =90000000:=500000000 | A RST =500000000": 0,
		"A SYN 0 | B SYN,ACK 0:1 | B ACK =90000000:=500000000 | A RST =500000009": 1,
	} {
		findings := 0
		o := vantage.TableOptions{Done: func(conn *vantage.Conn) { findings += len(conn.Findings()) }}
		o.Judge.Complete = true
		table := vantage.NewTable(o)
		for _, s := range segments(t, play) {
			table.Segment(&s)
		}
		table.End()
		if findings != want {
			t.Errorf("%s: %d findings, want %d", play, findings, want)
		}
	}
}
