package scenario

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/faults/scan"
	"example.org/halfopen/link"
	"example.org/halfopen/scheduler"
)

// everyLine has every statement, key, word and act, in canonical form.
const everyLine = `halfopen scenario 1
seed 18446744073709551615
ip 6
A tcp iss=0 mss=1460 no-mss-option msl=1s rto-initial=2s rto-min=3s rto-max=4s r1=5 r2=6s r2-syn=7s user-timeout=8s delayed-ack=499.999999ms no-delayed-ack no-nagle override-timeout=9s send-buffer=10 receive-buffer=65535 challenge-acks=12 no-challenge-throttle wscale=14 timestamps sack congestion iw10 path-mtu keepalive keepalive-interval=13s
B tcp!last-ack-any-ack
link A->B delay 1ms-20ms loss 10% gilbert 1% 25% good 0.1% bad 90% cap 3 reorder 5% gap 3 fifo duplicate 1% corrupt 0.0001% undetected rate 1000000 queue 10 queue-octets 15000 mtu 1400 down
link B->A delay exponential 5ms min 1ms gilbert 100% 0.5%
A: open active; send 1000; receive all; close
B: open passive nowait; receive 1000 by 100 every 10ms; receive all by 1; wait 2s; when TIME-WAIT #2; abort
A: when TIME-WAIT; open active
B:
drop A SYN #1
crash B at 2s
heal at 1m0s
limit events 1000
limit instant 100
limit time 1h0m0s
`

func everyValue() Scenario {
	return Scenario{
		Seed: 1<<64 - 1,
		IPv6: true,
		Ends: [2]Host{{Config: endpoint.Config{
			FixedISS: true, MSS: 1460, NoMSSOption: true, MSL: time.Second,
			RTOInitial: 2 * time.Second, RTOMin: 3 * time.Second, RTOMax: 4 * time.Second,
			R1: 5, R2: 6 * time.Second, R2SYN: 7 * time.Second, UserTimeout: 8 * time.Second,
			DelayedACK: 500*time.Millisecond - 1, NoDelayedACK: true, NoNagle: true, OverrideTimeout: 9 * time.Second,
			SendBuffer: 10, ReceiveBuffer: 65535, ChallengeACKs: 12, NoChallengeThrottle: true,
			WindowScale: true, WindowShift: 14, Timestamps: true, SACK: true, Congestion: true, IW10: true, PathMTU: true,
			KeepAlive: true, KeepAliveInterval: 13 * time.Second,
		}}, {Endpoint: "tcp!last-ack-any-ack"}},
		Link: [2]link.Config{{
			Delay: link.Delay{Model: link.Uniform, Min: time.Millisecond, Max: 20 * time.Millisecond},
			Loss:  100_000, Gilbert: link.Gilbert{P: 10_000, R: 250_000, LossGood: 1000, LossBad: 900_000},
			Cap: 3, Reorder: 50_000, Gap: 3, FIFO: true, Duplicate: 10_000, Corrupt: 1, Undetected: true,
			Rate: 1_000_000, QueuePackets: 10, QueueOctets: 15000, MTU: 1400, Down: true,
		}, {
			Delay:   link.Delay{Model: link.Exponential, Min: time.Millisecond, Mean: 5 * time.Millisecond},
			Gilbert: link.Gilbert{P: 1_000_000, R: 5000, LossBad: 1_000_000},
		}},
		Apps: []App{
			{endpoint.A, []Act{{Op: ActOpen}, {Op: ActSend, N: 1000}, {Op: ActReceive}, {Op: ActClose}}},
			{endpoint.B, []Act{{Op: ActOpen, Passive: true, NoWait: true},
				{Op: ActReceive, N: 1000, Chunk: 100, Every: 10 * time.Millisecond}, {Op: ActReceive, Chunk: 1},
				{Op: ActWait, Every: 2 * time.Second}, {Op: ActWhen, State: endpoint.TimeWait, N: 2}, {Op: ActAbort}}},
			{endpoint.A, []Act{{Op: ActWhen, State: endpoint.TimeWait}, {Op: ActOpen}}},
			{endpoint.B, nil},
		},
		Fault: faults.Script{
			{Kind: endpoint.KindSYN, First: 1, Last: 1},
			{Op: faults.Crash, End: endpoint.B, When: faults.When{Timed: true, At: 2 * time.Second}},
		},
		Heal:   time.Minute,
		Limits: scheduler.Limits{Events: 1000, Instant: 100, Time: time.Hour},
	}
}

func TestScenarioText(t *testing.T) {
	want := everyValue()
	got, err := Parse("all", everyLine)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if s := want.String(); s != everyLine {
		t.Errorf("printed as\n%s", s)
	}
	if err := want.Check(); err != nil {
		t.Error(err)
	}
}

