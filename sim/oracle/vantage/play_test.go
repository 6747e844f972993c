package vantage_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
	"example.org/halfopen/sim/oracle/vantage"
)

// segments reads a play: one segment a line, as
//
//	A SYN 0 win 1000 mss 100 ts 5/0 | B SYN,ACK 0:1 | +1s A ACK 1:1 len 10 text xyz sack 5-9 bad id 7
//
// Numbers count from the ISS: A's is 1000, B's 5000.
func segments(t *testing.T, play string) (list []capture.Segment) {
	t.Helper()
	sockets := [2]netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:1111"), netip.MustParseAddrPort("10.0.0.2:80")}
	iss := [2]endpoint.Seq{1000, 5000}
	at := int64(0)
	for line := range strings.SplitSeq(play, "|") {
		words := strings.Fields(line)
		if after, ok := strings.CutPrefix(words[0], "+"); ok {
			var seconds float64
			scan(t, after, "%fs", &seconds)
			at += int64(seconds * 1e9)
			words = words[1:]
		}
		at += 1e6
		s := capture.Segment{Frame: uint64(len(list) + 1), At: at, ID: uint16(len(list) + 1)}
		e := strings.Index("AB", words[0])
		s.Src, s.Dst = sockets[e], sockets[1-e]
		s.Wnd = 1000
		flags, ok := endpoint.ParseFlags(words[1])
		if !ok {
			t.Fatalf("%s: no flags", line)
		}
		s.Flags = flags
		seq, ack, _ := strings.Cut(words[2], ":")
		s.Seq, s.Ack = number(t, seq, iss[e]), 0
		if ack != "" {
			s.Ack = number(t, ack, iss[1-e])
		}
		for i := 3; i < len(words); i++ {
			switch words[i] {
			case "bad":
				s.Sum = capture.SumBad
				continue
			case "offload":
				s.Sum = capture.SumOffload
				continue
			case "sackok":
				s.Options = s.Options.AppendSACKPermitted()
				continue
			}
			value := words[i+1]
			setWord(t, &s, words[i], value, iss[1-e])
			i++
		}
		s.Options = s.Options.Pad()
		s.Length = max(s.Length, len(s.Text))
		if len(s.Text) == 0 {
			s.Text = make([]byte, s.Length)
			for k := range s.Text {
				s.Text[k] = byte(int(s.Seq) + k)
			}
		}
		s.Datagram = 40 + len(s.Options) + s.Length
		list = append(list, s)
	}
	return list
}

func setWord(t *testing.T, s *capture.Segment, word, value string, peer endpoint.Seq) {
	t.Helper()
	var a, b int
	switch word {
	case "win":
		scan(t, value, "%d", &a)
		s.Wnd = uint16(a)
	case "len":
		scan(t, value, "%d", &s.Length)
	case "text":
		s.Text = []byte(value)
	case "mss":
		scan(t, value, "%d", &a)
		s.Options = s.Options.AppendMSS(uint16(a))
	case "ws":
		scan(t, value, "%d", &a)
		s.Options = s.Options.AppendWindowScale(uint8(a))
	case "ts":
		scan(t, value, "%d/%d", &a, &b)
		s.Options = s.Options.AppendTimestamps(uint32(a), uint32(b))
	case "sack":
		var blocks []endpoint.SACKBlock
		for block := range strings.SplitSeq(value, ",") {
			scan(t, block, "%d-%d", &a, &b)
			blocks = append(blocks, endpoint.SACKBlock{Left: peer + endpoint.Seq(a), Right: peer + endpoint.Seq(b)})
		}
		s.Options = s.Options.AppendSACK(blocks...)
	case "kind":
		scan(t, value, "%d", &a)
		s.Options = append(s.Options, byte(a), 2)
	case "raw":
		scan(t, value, "%x", &s.Options)
	case "id":
		scan(t, value, "%d", &s.ID)
	default:
		t.Fatalf("%s: unknown word", word)
	}
}

func scan(t *testing.T, s, format string, to ...any) {
	t.Helper()
	if _, err := fmt.Sscanf(s, format, to...); err != nil {
		t.Fatalf("%q: %v", s, err)
	}
}

