package cmd

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/joint"
)

// summaries sweeps a few times, once steered, and returns the files.
func summaries(t *testing.T, offer sim.Offer, status int) (files []string) {
	t.Helper()
	dir := t.TempDir()
	for i, args := range [][]string{
		{"--seed", "1", "--runs", "200"}, {"--seed", "2", "--runs", "50"}, {"--seed", "3", "--runs", "120"},
		{"--seed", "4", "--runs", "400", "--steer"}, {"--seed", "5", "--runs", "0"},
	} {
		files = append(files, filepath.Join(dir, fmt.Sprint(i)))
		args = append([]string{"fuzz", "--out", filepath.Join(dir, "out"), "--summary", files[i]}, args...)
		if args[len(args)-1] == "0" {
			status = ExitLegal
		}
		call(offer, "", args...).want(t, status)
	}
	return files
}

// TestMerge: in whatever order, and in however many steps summaries are added
// up, the sum is the same octets.
func TestMerge(t *testing.T) {
	files := summaries(t, lossyOffer(), ExitViolation)
	all := filepath.Join(t.TempDir(), "all")
	want := call(lossyOffer(), "", append([]string{"merge", "-o", all}, files...)...).want(t, ExitViolation)
	contains(t, want.out, "runs        770, ", ", 5 sweeps\n", "endpoints   A lossy-fin, B lossy-fin\n",
		"\nviolations  in ", "\n  rule ", "\njoint pairs ", "\nclean runs  ")
	octets, err := os.ReadFile(all)
	if err != nil {
		t.Fatal(err)
	}
	s, err := readSum(all, octets)
	if err != nil {
		t.Fatal(err)
	}
	if d, c := s.Drawn.Runs(), s.Changed.Runs(); d+c != 770 || c < 75 || c > 144 {
		t.Errorf("%d runs were drawn, and %d of the 400 steered ones changed", d, c)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		left := append([]string(nil), files...)
		for len(left) > 1 { // two or three of what is left become one
			r.Shuffle(len(left), func(i, k int) { left[i], left[k] = left[k], left[i] })
			n := min(2+r.IntN(2), len(left))
			sum := filepath.Join(t.TempDir(), "sum")
			call(lossyOffer(), "", append([]string{"merge", "-o", sum}, left[:n]...)...)
			left = append(left[n:], sum)
		}
		if got, err := os.ReadFile(left[0]); err != nil || string(got) != string(octets) {
			t.Fatalf("%v: another order, another sum", err)
		}
		if got := call(lossyOffer(), "", "merge", left[0]); got != want {
			t.Fatalf("another report:\n%s\nwant:\n%s", got.out, want.out)
		}
	}
}

// TestMergeIsFuzz: the sum of two halves of a seed says of the coverage what one
// sweep says.
func TestMergeIsFuzz(t *testing.T) {
	files := summaries(t, sim.TCP(), ExitLegal)[:3]
	merged := call(sim.TCP(), "", append([]string{"merge", "--stats"}, files...)...).want(t, ExitLegal)
	one := call(sim.TCP(), "", "merge", "--stats", files[0]).want(t, ExitLegal)
	alone := call(sim.TCP(), "", "fuzz", "--stats", "--seed", "1", "--runs", "200").want(t, ExitLegal)
	drop := func(s said) string { // the line that has the time in it
		before, after, _ := strings.Cut(s.out, "\nruns ")
		_, after, _ = strings.Cut(after, "\n")
		return before + after
	}
	if drop(one) != drop(alone) {
		t.Errorf("merge says\n%s\nfuzz said\n%s", one.out, alone.out)
	}
	if drop(merged) == drop(one) {
		t.Error("three sweeps have covered what one has")
	}
}

