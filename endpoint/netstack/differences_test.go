package netstack_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/cmd"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/specs"
)

// other is what halfopen's own TCP is compared with.
const other = "netstack"

// TestDifferences: the command diff shows in each scenario of
// testdata/differences what the scenario's first line says. FINDINGS.md says of
// each what RFC 9293 has to say. With specs.Update in the environment the lines
// are written anew.
func TestDifferences(t *testing.T) {
	if version != today {
		t.Skip("pinned for today's version")
	}
	files, err := filepath.Glob("testdata/differences/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			var out, failure bytes.Buffer
			args := []string{"diff", file, "--a", "tcp", "--a", other}
			status := cmd.Main(t.Context(), args, strings.NewReader(""), &out, &failure, offer)
			if status != cmd.ExitViolation && status != cmd.ExitLegal {
				t.Fatalf("exit status %d\n%s%s", status, out.String(), failure.String())
			}
			said, _, _ := strings.Cut(out.String(), "\n\n")
			got := "# " + strings.Join(strings.Fields(said), " ")
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want, scenario, _ := strings.Cut(string(text), "\n")
			if os.Getenv(specs.Update) != "" {
				if err := os.WriteFile(file, []byte(got+"\n"+scenario), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got  %s\nwant %s\n%s", got, want, out.String())
			}
		})
	}
}

// TestDifferenceGroups: a sweep diverges in the ways that
// testdata/differences.list has, and no others; a short one in some of them.
func TestDifferenceGroups(t *testing.T) {
	const file = "testdata/differences.list"
	if version != today {
		t.Skip("pinned for today's version")
	}
	o := search.DiffOptions{Offer: offer, A: []string{"tcp", other}, B: "tcp", Seed: 1, Runs: 4000, Jobs: 2}
	if testing.Short() {
		o.Runs = 400
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
	if os.Getenv(specs.Update) != "" && !testing.Short() {
		if err := os.WriteFile(file, []byte(strings.Join(got, "\n")+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(text)), "\n")
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
		t.Logf("%s=1 go test -run '^%s$' . writes %s anew", specs.Update, t.Name(), file)
	}
}