func TestEmptyScenario(t *testing.T) {
	for _, text := range []string{"", "\n# nothing\n", "halfopen scenario 1", "A tcp\nB tcp\nseed 0\nip 4\nlink loss 0% cap 0"} {
		s, err := Parse("", text)
		if err != nil || !reflect.DeepEqual(s, Scenario{}) {
			t.Errorf("%q: %+v, %v", text, s, err)
		}
	}
	var zero Scenario
	if s := zero.String(); s != "halfopen scenario 1\n" {
		t.Errorf("printed as %q", s)
	}
}

// TestScenarioFree has lines that are read, but not written so.
func TestScenarioFree(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"link A->B loss 5%\nlink B->A loss 5.0%", "link loss 5%"},
		{"link rate 1Mbit", "link rate 1000000"},
		{"link rate 64kbit queue 5", "link rate 64000 queue 5"},
		{"link rate 2Gbit", "link rate 2000000000"},
		{"link rate 9bit", "link rate 9"},
		{"link B->A fifo delay 1000us", "link B->A delay 1ms fifo"},
		{"link delay bimodal 1ms 0.5s tail 00.1%", "link delay bimodal 1ms 500ms tail 0.1%"},
		{"link delay exponential 5ms", "link delay exponential 5ms"},
		{"link gilbert 0% 0% bad 0%", ""},
		{"link gilbert 1% 2% bad 0%", "link gilbert 1% 2% bad 0%"},
		{"heal at 60s # a comment\nseed 007", "seed 7\nheal at 1m0s"},
		{"A : open active;close#done", "A: open active; close"},
		{"A tcp no-nagle mss = 9", "A tcp mss=9 no-nagle"},
		{"B tcp\nA netstack", "A netstack"},
		{"drop A SYN\nB: close\nA: close\ndelay A SYN by 60s", "B: close\nA: close\ndrop A SYN\ndelay A SYN by 1m0s"},
	} {
		s, err := Parse("", test.text)
		want := "halfopen scenario 1\n" + test.want
		if err != nil || strings.TrimSpace(s.String()) != strings.TrimSpace(want) {
			t.Errorf("%q: %v, %q", test.text, err, s.String())
		}
	}
}

