package sim

import (
	"fmt"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/scheduler"
	"example.org/halfopen/scheduler/stream"
)

// Offer is the endpoints that a world can be built from, by name.
type Offer []Named

// Named is a stack and the name by which scenarios call it.
type Named struct {
	Name string
	New  endpoint.Factory
}

// TCP is the offer that holds halfopen's own endpoint alone.
func TCP() Offer { return Offer{{Name: scenario.DefaultEndpoint, New: tcp.New}} }

// Find returns the factory of a name. It never answers nil and no error.
func (o Offer) Find(name string) (endpoint.Factory, error) {
	for _, n := range o {
		if n.Name == name {
			return n.build, nil
		}
	}
	have := ""
	for i, n := range o {
		if i > 0 {
			have += ", "
		}
		have += n.Name
	}
	return nil, fmt.Errorf("sim: no endpoint is called %q; there are: %s", name, have)
}

// World is two endpoints, a link, two applications and a script of faults on
// one virtual clock. Step makes one thing happen. A world is a value: it can be
// reset and used again, copied (CopyFrom), and encoded canonically
// (AppendState). The zero value is not ready: use NewWorld.
type World struct {
	offer    Offer
	scenario scenario.Scenario // resolved: nothing in it is a default any more
	heal     time.Duration
	healed   bool
	unfair   bool // the loss cap was exceeded by script or queue
	outcome  Outcome
	events   int // the budget of steps

	mostEmits   int // the budget of datagrams emitted in one step
	mostFlights int // the budget of copies under way

	clock  scheduler.Clock
	queue  scheduler.Queue
	ends   [2]host
	paths  [2]link.Path
	script faults.Tracker
	struck int // lines of the script that have struck
	lines  []line

	slots   []*slot
	idle    []uint32 // free slots
	flights []flight
	landed  []uint32 // free flights
	asides  []uint32 // flights that a fault set aside

	ids     uint32 // segments so far
	steps   uint32
	batch   [mostBatch]Step  // what was done since the caller asked last
	done    int              // how many of them are over
	filled  bool             // no further one fits
	step    *Step            // the one under way, or the last one
	by      []uint16         // storage of Step.Emits[i].By
	held    []uint32         // slots that the current step holds
	read    []byte           // what the application reads into: for half of it
	reads   int              // octets of it that steps show
	flip    endpoint.Segment // a damaged copy, as it arrives
	damaged []byte           // its octets
	trace   Trace
	digest  uint64
	order   []scheduler.Entry // scratch of AppendState
}

// host is one end: its stack, and what the world knows about it.
type host struct {
	name    string // of the factory that made ep
	ep      endpoint.Endpoint
	config  endpoint.Config
	st      *endpoint.Status // of now: base, or the one of the last step
	base    endpoint.Status
	down    bool          // crashed, and not restarted
	crashed time.Duration // when, if down
	poll    bool          // its applications may be able to act
	wake    time.Duration // when the first pause of its applications is over, Never: none pauses

	stalled  time.Duration // the application reads nothing before
	cut      time.Duration // what it emits before is lost
	cutBy    uint16
	emitted  uint64 // datagrams
	entries  [endpoint.NumStates]uint32
	sent     int64 // octets, since the last OPEN
	received int64
	repeats  repeats
}

// NewWorld returns a world that can be made of the endpoints of an offer. It
// has to be Reset before it can step.
func NewWorld(offer Offer) *World {
	return &World{offer: offer, outcome: Quiet}
}

