package packetdrill

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// scenarios are runs that between them use every form of statement that a
// script can have.
var scenarios = []struct {
	name     string
	scenario string
	forms    string // of the scripts of A and B together
}{
	{"handshake", "A: open active\nB: open passive\n",
		"inject expect ack mss <...> socket bind listen accept connect fcntl setsockopt array"},
	{"conversation", "", "write read shutdown"},
	{"ipv6", "ip 6\nA: open active; send 10\nB: open passive; receive all\n", "option"},
	{"dropped", "drop A SYN #1\ndrop B SYN,ACK #1\ndrop A DATA #1\n", "inject"},
	{"delayed", "delay A DATA #1 by 1.5s\nhold B FIN #1 until A TIME-WAIT or 3s\n", "inject"},
	{"duplicated", "duplicate A DATA #1 after 20ms\nduplicate B SYN,ACK #1 after 1us\n", "inject"},
	{"reordered", "A: open active; send 4000; close; receive all\nreorder A DATA #1 behind 2\n", "inject"},
	{"corrupted", "corrupt A DATA #1 bit 113\n", "inject"},
	{"cut", "cut A<->B when A FIN-WAIT-1 for 3s\n", "inject"},
	{"closed-window", "B tcp receive-buffer=1000\nA: open active; send 3000; close\nB: open passive; wait 5s; receive all; close\n", "read"},
	{"stalled", "stall B reads at 20ms for 10s\n", "read"},
	{"injected", "A: open active; send 100\nB: open passive; receive all\ninject A->B RST seq=rcv.nxt+100 when B ESTABLISHED\n", "inject"},
	{"urgent", "inject A->B ACK,URG seq=rcv.nxt ack=snd.nxt when B ESTABLISHED\n", "urg"},
	{"no-flags", "inject A->B none seq=rcv.nxt when B ESTABLISHED\n", "inject"},
	{"aborted", "A: open active; send 100; abort\nB: open passive; receive all\n", "linger close"},
	{"refused", "A: open active\nB: \n", "connect"},
	{"simultaneous", "A: open active; close\nB: open active; close\n", "connect"},
	{"closed-in-syn-sent", "A: open active nowait; close\nB: \n", "close"},
	{"closed-in-listen", "A: \nB: open passive nowait; close\n", "listen close"},
	{"send-waits", "A: open active nowait; send 10\nB: open passive; receive all\n", "write"},
	{"options", "A tcp mss=536 no-nagle\nA: open active; send 1000\nB: open passive; receive all\n", "setsockopt"},
	{"end-of-number-space", "A tcp iss=4294967290\nB tcp iss=4294967295\n", "write"},
}

// TestScripts: every script reads as the language's documentation says, and
// has the forms that it is there for.
func TestScripts(t *testing.T) {
	for _, c := range scenarios {
		t.Run(c.name, func(t *testing.T) {
			trace := play(t, c.scenario)
			met := map[string]bool{}
			for _, side := range []endpoint.End{endpoint.A, endpoint.B} {
				script := scriptOf(t, trace, side)
				golden(t, c.name+"-"+strings.ToLower(side.String())+".pkt", script)
				forms, err := check(script)
				if err != nil {
					t.Errorf("%v: %v\n%s", side, err, script)
				}
				for f := range forms {
					met[f] = true
				}
			}
			for _, f := range strings.Fields(c.forms) {
				if !met[f] {
					t.Errorf("no script has the form %q", f)
				}
			}
		})
	}
}

// TestChecker: what the documentation rules out, the checker refuses, and each
// for its own reason.
func TestChecker(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"0 < S 0:0(0) win 100 <mss 1460>\n", ""},
		{"0 < S 0:0(0) win 100 <mss 1460,sackOK,nop,nop>\n", ""},
		{"+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", "time \"+\""},
		{"0.1 close(3) = 0\n", "first event should be at time 0"},
		{"0 close(3) = 0\n0.2 close(3) = 0\n0.1 close(3) = 0\n", "time runs backwards"},
		{"0 close(3) = 0\n0.2~0.1 > . 1:1(0) ack 1\n", "a range of time runs backwards"},
		{"0.0000001 close(3) = 0\n", "time"},
		{"0 < S 0:0(0)\n", "window must be specified"},
		{"0 < . 1:1(0) win 100\n", "an ACK without its number"},
		{"0 < S 0:1(0) win 100\n", "inconsistent numbers"},
		{"0 < S 4294967295:4294967296(1) win 100\n", "no number of 32 bits"},
		{"0 < S 0:0(0) win 65536\n", "no number of 16 bits"},
		{"0 < S 0:0(0) win 100 <mss 1460,wscale 7>\n", "not padded to 4"},
		{"0 < S 0:0(0) win 100 <...>\n", "only be used with outbound"},
		{"0 < S 0:0(0) win 100 <TS val 1 ecr 0,nop,nop>\n", "option \"TS\""},
		{"0 > X 0:0(0)\n", "flags"},
		{"0 > . 1:1(0) ack\n", "too early"},
		{"0 shutdown(3) = 0\n", "want \",\""},
		{"0 connect(3, ..., ...) = -1 (in progress)\n", "without errno"},
		{"0 fork() = 0\n", "system call"},
		{"--ip_version=ipv5\n", "ip_version"},
	} {
		_, err := check(c.script)
		if got := ""; err != nil {
			got = err.Error()
			if c.want == "" || !strings.Contains(got, c.want) {
				t.Errorf("%q: %v, want %q", c.script, got, c.want)
			}
		} else if c.want != "" {
			t.Errorf("%q passes, want %q", c.script, c.want)
		}
	}
}

