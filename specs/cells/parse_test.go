package cells

import (
	"strings"
	"testing"
	"testing/fstest"
)

const good = `state CLOSED
  has SND.UNA=ISS SND.NXT=ISS+1 RCV.NXT=IRS+1
event RST
  rcv <SEQ=RCV.NXT><CTL=RST>
  CLOSED | stays | 3.10.7.1
`

func TestParse(t *testing.T) {
	for _, c := range []struct{ add, want string }{
		{"", ""},
		{"  or | CLOSED; <SEQ=SEG.ACK+2-1><CTL=RST>; may tell | 3.5.2\n", ""},
		{"  CLOSED if RFC5961 | stays | 3.10.7.1\n", ""},
		{"  OPEN\n  CLOSED | stays\n", "is no step"},
		{"  CLOSED | stays\n", "a cell is"},
		{"  NOWHERE | stays | 3.10\n", `"NOWHERE" is no state`},
		{"  CLOSED if RFC1 | stays | 3.10\n", `"if" is no state`},
		{"  CLOSED | goes | 3.10\n", `"goes" is no state`},
		{"  CLOSED | stays; <SEQ=0><CTL=ACK> | 3.10\n", "a segment is"},
		{"  CLOSED | stays; <SEQ=SEG><CTL=RST> | 3.10\n", "neither a number nor"},
		{"  CLOSED | stays; <SEQ=0><CTL=SIN> | 3.10\n", "a segment is"},
		{"  CLOSED | stays; <SEQ=0><CTL=RST> LEN=x | 3.10\n", "behind a segment"},
		{"  CLOSED | stays; <SEQ=0><URG=1><CTL=RST> | 3.10\n", "no part of a segment"},
		{"  CLOSED | stays; tells a story | 3.10\n", "nothing that a user is told"},
		{"  CLOSED | stays; sings | 3.10\n", "no part of an answer"},
		{"  CLOSED | stays | 3.10 {doubt}\n", "no decision"},
		{"  wait ten\n", "invalid duration"},
		{"event\n  or | stays | 3.10\n", "no line above"},
		{"state NOWHERE\n", "is no state"},
		{"state LISTEN\n  has SND=1\n", "no variable"},
	} {
		_, err := parseFiles(fstest.MapFS{"table/x.txt": {Data: []byte(good + c.add)}})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%q: %v", c.add, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%q: %v, want %q", c.add, err, c.want)
		}
	}
	unused := fstest.MapFS{"table/x.txt": {Data: []byte(good)}, "table/decisions.txt": {Data: []byte("doubt\n  All is clear.\n")}}
	if _, err := parseFiles(unused); err == nil || !strings.Contains(err.Error(), "no cell follows") {
		t.Errorf("a decision that nobody follows: %v", err)
	}
	if _, err := parseFiles(fstest.MapFS{"table/x.txt": {Data: []byte("stays\n")}}); err == nil {
		t.Error("a line under nothing is taken")
	}
}
