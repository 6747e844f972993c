package wrong

import (
	"cmp"
	"context"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/sim/search"

	// What the child programs are built from. The cache of test results knows
	// what this program imports, not what a child build reads.
	_ "example.org/halfopen/endpoint"
	_ "example.org/halfopen/faults"
	_ "example.org/halfopen/link"
	_ "example.org/halfopen/scheduler"
	_ "example.org/halfopen/scheduler/stream"
	_ "example.org/halfopen/sim/oracle"
	_ "example.org/halfopen/sim/report"
)

// The budget of a hunt, and what may be left of a counterexample.
const (
	huntSeed  = 1
	huntRuns  = 20_000
	maxFaults = 3
)

// all has every endpoint built, which takes minutes, and not one in sampled.
var all = flag.Bool("all", false, "build every known-wrong endpoint, not one in 7")

const sampled = 7

// TestKnownWrong builds each known-wrong endpoint and hunts for it: the rule
// that it names is broken within the budget, the run shrinks to a few faults,
// and its trace replays octet for octet.
func TestKnownWrong(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: builds a program for each known-wrong endpoint")
	}
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("hunt/main.go"); err != nil { // so that the cache knows of it, too
		t.Fatal(err)
	}
	turn := make(chan struct{}, min(2, runtime.GOMAXPROCS(0))) // a build is parallel in itself
	for i, e := range All() {
		if i%sampled != 0 && !*all {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			turn <- struct{}{}
			defer func() { <-turn }()
			h := hunt(t, root, e)
			if e.Missing != "" {
				stillMissing(t, e, h)
				return
			}
			judge(t, e, h)
		})
	}
}

// hunt builds and runs the program of one known-wrong endpoint.
func hunt(t *testing.T, root string, e Endpoint) Hunted {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "hunt")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if err := Build(t.Context(), root, e.Name, huntPackage, program); err != nil {
		t.Fatal(err)
	}
	h, err := runHunt(t.Context(), program, "-rule", e.Rule, "-folder", dir,
		"-strategy", cmp.Or(e.Strategy, Swarm.Name),
		"-seed", strconv.Itoa(huntSeed), "-runs", strconv.Itoa(huntRuns), "-faults", strconv.Itoa(maxFaults))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// stillMissing fails once a mistake that no rule found is found.
func stillMissing(t *testing.T, e Endpoint, h Hunted) {
	t.Helper()
	if h.Built != e.Name {
		t.Fatalf("%q was built in, want %q: the overlay did not take", h.Built, e.Name)
	}
	if h.Found {
		t.Errorf("run %d broke %s: %s\nWrite `-- rule --` and %s into %s.txt, in the place of `-- missing --`: %s",
			h.Runs, h.Rule, h.Text, h.Rule, e.Name, e.Missing)
	}
}

func judge(t *testing.T, e Endpoint, h Hunted) {
	t.Helper()
	if h.Built != e.Name {
		t.Fatalf("%q was built in, want %q: the overlay did not take", h.Built, e.Name)
	}
	if !h.Found {
		t.Fatalf("no run of %d broke %s; other rules that were broken: %q", h.Runs, e.Rule, h.Others)
	}
	t.Logf("found after %d runs by %s, %d faults after shrinking %q: %s", h.Runs, h.Rule, h.Faults, h.Script, h.Text)
	if h.First < h.Runs {
		t.Logf("passed over: run %d, the first, and what else did not shrink to %d faults", h.First, maxFaults)
	}
	if len(h.Others) > 0 {
		t.Logf("other rules that were broken meanwhile: %q", h.Others)
	}
	if h.Rule != e.Rule {
		t.Errorf("broken was %s, want %s", h.Rule, e.Rule)
	}
	if h.Faults > maxFaults {
		t.Errorf("%d faults are left after shrinking, want at most %d", h.Faults, maxFaults)
	}
	if !h.Replayed {
		t.Error("the trace does not replay octet for octet")
	}
	acquit(t, e, h.Scenario)
}

// acquit runs a counterexample on the correct endpoint: it is the bug that
// broke the rule, not the scenario. A budget is no rule: a run in which nobody
// reads has no end (MUST-37).
func acquit(t *testing.T, e Endpoint, text string) {
	t.Helper()
	scenario, err := scenario.Parse("scenario.txt", text)
	if err != nil {
		t.Fatal(err)
	}
	for e := range scenario.Ends {
		scenario.Ends[e].Endpoint = ""
	}
	v, err := search.NewRunner(Offer()).Run(&scenario)
	if err != nil || v.Found() && (v.Rule.Name == e.Rule || !search.IsBudget(&v)) {
		t.Errorf("the correct endpoint on the same scenario: %s %s, %v\n%s", v.Rule.Name, v.Text, err, text)
	}
}

// TestCorrectSurvives runs the correct endpoint over the same seed, as far as
// any hunt may go.
func TestCorrectSurvives(t *testing.T) {
	if Built != "" {
		t.Fatalf("%q is built in", Built)
	}
	h, err := Hunt(context.Background(), HuntOptions{Seed: huntSeed, Runs: huntRuns, Faults: -1})
	if err != nil {
		t.Fatal(err)
	}
	if h.Found {
		t.Fatalf("run %d broke %s: %s", h.Runs-1, h.Rule, h.Text)
	}
	t.Logf("%d runs, no violation", h.Runs)
}
