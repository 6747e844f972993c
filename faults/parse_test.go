package faults

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults/scan"
)

// statements has every form of every statement, canonical, with its value.
var statements = []struct {
	text string
	want Fault
}{
	{"drop A SYN", Fault{Kind: endpoint.KindSYN}},
	{"drop A SYN #1", Fault{Kind: endpoint.KindSYN, First: 1, Last: 1}},
	{"drop B SYN,ACK #1-3", Fault{End: endpoint.B, Kind: endpoint.KindSYNACK, First: 1, Last: 3}},
	{"drop A DATA #2-", Fault{Kind: endpoint.KindDATA, First: 2}},
	{"drop A ANY", Fault{}},
	{"drop A ANY #4294967295", Fault{First: 1<<32 - 1, Last: 1<<32 - 1}},
	{"drop B RST #1-", Fault{End: endpoint.B, Kind: endpoint.KindRST, First: 1}},
	{"delay B FIN #1 by 1.5s",
		Fault{Op: Delay, End: endpoint.B, Kind: endpoint.KindFIN, First: 1, Last: 1, By: 1500 * time.Millisecond}},
	{"delay B FIN by 1ns", Fault{Op: Delay, End: endpoint.B, Kind: endpoint.KindFIN, By: 1}},
	{"delay B FIN by 1000h0m0s", Fault{Op: Delay, End: endpoint.B, Kind: endpoint.KindFIN, By: scan.MaxTime}},
	{"duplicate A DATA #2 after 20ms",
		Fault{Op: Duplicate, Kind: endpoint.KindDATA, First: 2, Last: 2, By: 20 * time.Millisecond}},
	{"duplicate A DATA #2 after 0s", Fault{Op: Duplicate, Kind: endpoint.KindDATA, First: 2, Last: 2}},
	{"reorder A FIN #1 behind 2", Fault{Op: Reorder, Kind: endpoint.KindFIN, First: 1, Last: 1, Behind: 2}},
	{"reorder A FIN #1 behind 2 or 1m0s",
		Fault{Op: Reorder, Kind: endpoint.KindFIN, First: 1, Last: 1, Behind: 2, By: time.Minute}},
	{"corrupt A DATA #1 bit 113", Fault{Op: Corrupt, Kind: endpoint.KindDATA, First: 1, Last: 1, Bit: 113}},
	{"corrupt A DATA #1 bit 0 undetected",
		Fault{Op: Corrupt, Kind: endpoint.KindDATA, First: 1, Last: 1, Undetected: true}},
	{"hold B ACK #2 until A TIME-WAIT", Fault{Op: Hold, End: endpoint.B, Kind: endpoint.KindACK,
		First: 2, Last: 2, Until: Entry{endpoint.A, endpoint.TimeWait}}},
	{"hold B ACK #2 until A TIME-WAIT or 1m0s", Fault{Op: Hold, End: endpoint.B, Kind: endpoint.KindACK,
		First: 2, Last: 2, Until: Entry{endpoint.A, endpoint.TimeWait}, By: time.Minute}},
	{"cut A->B when A FIN-WAIT-1 for 3s",
		Fault{Op: Cut, By: 3 * time.Second, When: When{Entry: Entry{endpoint.A, endpoint.FinWait1}}}},
	{"cut A<->B when A FIN-WAIT-1 #2 for 3s",
		Fault{Op: Cut, Both: true, By: 3 * time.Second, When: When{Entry: Entry{endpoint.A, endpoint.FinWait1}, N: 2}}},
	{"cut B->A at 0s for 3s", Fault{Op: Cut, End: endpoint.B, By: 3 * time.Second, When: When{Timed: true}}},
	{"crash B when B CLOSE-WAIT",
		Fault{Op: Crash, End: endpoint.B, When: When{Entry: Entry{endpoint.B, endpoint.CloseWait}}}},
	{"crash B when B CLOSE-WAIT #1",
		Fault{Op: Crash, End: endpoint.B, When: When{Entry: Entry{endpoint.B, endpoint.CloseWait}, N: 1}}},
	{"crash A at 1.5s", Fault{Op: Crash, When: When{Timed: true, At: 1500 * time.Millisecond}}},
	{"restart B after 2s", Fault{Op: Restart, End: endpoint.B, By: 2 * time.Second}},
	{"restart B after 0s", Fault{Op: Restart, End: endpoint.B}},
	{"stall B reads at 1s for 10s",
		Fault{Op: Stall, End: endpoint.B, When: When{Timed: true, At: time.Second}, By: 10 * time.Second}},
	{"stall B reads when A ESTABLISHED for 10s",
		Fault{Op: Stall, End: endpoint.B, When: When{Entry: Entry{endpoint.A, endpoint.Established}}, By: 10 * time.Second}},
	{"inject A->B RST seq=rcv.nxt+100 when B ESTABLISHED", Fault{Op: Inject,
		Injected: Injected{Flags: endpoint.RST, Seq: Number{RcvNxt, 100}},
		When:     When{Entry: Entry{endpoint.B, endpoint.Established}}}},
	{"inject B->A SYN,ACK seq=17 ack=snd.nxt-1 len=10 wnd=0 at 2s", Fault{Op: Inject, End: endpoint.B,
		Injected: Injected{Flags: endpoint.SYN | endpoint.ACK, Seq: Number{Absolute, 17},
			Ack: Number{SndNxt, -1}, Text: 10, HasWnd: true},
		When: When{Timed: true, At: 2 * time.Second}}},
	{"inject B->A none seq=0 ack=snd.una wnd=65535 at 2s", Fault{Op: Inject, End: endpoint.B,
		Injected: Injected{Ack: Number{SndUna, 0}, HasWnd: true, Wnd: 65535},
		When:     When{Timed: true, At: 2 * time.Second}}},
}

