package pcapng

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

var update = flag.Bool("update", false, "record the golden files of testdata again")

// The file is the same, octet for octet, on every system.
func TestGolden(t *testing.T) {
	got := write(t, run(t, scenarios[1].text))
	path := filepath.Join("testdata", scenarios[1].name+".pcapng")
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; record it again with -update if that is meant", path)
	}
}

// scenarios have each fate of a segment in them.
var scenarios = []struct{ name, text string }{
	{"default", ""},
	{"faults", "seed 7\ndrop A SYN #1\ndelay B SYN,ACK #1 by 1.5s\nduplicate A DATA #1 after 20ms\n" +
		"corrupt B DATA #1 bit 113\nreorder A FIN #1 behind 1 or 3s\n"},
	{"lossy", "seed 3\nlink loss 20% cap 3\n"},
	{"ipv6", "ip 6\ncut B->A at 15ms for 20ms\nA: open active; send 20000; close\nB: open passive; receive all; close\n"},
	{"hostile", "A: open active; wait 1s; send 100; wait 2s; send 100\nB: open passive; receive all; close\n" +
		"inject B->A FIN,ACK seq=rcv.nxt+100 ack=snd.nxt len=9 when A ESTABLISHED\n" +
		"crash B at 2s\nrestart B after 500ms\n"},
}

func run(t *testing.T, text string) *sim.Trace {
	t.Helper()
	s, err := scenario.Parse("scenario", text)
	if err != nil {
		t.Fatal(err)
	}
	w := sim.NewWorld(sim.TCP())
	if err := w.Reset(&s); err != nil {
		t.Fatal(err)
	}
	for {
		if _, ok := w.Step(); !ok {
			break
		}
	}
	tr := w.Trace().Clone()
	if n := len(tr.Events); n > 0 {
		tr.Violation = sim.Violation{
			Rule: sim.Rule{ID: "I-0", Name: "no-rule", Section: "RFC 9293 section 3"},
			Step: 3, At: tr.Events[2].At, Text: "for the test",
		}
	}
	return tr
}

func write(t *testing.T, tr *sim.Trace) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, tr); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// gopacket reads what was written: each segment as its record says, whole and
// with valid checksums.
func TestReadBack(t *testing.T) {
	for _, tt := range scenarios {
		t.Run(tt.name, func(t *testing.T) {
			tr := run(t, tt.text)
			file := write(t, tr)
			if !bytes.Equal(file, write(t, tr.Clone())) {
				t.Error("written twice, two files")
			}
			r, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.NgReaderOptions{})
			if err != nil {
				t.Fatal(err)
			}
			info := r.SectionInfo()
			if info.Hardware != "" || info.OS != "" || info.Application != "halfopen" ||
				!strings.Contains(info.Comment, "no-rule at step 3") {
				t.Errorf("section %+v", info)
			}
			for i := range tr.Segments {
				data, ci, o, err := r.ReadPacketDataWithOptions()
				if err != nil {
					t.Fatalf("packet %d: %v", i+1, err)
				}
				checkPacket(t, tr, &tr.Segments[i], data, ci)
				if want := fmt.Sprintf("#%d ", i+1); len(o.Comments) != 1 || !strings.HasPrefix(o.Comments[0], want) {
					t.Errorf("packet %d: comments %q", i+1, o.Comments)
				}
			}
			if _, _, err := r.ReadPacketData(); err != io.EOF {
				t.Errorf("after the last packet: %v", err)
			}
			for e := range 2 {
				f, err := r.Interface(e)
				if err != nil || f.Name != endpoint.End(e).String() || f.OS != "" || f.LinkType != layers.LinkTypeRaw ||
					f.TimestampResolution != 9 {
					t.Errorf("interface %d: %+v, %v", e, f, err)
				}
			}
		})
	}
}