func TestScenarioErrors(t *testing.T) {
	const octets = "a number of octets"
	const time = "want a time from 1ns to 1000h0m0s, such as 1.5s"
	const rate = "want a rate from 0% to 100%, in steps of 0.0001%"
	const bits = "want a rate in bits per second from 1 to 1125899906842624, such as 64000, 64kbit or 1Mbit"
	for _, test := range []struct{ text, want string }{
		{"hello", `s:1:1: found "hello", want a statement: halfopen, seed, ip, A, B, link, heal, limit, drop, delay, ` +
			`duplicate, reorder, corrupt, hold, cut, crash, restart, stall or inject`},
		{"halfopen scenario 2", `s:1:19: found "2", want version 1, the only one that this program reads`},
		{"halfopen scenario", `s:1:18: found end of line, want version 1, the only one that this program reads`},
		{"halfopen trace 1", `s:1:10: found "trace", want "scenario"`},
		{"seed 1\nhalfopen scenario 1", `s:2:1: found "halfopen", want the header on the first line only`},
		{"seed", `s:1:5: found end of line, want a number from 0 to 18446744073709551615`},
		{"seed 18446744073709551616",
			`s:1:6: found "18446744073709551616", want a number from 0 to 18446744073709551615`},
		{"seed 1 2", `s:1:8: found "2", want the end of the line`},
		{"seed 1\n\nseed 1", `s:3:1: found "seed", want it once only: line 1 says it already`},
		{"ip 5", `s:1:4: found "5", want a version of IP: 4 or 6`},
		{"heal 60s", `s:1:6: found "60s", want "at"`},
		{"heal at 0s", `s:1:9: found "0s", ` + time},
		{"heal at 1s\nheal at 1s", `s:2:1: found "heal", want it once only: line 1 says it already`},
		{"limit trace 5", `s:1:7: found "trace", want a limit: events, instant or time`},
		{"limit events 0", `s:1:14: found "0", want a number of events from 1 to 2147483647`},
		{"limit time 1h\nlimit time 1h", `s:2:7: found "time", want it once only: line 1 says it already`},
		{"A", `s:1:2: found end of line, want ":" or the name of an endpoint, such as tcp`},
		{"A mss=5", `s:1:6: found "=", want a key: ` + configList},
		{"A tcp\nA tcp", `s:2:1: found "A", want it once only: line 1 says it already`},
		{"A tcp nagle", `s:1:7: found "nagle", want a key: ` + configList},
		{"A tcp mss", `s:1:10: found end of line, want "="`},
		{"A tcp mss=", `s:1:11: found end of line, want ` + octets + ` from 1 to 65535`},
		{"A tcp mss=0", `s:1:11: found "0", want ` + octets + ` from 1 to 65535`},
		{"A tcp mss=1 mss=1", `s:1:13: found "mss", want no key twice`},
		{"A tcp iss=4294967296", `s:1:11: found "4294967296", want a sequence number from 0 to 4294967295`},
		{"A tcp delayed-ack=500ms",
			`s:1:19: found "500ms", want a time from 1ns to 499.999999ms, such as 1.5s`},
		{"A tcp msl=-1s", `s:1:11: found "-1s", ` + time},
		{"A tcp send-buffer=1073741825", `s:1:19: found "1073741825", want ` + octets + ` from 1 to 1073741824`},
		{"A tcp r1=0", `s:1:10: found "0", want a number of retransmissions from 1 to 2147483647`},
		{"link", `s:1:5: found end of line, want a word of a link: delay, loss, gilbert, cap, reorder, fifo, ` +
			`duplicate, corrupt, rate, queue, queue-octets, mtu or down`},
		{"link A<->B down", `s:1:6: found "A<->B", want a word of a link: delay, loss, gilbert, cap, reorder, fifo, ` +
			`duplicate, corrupt, rate, queue, queue-octets, mtu or down`},
		{"link loss 1% loss 2%", `s:1:14: found "loss", want no word twice`},
		{"link B->A down\nlink loss 1%", `s:2:1: found "link", want it once only: line 1 says it already`},
		{"link loss 10", `s:1:11: found "10", ` + rate},
		{"link loss 100.0001%", `s:1:11: found "100.0001%", ` + rate},
		{"link loss 0.00001%", `s:1:11: found "0.00001%", ` + rate},
		{"link loss .5%", `s:1:11: found ".5%", ` + rate},
		{"link loss 5.%", `s:1:11: found "5.%", ` + rate},
		{"link loss -5%", `s:1:11: found "-5%", ` + rate},
		{"link reorder 0%", `s:1:14: found "0%", want a rate from 0.0001% to 100%, in steps of 0.0001%`},
		{"link delay", `s:1:11: found end of line, want a delay: 10ms, 1ms-20ms, "exponential" or "bimodal"`},
		{"link delay 0s", `s:1:12: found "0s", ` + time},
		{"link delay 20ms-1ms", `s:1:17: found "1ms", want a time from 20ms to 1000h0m0s, such as 1.5s`},
		{"link delay bimodal 2ms 1ms tail 1%",
			`s:1:24: found "1ms", want a time from 2ms to 1000h0m0s, such as 1.5s`},
		{"link delay bimodal 1ms 2ms 1%", `s:1:28: found "1%", want "tail"`},
		{"link gilbert 1%", `s:1:16: found end of line, ` + rate},
		{"link rate fast", `s:1:11: found "fast", ` + bits},
		{"link rate 9999999Gbit", `s:1:11: found "9999999Gbit", ` + bits},
		{"link queue 0", `s:1:12: found "0", want a number of datagrams from 1 to 2147483647`},
		{"link mtu 65536", `s:1:10: found "65536", want ` + octets + ` from 1 to 65535`},
		{"A: opne", `s:1:4: found "opne", want an act: open, send, receive, close, abort, wait or when`},
		{"A: open", `s:1:8: found end of line, want "active" or "passive"`},
		{"A: close;", `s:1:10: found end of line, want an act: open, send, receive, close, abort, wait or when`},
		{"A: close close", `s:1:10: found "close", want ";"`},
		{"A: send 0", `s:1:9: found "0", want ` + octets + ` from 1 to 1099511627776`},
		{"A: receive", `s:1:11: found end of line, want "all" or ` + octets + ` from 1 to 1099511627776`},
		{"A: receive all every 1s", `s:1:16: found "every", want ";"`},
		{"A: wait", `s:1:8: found end of line, ` + time},
		{"A: when OPEN", `s:1:9: found "OPEN", want a state: CLOSED, LISTEN, SYN-SENT, SYN-RECEIVED, ESTABLISHED, ` +
			`FIN-WAIT-1, FIN-WAIT-2, CLOSE-WAIT, CLOSING, LAST-ACK or TIME-WAIT`},
		{"seed 1\n\n drop A SNY #1",
			`s:3:9: found "SNY", want a kind of segment: ANY, RST, SYN,ACK, SYN, FIN, DATA or ACK`},
	} {
		s, err := Parse("s", test.text)
		var syntax *scan.SyntaxError
		if !errors.As(err, &syntax) || !reflect.DeepEqual(s, Scenario{}) {
			t.Errorf("%q: %v, want an error", test.text, err)
			continue
		}
		if err.Error() != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.text, err, test.want)
		}
	}
}

