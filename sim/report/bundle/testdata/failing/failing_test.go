// Package failing is a test that fails: what bundle.OnFailure does with one.
package failing

import (
	"testing"

	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/sim/report/gotest/testdata/lossyfin"
	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/search"
)

func TestFails(t *testing.T) {
	offer := sim.Offer{{Name: "lossy-fin", New: lossyfin.New}, {Name: "tcp", New: tcp.New}}
	runner := search.NewRunner(offer)
	bundle.OnFailure(t, runner.World.Trace, bundle.Options{Offer: offer})
	s, err := scenario.Parse("scenario", "A lossy-fin\nA: open active; close; receive all\n"+
		"B: open passive; receive all; close\ndrop A FIN #1\n")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := runner.Run(&s); err != nil || v.Found() {
		t.Error(v.Text, err)
	}
}

func TestPasses(t *testing.T) {
	runner := search.NewRunner(sim.TCP())
	bundle.OnFailure(t, runner.World.Trace, bundle.Options{})
	if v, err := runner.Run(&scenario.Scenario{}); err != nil || v.Found() {
		t.Error(v.Text, err)
	}
}