// Reset makes the world ready to run a scenario from its beginning. Storage is
// kept: in steady state it allocates nothing, if the endpoints can be Reset.
// The scenario is not kept, but its slices are. It returns an error for an
// endpoint that is not offered, a Config that a stack refuses, and a link, act or
// fault that means nothing; whatever Parse returns, and Scenario.Check accepts,
// is fine. After an error the world does not step.
func (w *World) Reset(s *scenario.Scenario) error {
	w.outcome = Quiet // until all is well: there is nothing to step
	if err := s.Valid(); err != nil {
		return err
	}
	w.scenario = *s
	w.scenario.Resolve()
	s = &w.scenario
	w.heal, w.healed, w.unfair = s.Heal, false, false
	w.events = s.Limits.WithDefaults().Events
	w.clock.Reset(s.Limits)
	w.queue.Reset()
	w.script.Reset(s.Fault)
	for e := range w.ends {
		w.paths[e].Reset(&s.Link[e], s.Seed, endpoint.End(e))
		if err := w.resetHost(endpoint.End(e)); err != nil {
			return err
		}
	}
	w.resetBudgets()
	w.resetLines()
	w.resetFlights()
	w.ids, w.steps, w.struck, w.digest = 0, 0, 0, 0
	w.fresh()
	w.resetTrace()
	w.outcome = Unfinished
	return nil
}

func (w *World) resetHost(e endpoint.End) error {
	h, s := &w.ends[e], &w.scenario
	sockets := Sockets(s.IPv6)
	c := s.Ends[e].Config
	c.Local, c.Remote = sockets[e], sockets[e.Peer()]
	c.ISSKey = issStream.Uint64(s.Seed, uint64(e))
	ep, name, past := h.ep, h.name, h.repeats.past[:0]
	*h = host{ep: ep, name: name, repeats: repeats{past: past}, config: c, poll: true, wake: endpoint.Never, stalled: -1, cut: -1}
	h.st = &h.base
	return w.boot(e)
}

var issStream = stream.New(0, "iss")

// boot gives a host a stack that remembers nothing.
func (w *World) boot(e endpoint.End) error {
	h := &w.ends[e]
	want := w.scenario.Ends[e].Endpoint
	if r, ok := h.ep.(endpoint.Resetter); ok && h.name == want {
		if err := r.Reset(h.config); err != nil {
			return fmt.Errorf("sim: end %v: %w", e, err)
		}
	} else {
		factory, err := w.offer.Find(want)
		if err != nil {
			return fmt.Errorf("sim: end %v: %w", e, err)
		}
		if h.ep, err = factory(h.config); err != nil {
			return fmt.Errorf("sim: end %v: %w", e, err)
		}
		h.name = want
	}
	if err := h.ask(); err != nil {
		return fmt.Errorf("sim: end %v: %w", e, err)
	}
	return nil
}

func (h *host) now() *endpoint.Status { return h.st }

// Scenario is the scenario that runs, with every default filled in. It is not
// to be changed.
func (w *World) Scenario() *scenario.Scenario { return &w.scenario }

// Now is the virtual time since the run began.
func (w *World) Now() time.Duration { return w.clock.Now() }

// Status is what an end told after its last step. It is valid until the next
// Step.
func (w *World) Status(e endpoint.End) *endpoint.Status { return w.ends[e].now() }

// Profile is what an end says may be expected of it.
func (w *World) Profile(e endpoint.End) endpoint.Profile {
	if p, ok := w.ends[e].ep.(endpoint.Profiler); ok {
		return p.Profile()
	}
	return endpoint.Profile{}
}

// Outcome says how the run ended: Unfinished as long as Step says true.
func (w *World) Outcome() Outcome { return w.outcome }

// Fair reports whether TCP's promises hold so far in this run: no hostile
// fault is in the script or on the link, and the loss cap was kept.
func (w *World) Fair() bool {
	return !w.unfair && !w.scenario.Hostile()
}

// Digest is a 64-bit digest of all steps so far. Two runs with different
// digests differ; equal digests are strong evidence, not proof.
func (w *World) Digest() uint64 { return w.digest }

// Abandon ends the run in the middle of a step, because its endpoint panicked,
// and returns the step as far as it went. The endpoints are not trusted any
// more: the next Reset makes new ones.
func (w *World) Abandon() *Step {
	w.outcome = Panicked
	w.record()
	for e := range w.ends {
		w.ends[e].ep, w.ends[e].name = nil, ""
	}
	return w.step
}
