package sites

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/sim/search"
	"example.org/halfopen/specs/wrong"
)

var (
	all    = flag.Bool("all", false, "try every site, not one in 29")
	only   = flag.String("only", "", "try the sites whose name begins so, and say what came of each")
	update = flag.Bool("update", false, "write survivors.txt anew; what is new in it has to be judged")
)

// What the list of survivors was made with.
const (
	seed   = 1
	runs   = 20_000
	sample = 29 // every so many sites are tried without -all
)

// TestList: every line of survivors.txt is of a site, and in the order of the
// source.
func TestList(t *testing.T) {
	source := read(t)
	list, err := Survivors()
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	for _, s := range list {
		n := source.Number(s.ID)
		switch {
		case n == 0:
			t.Errorf("%s: there is no such site", s.ID)
		case n <= last:
			t.Errorf("%s stands behind %s", s.ID, source.Sites[last-1].ID())
		}
		last = max(last, n)
	}
}

// TestNoneChosen: with no site chosen the changed source does what the source
// does, step for step.
func TestNoneChosen(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: builds a program")
	}
	changed := run(t, read(t), []int{0})[0]
	ordinary := try(0, seed, runs, math.MaxUint64)
	if changed.Rule != "" || changed.Runs != runs || changed.Digest != ordinary.Digest {
		t.Errorf("changed  %+v\nordinary %+v", changed, ordinary)
	}
}

// TestSurvivors tries sites, and finds the list of survivors right: no more and
// no fewer, and those that are called equivalent change nothing in any run.
func TestSurvivors(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: builds a program")
	}
	source := read(t)
	list, err := Survivors()
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]Survivor{}
	for _, s := range list {
		listed[s.ID] = s
	}
	var numbers []int
	for n := 1; n <= len(source.Sites); n++ {
		if *only != "" && strings.HasPrefix(source.Sites[n-1].ID(), *only) || *only == "" && (*all || *update || n%sample == 0) {
			numbers = append(numbers, n)
		}
	}
	start := time.Now()
	trials := run(t, source, numbers)
	killed := 0
	for _, trial := range trials {
		site := source.Sites[trial.Site-1]
		s, ok := listed[site.ID()]
		survived := trial.Rule == ""
		if *only != "" {
			t.Logf("%s: %q after %d runs %s; %s", site.ID(), trial.Rule, trial.Runs, trial.Case, site.Text)
		}
		if !survived {
			killed++
		}
		switch {
		case *update:
		case survived && !ok:
			t.Errorf("%s survives: %s\nKill it, or say in survivors.txt why not", site.ID(), site.Text)
		case !survived && ok:
			t.Errorf("%s is killed by %s after %d runs: take it out of survivors.txt", site.ID(), trial.Rule, trial.Runs)
		case survived && s.Verdict == Equivalent && !trial.Same:
			t.Errorf("%s is called equivalent, but changes what is sent: %s", site.ID(), site.Text)
		}
	}
	t.Logf("%d of %d killed", killed, len(trials))
	if *all {
		var summary strings.Builder
		if err := WriteSummary(&summary, source, trials, list); err != nil {
			t.Error(err)
		}
		t.Logf("in %v:\n%s", time.Since(start).Round(time.Second), &summary)
	}
	if *update {
		write(t, source, trials, listed)
	}
}

// TestTested: what is listed as tested makes the test fail that is named.
func TestTested(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: builds a program")
	}
	source := read(t)
	list, err := Survivors()
	if err != nil {
		t.Fatal(err)
	}
	root, program := built(t, source.BuildTests)
	fails := func(site int, test string) bool {
		cmd := exec.CommandContext(t.Context(), program, "-test.short", "-test.run", "^"+test+"$")
		cmd.Dir = filepath.Join(root, filepath.FromSlash(testedPackage))
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", alteredEnv, site))
		said, err := cmd.CombinedOutput()
		if err == nil && strings.Contains(string(said), "no tests to run") {
			t.Errorf("there is no test called %s", test)
		}
		return err != nil
	}
	right := map[string]bool{}
	for _, s := range list {
		if s.Verdict != Tested {
			continue
		}
		if !right[s.Test] && fails(0, s.Test) {
			t.Errorf("%s fails with no site chosen", s.Test)
		}
		right[s.Test] = true
		if !fails(source.Number(s.ID), s.Test) {
			t.Errorf("%s passes with %s", s.Test, s.ID)
		}
	}
}

// TestCases: what a case is for it shows on no correct endpoint.
func TestCases(t *testing.T) {
	hard, err := cases()
	if err != nil || len(hard) == 0 {
		t.Fatal(len(hard), err)
	}
	runner := search.NewRunner(wrong.Offer())
	for i := range hard {
		if v, err := runner.Run(&hard[i].scenario); err != nil || v.Found() {
			t.Errorf("%s: %v, %s", hard[i].name, err, v.Text)
		}
	}
}

// built is this checkout, and the program that build makes of it.
func built(t *testing.T, build func(ctx context.Context, root, out string) error) (root, program string) {
	t.Helper()
	root, err := wrong.Root()
	if err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(t.TempDir(), "program")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if err := build(t.Context(), root, program); err != nil {
		t.Fatal(err)
	}
	return root, program
}

// run builds the program and tries sites with it.
func run(t *testing.T, source *Source, numbers []int) []Trial {
	t.Helper()
	_, program := built(t, source.Build)
	trials, err := Run(t.Context(), program, numbers, RunOptions{Seed: seed, Runs: runs, Jobs: min(2, runtime.GOMAXPROCS(0))})
	if err != nil {
		t.Fatal(err)
	}
	return trials
}

func read(t *testing.T) *Source {
	t.Helper()
	root, err := wrong.Root()
	if err != nil {
		t.Fatal(err)
	}
	source, err := Read(root)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// write lists the survivors, with what was said of them before. What is new has
// no verdict, so that the list cannot be read until it is judged.
func write(t *testing.T, source *Source, trials []Trial, before map[string]Survivor) {
	t.Helper()
	var list strings.Builder
	list.WriteString(preface(len(trials), trials))
	for _, trial := range trials {
		if trial.Rule != "" {
			continue
		}
		site := source.Sites[trial.Site-1]
		if s, ok := before[site.ID()]; ok {
			why := s.Why
			if s.Test != "" {
				why = s.Test + ": " + why
			}
			fmt.Fprintf(&list, "%s: %s: %s\n", s.ID, s.Verdict, why)
		} else {
			fmt.Fprintf(&list, "%s: ?: the same in every run: %t; %s\n", site.ID(), trial.Same, site.Text)
		}
	}
	if err := os.WriteFile("survivors.txt", []byte(list.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

// preface says what the list is.
func preface(n int, trials []Trial) string {
	survivors := 0
	for _, trial := range trials {
		if trial.Rule == "" {
			survivors++
		}
	}
	return fmt.Sprintf(`# The %d sites of %d whose mistake no rule finds within %d random runs of seed %d.
# Written by go test ./specs/wrong/sites -run TestSurvivors -update, the verdicts by hand:
#
#	equivalent  it makes no difference that anybody can see
#	legal       it acts otherwise, and RFC 9293 allows that as well
#	tested      no run finds it, but this test of endpoint/tcp does
#	unreached   no random run comes to where it would matter
#	unseen      it is wrong, and no rule sees it: to be killed

`, survivors, n, runs, seed)
}