func number(t *testing.T, s string, base endpoint.Seq) endpoint.Seq {
	t.Helper()
	var n int
	if absolute, ok := strings.CutPrefix(s, "="); ok {
		scan(t, absolute, "%d", &n)
		return endpoint.Seq(n)
	}
	scan(t, s, "%d", &n)
	return base + endpoint.Seq(n)
}

const (
	handshake = "A SYN 0 mss 1460 | B SYN,ACK 0:1 mss 1460 | A ACK 1:1 | "
	stamped   = "A SYN 0 mss 1460 ts 10/0 | B SYN,ACK 0:1 mss 1460 ts 20/10 | A ACK 1:1 ts 11/20 | "
	sacked    = "A SYN 0 mss 1460 sackok | B SYN,ACK 0:1 mss 1460 sackok | A ACK 1:1 | "
	scaled    = "A SYN 0 mss 1460 ws 2 | B SYN,ACK 0:1 mss 1460 ws 3 | A ACK 1:1 | "
)

// plays are what is found in what: "rule end", with "?" if only of a complete
// capture, "!" if it is a warning. Nothing is found where nothing is said.
var plays = []struct{ name, play, want string }{
	{"a connection", handshake + "A ACK 1:1 len 10 | B ACK 1:11 len 20 | A FIN,ACK 11:21 | B ACK 21:12 | B FIN,ACK 21:12 | A ACK 12:22", ""},
	{"sent again", handshake + "A ACK 1:1 len 10 | A ACK 1:1 len 10 | A ACK 6:1 len 10 | B ACK 1:16", ""},
	{"out of order", handshake + "A ACK 11:1 len 10 | B ACK 1:1 | A ACK 1:1 len 10 | B ACK 1:21", ""},

	{"I-8: acknowledges less, later", stamped + "A ACK 1:1 len 10 ts 12/20 | B ACK 1:11 ts 21/12 | B ACK 1:5 ts 22/12", "I-8 B"},
	{"I-8: an ACK that was overtaken", stamped + "A ACK 1:1 len 10 ts 12/20 | B ACK 1:11 ts 22/12 | B ACK 1:5 ts 21/12", ""},

	{"I-11: acknowledges what was not sent", handshake + "A ACK 1:1 len 10 | B ACK 1:12 | A ACK 11:1", "I-11 B?"},
	{"I-11: the same, and the peer goes on there", handshake + "A ACK 1:1 len 10 | B ACK 1:20 | +2s A ACK 11:1 len 5", "I-11 B?"},
	{"I-11: a gap in the capture", handshake + "A ACK 1:1 len 10 | B ACK 1:21 | A ACK 21:1 len 10 | B ACK 1:31", ""},
	{"I-11: a gap, seen later", handshake + "A ACK 1:1 len 10 | B ACK 1:21 | +2s A ACK 21:1 len 10", ""},
	{"I-11: the capture has swapped them", handshake + "B ACK 1:11 | A ACK 1:1 len 10 | B ACK 1:11", ""},
	{"I-11: nothing more comes", handshake + "A ACK 1:1 len 10 | B ACK 1:12", ""},
	{"I-11: not even the SYN", handshake + "B ACK 1:0", "I-11 B?"},

	{"I-12: another octet", handshake + "A ACK 1:1 text abcdef | A ACK 3:1 text cXe", "I-12 A"},
	{"I-12: the same octets", handshake + "A ACK 1:1 text abcdef | A ACK 3:1 text cde | A ACK 3:1 text cdefgh | A ACK 7:1 text gh", ""},
	{"I-12: a keep-alive with garbage", handshake + "A ACK 1:1 text abcdef | B ACK 1:7 | A ACK 6:1 text z | B ACK 1:7", ""},
	{"I-12: a damaged one", handshake + "A ACK 1:1 text abcdef | A ACK 3:1 text cXe bad", ""},

	{"I-13: one SYN, two ISS", "A SYN 0 | B SYN,ACK 0:1 | +1s B SYN,ACK 100:1", "I-13 B?"},
	{"I-13: two SYNs, two ISS (SYN cookies)", "A SYN 0 | B SYN,ACK 0:1 | +1s A SYN 0 | B SYN,ACK 100:1", ""},

	{"I-13: an ISS of its own, closed, opened again, and it answers with another", "A SYN 0 | B SYN 0 | A SYN,ACK 70:1 | A ACK 71:1", ""},

	{"I-14: text behind the FIN", handshake + "A FIN,ACK 1:1 len 10 | A ACK 12:1 len 10", "I-14 A"},
	{"I-14: a FIN in front of text", handshake + "A ACK 11:1 len 10 | A FIN,ACK 1:1 len 5", "I-14 A"},
	{"I-14: the FIN moves", handshake + "A FIN,ACK 1:1 len 10 | A FIN,ACK 1:1 len 9", "I-14 A"},
	{"I-14: the FIN again, with text", handshake + "A ACK 1:1 len 10 | A FIN,ACK 11:1 | A FIN,ACK 1:1 len 10", ""},
	{"I-14: opened again, and the SYNs were missed", handshake + "A FIN,ACK 1:1 | B FIN,ACK 1:2 | A ACK 2:2 | " +
		"A ACK 70001:90001 len 10 | B ACK 90001:70011 | A FIN,ACK 70011:90001 | B ACK 90001:70012 | B FIN,ACK 90001:70012", ""},

	{"I-16: no ACK", handshake + "A PSH 1 len 10", "I-16 A"},
	{"I-16: FIN alone", handshake + "A FIN 1", "I-16 A"},
	{"I-17: SYN and FIN", "A SYN,FIN 0", "I-17 A"},
	{"I-17: FIN and RST", handshake + "A FIN,RST,ACK 1:1", "I-17 A"},

	{"I-20: a RST beyond the window", handshake + "B RST 5000", "I-20 B?"},
	{"I-20: a RST in the window: text was lost", handshake + "B RST 500", ""},
	{"I-20: a RST with an ACK of what was not sent", handshake + "B RST,ACK 1:999", "I-20 B?"},
	{"I-20: SEQ=SEG.ACK", handshake + "A ACK 1:1 len 3 | B RST 1", ""},
	{"I-20: refused, but not all of the SYN", "A SYN 0 | B RST,ACK =0:0", "I-20 B?"},
	{"I-20: refused", "A SYN 0 | B RST,ACK =0:1", ""},
	{"I-20: half-open: an old number, and its RST", "A SYN 0 | B ACK 70000:8 | A RST 8 | +1s A SYN 0 | B SYN,ACK 0:1 | A ACK 1:1", ""},

	{"I-25: text before the handshake", "A SYN 0 | B SYN,ACK 0:1 | B ACK 1:1 len 5 | A ACK 1:1", "I-25 B?"},
	{"I-25: Fast Open", "A SYN 0 kind 34 len 4 | B SYN,ACK 0:5 kind 34 | B ACK 1:5 len 5 | A ACK 5:6", ""},

	{"I-34: MSS without SYN", handshake + "A ACK 1:1 mss 1000", "I-34 A"},
	{"I-34: larger than the MSS", "A SYN 0 mss 100 | B SYN,ACK 0:1 mss 100 | A ACK 1:1 len 101", "I-34 A"},
	{"I-34: options count", "A SYN 0 mss 100 ts 1/0 | B SYN,ACK 0:1 mss 100 ts 1/1 | A ACK 1:1 len 100 ts 1/1", "I-34 A"},
	{"I-34: the network card cuts it up", "A SYN 0 mss 100 | B SYN,ACK 0:1 mss 100 | A ACK 1:1 len 800 offload", ""},
	{"I-34: no MSS is 536", "A SYN 0 | B SYN,ACK 0:1 | A ACK 1:1 len 537", "I-34 A"},

	{"I-35: beyond the window", handshake + "A ACK 1:1 len 990 | A ACK 991:1 len 20", "I-35 A?"},
	{"I-35: a probe of one octet", handshake + "A ACK 1:1 len 1000 | A ACK 1001:1 len 1", ""},
	{"I-35: a probe of a closed window", handshake + "A ACK 1:1 len 1000 | B ACK 1:1001 win 0 | A ACK 1001:1 len 50", ""},
	{"I-35: far beyond a closed window", handshake + "A ACK 1:1 len 1000 | B ACK 1:1001 win 0 | A ACK 1001:1 len 50 | A ACK 1051:1 len 50", "I-35 A?"},
	{"I-35: scaled", scaled + "B ACK 1:1 | A ACK 1:1 len 1400 | A ACK 1401:1 len 1400 | A ACK 2801:1 len 1400 | A ACK 4201:1 len 1400 | A ACK 5601:1 len 1400 | A ACK 7001:1 len 1000", ""},
	{"I-35: the window of what came later stands", handshake + "A ACK 1:1 len 500 | B ACK 11:1 len 5 win 1000 | B ACK 1:501 len 10 win 500 | A ACK 501:16 len 900", ""},

	{"I-37: the window is taken back", handshake + "A ACK 1:1 len 10 | B ACK 1:11 win 100", "I-37 B!"},
	{"I-37: within the unit of the scale", scaled + "B ACK 1:1 win 100 | A ACK 1:1 len 4 | B ACK 1:5 win 99", "I-37 B!"},
	{"I-37: behind the FIN it means nothing", handshake + "A FIN,ACK 1:1 len 10 | B ACK 1:12 win 10", ""},

	{"I-43: an ACK war", handshake + strings.Repeat("A ACK 1:1 | B ACK 1:1 | ", 60) + "A ACK 1:1", "I-43 A! I-43 B!"},
	{"I-43: keep-alives", handshake + "A ACK 1:1 len 1 | " + strings.Repeat("+0.5s B ACK 0:2 | A ACK 2:1 | ", 60) + "A ACK 2:1", ""},

	{"complete: I-48: a SYN again too soon", "A SYN 0 | +0.3s A SYN 0", "I-48 A!"},
	{"I-48: the same, but the first may have been slow", "A SYN 0 | +0.3s A SYN 0", ""},
	{"complete: I-48: in time", "A SYN 0 | +1s A SYN 0 | +2s A SYN 0", ""},
	{"complete: I-48: refused, and tried again", "A SYN 0 | B RST,ACK =0:1 | +0.5s A SYN 0 | B RST,ACK =0:1", ""},
	{"complete: I-48: a copy", "A SYN 0 id 5 | +0.3s A SYN 0 id 5", ""},

	{"I-52: window scale without SYN", handshake + "A ACK 1:1 ws 2", "I-52 A"},
	{"I-52: timestamps that nobody offered", handshake + "A ACK 1:1 ts 1/1", "I-52 A?"},
	{"I-52: timestamps left out", stamped + "A ACK 1:1 len 5", "I-52 A?"},
	{"I-52: a RST without them", stamped + "A RST 1", ""},
	{"I-52: SACK that nobody permitted", handshake + "A ACK 1:1 len 5 | A ACK 10:1 len 5 | B ACK 1:6 sack 10-15", "I-52 B?"},
	{"I-52: an answer with what was not offered", "A SYN 0 mss 1460 | B SYN,ACK 0:1 mss 1460 ws 3", "I-52 B?"},

	{"I-53: a block", sacked + "A ACK 1:1 len 5 | A ACK 10:1 len 5 | B ACK 1:6 sack 10-15", ""},
	{"I-53: a block that ends before it begins", sacked + "A ACK 1:1 len 20 | B ACK 1:6 sack 15-10", "I-53 B"},
	{"I-53: a second block below the ACK", sacked + "A ACK 1:1 len 20 | B ACK 1:11 sack 15-20,2-5", "I-53 B"},
	{"I-53: D-SACK", sacked + "A ACK 1:1 len 20 | A ACK 1:1 len 20 | B ACK 1:11 sack 2-5,15-20", ""},
	{"I-53: blocks that overlap", sacked + "A ACK 1:1 len 40 | B ACK 1:11 sack 35-38,15-20,18-25", "I-53 B"},
	{"I-53: a block of what was not sent", sacked + "A ACK 1:1 len 20 | B ACK 1:11 sack 18-30 | A ACK 21:1", "I-53 B?"},

	{"complete: I-54: the clock runs backwards", stamped + "A ACK 1:1 len 5 ts 30/20 | A ACK 6:1 len 5 ts 29/20", "I-54 A!"},
	{"I-54: the same, but the first of a repetition may have been missed", stamped + "A ACK 1:1 len 5 ts 30/20 | A ACK 6:1 len 5 ts 29/20", ""},
	{"options: the timestamps are lost in it", stamped + "A ACK 1:1 raw 02000000", "options A"},
	{"options: an illegal length", handshake + "A ACK 1:1 raw 08010000", "options A"},

	{"complete: an octet that was never sent is acknowledged", handshake + "A ACK 1:1 len 10 | A ACK 21:1 len 10 | B ACK 1:31", "I-11 B"},
	{"complete: nothing more comes", handshake + "A ACK 1:1 len 10 | B ACK 1:12", "I-11 B"},
	{"complete: a RST for an ACK of what was not sent", handshake + "B ACK 1:5000 | A RST 5000", "I-11 B"},
	{"complete: refused while it was CLOSED, and judged once it has opened", "A SYN 0 | B SYN 0 | A SYN,ACK 0:1 | B RST,ACK =0:1 | B ACK 11:1 len 10 | A ACK 1:99", "I-11 A"},
	{"complete: a RST in the window, but beyond what was sent", handshake + "A RST 500", "I-20 A"},

	{"begun in the middle", "A ACK 100:200 len 50 | B ACK 200:150 len 60 | A ACK 150:260 | A FIN,ACK 150:260 | B FIN,ACK 260:151 | A ACK 151:261", ""},
	{"a simultaneous open", "A SYN 0 | B SYN 0 | A SYN,ACK 0:1 | B SYN,ACK 0:1 | A ACK 1:1 len 5 | B ACK 1:6", ""},
	{"a SYN into an open connection, and the challenge ACK", handshake + "A ACK 1:1 len 5 | A SYN 90000 | B ACK 1:6 | A ACK 6:1 len 5 | B ACK 1:11", ""},
	{"complete: a copy of the SYN comes after the close", handshake + "A FIN,ACK 1:1 | B FIN,ACK 1:2 | A ACK 2:2 | B SYN,ACK 70000:1", ""},
	{"the same, with timestamps", stamped + "A FIN,ACK 1:1 ts 30/20 | B FIN,ACK 1:2 ts 31/30 | A ACK 2:2 ts 32/31 | B SYN,ACK 70000:1 ts 99/10", ""},
	{"complete: a copy of the SYN comes after another SYN", "A SYN 0 | A SYN 70 | B SYN,ACK 0:1 | B SYN,ACK 500:1", ""},
	{"complete: the answer to a SYN that is forgotten", "A SYN 0 | A SYN 50 | A SYN 100 | B SYN,ACK 0:1 | A RST 1", ""},
	{"complete: the same, of an end whose own SYN was seen", "A SYN 0 | A SYN 50 | B SYN 9 | A SYN 100 | B SYN 9 | B SYN,ACK 9:1", ""},
	{"opened again", handshake + "A FIN,ACK 1:1 | B FIN,ACK 1:2 | A ACK 2:2 | A SYN 70000 | B SYN,ACK 90000:70001 | A ACK 70001:90001 | " +
		"A ACK 70001:90001 len 9 | B ACK 90001:70010", ""},
}

