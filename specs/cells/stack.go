package cells

import (
	"fmt"
	"strings"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/scenario"
)

// stackName is what scenarios call the stack: so that they can be run again by
// whoever has halfopen's own.
const stackName = scenario.DefaultEndpoint

// Stack is what is put to the cells. NewStack makes one; it runs one cell at a
// time.
type Stack struct {
	profile endpoint.Profile
	world   *sim.World
	judge   oracle.Judge
	numbers map[numberKey]number
}

// number is an initial sequence number: what to configure, and what it is then,
// when the connection begins.
type number struct{ config, iss endpoint.Seq }

type numberKey struct{ state, place string }

// NewStack makes a Stack of a factory. The profile says which of the RFC's
// choices it is judged by.
func NewStack(new endpoint.Factory, p endpoint.Profile) *Stack {
	return &Stack{
		profile: p,
		world:   sim.NewWorld(sim.Offer{{Name: stackName, New: new}}),
		numbers: map[numberKey]number{},
	}
}

// Result is what came of a cell.
type Result struct {
	// Scenario is what was run, as `halfopen run` takes it.
	Scenario string
	// Got is what the stack did, in the words of the table.
	Got string
	// Wrong says what is wrong with it, "" if nothing is.
	Wrong string
	// Unfit says why the cell could not be put: the stack refuses the
	// configuration, or it is not in the state that the table leads it to. ""
	// if it was put.
	Unfit string
	// Oracle is what package oracle finds in the same run, the zero value if
	// nothing.
	Oracle sim.Violation
	// Trace is the run, until the stack is put to the next cell.
	Trace *sim.Trace
}

// Put puts a cell to the stack, at a place of the sequence space.
func (s *Stack) Put(c *Cell, at Place) Result {
	n, err := s.number(c, at)
	if err != nil {
		return Result{Unfit: err.Error()}
	}
	p := c.planned(stackName, n.config, n.iss, at.IRS)
	r := Result{Scenario: p.text}
	if r.Oracle, err = s.run(&p, c.end()); err != nil {
		r.Unfit = err.Error()
		return r
	}
	r.Trace = s.world.Trace()
	o := c.observe(r.Trace)
	r.Got = o.text(p.v)
	if r.Unfit = o.unfit(c, p.v); r.Unfit == "" {
		r.Wrong = c.judge(&o, p.v, &s.profile)
	}
	return r
}

// run runs a scenario up to some time.
func (s *Stack) run(p *plan, until time.Duration) (sim.Violation, error) {
	scenario, err := p.parsed()
	if err != nil {
		return sim.Violation{}, err
	}
	w := s.world
	if err := w.Reset(&scenario); err != nil {
		return sim.Violation{}, err
	}
	profiles := [2]endpoint.Profile{w.Profile(endpoint.A), w.Profile(endpoint.B)}
	s.judge.Reset(w.Scenario(), profiles)
	for {
		switch step, ok := w.Step(); {
		case !ok:
			status := [2]*endpoint.Status{w.Status(endpoint.A), w.Status(endpoint.B)}
			s.judge.End(oracle.End{At: w.Now(), Outcome: w.Outcome(), Fair: w.Fair(), Status: status})
			return s.judge.Violation(), nil
		case step.At > until:
			return s.judge.Violation(), nil
		default:
			s.judge.Step(step)
		}
	}
}

// number finds out which initial sequence number to configure, so that the
// connection of a cell begins where the place wants it: its clock ticks on
// (RFC 9293 3.4.1). Of a stack that takes no such number it is the one that it
// chooses.
func (s *Stack) number(c *Cell, at Place) (number, error) {
	key := numberKey{c.State.Name, at.Name}
	if n, ok := s.numbers[key]; ok {
		return n, nil
	}
	way := Cell{Event: &Event{}, State: c.State}
	n := number{at.ISS, at.ISS}
	for range 2 {
		n.config -= n.iss - at.ISS
		p := way.planned(stackName, n.config, n.iss, at.IRS)
		if _, err := s.run(&p, way.arrived()); err != nil {
			return n, err
		}
		for i := range s.world.Trace().Segments {
			g := &s.world.Trace().Segments[i]
			if g.End == endpoint.A && g.Flags.Has(endpoint.SYN) && !g.Injected {
				n.iss = g.Seq
				break
			}
		}
	}
	s.numbers[key] = n
	return n, nil
}

// judge says what is wrong with what was observed, "" if one of the cell's
// answers fits.
func (c *Cell) judge(o *observed, v variables, p *endpoint.Profile) string {
	var wants []string
	for i := range c.Answers {
		a := &c.Answers[i]
		if !a.holds(p) {
			continue
		}
		if o.fits(c, a, v) {
			return ""
		}
		wants = append(wants, fmt.Sprintf("%s (%s)", a.Text, a.Section))
	}
	return fmt.Sprintf("%v: got  %s\nwant %s", c.Name(), o.text(v), strings.Join(wants, "\n  or "))
}