// TestMergeRefuses: what cannot be added up is named.
func TestMergeRefuses(t *testing.T) {
	dir := t.TempDir()
	fuzz := func(name string, args ...string) string {
		file := filepath.Join(dir, name)
		call(append(sim.TCP(), lossyOffer()...), "", append([]string{"fuzz", "--summary", file, "--out", dir}, args...)...)
		return file
	}
	one := fuzz("one", "--runs", "100")
	text, err := os.ReadFile(one)
	if err != nil {
		t.Fatal(err)
	}
	change := func(old, new string) string {
		other := filepath.Join(dir, "without "+strings.Trim(old, `"/1`))
		if err := os.WriteFile(other, []byte(strings.Replace(string(text), old, new, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		return other
	}
	for _, c := range []struct{ file, want string }{
		{one, "run 0 of seed 1 is in two"},
		{fuzz("steered", "--runs", "10", "--steer"), "run 0 of seed 1 is in two"},
		{fuzz("tail", "--only", "99"), "run 99 of seed 1 is in two"},
		{fuzz("link", "--runs", "10", "--seed", "2", "--loss", "1%"), "different ends, links or judges"},
		{fuzz("ends", "--runs", "10", "--seed", "2", "--b", "lossy-fin"), "different ends, links or judges"},
		{fuzz("wire", "--runs", "10", "--seed", "2", "--wire"), "different ends, links or judges"},
		{change(`"halfopen-summary/1"`, `"halfopen-summary/0"`), "schema"},
		{change(`"drawn"`, `"dawn"`), "unknown field"},
		{change(`I-1 legal-edge`, `I-1 legal`), `no cell "rule I-1 legal-edge"`},
		{filepath.Join(dir, "none"), "no such file"},
	} {
		s := call(sim.TCP(), "", "merge", one, c.file).want(t, ExitUsage)
		contains(t, s.errors, c.want, c.file)
	}
	call(sim.TCP(), "", "merge", one, fuzz("next", "--only", "100")).want(t, ExitLegal)
}

// TestPairs: of each fault class the pairs that were seen and those that were not
// are all that are legal; and of no run nothing was seen.
func TestPairs(t *testing.T) {
	s := call(sim.TCP(), "", "fuzz", "--runs", "30", "--json").want(t, ExitLegal)
	var j jsonResult
	if err := json.Unmarshal([]byte(s.out), &j); err != nil {
		t.Fatal(err)
	}
	if n := len(j.Covered.Classes); n != joint.NumClasses-1 {
		t.Errorf("%d classes", n)
	}
	var runs uint64
	for _, c := range j.Covered.Classes {
		runs += c.Runs
		if c.Seen+len(c.Holes) != c.Legal || c.Runs > 0 && c.Seen < 2 || len(c.Holes) == 0 {
			t.Errorf("%+v", c)
		}
	}
	if runs == 0 || runs > 30 {
		t.Errorf("%d runs have a class", runs)
	}
}

// TestRequireEdges: a core edge that was not taken is an error, with a status of
// its own, and so is one under a fault if that is asked for.
func TestRequireEdges(t *testing.T) {
	s := call(sim.TCP(), "", "fuzz", "--runs", "30", "--require-edges").want(t, ExitMissing)
	contains(t, s.errors, "--require-edges: ", " -> CLOSED")
	call(sim.TCP(), "", "fuzz", "--runs", "3000", "--require-edges").want(t, ExitLegal)
	s = call(sim.TCP(), "", "fuzz", "--runs", "3000", "--require-edges=faults").want(t, ExitMissing)
	contains(t, s.errors, " under drop ")
	s = call(sim.TCP(), "", "fuzz", "--require-edges=all").want(t, ExitUsage)
	contains(t, s.errors, `"all"`, "want core or faults")
}

// TestSteer: a steered search says the same for any number of jobs, keeps its
// corpus, goes on from it, and finds a wrong endpoint as a sweep does.
func TestSteer(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	args := []string{"fuzz", "--steer", "--runs", "600", "--json"}
	a := call(sim.TCP(), "", append(args, "--jobs", "1", "--corpus", one)...).want(t, ExitLegal)
	b := call(sim.TCP(), "", append(args, "--jobs", "3", "--corpus", two)...).want(t, ExitLegal)
	if a.out != b.out {
		t.Errorf("one job:\n%s\nthree:\n%s", a.out, b.out)
	}
	kept, err := os.ReadDir(one)
	if err != nil || len(kept) < 50 {
		t.Fatalf("%d scenarios were kept, error %v", len(kept), err)
	}
	again := call(sim.TCP(), "", append(args, "--corpus", one)...).want(t, ExitLegal)
	contains(t, again.out, fmt.Sprintf(`"runs": %d,`, 600+len(kept)))
	s := call(lossyOffer(), "", "fuzz", "--steer", "--runs", "600", "--out", two).want(t, ExitViolation)
	contains(t, s.out, "\n!!", "\nreplay  halfopen replay ", "violations  in ")
	call(sim.TCP(), "", "fuzz", "--corpus", one).want(t, ExitUsage)
}
