package cells

import (
	"fmt"
	"strings"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/scenario"
)

// When things happen in the scenario of a cell. Between two steps on the way to
// a state lies no time to speak of; the event comes after every delayed
// acknowledgment and before an RTO of a second.
const (
	stepTime  = time.Millisecond
	firstTime = 100 * time.Millisecond
	eventTime = 700 * time.Millisecond
)

// Place is where in the sequence space a cell is put.
type Place struct {
	Name     string
	ISS, IRS endpoint.Seq
}

// Places are those at which Run puts each cell.
func Places() []Place {
	return []Place{
		{"small numbers", 1000000, 5000000},
		{"across 2^32", 1<<32 - 6, 1<<32 - 6},
		{"across 2^31", 1<<31 - 6, 1<<31 - 6},
	}
}

// plan is the scenario of a cell, and the numbers in it.
type plan struct {
	text string
	v    variables // at the event
}

// planned writes the scenario in which the cell happens: A is the stack, and
// hears what is injected; B, whose host does nothing, hears nothing. config is
// the sequence number to configure, iss the one that the stack will choose.
func (c *Cell) planned(stack string, config, iss, irs endpoint.Seq) plan {
	v := variables{"ISS": iss, "IRS": irs}
	var app, script strings.Builder
	at := time.Duration(0)
	waited := time.Duration(0)
	rcv := func(f *Form, at time.Duration) {
		fmt.Fprintf(&script, "inject B->A %v seq=%d", f.Flags, f.seq.in(v))
		if f.ack != nil {
			fmt.Fprintf(&script, " ack=%d", f.ack.in(v))
		}
		if f.Text > 0 {
			fmt.Fprintf(&script, " len=%d", f.Text)
		}
		fmt.Fprintf(&script, " at %v\n", at)
	}
	for _, s := range c.State.Steps {
		if s.Call == "" {
			rcv(&s.Rcv, at)
		} else {
			if at > waited {
				fmt.Fprintf(&app, "; wait %v", at-waited)
				waited = at
			}
			app.WriteString("; " + calls[s.Call])
		}
		at += stepTime
	}
	for _, a := range c.State.has {
		v[a.name] = a.sum.in(v)
	}
	e := c.Event
	if e.First.set {
		rcv(&e.First, firstTime)
		v["RCV.NXT"] += endpoint.Seq(e.First.len())
	}
	if e.Step.Rcv.set {
		v["SEG.SEQ"], v["SEG.ACK"] = e.Step.Rcv.seq.in(v), e.Step.Rcv.ack.in(v)
		v["SEG.LEN"] = endpoint.Seq(e.Step.Rcv.len())
		rcv(&e.Step.Rcv, eventTime)
	}
	var text strings.Builder
	text.WriteString(strings.TrimSpace(fmt.Sprintf("A %s iss=%d %s", stack, config, e.With)) + "\n")
	if app.Len() > 0 {
		fmt.Fprintf(&text, "A: %s\n", strings.TrimPrefix(app.String(), "; "))
	}
	if e.Step.Call != "" {
		fmt.Fprintf(&text, "A: wait %v; %s\n", eventTime, calls[e.Step.Call])
	}
	// Afterwards somebody reads, to learn what was delivered.
	fmt.Fprintf(&text, "A: wait %v; receive all\n", c.end())
	text.WriteString("cut A->B at 0s for 2h\nheal at 2h\n")
	return plan{text.String() + script.String(), v}
}

// end is when the answer is complete.
func (c *Cell) end() time.Duration { return eventTime + c.Event.Lasts }

// arrived is when the end should be in the cell's state.
func (c *Cell) arrived() time.Duration { return time.Duration(len(c.State.Steps)) * stepTime }

// parsed is the scenario as the world takes it.
func (p *plan) parsed() (scenario.Scenario, error) {
	s, err := scenario.Parse("the scenario of a cell", p.text)
	if err != nil {
		return s, err
	}
	return s, s.Check()
}
