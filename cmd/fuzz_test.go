package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/sim/search"
)

func TestFuzz(t *testing.T) {
	t.Chdir(t.TempDir())
	s := call(sim.TCP(), "", "fuzz", "--runs", "2000").want(t, ExitLegal)
	contains(t, s.out, "runs        2000, ", "states      11/11\n",
		"core edges  28/29  not visited: SYN-SENT -> CLOSE-WAIT (needs SYN,ACK,FIN in one segment)\n",
		"violations  none\n")
	if files, _ := os.ReadDir("."); len(files) > 0 {
		t.Errorf("it wrote %v", files)
	}
}

// TestFuzzJSON: the same octets for the same options, whatever the jobs.
func TestFuzzJSON(t *testing.T) {
	args := []string{"fuzz", "--runs", "500", "--seed", "7", "--loss", "10%", "--json"}
	one := call(sim.TCP(), "", append(args, "--jobs", "1")...).want(t, ExitLegal)
	two := call(sim.TCP(), "", append(args, "--jobs", "2")...).want(t, ExitLegal)
	if one.out != two.out {
		t.Errorf("one job:\n%s\ntwo:\n%s", one.out, two.out)
	}
	var j jsonResult
	dec := json.NewDecoder(strings.NewReader(one.out))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&j); err != nil {
		t.Fatal(err)
	}
	if j.Runs != 500 || j.Seed != 7 || j.CoreEdges.Of != 29 || len(j.Link) != 1 || j.Link[0] != (linkSaid{"loss", "10%"}) {
		t.Errorf("%+v", j)
	}
	if wild := call(sim.TCP(), "", "fuzz", "--runs", "500", "--seed", "7", "--json").want(t, ExitLegal); wild.out == one.out {
		t.Error("--loss changes nothing")
	}
}

// TestFuzzOnly: one run of the sweep, alone.
func TestFuzzOnly(t *testing.T) {
	s := call(sim.TCP(), "", "fuzz", "--seed", "7", "--only", "41").want(t, ExitLegal)
	contains(t, s.out, "legal: A ", "runs        1, ", "violations  none\n")
	if again := call(sim.TCP(), "", "fuzz", "--seed", "7", "--only", "41", "--json"); !strings.Contains(again.out, `"first": 41,`) {
		t.Errorf("%s", again.out)
	}
}

// TestInterrupt: Ctrl-C ends a sweep with the summary of what it has so far.
func TestInterrupt(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	s := callWith(ctx, sim.TCP(), "", "fuzz", "--runs", "1000000000").want(t, ExitInterrupted)
	contains(t, s.out, " of 1000000000, stopped, ", "violations  none\n")

	ctx, cancel = context.WithCancel(context.Background())
	time.AfterFunc(100*time.Millisecond, cancel)
	s = callWith(ctx, lossyOffer(), "", "fuzz", "--runs", "1000000000").want(t, ExitViolation)
	contains(t, s.out, ", stopped, ", "violations  in ")
}

