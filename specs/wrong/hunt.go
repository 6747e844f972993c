package wrong

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/sim/search"
)

// Offer is halfopen's own endpoint as this program was built: "tcp", or
// "tcp!NAME" if a known-wrong endpoint stands in its place, so that a trace says
// which of them it is of.
func Offer() sim.Offer {
	name := sim.DefaultEndpoint
	if Built != "" {
		name += "!" + Built
	}
	return sim.Offer{{Name: name, New: endpoint.NewTCP}}
}

// HuntOptions say what a Hunt looks for.
type HuntOptions struct {
	_ struct{} // no positional literals: fields will be added

	Seed   uint64
	Runs   uint64 // at most
	Rule   string // the name of the rule that has to be broken; "": any rule
	Faults int    // a counterexample that shrinks to more is passed over; negative: none is
	Folder string // where the counterexample is written; "": nowhere
}

// Hunted is what a Hunt came to.
type Hunted struct {
	Built    string   // the known-wrong endpoint that was built in; "": none
	Found    bool     // a run broke the rule
	First    uint64   // runs up to the first that did, itself included
	Runs     uint64   // runs up to the one that is told of here; all of them if there is none
	Rule     string   // the name of the rule
	Text     string   // what was broken, in a line
	Drawn    int      // faults of that run, written out,
	Faults   int      // and after shrinking
	Script   []string // those
	Scenario string   // the whole scenario
	Others   []string // rules that other runs broke meanwhile
	Replayed bool     // the trace was written, read and run again, and came out the same
}

// chunk is how many runs are swept before a Hunt looks whether it is over.
const chunk = 500

// Hunt sweeps runs of a seed over the endpoint that was built in, until one
// breaks the rule and shrinks to few enough faults. That one is written as a
// trace, and replayed from it. If none shrinks so far, it is the one that
// shrank furthest. The result depends on the options alone.
func Hunt(ctx context.Context, o HuntOptions) (Hunted, error) {
	offer := Offer()
	options := search.Options{Offer: offer, Seed: o.Seed, Jobs: 1}
	options.Ends = [2]string{offer[0].Name, offer[0].Name}
	h := Hunted{Built: Built}
	var best *search.Finding
	next := uint64(0)
	for next < o.Runs {
		options.First, options.Runs = next, min(chunk, o.Runs-next)
		swept, err := search.Sweep(ctx, options)
		if err != nil {
			return h, err
		}
		if swept.Stopped {
			return h, ctx.Err()
		}
		group := h.lowest(swept.Groups, o.Rule)
		if group == nil {
			next += options.Runs
			continue
		}
		next = group.Run + 1 // if it has to go on
		if !h.Found {
			h.Found, h.First = true, next
		}
		found, err := search.Find(options, []search.Group{*group}, nil)
		if err != nil {
			return h, err
		}
		if best == nil || faultsOf(&found[0]) < faultsOf(best) {
			best = &found[0]
		}
		if o.Faults < 0 || faultsOf(best) <= o.Faults {
			break
		}
	}
	if best == nil {
		h.Runs = o.Runs
		return h, nil
	}
	return h, h.bring(options, best, o.Folder)
}

func faultsOf(f *search.Finding) int { return len(f.Trace.Scenario.Fault) }

// lowest is the group of the rule whose first run has the lowest number. It
// notes the rules of the other groups.
func (h *Hunted) lowest(groups []search.Group, rule string) (best *search.Group) {
	for i := range groups {
		g := &groups[i]
		name := g.Violation.Rule.Name
		switch {
		case rule != "" && name != rule:
			if !slices.Contains(h.Others, name) {
				h.Others = append(h.Others, name)
			}
		case best == nil || g.Run < best.Run:
			best = g
		}
	}
	return best
}

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
