package pcapng

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/search"
)

// analysed are runs whose traffic somebody would open Wireshark for.
func analysed(t *testing.T) map[string]*sim.Trace {
	runs := map[string]*sim.Trace{}
	for name, text := range map[string]string{
		"faults":      scenarios[1].text,
		"lost data":   "A: open active; send 20000; close\nB: open passive; receive all; close\ndrop A DATA #3\n",
		"zero window": "B tcp receive-buffer=2000\nA: open active; send 9000; close\nB: open passive; wait 20s; receive all; close\n",
		"lost ACKs":   "A: open active; send 9000; close\nB: open passive; receive all; close\ndrop B ACK #1-3\n",
	} {
		runs[name] = run(t, text)
	}
	var gen search.Generator
	r := search.NewRunner(sim.TCP())
	var s scenario.Scenario
	for _, i := range []uint64{0, 3, 8, 9} {
		gen.Scenario(1, i, &s)
		if _, err := r.Run(&s); err != nil {
			t.Fatal(err)
		}
		runs["run "+strconv.Itoa(int(i))] = r.World.Trace().Clone()
	}
	return runs
}

// TestAnalysis: Wireshark's own analysis of TCP sees in a capture what the trace
// says: which segments are retransmitted, out of order, duplicate ACKs, and close
// the window.
func TestAnalysis(t *testing.T) {
	if testing.Short() {
		t.Skip("starts tshark for each run")
	}
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed")
	}
	met := map[string]bool{}
	for name, trace := range analysed(t) {
		t.Run(name, func(t *testing.T) {
			theirs := analysis(t, tshark, trace)
			for i, ours := range expected(trace) {
				met[ours] = true
				if ours == theirs[i] {
					continue
				}
				why := explanation(trace, i, ours, theirs[i])
				if met[why] = true; why == "" {
					t.Errorf("#%d: tshark says %q, the trace %q", i+1, theirs[i], ours)
				}
			}
		})
	}
	for _, want := range []string{"", "retransmission", "duplicate ACK", "zero window", probeAgain, probeNew, longer, closed} {
		if !met[want] {
			t.Errorf("no segment of any run is %q", want)
		}
	}
}

// Why tshark and the trace may disagree: only so, and each has to occur.
const (
	probeAgain = "a probe of a closed window has a name of its own in tshark, even if its octet was sent before"
	probeNew   = "the octet of a probe is new to tshark when it is sent again, because the window had no room for it"
	longer     = "a segment that repeats octets and has others behind them is new to tshark"
	closed     = "an ACK that says again that the window is closed is no duplicate for tshark: RFC 5681 2 has no such exception"
)

// explanation says why tshark and the trace disagree on a segment, "" if
// nothing explains it.
func explanation(trace *sim.Trace, i int, ours, theirs string) string {
	s := &trace.Segments[i]
	of := trace.Segment(s.Of)
	switch {
	case ours == "duplicate ACK, zero window" && theirs == "zero window":
		return closed
	case ours != "retransmission" || theirs != "":
		return ""
	case s.Len == 1 && windowBefore(trace, i) == 0:
		return probeAgain
	case windowBefore(trace, int(of.ID)-1) == 0:
		return probeNew
	case end(s).Sub(end(of)) > 0:
		return longer
	}
	return ""
}

// end is the number behind the last octet of a segment.
func end(s *sim.SegmentRecord) endpoint.Seq { return s.Seq + endpoint.Seq(s.Len) }

// windowBefore is the window that the receiver of a segment last told, before
// the segment was sent.
func windowBefore(trace *sim.Trace, i int) uint16 {
	from := trace.Segments[i].End
	for i--; i >= 0; i-- {
		if s := &trace.Segments[i]; s.End != from && !s.Flags.Has(endpoint.RST) {
			return s.Wnd
		}
	}
	return 1
}

// words are what is compared, by tshark's field.
var words = []struct{ field, word string }{
	{"tcp.analysis.retransmission", "retransmission"},
	{"tcp.analysis.out_of_order", "out-of-order"},
	{"tcp.analysis.duplicate_ack", "duplicate ACK"},
	{"tcp.analysis.zero_window", "zero window"},
}

// analysis is what tshark says of each packet.
func analysis(t *testing.T, tshark string, trace *sim.Trace) []string {
	name := filepath.Join(t.TempDir(), FileName)
	if err := os.WriteFile(name, write(t, trace), 0o666); err != nil {
		t.Fatal(err)
	}
	args := []string{"-r", name, "-n", "-T", "fields", "-E", "separator=|"}
	for _, w := range words {
		args = append(args, "-e", w.field)
	}
	args = append(args, "-e", "_ws.malformed", "-e", "tcp.checksum.status")
	// The octets are random: they are not the protocol that the port promises.
	args = append(args, "-o", "tcp.check_checksum:TRUE", "-d", "tcp.port==80,data")
	out, err := exec.Command(tshark, args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSpace(line), "|")
		var said []string
		for i, w := range words {
			if fields[i] != "" {
				said = append(said, w.word)
			}
		}
		all = append(all, strings.Join(said, ", "))
		if rest := fields[len(words):]; rest[0] != "" || rest[1] != "1" {
			t.Errorf("packet %d: malformed %q, checksum %q", len(all), rest[0], rest[1])
		}
	}
	if len(all) != len(trace.Segments) {
		t.Fatalf("%d packets, want %d", len(all), len(trace.Segments))
	}
	return all
}

// expected is what the trace says of each segment. A duplicate ACK is that of
// RFC 5681 2: no octets, SYN or FIN, the acknowledgment and the window that were
// told before. Nothing is out of order where it is sent.
func expected(trace *sim.Trace) []string {
	all := make([]string, len(trace.Segments))
	var last [2]*sim.SegmentRecord
	for i := range trace.Segments {
		s := &trace.Segments[i]
		var said []string
		control := s.Flags.Any(endpoint.SYN | endpoint.FIN | endpoint.RST)
		if s.Of != 0 {
			said = append(said, "retransmission")
		}
		if p := last[s.End]; p != nil && s.Len == 0 && !control && p.Ack == s.Ack && p.Wnd == s.Wnd {
			said = append(said, "duplicate ACK")
		}
		if s.Wnd == 0 && !control {
			said = append(said, "zero window")
		}
		last[s.End] = s
		all[i] = strings.Join(said, ", ")
	}
	return all
}
