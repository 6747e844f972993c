package pinned

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/cmd"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/specs"
)

// own is what a stack is compared with, and the peer of both.
const own = "tcp"

// again says how what is recorded is written anew.
func again(t *testing.T) string {
	name, _, _ := strings.Cut(t.Name(), "/")
	return fmt.Sprintf("%s=1 go test -run '^%s$' . records it if that is meant", specs.Update, name)
}

// Differences demands that the command diff show in each scenario of
// testdata/differences what the scenario's first line says, a comment. What
// RFC 9293 has to say of each is for FINDINGS.md.
func (s *Stack) Differences(t *testing.T) {
	t.Helper()
	for _, file := range glob(t, "testdata/differences/*.txt") {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			out := s.run(t, []string{"diff", file, "--a", own, "--a", s.Name}, cmd.ExitViolation, cmd.ExitLegal)
			said, _, _ := strings.Cut(out, "\n\n")
			got := "# " + strings.Join(strings.Fields(said), " ")
			want, scenario, _ := strings.Cut(read(t, file), "\n")
			switch {
			case got == want:
			case update():
				write(t, file, got+"\n"+scenario)
			default:
				t.Errorf("got  %s\nwant %s\n%s\n%s", got, want, again(t), out)
			}
		})
	}
}

// DifferenceGroups demands that a sweep of so many runs diverge in the ways that
// testdata/differences.list has, and in no others; with -short a tenth of them, in
// some of those ways.
func (s *Stack) DifferenceGroups(t *testing.T, runs uint64) {
	t.Helper()
	const file = "testdata/differences.list"
	o := search.DiffOptions{Offer: s.Offer, A: []string{own, s.Name}, B: own, Seed: 1, Runs: runs, Jobs: 2}
	if testing.Short() {
		o.Runs /= 10
	}
	r, err := search.DiffSweep(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range r.Pairs[0].Groups {
		v := &g.Divergence
		got = append(got, fmt.Sprintf("%v in %v after %s: %s, %s",
			v.Kind, v.State, v.After, v.Shown[0].Words, v.Shown[1].Words))
	}
	if update() && !testing.Short() {
		write(t, file, strings.Join(got, "\n")+"\n")
		return
	}
	want := strings.Split(strings.TrimSpace(read(t, file)), "\n")
	for _, g := range got {
		if !slices.Contains(want, g) {
			t.Errorf("diverges, and %s does not list it: %s", file, g)
		}
	}
	for _, w := range want {
		if !testing.Short() && !slices.Contains(got, w) {
			t.Errorf("%s lists it, and no run diverges so: %s", file, w)
		}
	}
	if t.Failed() {
		t.Log(again(t))
	}
}
