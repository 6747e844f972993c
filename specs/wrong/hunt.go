package wrong

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/sim/search"
)

// Offer is halfopen's own endpoint as this program was built: "tcp", or
// "tcp!NAME" if a known-wrong endpoint stands in its place, so that a trace says
// which of them it is of.
func Offer() sim.Offer {
	name := scenario.DefaultEndpoint
	if Built != "" {
		name += "!" + Built
	}
	return sim.Offer{{Name: name, New: tcp.New}}
}

// HuntOptions say what a Hunt looks for.
type HuntOptions struct {
	_ struct{} // no positional literals: fields will be added

	Strategy Strategy // how; the zero value is Swarm
	Seed     uint64
	Runs     uint64 // at most
	Rule     string // the name of the rule that has to be broken; "": any rule
	Faults   int    // a counterexample that shrinks to more is passed over; negative: none is
	Folder   string // where the counterexample is written; "": nowhere
}

// Hunted is what a Hunt came to.
type Hunted struct {
	Built    string        // the known-wrong endpoint that was built in; "": none
	Strategy string        // its name
	Found    bool          // a run broke the rule
	First    uint64        // runs up to the first that did, itself included
	Took     time.Duration // by the clock on the wall, up to that one: it decides nothing
	Runs     uint64        // runs up to the one that is told of here; all of them if there is none
	Rule     string        // the name of the rule
	Text     string        // what was broken, in a line
	Drawn    int           // faults of that run, written out,
	Faults   int           // and after shrinking
	Script   []string      // those
	Scenario string        // the whole scenario
	Others   []string      // rules that other runs broke meanwhile
	Replayed bool          // the trace was written, read and run again, and came out the same
}

// Hunt has a strategy search the endpoint that was built in, until a run breaks
// the rule and shrinks to few enough faults. That one is written as a trace, and
// replayed from it. If none shrinks so far, it is the one that shrank furthest.
// But for Took the result depends on the options alone.
func Hunt(ctx context.Context, o HuntOptions) (Hunted, error) {
	if o.Strategy.Hunt == nil {
		o.Strategy = Swarm
	}
	offer := Offer()
	options := search.Options{Offer: offer, Seed: o.Seed, Runs: o.Runs, Jobs: 1}
	options.Ends = [2]string{offer[0].Name, offer[0].Name}
	q := Quarry{offer: offer, rule: o.Rule, faults: o.Faults, start: time.Now()}
	q.h = Hunted{Built: Built, Strategy: o.Strategy.Name}
	runs, err := o.Strategy.Hunt(ctx, options, &q)
	if err != nil {
		return q.h, err
	}
	if q.best == nil {
		q.h.Runs = runs
		return q.h, nil
	}
	return q.h, q.h.bring(options, q.best, o.Folder)
}

// Quarry is what a strategy hunts, and where it brings what it has caught.
type Quarry struct {
	offer  sim.Offer
	rule   string
	faults int
	start  time.Time
	best   *search.Finding
	h      Hunted
}

// Any reports whether the first violation ends the hunt, whatever it is.
func (q *Quarry) Any() bool { return q.rule == "" && q.faults < 0 }

// Wants reports whether a violation is of the rule that is hunted. It notes
// those that are not.
func (q *Quarry) Wants(v *sim.Violation) bool {
	name := v.Rule.Name
	if q.rule == "" || name == q.rule {
		if q.h.Took == 0 {
			q.h.Took = time.Since(q.start)
		}
		return true
	}
	if !slices.Contains(q.h.Others, name) {
		q.h.Others = append(q.h.Others, name)
	}
	return false
}

// Bring takes a counterexample, shrunk, whose Group.Run is how many runs were
// made before it. It returns true if the hunt is over.
func (q *Quarry) Bring(f search.Finding) (over bool, err error) {
	if q.h.First == 0 {
		q.h.First = f.Group.Run + 1
	}
	if again, err := afresh(q.offer, &f); err != nil || !again {
		return false, err
	}
	q.h.Found = true
	if q.best == nil || faultsOf(&f) < faultsOf(q.best) {
		q.best = &f
	}
	return q.faults < 0 || faultsOf(q.best) <= q.faults, nil
}

// afresh runs a counterexample again in a new world, as a replay will, and
// reports whether it still is one: an endpoint that hands out what its buffer
// held before breaks a rule, or not, by what ran before it.
func afresh(offer sim.Offer, f *search.Finding) (bool, error) {
	runner := search.NewRunner(offer)
	v, err := runner.Run(&f.Trace.Scenario)
	if err != nil || !search.Same(&v, &f.Group.Violation) {
		return false, err
	}
	f.Trace = runner.World.Trace().Clone()
	return true, nil
}

func faultsOf(f *search.Finding) int { return len(f.Trace.Scenario.Fault) }

// bring tells of a counterexample, writes it down and replays it.
func (h *Hunted) bring(o search.Options, f *search.Finding, folder string) error {
	v := &f.Trace.Violation
	h.Runs, h.Rule, h.Text = f.Group.Run+1, v.Rule.Name, v.Text
	h.Drawn, h.Faults, h.Scenario = f.Faults, faultsOf(f), f.Trace.Scenario.String()
	for _, line := range f.Trace.Scenario.Fault {
		h.Script = append(h.Script, line.String())
	}
	if folder == "" {
		return nil
	}
	dir, err := bundle.Write(folder, f.Trace, bundle.Options{Offer: o.Offer})
	if err != nil {
		return err
	}
	h.Replayed, err = replay(o.Offer, filepath.Join(dir, bundle.TraceFile))
	return err
}

// replay runs a trace again, in a new world, and reports whether the new trace
// is the same octet for octet.
func replay(offer sim.Offer, file string) (bool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return false, err
	}
	recorded, err := report.ReadJSONL(bytes.NewReader(text))
	if err != nil {
		return false, err
	}
	runner := search.NewRunner(offer)
	if _, err := runner.Run(&recorded.Scenario); err != nil {
		return false, err
	}
	again := runner.World.Trace()
	difference, err := recorded.Diff(again)
	if err != nil {
		return false, err
	}
	if difference != nil {
		return false, fmt.Errorf("wrong: the replay of %s differs: %s", filepath.Base(filepath.Dir(file)), difference)
	}
	var same bytes.Buffer
	if err := report.WriteJSONL(&same, again); err != nil {
		return false, err
	}
	return bytes.Equal(text, same.Bytes()), nil
}
