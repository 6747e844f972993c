package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report/pcapng"
)

// illegalCapture is a capture of a connection in which B sends its FIN before
// data, and acknowledges what A has not sent.
func illegalCapture(t *testing.T) []byte {
	t.Helper()
	const iss, irs = 7000, 9_000_000
	at := time.Duration(0)
	trace := &sim.Trace{Options: endpoint.Options(nil).AppendMSS(1460)}
	add := func(e endpoint.End, flags endpoint.Flags, seq, ack endpoint.Seq, n uint32) {
		r := sim.SegmentRecord{
			ID: uint32(len(trace.Segments) + 1), At: at, End: e, Flags: flags, Wnd: 65535, Len: n, Seq: iss + seq, Ack: irs + ack,
			Offset: int64(seq) - 1,
		}
		if e == endpoint.B {
			r.Seq, r.Ack = irs+seq, iss+ack
		}
		if flags&endpoint.ACK == 0 {
			r.Ack = 0
		}
		if flags&endpoint.SYN != 0 {
			r.NOption = 4
		}
		trace.Segments = append(trace.Segments, r)
		at += 10 * time.Millisecond
	}
	const a, b, ack = endpoint.A, endpoint.B, endpoint.ACK
	add(a, endpoint.SYN, 0, 0, 0)
	add(b, endpoint.SYN|ack, 0, 1, 0)
	add(a, ack, 1, 1, 0)
	for i := range endpoint.Seq(30) {
		add(a, ack, 1+10*i, 1, 10)
		add(b, ack, 1, 11+10*i, 0)
	}
	add(b, ack, 1, 999, 0)
	add(a, ack, 301, 1, 0)
	add(b, endpoint.FIN|ack, 1, 301, 0)
	add(b, ack, 2, 301, 20)
	add(a, ack, 301, 2, 0)
	var file bytes.Buffer
	if err := pcapng.Write(&file, trace); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// took is what differs from run to run.
var took = regexp.MustCompile(`in [0-9.]+s \([0-9.]+ [kM]?B/s\)|in [0-9.]+s \([0-9]+ octets/s\)`)

func TestCheckIllegal(t *testing.T) {
	file := string(illegalCapture(t))
	s := call(sim.TCP(), file, "check", "-").want(t, ExitViolation)
	golden(t, "check.txt", took.ReplaceAllString(s.out, "in SECONDS"))
	complete := call(sim.TCP(), file, "check", "--complete", "-").want(t, ExitViolation).out
	contains(t, complete, "illegal      2 rules broken in 1 connection", "suspects     none")
	ladder := call(sim.TCP(), file, "check", "--ladder", "--all", "-").want(t, ExitViolation).out
	if strings.Contains(ladder, "(...") || strings.Count(ladder, "Seq=") != 68 {
		t.Errorf("--all leaves lines out:\n%s", ladder)
	}
}

func TestCheckLegal(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "legal.pcapng")
	call(sim.TCP(), "A: open active; send 9; close; receive all\nB: open passive; receive all; close\n",
		"show", "--as", "pcapng", "-o", name, "-").want(t, ExitLegal)
	s := call(sim.TCP(), "", "check", name).want(t, ExitLegal)
	contains(t, s.out, "connections  1: 1 closed", "illegal      nothing", "written by halfopen")
	if strings.Contains(s.out, "-->") || s.errors != "" {
		t.Errorf("a ladder that nobody asked for, or a message:\n%s%s", s.out, s.errors)
	}
	s = call(sim.TCP(), "", "check", "--ladder", name).want(t, ExitLegal)
	contains(t, s.out, "SYN-SENT     --> [SYN] Seq=0", "TIME-WAIT", "LAST-ACK")
}

// One that breaks off: what came before is judged, and the octet is named.
func TestCheckTruncated(t *testing.T) {
	file := illegalCapture(t)
	s := call(sim.TCP(), string(file[:len(file)-10]), "check", "-").want(t, ExitUsage)
	contains(t, s.out, "capture-fin-last", "illegal      1 rule broken")
	contains(t, s.errors, "standard input: capture: at octet ", "the file ends inside a block")
}

func TestCheckConn(t *testing.T) {
	name := filepath.Join("..", "testdata", "captures", "linux-plain.pcap.gz")
	for _, c := range []struct {
		filter string
		shown  int
	}{
		{"3", 1}, {"10.9.8.1", 19}, {":20002", 1}, {"10.9.8.2:20002", 1}, {"[fd09::2]:20060", 1}, {"fd09::2", 18}, {"10.9.8.7", 0}, {":20003", 0},
	} {
		s := call(sim.TCP(), "", "check", "--ladder", "--conn", c.filter, name).want(t, ExitLegal)
		if got := strings.Count(s.out, "\nconnection ") + strings.Count(s.out[:11], "connection "); got != c.shown {
			t.Errorf("--conn %s shows %d, want %d", c.filter, got, c.shown)
		}
	}
	for _, bad := range []string{"0", "x", ":0", ":x", "10.0.0.1:", "10.0.0:80"} {
		contains(t, call(sim.TCP(), "", "check", "--conn", bad, name).want(t, ExitUsage).errors, "--conn: ")
	}
}

