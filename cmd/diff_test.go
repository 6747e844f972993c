package cmd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
)

// threeOffer has tcp, one that is the same, and one that never sends a FIN
// again.
func threeOffer() sim.Offer {
	return append(append(sim.TCP(), sim.Named{Name: "twin", New: newTwin}), lossyOffer()...)
}

// newTwin makes a TCP with initial sequence numbers of its own.
func newTwin(c endpoint.Config) (endpoint.Endpoint, error) {
	c.ISS += 1 << 30
	c.ISSKey++
	return tcp.New(c)
}

// TestDiffOne: two ladders side by side, and what is the same.
func TestDiffOne(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lost-fin.txt")
	const lost = "drop A FIN #1\nA: open active; close\nB: open passive; receive all; close\n"
	if err := os.WriteFile(file, []byte(lost), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"diff", "--a", "tcp", "--a", "twin", "--a", "lossy-fin"}
	s := call(threeOffer(), "", append(args, file)...).want(t, ExitViolation)
	golden(t, "diff.txt", s.out)
	if again := call(threeOffer(), lost, append(args, "-")...); again.out != s.out {
		t.Errorf("from standard input:\n%s", again.out)
	}
	if s := call(threeOffer(), "", args...).want(t, ExitLegal); s.out != "tcp and twin: no divergence\ntcp and lossy-fin: no divergence\n" {
		t.Error(s.out)
	}
}

// TestDiffSweep: groups, shrunk, and the same octets for any number of jobs.
func TestDiffSweep(t *testing.T) {
	args := []string{"diff", "--a", "tcp", "--a", "twin", "--a", "lossy-fin", "--runs", "300", "--jobs", "2"}
	s := call(threeOffer(), "", args...).want(t, ExitViolation)
	contains(t, s.out, "!!", "resend", "[FIN,ACK] again", "diverge none", "drop A FIN #1\n", "shrunk  from run ")
	json2 := call(threeOffer(), "", append(args, "--json")...).want(t, ExitViolation).out
	args[len(args)-1] = "1"
	json1 := call(threeOffer(), "", append(args, "--json")...).want(t, ExitViolation).out
	if json1 != json2 {
		t.Errorf("1 job:\n%s\n2 jobs:\n%s", json1, json2)
	}
	var j jsonDiff
	if err := json.Unmarshal([]byte(json1), &j); err != nil || j.Schema != schemaOfDiff || len(j.Pairs) != 2 || j.Runs != 300 {
		t.Fatalf("%v\n%s", err, json1)
	}
	if p := j.Pairs[0]; p.Same < 290 || len(p.Groups) > 0 {
		t.Errorf("twin: %+v", p)
	}
	g := j.Pairs[1].Groups[len(j.Pairs[1].Groups)-1]
	if g.Shrunk == nil || g.Shrunk.Faults != 1 || g.Kind != "resend" {
		t.Fatalf("lossy-fin: %+v", g)
	}
	shrunk := call(threeOffer(), g.Shrunk.Scenario, "diff", "--a", "tcp", "--a", "lossy-fin", "--json", "-").want(t, ExitViolation)
	contains(t, shrunk.out, `"kind": "resend"`)
	only := call(threeOffer(), "", "diff", "--a", "tcp", "--a", "lossy-fin", "--only", "1").want(t, ExitLegal)
	contains(t, only.out, "diverge none")
}

// TestDiffAllowed: each allowed difference has a section of an RFC.
func TestDiffAllowed(t *testing.T) {
	s := call(sim.TCP(), "", "diff", "--allowed").want(t, ExitLegal)
	golden(t, "diff-allowed.txt", s.out)
	if n := strings.Count(s.out, "    RFC "); n != len(search.Allowed()) {
		t.Errorf("%d sections", n)
	}
}

// TestDiffKeeps: --out keeps each divergence as a folder whose command finds it
// again, of one scenario and of a sweep, and leaves nothing else behind.
func TestDiffKeeps(t *testing.T) {
	t.Chdir(t.TempDir())
	const lost = "drop A FIN #1\nA: open active; close\nB: open passive; receive all; close\n"
	both := []string{"diff", "--a", "tcp", "--a", "lossy-fin", "--out", "kept"}
	call(threeOffer(), "", both...).want(t, ExitLegal)
	if _, err := os.Stat("kept"); err == nil {
		t.Error("a folder for no divergence")
	}
	for _, args := range [][]string{append(both, "-"), append(both, "--b", "twin", "-"), append(both, "--runs", "300"), append(both, "--runs", "300", "--json")} {
		s := call(threeOffer(), lost, args...).want(t, ExitViolation)
		said, again, ok := strings.Cut(s.out+s.errors, "again   halfopen ")
		again, _, _ = strings.Cut(again, "\n")
		if !ok {
			t.Fatalf("%v:\n%s", args, said)
		}
		peer := "--b tcp "
		if strings.Contains(strings.Join(args, " "), "--b twin") {
			peer = "--b twin "
		}
		contains(t, again, "diff --a tcp --a lossy-fin ", peer)
		once := call(threeOffer(), "", strings.Fields(again)...).want(t, ExitViolation).out
		folder := filepath.Dir(again[strings.LastIndexByte(again, ' ')+1:])
		if beside, err := os.ReadFile(filepath.Join(folder, besideFile)); err != nil || string(beside)+"\n" != once {
			t.Errorf("%v: kept\n%s\nfound again\n%s", err, beside, once)
		}
		call(threeOffer(), lost, args...).want(t, ExitViolation) // once more, over it
	}
	entries, err := os.ReadDir("kept")
	if err != nil || len(entries) == 0 {
		t.Fatal(err)
	}
	for _, e := range entries {
		files, err := os.ReadDir(filepath.Join("kept", e.Name()))
		if err != nil || len(files) != 2 || strings.HasPrefix(e.Name(), ".") {
			t.Errorf("%s: %v %v", e.Name(), files, err)
		}
		if err := os.Remove(filepath.Join("kept", e.Name(), besideFile)); err != nil { // something else has the name now
			t.Fatal(err)
		}
	}
	refused := call(threeOffer(), lost, append(both, "--runs", "300")...).want(t, ExitFailed)
	contains(t, refused.errors, "exists, and was not written by this program")
	contains(t, refused.out, "!!", "shrunk  from run ", "\n  diverge ")
	if after, _ := os.ReadDir("kept"); len(after) != len(entries) {
		t.Errorf("left over: %v", after)
	}
}