func checkPacket(t *testing.T, tr *sim.Trace, s *sim.SegmentRecord, data []byte, ci gopacket.CaptureInfo) {
	t.Helper()
	if ci.Timestamp.UnixNano() != int64(s.At) || ci.InterfaceIndex != int(s.End) || ci.Length != len(data) {
		t.Errorf("#%d: captured %+v", s.ID, ci)
	}
	first := layers.LayerTypeIPv4
	if tr.Scenario.IPv6 {
		first = layers.LayerTypeIPv6
	}
	p := gopacket.NewPacket(data, first, gopacket.Default)
	if e := p.ErrorLayer(); e != nil {
		t.Fatalf("#%d: %v", s.ID, e.Error())
	}
	tcp, ok := p.Layer(layers.LayerTypeTCP).(*layers.TCP)
	if !ok {
		t.Fatalf("#%d is no TCP: %v", s.ID, p)
	}
	flags := endpoint.Flags(tcp.Contents[13])
	if tcp.Seq != uint32(s.Seq) || tcp.Ack != uint32(s.Ack) || tcp.Window != s.Wnd || flags != s.Flags ||
		len(tcp.Payload) != int(s.Len) {
		t.Errorf("#%d: %+v, want %+v", s.ID, tcp, s)
	}
	if err := tcp.SetNetworkLayerForChecksum(p.NetworkLayer()); err != nil {
		t.Fatal(err)
	}
	if err, wrong := p.VerifyChecksums(); err != nil || len(wrong) > 0 {
		t.Errorf("#%d: checksums: %v, %v", s.ID, err, wrong)
	}
}

// Wireshark's own reader takes the file, too: nothing is malformed, no
// checksum is wrong, the comments are there.
func TestTshark(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed: the file is read back with gopacket only")
	}
	for _, tt := range scenarios {
		t.Run(tt.name, func(t *testing.T) {
			tr := run(t, tt.text)
			name := filepath.Join(t.TempDir(), FileName)
			if err := os.WriteFile(name, write(t, tr), 0o666); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(tshark, "-r", name, "-n", "-T", "fields", "-E", "separator=|",
				"-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-o", "tcp.relative_sequence_numbers:FALSE",
				"-e", "tcp.flags", "-e", "tcp.checksum.status", "-e", "ip.checksum.status", "-e", "tcp.len",
				"-e", "tcp.seq", "-e", "frame.interface_name", "-e", "_ws.malformed", "-e", "_ws.expert.severity",
				"-e", "frame.comment")
			var stderr strings.Builder
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, stderr.String())
			}
			lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
			if len(lines) != len(tr.Segments) {
				t.Fatalf("%d packets, want %d", len(lines), len(tr.Segments))
			}
			for i := range tr.Segments {
				checkLine(t, tr, &tr.Segments[i], lines[i])
			}
		})
	}
}

func checkLine(t *testing.T, tr *sim.Trace, s *sim.SegmentRecord, line string) {
	t.Helper()
	f := strings.Split(line, "|")
	if len(f) != 9 {
		t.Fatalf("fields: %q", line)
	}
	ip := "1"
	if tr.Scenario.IPv6 {
		ip = "" // it has no header checksum
	}
	want := []string{
		fmt.Sprintf("0x%04x", uint16(s.Flags)), "1", ip, fmt.Sprint(s.Len), fmt.Sprint(uint32(s.Seq)), s.End.String(), "",
	}
	for i, w := range want {
		if f[i] != w {
			t.Errorf("#%d: field %d is %q, want %q: %s", s.ID, i, f[i], w, line)
		}
	}
	const severe = "8388608" // PI_ERROR
	for _, severity := range strings.Split(f[7], ",") {
		if severity == severe {
			t.Errorf("#%d: an expert error: %s", s.ID, line)
		}
	}
	if comment := newCommenter(tr).comment(s); f[8] != comment {
		t.Errorf("#%d: comment %q, want %q", s.ID, f[8], comment)
	}
}