func TestParseStatements(t *testing.T) {
	for _, test := range statements {
		s, err := Parse(test.text)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if len(s) != 1 || s[0] != test.want {
			t.Errorf("%s: parsed as %+v, want %+v", test.text, s, test.want)
		}
		if got := test.want.String(); got != test.text {
			t.Errorf("printed as %q, want %q", got, test.text)
		}
		if err := test.want.Check(); err != nil {
			t.Errorf("%s: %v", test.text, err)
		}
	}
}

// TestParseFree has texts that are read, but not written so.
func TestParseFree(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{"\n \t\n# a comment\n #1 is a comment, too\n", ""},
		{"drop A SYN#1# the first", "drop A SYN #1\n"},
		{"drop A SYN #", "drop A SYN\n"},
		{"  drop\tA SYN #3-3\r\n\r\n", "drop A SYN #3\n"},
		{"delay A SYN by 90s\ndrop B ANY", "delay A SYN by 1m30s\ndrop B ANY\n"},
		{"inject A->B ACK,RST wnd = 07 seq= snd.una+0 ack=0 len=0 at 1000us",
			"inject A->B RST,ACK seq=snd.una wnd=7 at 1ms\n"},
	} {
		s, err := Parse(test.text)
		if err != nil || s.String() != test.want {
			t.Errorf("%q: %q, %v, want %q", test.text, s.String(), err, test.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	const kinds = "want a kind of segment: ANY, RST, SYN,ACK, SYN, FIN, DATA or ACK"
	const states = "want a state: CLOSED, LISTEN, SYN-SENT, SYN-RECEIVED, ESTABLISHED, FIN-WAIT-1, " +
		"FIN-WAIT-2, CLOSE-WAIT, CLOSING, LAST-ACK or TIME-WAIT"
	const when = `want a moment: "at" or "when"`
	for _, test := range []struct{ text, want string }{
		{"dorp A SYN", `line 1, column 1: found "dorp", want a fault: drop, delay, duplicate, reorder, corrupt, ` +
			`hold, cut, crash, restart, stall or inject`},
		{"drop C SYN", `line 1, column 6: found "C", want an end: A or B`},
		{"\ndrop A SNY", `line 2, column 8: found "SNY", ` + kinds},
		{"drop A", `line 1, column 7: found end of line, ` + kinds},
		{"drop A # SYN", `line 1, column 8: found end of line, ` + kinds},
		{"drop A SYN #0", `line 1, column 13: found "0", want an ordinal from 1 to 4294967295`},
		{"drop A SYN #3-2", `line 1, column 15: found "2", want an ordinal from 3 to 4294967295`},
		{"drop A SYN #1-2-3", `line 1, column 15: found "2-3", want an ordinal from 1 to 4294967295`},
		{"drop A SYN #1 #2", `line 1, column 15: found "#2", want the end of the line`},
		{"drop A SYN 1", `line 1, column 12: found "1", want the end of the line`},
		{"delay A SYN 1s", `line 1, column 13: found "1s", want "by"`},
		{"delay A SYN by 0s", `line 1, column 16: found "0s", want a time from 1ns to 1000h0m0s, such as 1.5s`},
		{"delay A SYN by 5", `line 1, column 16: found "5", want a time from 1ns to 1000h0m0s, such as 1.5s`},
		{"duplicate A SYN", `line 1, column 16: found end of line, want "after"`},
		{"duplicate A SYN after -1s",
			`line 1, column 23: found "-1s", want a time from 0s to 1000h0m0s, such as 1.5s`},
		{"reorder A SYN behind 0",
			`line 1, column 22: found "0", want a number of datagrams from 1 to 4294967295`},
		{"reorder A SYN behind 1 or 0s",
			`line 1, column 27: found "0s", want a time from 1ns to 1000h0m0s, such as 1.5s`},
		{"corrupt A SYN byte 1", `line 1, column 15: found "byte", want "bit"`},
		{"corrupt A SYN bit -1", `line 1, column 19: found "-1", want a bit from 0 to 4294967295`},
		{"corrupt A SYN bit 1 unseen", `line 1, column 21: found "unseen", want the end of the line`},
		{"hold A SYN until TIME-WAIT", `line 1, column 18: found "TIME-WAIT", want an end: A or B`},
		{"hold A SYN until A TIMEWAIT", `line 1, column 20: found "TIMEWAIT", ` + states},
		{"cut A when A CLOSED for 1s",
			`line 1, column 5: found "A", want a direction: A->B, B->A or A<->B`},
		{"cut A->B for 1s", `line 1, column 10: found "for", ` + when},
		{"cut A->B at 1s", `line 1, column 15: found end of line, want "for"`},
		{"cut A->B when A CLOSED #1-2 for 1s",
			`line 1, column 25: found "1-2", want an ordinal from 1 to 4294967295`},
		{"crash B", `line 1, column 8: found end of line, ` + when},
		{"restart B", `line 1, column 10: found end of line, want "after"`},
		{"stall B at 1s for 1s", `line 1, column 9: found "at", want "reads"`},
		{"inject A<->B RST seq=0 at 1s", `line 1, column 8: found "A<->B", want a direction: A->B or B->A`},
		{"inject A->B rst seq=0 at 1s",
			`line 1, column 13: found "rst", want control bits such as RST or SYN,ACK, or "none"`},
		{"inject A->B RST at 1s", `line 1, column 17: found "at", want "seq"`},
		{"inject A->B RST seq=1 seq=2 at 1s", `line 1, column 23: found "seq", want no key twice`},
		{"inject A->B RST seq 1 at 1s", `line 1, column 21: found "1", want "="`},
		{"inject A->B RST seq=irs at 1s",
			`line 1, column 21: found "irs", want a sequence number, rcv.nxt, snd.una or snd.nxt`},
		{"inject A->B RST seq=rcv.nxt*2 at 1s", `line 1, column 28: found "*2", want "+" or "-"`},
		{"inject A->B RST seq=rcv.nxt+x at 1s",
			`line 1, column 29: found "x", want a number from 0 to 4294967295`},
		{"inject A->B RST seq=4294967296 at 1s",
			`line 1, column 21: found "4294967296", want a sequence number from 0 to 4294967295`},
		{"inject A->B RST seq=0 len=1441 at 1s",
			`line 1, column 27: found "1441", want a number of octets from 0 to 1440`},
		{"inject A->B RST seq=0 wnd=65536 at 1s",
			`line 1, column 27: found "65536", want a window from 0 to 65535`},
		{"inject A->B RST seq=0 mss=1 at 1s", `line 1, column 23: found "mss", ` + when},
	} {
		s, err := Parse(test.text)
		var syntax *scan.SyntaxError
		if !errors.As(err, &syntax) || s != nil {
			t.Errorf("%q: %v, %v, want an error", test.text, s, err)
			continue
		}
		if err.Error() != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.text, err, test.want)
		}
	}
}

