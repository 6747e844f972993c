package wrong

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEdit(t *testing.T) {
	for _, c := range []struct{ text, old, new, want, err string }{
		{"a\nb\nc\n", "b\n", "x\ny\n", "a\nx\ny\nc\n", ""},
		{"a\nb\nc\n", "a\nb\n", "", "c\n", ""},
		{"a\n\ta\n", "a\n", "x\n", "x\n\ta\n", ""}, // whole lines
		{"a\nb\n", "c\n", "", "", "0 times, want once"},
		{"a\na\na\n", "a\na\n", "", "", "2 times, want once"}, // also where they overlap
		{"a\nb", "b\n", "", "", "0 times, want once"},
	} {
		edit := Edit{"f.go", c.old, c.new}
		got, err := edit.apply(c.text)
		if got != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%q, %q for %q: %q, %v, want %q, %q", c.text, c.new, c.old, got, err, c.want, c.err)
		}
	}
}

func TestRoot(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	if here, err := os.Stat(filepath.Join(root, "specs", "wrong", "hunt", "main.go")); err != nil || here.IsDir() {
		t.Errorf("Root is %s: %v", root, err)
	}
	dir := t.TempDir()
	t.Chdir(dir)
	if _, err := Root(); err == nil || !strings.Contains(err.Error(), "not inside a checkout of "+Module) {
		t.Errorf("outside: %v", err)
	}
	other := []byte("module example.org/other\n\nrequire " + Module + " v1.0.0\n")
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), other, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Root(); err == nil {
		t.Error("a module that requires halfopen is taken for halfopen")
	}
}

// TestOverlay looks at what the go command is given: all paths absolute, and
// all of them there.
func TestOverlay(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	e := All()[0]
	changed, err := e.changed(root)
	if err != nil {
		t.Fatal(err)
	}
	name, err := overlay(root, t.TempDir(), changed)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Replace map[string]string }
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	for from, to := range list.Replace {
		for _, file := range []string{from, to} {
			if _, err := os.Stat(file); !filepath.IsAbs(file) || err != nil {
				t.Errorf("%s: not absolute, or not there: %v", file, err)
			}
		}
	}
	built, err := os.ReadFile(list.Replace[filepath.Join(root, filepath.FromSlash(builtFile))])
	if err != nil || !strings.Contains(string(built), `const Built = "`+e.Name+`"`) {
		t.Errorf("%s is replaced by %q, %v", builtFile, built, err)
	}
}

func TestBuildErrors(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	if err := Build(t.Context(), ".", "no-such", ".", out); err == nil || !strings.Contains(err.Error(), All()[0].Name) {
		t.Errorf("no such endpoint: %v", err)
	}
	if err := Build(t.Context(), t.TempDir(), All()[0].Name, ".", out); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no checkout: %v", err)
	}
	if testing.Short() {
		t.Skip("-short: the rest runs the go command")
	}
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	if err := Build(t.Context(), root, All()[0].Name, "./no/such", out); err == nil || !strings.Contains(err.Error(), "no/such: ") {
		t.Errorf("no such package: %v, want what the go command says", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Build(gone, root, All()[0].Name, "./endpoint", out); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