// TestNoScript: what no script can tell becomes comments that say why.
func TestNoScript(t *testing.T) {
	for _, c := range []struct {
		scenario string
		side     endpoint.End
		want     string
	}{
		{"A: \nB: open passive\n", endpoint.A, "nothing happens at A"},
		{"A: open active\nB: open passive; wait 30s; send 100\ncrash A when B ESTABLISHED\nrestart A after 10s\n",
			endpoint.A, "does not crash"},
		{"corrupt A DATA #1 bit 113 undetected\n", endpoint.B, "arrives damaged"},
		{"A: open active\nB: wait 5s; open passive\n", endpoint.B, "before there is a socket"},
		{"A: open active\nB: open passive nowait\nB: when SYN-RECEIVED; close\n", endpoint.B, "before the connection can be accepted"},
		{"A: open active; abort; open active\nB: open passive\n",
			endpoint.A, "makes a second one"},
		{"A: \nB: open passive\ninject A->B ACK seq=5 ack=7 at 1s\n", endpoint.B, "without SYN, is the first"},
	} {
		script := scriptOf(t, play(t, c.scenario), c.side)
		if !strings.Contains(script, "There is no script") || !strings.Contains(script, c.want) {
			t.Errorf("%s: want %q\n%s", c.scenario, c.want, script)
		}
		for line := range strings.Lines(script) {
			if !strings.HasPrefix(line, "// ") {
				t.Errorf("%s: not a comment: %q", c.scenario, line)
			}
		}
	}
}

// TestViolation: the script ends where the rule was broken, and does not expect
// what broke it.
func TestViolation(t *testing.T) {
	trace := play(t, "")
	var at *sim.Event
	for i := range trace.Events {
		if e := &trace.Events[i]; e.End == endpoint.B && e.Emits > 0 && e.Before == endpoint.Established {
			at = e
			break
		}
	}
	trace.Violation = sim.Violation{
		Rule: sim.Rule{ID: "I-13", Name: "iss-stable", Section: "RFC 9293 section 3.4.1"},
		Step: at.N, At: at.At, End: endpoint.B, Text: "B did\nwhat it must not \xff", Got: "1", Want: "2",
	}
	script := scriptOf(t, trace, endpoint.B)
	golden(t, "violation.pkt", script)
	if _, err := check(script); err != nil {
		t.Error(err)
	}
	if !strings.HasSuffix(script, "// Here B broke the rule: B did?what it must not ?\n// got 1, want 2\n") {
		t.Errorf("the end of the script:\n%s", script)
	}
}

// TestPacketdrill has packetdrill itself read the scripts, where it is
// installed. It runs none: --dry_run stops after the reading.
func TestPacketdrill(t *testing.T) {
	tool, err := exec.LookPath("packetdrill")
	if err != nil {
		t.Skip("packetdrill is not installed")
	}
	scripts, err := filepath.Glob("testdata/*.pkt")
	if err != nil || len(scripts) == 0 {
		t.Fatal(len(scripts), err)
	}
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "There is no script") {
			continue // comments alone, which packetdrill does not read
		}
		if said, err := exec.Command(tool, "--dry_run", script).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", script, err, said)
		}
	}
}

// TestOptions: the options of a segment to inject are those that the language
// has words for, padded to whole words; timestamps are not agreed on.
func TestOptions(t *testing.T) {
	var sack, all endpoint.Options
	sack = sack.AppendNOP().AppendNOP().AppendSACK(endpoint.SACKBlock{Left: 105, Right: 110}, endpoint.SACKBlock{Left: 120, Right: 99})
	all = all.AppendMSS(1400).AppendSACKPermitted().AppendTimestamps(7, 8).AppendNOP().AppendWindowScale(7)
	for _, c := range []struct {
		options endpoint.Options
		want    string
	}{
		{nil, ""},
		{all, " <mss 1400,sackOK,wscale 7,nop,nop,nop>"},
		{sack, " <sack 5:10 20:4294967295,nop,nop>"},
		{endpoint.Options{253, 4, 1, 2}, ""},
		{endpoint.Options{2, 3, 1, 0}, ""},
	} {
		trace := &sim.Trace{Options: c.options, Segments: []sim.SegmentRecord{{ID: 1, NOption: uint8(len(c.options))}}}
		s := script{t: trace}
		s.local = 100
		if got := s.options(&trace.Segments[0]); got != c.want {
			t.Errorf("%v: %q, want %q", c.options, got, c.want)
		}
		if _, err := check("0 < S 0:0(0) win 1" + c.want + "\n"); err != nil {
			t.Error(err)
		}
	}
}
