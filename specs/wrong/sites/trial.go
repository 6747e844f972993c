package sites

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/scheduler/stream"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/specs/wrong"
)

// Trial is what came of the runs of one site.
type Trial struct {
	Site   int    // its number; 0: the correct endpoint
	Rule   string // the name of the first rule that was broken; "": it survived
	Text   string // what was broken, in a line
	Case   string // the name of the case in which it was; "": a random run
	Runs   uint64 // random runs up to that one, or all
	Steps  uint64 // of the runs
	Digest uint64 // of the runs

	// Same says of a survivor that every run was what it is with the correct
	// endpoint, octet for octet: the mistake makes no difference, or no run
	// comes to it.
	Same bool
}

// ErrOrdinary is returned by Serve in a program that was not built by Build.
var ErrOrdinary = errors.New("sites: this is an ordinary build: there are no sites to choose from")

// Serve tries the sites whose numbers it reads from in, one a line, and writes a
// Trial of each to out, as a line of JSON. Run i of a trial is run i of the seed.
func Serve(in io.Reader, out io.Writer, seed, runs uint64) error {
	if !choose(0) {
		return ErrOrdinary
	}
	correct := try(0, seed, runs, math.MaxUint64)
	if correct.Rule != "" {
		return fmt.Errorf("sites: with no site chosen run %d broke %s: %s", correct.Runs-1, correct.Rule, correct.Text)
	}
	lines, answers := bufio.NewScanner(in), json.NewEncoder(out)
	for lines.Scan() {
		var n int
		if _, err := fmt.Sscan(lines.Text(), &n); err != nil {
			return fmt.Errorf("sites: read %q, want the number of a site: %w", lines.Text(), err)
		}
		trial := try(n, seed, runs, patience*correct.Steps)
		trial.Same = trial.Rule == "" && trial.Digest == correct.Digest
		if err := answers.Encode(trial); err != nil {
			return err
		}
	}
	return lines.Err()
}

// What ends a trial besides the rules.
const (
	refused = "refused" // the endpoint did not take its Config
	crashed = "crashed" // the harness could not go on with what the endpoint gave it
	slow    = "slow"    // all runs together took patience times as many steps as they should
)

const patience = 4

// try runs the cases and then random scenarios until one breaks a rule, hits a budget
// or panics. The world is a new one: what is left in a reused one may differ by the site before.
func try(site int, seed, runs, steps uint64) (t Trial) {
	choose(site)
	t.Site = site
	defer func() {
		if p := recover(); p != nil {
			t.Rule, t.Text = crashed, fmt.Sprint(p)
		}
	}()
	runner, generator := search.NewRunner(wrong.Offer()), search.Generator{}
	hard, err := cases()
	if err != nil {
		t.Rule, t.Text = refused, err.Error()
	}
	for i := range hard {
		if t.run(runner, &hard[i].scenario); t.Rule != "" {
			t.Case = hard[i].name
			return t
		}
	}
	var s scenario.Scenario
	for t.Runs < runs && t.Rule == "" {
		generator.Scenario(seed, t.Runs, &s)
		t.Runs++
		if t.run(runner, &s); t.Steps > steps && t.Rule == "" {
			t.Rule, t.Text = slow, fmt.Sprintf("%d runs took %d steps", t.Runs, t.Steps)
		}
	}
	return t
}

// run runs one scenario, and says in t what came of it.
func (t *Trial) run(runner *search.Runner, s *scenario.Scenario) {
	v, err := runner.Run(s)
	t.Steps += uint64(len(runner.World.Trace().Events))
	switch {
	case err != nil:
		t.Rule, t.Text = refused, err.Error()
	case v.Found():
		t.Rule, t.Text = v.Rule.Name, v.Text
	default:
		t.Digest += stream.Mix(t.Runs, runner.World.Digest(), uint64(runner.World.Outcome()))
	}
}
