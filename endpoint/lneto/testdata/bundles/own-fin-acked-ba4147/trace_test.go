// A run that halfopen recorded, as a test of its own. The run is the same on
// every machine. In the folder of the counterexample:
//
//	go mod edit -replace example.org/halfopen=PATH/TO/HALFOPEN
//	go mod edit -replace example.org/halfopen/endpoint/lneto=PATH/TO/HALFOPEN/endpoint/lneto
//	go mod tidy
//	go test .

package counterexample

import (
	"strings"
	"testing"

	"example.org/halfopen/endpoint/lneto"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/search"
)

// TestOwnFinAckedBa4147: RFC 9293 section 3.3.2: A went LAST-ACK -> CLOSED on ACK SEQ=2 (RCV.NXT 2) ACK=4801: acknowledged is 4801, its FIN needs 4802
func TestOwnFinAckedBa4147(t *testing.T) {
	s, err := scenario.Parse("scenario", `halfopen scenario 1
A lneto
B tcp receive-buffer=3000
link delay 10ms
A: open active; send 4800; receive all; close
B: open passive; close; receive all
heal at 1m0s
`)
	if err != nil {
		t.Fatal(err)
	}
	runner := search.NewRunner(sim.Offer{
		{Name: "lneto", New: lneto.New},
		{Name: "tcp", New: tcp.New},
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
