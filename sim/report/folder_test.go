package report

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

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

func TestWriteFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "place")
	p := violationTape(t)
	path, err := WriteFolder(dir, &p.Trace, File{"trace.pcapng", []byte("first")})
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(dir, Name(&p.Trace)); path != want {
		t.Errorf("path %s, want %s", path, want)
	}
	if got := list(t, path); len(got) != 4 {
		t.Errorf("files %v", got)
	}
	// The same counterexample again: the folder is replaced, nothing is left.
	if _, err := WriteFolder(dir, &p.Trace); err != nil {
		t.Fatal(err)
	}
	if got := list(t, path); len(got) != 3 {
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
	r, err := ReadJSONL(f)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(path, ScenarioFile)); err != nil || string(text) != r.Text {
		t.Errorf("%s is %q, %v; want %q", ScenarioFile, text, err, r.Text)
	}
}

func TestWriteFolderRefuses(t *testing.T) {
	dir := t.TempDir()
	p := violationTape(t)
	path := filepath.Join(dir, Name(&p.Trace))
	for _, name := range []string{"", ".", "..", "a/b", `a\b`, TraceFile, "TRACE.JSONL"} {
		if _, err := WriteFolder(dir, &p.Trace, File{Name: name}); !errors.Is(err, ErrFileName) {
			t.Errorf("file %q: error %v", name, err)
		}
	}
	if _, err := WriteFolder(dir, &p.Trace, File{Name: "x"}, File{Name: "x"}); !errors.Is(err, ErrFileName) {
		t.Errorf("a file twice: error %v", err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := WriteFolder(dir, &p.Trace); !errors.Is(err, ErrNotOurs) {
		t.Errorf("a file of that name: error %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(path, "mine"), 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := WriteFolder(dir, &p.Trace); !errors.Is(err, ErrNotOurs) {
		t.Errorf("a folder of that name: error %v", err)
	}
	if got := list(t, path); len(got) != 1 || got[0] != "mine" {
		t.Errorf("it holds %v now", got)
	}
	if got := list(t, dir); len(got) != 1 {
		t.Errorf("beside it: %v", got)
	}
}
