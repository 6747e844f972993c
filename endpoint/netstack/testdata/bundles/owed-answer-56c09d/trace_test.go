// A run that halfopen recorded, as a test of its own. The run is the same on
// every machine. In the folder of the counterexample:
//
//	go mod edit -replace example.org/halfopen=PATH/TO/HALFOPEN
//	go mod edit -replace example.org/halfopen/endpoint/netstack=PATH/TO/HALFOPEN/endpoint/netstack
//	go mod tidy
//	go test .

package counterexample

import (
	"strings"
	"testing"

	"example.org/halfopen/endpoint/netstack"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/search"
)

// TestOwedAnswer56c09d: RFC 9293 section 3.10.7: B did not answer SYN in TIME-WAIT with an ACK (#1 of 1.01s, by 1.509999999s)
func TestOwedAnswer56c09d(t *testing.T) {
	s, err := scenario.Parse("scenario", `halfopen scenario 1
B netstack
link delay 10ms
A: open active; receive all; close
B: open passive; close
duplicate A SYN #1 after 1s
heal at 1m0s
`)
	if err != nil {
		t.Fatal(err)
	}
	runner := search.NewRunner(sim.Offer{
		{Name: "tcp", New: tcp.New},
		{Name: "netstack", New: netstack.New},
	})
	violation, err := runner.Run(&s)
	if err != nil {
		t.Fatal(err)
	}
	if violation.Found() {
		var ladder strings.Builder
		if err := report.Ladder(&ladder, runner.World.Trace(), report.LadderOptions{}); err != nil {
			t.Fatal(err)
		}
		t.Error("\n" + ladder.String())
	}
}