func TestParseTooLong(t *testing.T) {
	if _, err := Parse(strings.Repeat("drop A ANY\n", MaxLines+1)); !errors.Is(err, ErrLines) {
		t.Errorf("got %v, want ErrLines", err)
	}
	if err := make(Script, MaxLines+1).Check(); !errors.Is(err, ErrLines) {
		t.Errorf("got %v, want ErrLines", err)
	}
}

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		fault Fault
		want  string
	}{
		{Fault{Op: Op(NumOps)}, "faults: no operation 11"},
		{Fault{End: 2}, "faults: drop: an end is neither A nor B"},
		{Fault{Kind: 7}, "faults: drop: no kind 7"},
		{Fault{Op: Hold, Until: Entry{State: 11}}, "faults: hold: no such state"},
		{Fault{First: 3, Last: 2}, "faults: drop: the last ordinal 2 is before the first, 3"},
		{Fault{Last: 2}, "faults: drop: the last ordinal 2 is before the first, 0"},
		{Fault{Op: Delay}, "faults: delay: time 0s is not from 1ns to 1000h0m0s"},
		{Fault{Op: Hold, By: -1}, "faults: hold: time -1ns is not from 0s to 1000h0m0s"},
		{Fault{Op: Reorder}, "faults: reorder: behind 0 is not behind anything"},
		{Fault{Op: Crash, When: When{Timed: true, At: -1}}, "faults: crash: time -1ns is not from 0s to 1000h0m0s"},
		{Fault{Op: Crash, When: When{Timed: true, N: 2}}, "faults: crash: a field is set that means nothing here"},
		{Fault{By: 1}, "faults: drop: a field is set that means nothing here"},
		{Fault{Op: Cut, By: 1, Both: true, End: endpoint.B}, "faults: cut: a field is set that means nothing here"},
		{Fault{Op: Inject, Injected: Injected{Text: 1441}}, "faults: inject: 1441 octets of text are more than 1440"},
		{Fault{Op: Inject, Injected: Injected{Seq: Number{Plus: -1}}}, "faults: inject: -1 is no sequence number"},
		{Fault{Op: Inject, Injected: Injected{Ack: Number{Base: 4}}}, "faults: inject: no base 4"},
		{Fault{Op: Inject, Injected: Injected{Wnd: 4}}, "faults: inject: a field is set that means nothing here"},
	} {
		err := test.fault.Check()
		if err == nil || err.Error() != test.want {
			t.Errorf("%+v: %v, want %v", test.fault, err, test.want)
		}
		_ = test.fault.String() // whatever it is, it does not panic
	}
	err := Script{{}, {Last: 1}}.Check()
	if err == nil || err.Error() != "fault 2: faults: drop: the last ordinal 1 is before the first, 0" {
		t.Errorf("%v", err)
	}
}