// TestCheck: what the text form cannot say is an error.
func TestScenarioCheck(t *testing.T) {
	for _, test := range []struct {
		change func(*Scenario)
		want   string
	}{
		{func(s *Scenario) { s.Ends[0].Config.ISSKey = 1 }, errUnsaid.Error()},
		{func(s *Scenario) { s.Ends[0].Config.ISS = 1 }, errUnsaid.Error()},
		{func(s *Scenario) { s.Link[0].Gap = 1 }, "scenario: A: link: Gap without Reorder"},
		{func(s *Scenario) { s.Heal = -1 },
			"scenario: line 2, column 9: found \"-1ns\", want a time from 1ns to 1000h0m0s, such as 1.5s"},
		{func(s *Scenario) { s.Ends[1].Config.MSL = -1 },
			"scenario: line 2, column 11: found \"-1ns\", want a time from 1ns to 1000h0m0s, such as 1.5s"},
		{func(s *Scenario) { s.Ends[1].Endpoint = "my tcp" },
			"scenario: line 2, column 6: found \"tcp\", want a key: " + configList},
		{func(s *Scenario) { s.Link[1].Loss = 2_000_000 },
			"scenario: B: link: Loss of 2000000 ppm is more than all, 1000000"},
		{func(s *Scenario) { s.Apps = []App{{Acts: []Act{{Op: ActSend, N: -1}}}} },
			"scenario: line 2, column 9: found \"-1\", want a number of octets from 1 to 1099511627776"},
		{func(s *Scenario) { s.Apps = []App{{Acts: []Act{{Op: ActClose, N: 1}}}} }, errUnsaid.Error()},
		{func(s *Scenario) { s.Fault = faults.Script{{By: 1}} },
			"scenario: fault 1: faults: drop: a field is set that means nothing here"},
	} {
		var s Scenario
		test.change(&s)
		if err := s.Check(); err == nil || err.Error() != test.want {
			t.Errorf("%+v:\n got %v\nwant %s", s, err, test.want)
		}
	}
	s := Scenario{Ends: [2]Host{{Endpoint: DefaultEndpoint}}, Fault: faults.Script{}, Apps: []App{}}
	if err := s.Check(); err != nil {
		t.Errorf("another spelling of the default: %v", err)
	}
}

func TestScenarioClone(t *testing.T) {
	s := everyValue()
	c := s.Clone()
	if !s.Equal(&c) || !reflect.DeepEqual(s, c) {
		t.Fatalf("a clone differs")
	}
	c.Apps[0].Acts[0].Passive = true
	c.Fault[0].First = 2
	if want := everyValue(); !s.Equal(&want) || s.Equal(&c) {
		t.Errorf("a clone shares memory")
	}
}

// TestRates: every rate is printed so that it is read as the same.
func TestRates(t *testing.T) {
	for ppm := uint32(0); ppm <= everything; ppm += 1 + ppm/97 {
		text := string(appendRate(nil, ppm))
		if got, ok := ppmOf(text); !ok || got != ppm {
			t.Errorf("%d ppm is printed as %s, read as %d", ppm, text, got)
		}
	}
	for ppm, want := range map[uint32]string{0: "0%", 1: "0.0001%", 10: "0.001%", 100_000: "10%", 125_000: "12.5%",
		everything: "100%", 999_999: "99.9999%"} {
		if got := string(appendRate(nil, ppm)); got != want {
			t.Errorf("%d ppm is printed as %s, want %s", ppm, got, want)
		}
	}
}

func FuzzParseScenario(f *testing.F) {
	f.Add(everyLine)
	for _, line := range strings.Split(everyLine, "\n") {
		f.Add(line)
	}
	f.Add("A tcp wscale=0\nB tcp wscale=15")
	f.Add("link delay bimodal 1ms 500ms tail 1%\nlink queue 1 rate 9Gbit # a comment")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse("fuzz", text)
		if err != nil {
			_ = err.Error()
			return
		}
		if err := s.Check(); err != nil {
			t.Fatalf("parsed from %q: %v", text, err)
		}
		for i := range s.Link {
			if err := s.Link[i].Check(); err != nil {
				t.Fatalf("parsed from %q: %v", text, err)
			}
		}
		if err := s.Fault.Check(); err != nil {
			t.Fatalf("parsed from %q: %v", text, err)
		}
		printed := s.String()
		again, err := Parse("fuzz", printed)
		if err != nil || !reflect.DeepEqual(s, again) || again.String() != printed {
			t.Fatalf("%q is printed as %q, then as %q, %v", text, printed, again.String(), err)
		}
	})
}