func TestPlays(t *testing.T) {
	for _, p := range plays {
		t.Run(p.name, func(t *testing.T) {
			var found []string
			o := vantage.TableOptions{Done: func(c *vantage.Conn) {
				for _, f := range c.Findings() {
					text := strings.TrimPrefix(f.Rule.ID, vantage.Prefix) + " " + f.End.String()
					if f.IfComplete {
						text += "?"
					}
					if f.Warning {
						text += "!"
					}
					found = append(found, text)
				}
			}}
			o.Judge.Complete = strings.HasPrefix(p.name, "complete")
			table := vantage.NewTable(o)
			for _, s := range segments(t, p.play) {
				table.Segment(&s)
			}
			table.End()
			slices.Sort(found)
			if got := strings.Join(found, " "); got != p.want {
				t.Errorf("found %q, want %q", got, p.want)
			}
		})
	}
}

// Every rule is broken by a play.
func TestEveryRuleIsPlayed(t *testing.T) {
	for _, r := range vantage.Rules() {
		id := strings.TrimPrefix(r.ID, vantage.Prefix)
		if !slices.ContainsFunc(plays, func(p struct{ name, play, want string }) bool { return strings.Contains(" "+p.want, " "+id+" ") }) {
			t.Errorf("no play breaks %s", r.ID)
		}
	}
}