func TestHostile(t *testing.T) {
	for _, test := range statements {
		word, _, _ := strings.Cut(test.text, " ")
		want := slices.Contains([]string{"crash", "restart", "inject"}, word) ||
			strings.HasSuffix(test.text, "undetected")
		if got := (Script{test.want}).Hostile(); got != want {
			t.Errorf("%s: hostile is %v", test.text, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, test := range statements {
		f.Add(test.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			_ = err.Error()
			return
		}
		if err := s.Check(); err != nil {
			t.Fatalf("parsed from %q, but %v", text, err)
		}
		printed := s.String()
		again, err := Parse(printed)
		if err != nil || !slices.Equal(s, again) {
			t.Fatalf("%q is printed as %q, which is read as %v, %v", text, printed, again, err)
		}
		for i := range s {
			for _, simple := range Simpler(s[i]) {
				if err := simple.Check(); err != nil {
					t.Fatalf("%v made simpler: %v", s[i], err)
				}
			}
		}
	})
}

// TestNames: in a line about hosts that have names these stand for the ends; the
// first name is A.
func TestNames(t *testing.T) {
	for text, want := range map[string]string{
		"drop server FIN #1-2":                                     "drop A FIN #1-2",
		"cut client->server when server ESTABLISHED for 3s":        "cut A->B when B ESTABLISHED for 3s",
		"cut db-1<->web.eu at 2s for 3s":                           "cut A<->B at 2s for 3s",
		"hold server ACK #2 until client TIME-WAIT or 60s":         "hold A ACK #2 until B TIME-WAIT or 1m0s",
		"inject client->server RST seq=rcv.nxt when client LISTEN": "inject A->B RST seq=rcv.nxt when A LISTEN",
		"stall B reads at 1s for 10s":                              "stall A reads at 1s for 10s",
	} {
		var names scan.Names
		l := scan.New("", 1, text)
		l.Call(&names)
		f, err := ParseLine(l)
		if err != nil || f.String() != want {
			t.Errorf("%s: %v, %v, want %s", text, f, err, want)
			continue
		}
		back, err := Parse(want)
		if err != nil || back[0] != f {
			t.Errorf("%s is %v, %v", want, back, err)
		}
		l = scan.New("", 1, f.Named(names))
		l.Call(&names)
		if again, err := ParseLine(l); err != nil || again != f {
			t.Errorf("%s prints %s: %v", text, f.Named(names), err)
		}
	}
	for text, want := range map[string]string{
		"drop -x SYN": `line 1, column 6: found "-x", want the name of a host: letters, digits, '.', '_' and '-'`,
		"hold a ACK #2 until b TIME-WAIT or 60s x": `line 1, column 40: found "x", want the end of the line`,
		"cut a->b when c LISTEN for 1s":            `line 1, column 15: found "c", want a or b: a line is about two hosts at most`,
		"cut a->a at 1s for 1s":                    `line 1, column 8: found "a", want another host than a`,
		"inject a<->b RST seq=1 at 1s":             `line 1, column 8: found "a<->b", want a direction: A->B or B->A`,
	} {
		l := scan.New("", 1, text)
		l.Call(new(scan.Names))
		if _, err := ParseLine(l); err == nil || err.Error() != want {
			t.Errorf("%s: %v\nwant %s", text, err, want)
		}
	}
}
