package cmd

import (
	"bytes"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/capture"
	"example.org/halfopen/sim/oracle/vantage"
	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/search"
)

// point is where a run is captured.
type point int

const (
	atSenders point = iota // what each end sent, lost or not: nothing is missing
	nearA
	nearB
	numPoints
)

func (p point) String() string { return [...]string{"at the senders", "near A", "near B"}[p] }

// watched runs a scenario and hands a table what passes the point. It reports
// false if somebody else's hand is in it: an injected segment, or one that was
// damaged behind the checksum's back.
func watched(t *testing.T, w *sim.World, s *scenario.Scenario, at point, table *vantage.Table) bool {
	t.Helper()
	for i := range s.Fault {
		if s.Fault[i].Op == faults.Inject {
			return false
		}
	}
	if err := w.Reset(s); err != nil {
		t.Fatal(err)
	}
	sockets := sim.Sockets(s.IPv6)
	frame := uint64(0)
	see := func(step *sim.Step, e endpoint.End, id uint32, g *endpoint.Segment, err error) {
		frame++
		c := capture.Segment{
			Segment: *g, ID: uint16(id), Frame: frame, At: int64(step.At), Src: sockets[e], Dst: sockets[e.Peer()],
			Length: len(g.Text), Datagram: 40 + len(g.Options) + len(g.Text),
		}
		switch err {
		case nil:
		case endpoint.ErrChecksum:
			c.Sum = capture.SumBad
		default:
			return // no capture shows that as a segment
		}
		table.Segment(&c)
	}
	for {
		step, ok := w.Step()
		if !ok {
			break
		}
		if step.Cause.Undetected {
			return false
		}
		if step.Arrived != nil && (at == nearA && step.End == endpoint.A || at == nearB && step.End == endpoint.B) {
			see(step, step.End.Peer(), step.Cause.Segment, step.Arrived, step.ArrivedErr)
		}
		for i := range step.Emits {
			if at == atSenders || at == nearA && step.End == endpoint.A || at == nearB && step.End == endpoint.B {
				see(step, step.End, step.Emits[i].ID, &step.Emits[i].Segment, step.Emits[i].Err)
			}
		}
	}
	table.End()
	return true
}

// extend turns on extensions, other ones in each of eight runs: none, each alone, and
// what deployed stacks do, at one end or at both.
func extend(s *scenario.Scenario, i uint64) {
	for e := range s.Ends {
		c := &s.Ends[e].Config
		switch i % 8 {
		case 1:
			c.Timestamps = true
		case 2:
			c.SACK, c.Congestion = true, true
		case 3:
			c.WindowScale, c.WindowShift = true, uint8(i/8%4)
		case 4:
			c.KeepAlive, c.KeepAliveInterval = true, 2*time.Hour
		case 5, 6:
			*c = c.Deployed()
		case 7:
			if e == 0 {
				*c = c.Deployed()
			}
		}
	}
}

// TestCheckSweep: the correct endpoint, over every kind of bad link, is never
// called illegal, wherever it is captured.
func TestCheckSweep(t *testing.T) {
	runs := uint64(7000)
	if testing.Short() {
		runs = 300
	}
	w := sim.NewWorld(sim.TCP())
	var g search.Generator
	var s scenario.Scenario
	for k := range 3 * uint64(numPoints) {
		at, seed := point(k%uint64(numPoints)), 11+k/uint64(numPoints)
		judged, told := 0, 0
		for i := range runs {
			g.Scenario(seed, i, &s)
			extend(&s, i)
			table := vantage.NewTable(vantage.TableOptions{
				Judge: vantage.Options{Complete: at == atSenders},
				Keep:  vantage.Keep{Head: 20, Tail: 20, Total: 100},
				Done: func(c *vantage.Conn) {
					for _, f := range c.Findings() {
						if told++; told <= 5 {
							var ladder bytes.Buffer
							writeCaptureLadder(&ladder, c)
							t.Errorf("%v, seed %d, run %d, connection %d: %s: frame %d: %s (got %s, want %s)\n%s\n%s",
								at, seed, i, c.Number, f.Rule.ID, f.Frame, f.Text, f.Got, f.Want, s.String(), ladder.String())
						}
					}
				},
			})
			if watched(t, w, &s, at, table) {
				judged++
			}
		}
		if judged < int(runs)/2 {
			t.Errorf("%v, seed %d: only %d of %d runs judged", at, seed, judged, runs)
		}
	}
}
