package keep

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func list(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func text(s string, after error) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return errors.Join(err, after)
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	broken := errors.New("broken")
	for _, c := range []struct {
		write func(io.Writer) error
		err   error
		want  string
	}{
		{text("half", broken), broken, ""},
		{text("one", nil), nil, "one"},
		{text("half", broken), broken, "one"},
		{text("two", nil), nil, "two"},
	} {
		if err := File(path, c.write); !errors.Is(err, c.err) {
			t.Errorf("error %v, want %v", err, c.err)
		}
		got, err := os.ReadFile(path)
		if string(got) != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q, %v; want %q", got, err, c.want)
		}
	}
	if got := list(t, dir); !slices.Equal(got, []string{"x"}) {
		t.Errorf("left behind: %v", got)
	}
	missing := filepath.Join(dir, "none", "x")
	if err := File(missing, text("", nil)); err == nil || !strings.Contains(err.Error(), missing) || strings.Contains(err.Error(), ".tmp") {
		t.Errorf("error %v, want one that names %s", err, missing)
	}
	if err := File(os.DevNull, text("lost", nil)); err != nil {
		t.Error(err)
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "new", "folder")
	for _, files := range [][]Entry{{{"mark", []byte("1")}, {"more", nil}}, {{"mark", []byte("2")}}} {
		if err := Folder(path, "mark", files); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range files {
			names = append(names, f.Name)
		}
		if got := list(t, path); !slices.Equal(got, names) {
			t.Errorf("it holds %v, want %v", got, names)
		}
	}
	if err := Folder(path, "mark", []Entry{{"a/b", nil}}); err == nil {
		t.Error("a file in a folder that is not there: no error")
	}
	if got, err := os.ReadFile(filepath.Join(path, "mark")); string(got) != "2" {
		t.Errorf("after an error: %q, %v", got, err)
	}
	if got := list(t, filepath.Dir(path)); !slices.Equal(got, []string{"folder"}) {
		t.Errorf("left behind: %v", got)
	}
}

// What is not ours is left alone.
func TestFolderRefuses(t *testing.T) {
	dir := t.TempDir()
	file, folder := filepath.Join(dir, "file"), filepath.Join(dir, "folder")
	if err := errors.Join(os.WriteFile(file, []byte("mine"), 0o666), os.MkdirAll(filepath.Join(folder, "mine"), 0o777)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, folder} {
		if err := Folder(path, "mark", []Entry{{"mark", nil}}); !errors.Is(err, ErrNotOurs) || !strings.Contains(err.Error(), path) {
			t.Errorf("error %v", err)
		}
	}
	if got := list(t, folder); !slices.Equal(got, []string{"mine"}) {
		t.Errorf("it holds %v now", got)
	}
	if got := list(t, dir); !slices.Equal(got, []string{"file", "folder"}) {
		t.Errorf("beside it: %v", got)
	}
}