func TestCheckJSON(t *testing.T) {
	s := call(sim.TCP(), string(illegalCapture(t)), "check", "--json", "--ladder", "-").want(t, ExitViolation)
	lines := strings.Split(strings.TrimSpace(s.out), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines:\n%s", len(lines), s.out)
	}
	var c jsonConnection
	if err := json.Unmarshal([]byte(lines[0]), &c); err != nil {
		t.Fatal(err)
	}
	if c.Kind != "connection" || len(c.Findings) != 2 || len(c.Ladder) < 40 || c.Segments != 68 || c.A != "192.0.2.1:49152" {
		t.Errorf("%+v", c)
	}
	var sum jsonCheck
	if err := json.Unmarshal([]byte(lines[1]), &sum); err != nil {
		t.Fatal(err)
	}
	if sum.Kind != "summary" || sum.Violations != 1 || sum.Suspects != 1 || sum.Connections != 1 || sum.Schema != schemaOfCheck || len(sum.Never) < 3 {
		t.Errorf("%+v", sum)
	}
}

// With room for two connections the others are given up, and that is said.
func TestCheckRoom(t *testing.T) {
	name := filepath.Join("..", "testdata", "captures", "linux-far.pcap.gz")
	s := call(sim.TCP(), "", "check", "--connections", "2", name).want(t, ExitLegal)
	contains(t, s.out, "given up to make room", "illegal      nothing")
}

// A segment with a wrong checksum is left out, and that is said; or it is taken.
func TestCheckChecksums(t *testing.T) {
	file := illegalCapture(t)
	text := bytes.LastIndex(file, sim.Content(sim.ContentStart(0, 1), 1, 20))
	if text < 0 {
		t.Fatal("the text is not in the capture")
	}
	file[text+7] ^= 0x55
	s := call(sim.TCP(), string(file), "check", "-").want(t, ExitLegal) // it was what is illegal
	contains(t, s.out, "left out     1 segment for a wrong checksum", "illegal      nothing")
	s = call(sim.TCP(), string(file), "check", "--checksums", "ignore", "-").want(t, ExitViolation)
	contains(t, s.out, "capture-fin-last")
}

// Captures that hold nothing to judge.
func TestCheckNothing(t *testing.T) {
	header := "\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00"
	packet := strings.Repeat("\x00", 8) + "\x04\x00\x00\x00\x04\x00\x00\x00abcd"
	contains(t, call(sim.TCP(), header+"\x01\x00\x00\x00", "check", "-").want(t, ExitLegal).out, "there is no TCP")
	contains(t, call(sim.TCP(), header+"\x01\x00\x00\x00"+packet, "check", "-").want(t, ExitLegal).out, "not read     1 cut short")
	s := call(sim.TCP(), header+"\x93\x00\x00\x00"+packet, "check", "-").want(t, ExitUsage)
	contains(t, s.errors, "every packet is of link type 147")
}

func TestCheckBadInput(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("seed 1\nA tcp\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"check"}, "accepts 1 arg"},
		{[]string{"check", filepath.Join(dir, "none")}, "no such file"},
		{[]string{"check", dir}, "is a folder"},
		{[]string{"check", text}, "at octet 0: no capture file begins with"},
		{[]string{"check", "--checksums", "x", text}, "there are: auto, verify, ignore"},
		{[]string{"check", "--connections", "1", text}, "it takes 2 at least"},
	} {
		s := call(sim.TCP(), "", c.args...).want(t, ExitUsage)
		contains(t, s.errors, c.want)
		if s.out != "" {
			t.Errorf("%v prints %s", c.args, s.out)
		}
	}
}

// Ctrl-C ends it, with what it has.
func TestCheckInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	record := strings.Repeat("\x00", 16)
	header := "\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00\x01\x00\x00\x00"
	s := callWith(ctx, sim.TCP(), header+strings.Repeat(record, 3*progressEvery), "check", "-").want(t, ExitInterrupted)
	contains(t, s.errors, "interrupted after 8192 packets")
	contains(t, s.out, "8192 packets")
}

func TestCheckProgress(t *testing.T) {
	var b bytes.Buffer
	p := newCheckProgress(&b, &countingReader{n: 5_000_000}, 20_000_000)
	p.show(&checkCounts{Packets: 77})
	if b.Len() > 0 {
		t.Errorf("at once: %s", b.String())
	}
	p.next = time.Now()
	p.show(&checkCounts{Packets: 77, Violations: 2})
	if want := "25 % of 20.0 MB, 77 packets, 2 illegal\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
