package search

import (
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// Divergence is the first difference between two runs of one scenario that no
// Allowance covers. The zero value is none.
type Divergence struct {
	Kind    DivergenceKind
	State   endpoint.State // of A, before
	After   string         // what it did or met: "[FIN,ACK]", "CLOSE", "timeout"
	Shown   [2]Shown       // by the first and by the second implementation
	Section string         // what the difference is about
}

// Shown is what one of two runs showed where they diverge.
type Shown struct {
	Words   string        // "FIN-WAIT-2", "[RST]", "nothing"
	Numbers string        // where both show the same words: in what they differ
	Nothing bool          // what the other shows is missing here
	Step    uint32        // of the run's trace; 0 for the end of the run
	Segment uint32        // the one that A sent, 0 if none
	At      time.Duration // if Nothing: when it was due
}

// Found reports whether d is a divergence.
func (d *Divergence) Found() bool { return d.Kind != 0 }

// DivergenceKind says in what two runs diverge.
type DivergenceKind uint8

// The kinds.
const (
	DivergedState   DivergenceKind = iota + 1 // a state is entered, or not
	DivergedSegment                           // a SYN, SYN,ACK, FIN or RST
	DivergedCall                              // what a call answered
	DivergedAnswer                            // a segment is answered, or not
	DivergedResend                            // something is sent again, or not
	DivergedTimer                             // it is sent again too early
	DivergedText                              // octets, or acknowledgments of octets
	DivergedEnd                               // a run does not end by itself
)

var divergenceNames = [...]string{"none", "state", "segment", "call", "answer", "resend", "timer", "text", "end"}

// String is a word: "segment".
func (k DivergenceKind) String() string {
	if int(k) < len(divergenceNames) {
		return divergenceNames[k]
	}
	return "no such kind"
}

// divergenceKey is what two divergences of one group have in common.
type divergenceKey struct {
	kind   DivergenceKind
	state  endpoint.State
	after  string
	words  [2]string
	absent [2]bool
}

func (d *Divergence) key() divergenceKey {
	return divergenceKey{
		d.Kind, d.State, d.After,
		[2]string{d.Shown[0].Words, d.Shown[1].Words}, [2]bool{d.Shown[0].Nothing, d.Shown[1].Nothing},
	}
}

// SameDivergence reports whether two runs diverge in the same way: what a shrink
// step has to preserve.
func SameDivergence(a, b *Divergence) bool { return a.key() == b.key() }

// Comparison is how two runs compare. If they neither diverged nor parted, they
// showed the same to their ends.
type Comparison struct {
	Divergence Divergence
	// Parted names the Allowance after which the runs could not be compared any
	// more, or is Inputs.
	Parted string
}

// Differ runs scenarios with one implementation at A, then with another, and
// compares what A shows to the outside. B, link and script are the same.
type Differ struct {
	names      [2]string
	worlds     [2]*sim.World
	sights     [2]sight
	watcher    watcher
	comparison comparison
}

// NewDiffer returns a Differ for two endpoints of an offer, by their names.
func NewDiffer(offer sim.Offer, names [2]string) *Differ {
	return &Differ{names: names, worlds: [2]*sim.World{sim.NewWorld(offer), sim.NewWorld(offer)}}
}

// Trace is the run of the first (0) or second (1) implementation. It is valid
// until the next Diff.
func (d *Differ) Trace(side int) *sim.Trace { return d.worlds[side].Trace() }

// Diff runs a scenario twice, to the ends, and compares. The endpoint that the
// scenario has at A does not matter.
func (d *Differ) Diff(s *scenario.Scenario) (Comparison, error) {
	for side := range d.worlds {
		own := *s
		own.Ends[endpoint.A].Endpoint = d.names[side]
		if err := d.run(side, &own); err != nil {
			return Comparison{}, err
		}
	}
	c := &d.comparison
	c.sights = [2]*sight{&d.sights[0], &d.sights[1]}
	found, ok := c.compare()
	if !ok {
		return Comparison{Parted: c.parted}, nil
	}
	return Comparison{Divergence: found.divergence()}, nil
}

func (c *candidate) divergence() Divergence {
	d := Divergence{Kind: c.kind, State: c.state, After: c.after, Section: c.why}
	for side := range c.shown {
		s := &c.shown[side]
		d.Shown[side] = Shown{Words: c.words[side], Numbers: c.numbers[side], Nothing: s.nothing, Step: s.step, Segment: s.segment, At: s.at}
	}
	return d
}

// run runs a scenario with one of the implementations.
func (d *Differ) run(side int, s *scenario.Scenario) error {
	w := d.worlds[side]
	if err := w.Reset(s); err != nil {
		return err
	}
	d.watcher.reset(&d.sights[side], s.Seed)
	d.sights[side].profile = w.Profile(endpoint.A)
	v := d.steps(w)
	d.watcher.finish(w, &v)
	return nil
}

func (d *Differ) steps(w *sim.World) (v sim.Violation) {
	defer func() {
		if p := recover(); p != nil {
			v = panicked(w, p)
		}
	}()
	for {
		s, ok := w.Step()
		if !ok {
			return v
		}
		d.watcher.see(s)
	}
}
