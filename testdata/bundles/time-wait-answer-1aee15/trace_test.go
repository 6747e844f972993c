// A run that halfopen recorded, as a test of its own. The run is the same on
// every machine. In the folder of the counterexample:
//
//	go mod edit -replace example.org/halfopen=PATH/TO/HALFOPEN
//	go test .

package counterexample

import (
	"strings"
	"testing"

	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/search"
)

// TestTimeWaitAnswer1aee15: RFC 9293 section 3.10.7.4: A did not answer FIN,ACK in TIME-WAIT with an ACK (#8 of 1.04s, by 1.24s)
func TestTimeWaitAnswer1aee15(t *testing.T) {
	s, err := scenario.Parse("scenario", `halfopen scenario 1
seed 1
A tcp!time-wait-no-ack
B tcp!time-wait-no-ack
link delay 10ms
A: open active; close
B: open passive; close
drop A ACK #2
heal at 1m0s
`)
	if err != nil {
		t.Fatal(err)
	}
	runner := search.NewRunner(sim.Offer{
		// halfopen's own with the bug time-wait-no-ack built in; without it this test passes.
		{Name: "tcp!time-wait-no-ack", New: tcp.New},
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
