package cmd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

// TestKnown: what a sweep kept is no finding for the next one, from traces or
// from scenarios; a rest is one still, and so is everything once the stack is
// mended and another bug comes.
func TestKnown(t *testing.T) {
	t.Chdir(t.TempDir())
	first := call(lossyOffer(), "", "fuzz", "--runs", "300").want(t, ExitViolation)
	if strings.Contains(first.out, "known") {
		t.Errorf("without --known:\n%s", first.out)
	}
	kept, err := os.ReadDir(defaultFolder)
	if err != nil || len(kept) < 2 {
		t.Fatalf("%v %v", kept, err)
	}
	args := []string{"fuzz", "--runs", "300", "--out", "again", "--known"}
	s := call(lossyOffer(), "", append(args, defaultFolder)...).want(t, ExitLegal)
	contains(t, s.out, "\nviolations  none\nknown       ", " groups, ", " runs\n")
	if _, err := os.Stat("again"); err == nil {
		t.Error("what is known was kept again")
	}

	one := filepath.Join(defaultFolder, kept[0].Name())
	s = call(lossyOffer(), "", append(args, one)...).want(t, ExitViolation)
	contains(t, s.out, "\nviolations  in ", "\nknown       1 group, ")

	for _, k := range kept { // the scenarios alone, in two folders
		text, err := os.ReadFile(filepath.Join(defaultFolder, k.Name(), "scenario.txt"))
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join("texts", k.Name()[:1])
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, k.Name()+".txt"), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	texts := call(lossyOffer(), "", append(args, "texts", "--known", one)...).want(t, ExitLegal)
	contains(t, texts.out, "\nviolations  none\nknown       ")

	var j jsonResult
	s = call(lossyOffer(), "", append(args, "texts", "--json")...).want(t, ExitLegal)
	if err := json.Unmarshal([]byte(s.out), &j); err != nil || j.Known == nil || j.Known.Groups < 2 || j.Known.Runs < 2 || len(j.Groups) > 0 {
		t.Errorf("%v %+v", err, j)
	}
	fixed := sim.Offer{{Name: "lossy-fin", New: tcp.New}}
	s = call(fixed, "", append(args, defaultFolder)...).want(t, ExitLegal)
	contains(t, s.out, "\nknown       0 groups, 0 runs\n")
}

// TestKnownBadInput: a folder that makes nothing known by mistake is an error.
func TestKnownBadInput(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "x.txt")
	for _, c := range []struct{ arg, text, want string }{
		{filepath.Join(dir, "none"), "", "no such file"},
		{file, "", "is not a folder"},
		{dir, "drop A SIN #1\n", "x.txt:1:"},
		{dir, "A netstack\n", `no endpoint is called "netstack" here`},
	} {
		if err := os.WriteFile(file, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		s := call(sim.TCP(), "", "fuzz", "--runs", "1", "--known", c.arg).want(t, ExitUsage)
		contains(t, s.errors, "--known: ", c.want)
	}
	empty := call(sim.TCP(), "", "fuzz", "--runs", "1", "--known", t.TempDir()).want(t, ExitUsage)
	contains(t, empty.errors, "has no trace (.jsonl) and no scenario (.txt) in it")
}
