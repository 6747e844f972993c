package vantage_test

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
	"example.org/halfopen/sim/oracle/vantage"
)

// linux are the captures of the Linux kernel talking to itself.
func linux(t *testing.T) map[string][]capture.Segment {
	t.Helper()
	names, err := filepath.Glob("../../../testdata/captures/*.pcap.gz")
	if err != nil || len(names) < 6 {
		t.Fatalf("%d captures, %v", len(names), err)
	}
	all := map[string][]capture.Segment{}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := capture.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		var p capture.Packet
		for err = r.Next(&p); err == nil; err = r.Next(&p) {
			p.Data = append([]byte(nil), p.Data...)
			var s capture.Segment
			if why := capture.Decode(&p, &s); why != capture.Taken {
				t.Fatalf("%s: frame %d: %v", name, p.N, why)
			}
			all[filepath.Base(name)] = append(all[filepath.Base(name)], s)
		}
		if err != io.EOF {
			t.Fatal(err)
		}
		f.Close()
	}
	return all
}

// judge returns what is found in segments, and what there is of them.
func judge(o vantage.TableOptions, segments []capture.Segment, see func(*vantage.Conn)) (found []string) {
	o.Done = func(c *vantage.Conn) {
		for _, f := range c.Findings() {
			if see == nil && f.IfComplete {
				continue // these captures are not
			}
			found = append(found, fmt.Sprintf("connection %d %v: frame %d: %s: %s (got %s, want %s)",
				c.Number, c.Ends, f.Frame, f.Rule.ID, f.Text, f.Got, f.Want))
		}
		if see != nil {
			see(c)
		}
	}
	t := vantage.NewTable(o)
	for i := range segments {
		t.Segment(&segments[i])
	}
	t.End()
	return found
}

// The kernel does nothing that is called illegal, in any of its ways to open, use
// and close a connection; and all of these are in the captures.
func TestLinuxIsLegal(t *testing.T) {
	for name, segments := range linux(t) {
		met := map[string]int{}
		o := vantage.TableOptions{Keep: vantage.Keep{Head: 1000, Total: 100_000}}
		for _, f := range judge(o, segments, func(c *vantage.Conn) { meet(c, met) }) {
			t.Errorf("%s: %s", name, f)
		}
		wanted := []string{"SYNs crossed", "FINs crossed", "reset", "refused", "window closed", "text on a SYN", "keep-alive", "closed", "IPv6"}
		if name == "linux-loopback.pcap.gz" {
			wanted = []string{"reset", "refused", "window closed", "text on a SYN", "closed", "IPv6", "above the MSS"}
		}
		if name == "linux-cookies.pcap.gz" { // which do without
			wanted = slices.DeleteFunc(wanted, func(s string) bool { return s == "text on a SYN" })
		}
		for _, what := range wanted {
			if met[what] == 0 {
				t.Errorf("%s: no connection with %s: %v", name, what, met)
			}
		}
	}
}

// meet counts what there is in a connection.
func meet(c *vantage.Conn, met map[string]int) {
	var syns, fins [2]bool
	var most int64
	answered := false
	for _, l := range c.Lines() {
		syns[l.End] = syns[l.End] || l.Flags == endpoint.SYN
		answered = answered || l.Flags.Has(endpoint.SYN|endpoint.ACK)
		if l.Flags.Has(endpoint.SYN) && l.Text > 0 {
			met["text on a SYN"]++
		}
		if l.Flags.Has(endpoint.FIN) && l.States.Has(endpoint.FinWait1) {
			fins[l.End] = true
		}
		if l.Window == 0 && !l.Flags.Has(endpoint.RST) {
			met["window closed"]++
		}
		if l.End == endpoint.A && l.Flags == endpoint.ACK && l.Text == 0 && l.Seq < most {
			met["keep-alive"]++
		}
		if l.End == endpoint.A {
			most = max(most, l.Seq+int64(l.Text))
		}
	}
	if syns[0] && syns[1] {
		met["SYNs crossed"]++
	}
	if fins[0] && fins[1] {
		met["FINs crossed"]++
	}
	if c.Why == vantage.ResetSeen && !answered {
		met["refused"]++
	}
	if c.Ends[0].Addr().Is6() {
		met["IPv6"]++
	}
	if c.Blind().Has(vantage.Large) {
		met["above the MSS"]++
	}
	met[c.Why.String()]++
}

// Whatever the capture has missed, it is not held against the kernel: beginnings,
// single segments, one direction, ends of segments, and order.
func TestPoorCapturesAreLegal(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	spoilt := map[string]func([]capture.Segment) []capture.Segment{
		"begins late": func(s []capture.Segment) []capture.Segment { return s[random.IntN(len(s)):] },
		"has gaps": func(s []capture.Segment) (kept []capture.Segment) {
			every := 2 + random.IntN(60)
			for i := range s {
				if random.IntN(every) > 0 {
					kept = append(kept, s[i])
				}
			}
			return kept
		},
		"has a long gap": func(s []capture.Segment) []capture.Segment {
			from := random.IntN(len(s))
			to := min(len(s), from+1+random.IntN(40))
			return append(append([]capture.Segment(nil), s[:from]...), s[to:]...)
		},
		"one direction": func(s []capture.Segment) (kept []capture.Segment) {
			for i := range s {
				if s[i].Src.Port()%2 == 1 {
					kept = append(kept, s[i])
				}
			}
			return kept
		},
		"cut short": func(s []capture.Segment) []capture.Segment {
			s = append([]capture.Segment(nil), s...)
			for i := range s {
				s[i].Text = s[i].Text[:min(len(s[i].Text), random.IntN(200))]
				if len(s[i].Text) < s[i].Length && s[i].Sum == capture.SumGood {
					s[i].Sum = capture.SumUnknown
				}
			}
			return s
		},
		"swapped": func(s []capture.Segment) []capture.Segment {
			s = append([]capture.Segment(nil), s...)
			for range len(s) / 20 {
				i := random.IntN(len(s) - 1)
				if s[i+1].At-s[i].At > 5e6 {
					continue
				}
				s[i], s[i+1] = s[i+1], s[i]
				s[i].At, s[i+1].At = s[i+1].At, s[i].At
			}
			return s
		},
		"everything twice": func(s []capture.Segment) (twice []capture.Segment) {
			for i := range s {
				twice = append(twice, s[i], s[i])
			}
			return twice
		},
	}
	times := 40
	if testing.Short() {
		times = 5
	}
	all := linux(t)
	for _, name := range slices.Sorted(maps.Keys(all)) { // in an order, or a failure could not be seen again
		for _, how := range slices.Sorted(maps.Keys(spoilt)) {
			for range times {
				told := judge(vantage.TableOptions{}, spoilt[how](all[name]), nil)
				for i, f := range told {
					if i < 3 {
						t.Errorf("%s, %s: %s", name, how, f)
					}
				}
			}
		}
	}
}
