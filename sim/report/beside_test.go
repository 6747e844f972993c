package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// TestBeside: what is missing, what differs in its numbers, and runs of
// different lengths.
func TestBeside(t *testing.T) {
	lost := "A tcp iss=100\nB tcp iss=300\nA: open active; close\nB: open passive; receive all; close\n"
	for _, c := range []struct {
		name string
		runs [2]string
		p    Parting
	}{
		{"beside-missing", [2]string{lost + "drop A FIN #1\n", lost + "drop A FIN #1-\n"}, Parting{
			Names: [2]string{"tcp", "mine"}, State: endpoint.FinWait1, After: "timeout", Section: "RFC 6298 section 5.4",
			Marks: [2]Mark{
				{Step: 7, Segment: 5, At: 1020 * time.Millisecond, Text: "[FIN,ACK] again"},
				{Step: 5, At: 20 * time.Second, Missing: true, Text: "nothing"},
			},
		}},
		{"beside-state", [2]string{lost, lost + "B: when ESTABLISHED; abort\n"}, Parting{
			Names: [2]string{"tcp", "an implementation with quite a long name"}, State: endpoint.Established, After: "[RST]",
			Section: "RFC 9293 section 3.10.7.4",
			Marks: [2]Mark{
				{Step: 5, At: 20 * time.Millisecond, Text: "FIN-WAIT-1"}, {Step: 8, At: 40 * time.Millisecond, Text: "CLOSED"},
			},
		}},
		{"beside-end", [2]string{"", lost}, Parting{
			Names: [2]string{"tcp", "mine"}, Section: "no RFC: a run ends",
			Marks: [2]Mark{{At: 241 * time.Second, Missing: true, Text: "nothing"}, {At: 240 * time.Second, Text: "budget-events"}},
		}},
	} {
		traces := [2]*sim.Trace{run(t, c.runs[0]), run(t, c.runs[1])}
		var b bytes.Buffer
		if err := Beside(&b, traces, c.p); err != nil {
			t.Fatal(err)
		}
		golden(t, c.name+".txt", b.Bytes())
		marks := 0
		for _, line := range strings.Split(b.String(), "\n") {
			if len(line) > 2*halfWidth+3 {
				t.Errorf("%s: %d columns: %s", c.name, len(line), line)
			}
			if strings.HasPrefix(line, "!!") || strings.Contains(line, "| !!") {
				marks++
			}
		}
		if marks < 1 || marks > 3 {
			t.Errorf("%s: %d marked lines", c.name, marks)
		}
	}
}