// TestCounterexample: a wrong endpoint is found, kept, replayed and shown.
func TestCounterexample(t *testing.T) {
	t.Chdir(t.TempDir())
	s := call(lossyOffer(), "", "fuzz", "--runs", "1000").want(t, ExitViolation)
	contains(t, s.out, "\n!!", "\nrule    RFC 9293", "\nreplay  halfopen replay counterexamples/", "\nshrunk  from run ",
		"endpoints   A lossy-fin, B lossy-fin\n", "violations  in ", "\n  rule ")
	folders, err := os.ReadDir(defaultFolder)
	if err != nil || len(folders) == 0 {
		t.Fatalf("%v %v", folders, err)
	}
	name := folders[0].Name()
	path := filepath.Join(defaultFolder, name)
	for _, arg := range []string{name, path, filepath.Join(path, "trace.jsonl"), filepath.Join(path, "trace.html")} {
		contains(t, call(lossyOffer(), "", "replay", arg).want(t, ExitViolation).out,
			"!!", "same    byte-identical: ", "verdict broken: ", "replay  halfopen replay "+arg+"\n")
	}
	call(lossyOffer(), "", "run", filepath.Join(defaultFolder, name, "scenario.txt")).want(t, ExitViolation)

	folder := func(file string) []byte {
		b, err := os.ReadFile(filepath.Join(defaultFolder, name, file))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, face := range faces[1:] { // the ladder is not cut in the file
		if got := call(lossyOffer(), "", "show", "--as", face.name, name).want(t, ExitLegal).out; got != string(folder(face.file)) {
			t.Errorf("show --as %s is not %s", face.name, face.file)
		}
		call(lossyOffer(), "", "show", "--as", face.name, "-o", "out", name).want(t, ExitLegal)
		if got, err := os.ReadFile("out"); err != nil || !bytes.Equal(got, folder(face.file)) {
			t.Errorf("show --as %s -o is not %s: %v", face.name, face.file, err)
		}
	}
	page := string(folder("trace.html"))
	contains(t, call(lossyOffer(), page, "show", "-").want(t, ExitLegal).out, "!!", "rule    RFC 9293")
	contains(t, call(lossyOffer(), page, "report", "-o", "again", "-").want(t, ExitLegal).out, "verdict broken: ")
	sameFolder(t, filepath.Join("again", name), path)
	contains(t, call(lossyOffer(), "", "check", path).want(t, ExitLegal).out, filepath.Join(path, "trace.pcapng"))
	contains(t, call(lossyOffer(), string(folder("trace.jsonl")), "show", "-").want(t, ExitLegal).out, "!!", "rule    RFC 9293")
}

// TestCounterexampleJSON: programs get the same, and the folders are written
// too.
func TestCounterexampleJSON(t *testing.T) {
	t.Chdir(t.TempDir())
	one := call(lossyOffer(), "", "fuzz", "--runs", "300", "--json", "--out", "x", "--jobs", "1").want(t, ExitViolation)
	two := call(lossyOffer(), "", "fuzz", "--runs", "300", "--json", "--out", "y", "--jobs", "2").want(t, ExitViolation)
	if one.out != two.out {
		t.Errorf("one job:\n%s\ntwo:\n%s", one.out, two.out)
	}
	var j jsonResult
	if err := json.Unmarshal([]byte(one.out), &j); err != nil || len(j.Groups) == 0 {
		t.Fatalf("%v\n%s", err, one.out)
	}
	for _, g := range j.Groups {
		if _, err := os.Stat(filepath.Join("x", g.Shrunk.Name, bundle.TraceFile)); err != nil {
			t.Error(err)
		}
		call(lossyOffer(), g.Shrunk.Scenario, "run", "-").want(t, ExitViolation)
	}
}

// TestGroupsAlike: where rule, end and state do not tell two groups apart, the
// table says what does.
func TestGroupsAlike(t *testing.T) {
	group := func(rule, text string) search.Group {
		return search.Group{Violation: sim.Violation{Rule: sim.Rule{ID: rule}, Text: text}, Count: 1}
	}
	var b bytes.Buffer
	writeGroups(&b, []search.Group{group("I-1", "one"), group("I-1", "two"), group("I-2", "three")}, nil)
	lines := strings.Split(b.String(), "\n")
	for i, want := range []string{"", "(not shrunk): one", "(not shrunk): two", "(not shrunk)"} {
		if !strings.HasSuffix(lines[i], want) {
			t.Errorf("line %d: %q, want %q", i, lines[i], want)
		}
	}
}

// TestUnwritable: what was found is shown all the same, and nothing is left.
func TestUnwritable(t *testing.T) {
	dir := t.TempDir()
	s := call(lossyOffer(), "", "fuzz", "--runs", "100", "--out", filepath.Join(dir, "x")).want(t, ExitViolation)
	folders, err := os.ReadDir(filepath.Join(dir, "x"))
	if err != nil || len(folders) == 0 {
		t.Fatal(err)
	}
	for _, f := range folders { // something else has the names now
		if err := os.RemoveAll(filepath.Join(dir, "x", f.Name())); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "x", f.Name()), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	u := call(lossyOffer(), "", "fuzz", "--runs", "100", "--out", filepath.Join(dir, "x")).want(t, ExitFailed)
	contains(t, u.errors, "exists, and was not written by this program")
	contains(t, u.out, "violations  in ", "!!")
	if after, _ := os.ReadDir(filepath.Join(dir, "x")); len(after) != len(folders) {
		t.Errorf("left over: %v", after)
	}
	_ = s
}
