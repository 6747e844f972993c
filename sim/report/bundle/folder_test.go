package bundle

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/gotest/testdata/lossyfin"
	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/search"
)

// offer has a stack with a bug.
var offer = sim.Offer{{Name: "tcp", New: tcp.New}, {Name: "lossy-fin", New: lossyfin.New}}

// bug is a run in which that stack breaks a rule.
const bug = "A lossy-fin\nA: open active; close; receive all\nB: open passive; receive all; close\ndrop A FIN #1\n"

// play runs a scenario, judged.
func play(t testing.TB, text string) *sim.Trace {
	t.Helper()
	s, err := scenario.Parse(t.Name(), text)
	if err != nil {
		t.Fatal(err)
	}
	r := search.NewRunner(offer)
	if _, err := r.Run(&s); err != nil {
		t.Fatal(err)
	}
	return r.World.Trace().Clone()
}

// face is one that says something.
func face(name, text string) Face {
	return Face{name, func(w io.Writer, _ *sim.Trace) error {
		_, err := io.WriteString(w, text)
		return err
	}}
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "place")
	trace := play(t, bug)
	path, err := Write(dir, trace, Options{Offer: offer, Faces: []Face{face("zz.pcapng", "first")}})
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(dir, report.Name(trace)); path != want {
		t.Errorf("path %s, want %s", path, want)
	}
	own := []string{"README.md", "go.mod", "kernel.pkt", "ladder.txt", "scenario.txt", "trace.html", "trace.jsonl", "trace.mmd", "trace.svg", "trace_test.go"}
	if got := list(t, path); !slices.Equal(got, append(own, "zz.pcapng")) {
		t.Errorf("files %v", got)
	}
	// The same counterexample again: the folder is replaced, nothing is left.
	if _, err := Write(dir, trace, Options{Offer: offer}); err != nil {
		t.Fatal(err)
	}
	if got := list(t, path); !slices.Equal(got, own) {
		t.Errorf("files %v, after it was replaced", got)
	}
	if got := list(t, dir); len(got) != 1 {
		t.Errorf("beside it: %v", got)
	}
	f, err := os.Open(filepath.Join(path, TraceFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := report.ReadJSONL(f)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(path, ScenarioFile)); err != nil || string(text) != r.Text {
		t.Errorf("%s is %q, %v; want %q", ScenarioFile, text, err, r.Text)
	}
}

func TestWriteRefuses(t *testing.T) {
	dir := t.TempDir()
	trace := play(t, bug)
	path := filepath.Join(dir, report.Name(trace))
	for _, name := range []string{"", ".", "..", "a/b", `a\b`, TraceFile, "TRACE.JSONL"} {
		if _, err := Write(dir, trace, Options{Faces: []Face{face(name, "")}}); !errors.Is(err, ErrFileName) {
			t.Errorf("file %q: error %v", name, err)
		}
	}
	if _, err := Write(dir, trace, Options{Faces: []Face{face("x", ""), face("x", "")}}); !errors.Is(err, ErrFileName) {
		t.Errorf("a file twice: error %v", err)
	}
	broken := Face{"x", func(io.Writer, *sim.Trace) error { return io.ErrClosedPipe }}
	if _, err := Write(dir, trace, Options{Faces: []Face{broken}}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a face that cannot be made: error %v", err)
	}
	if got := list(t, dir); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(dir, trace, Options{}); !errors.Is(err, ErrNotOurs) {
		t.Errorf("a file of that name: error %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(path, "mine"), 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(dir, trace, Options{}); !errors.Is(err, ErrNotOurs) {
		t.Errorf("a folder of that name: error %v", err)
	}
	if got := list(t, path); len(got) != 1 || got[0] != "mine" {
		t.Errorf("it holds %v now", got)
	}
	if got := list(t, dir); len(got) != 1 {
		t.Errorf("beside it: %v", got)
	}
}
