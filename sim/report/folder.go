package report

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.org/halfopen/sim"
)

// File is a further file of a counterexample's folder: a face that this package
// does not make, such as trace.pcapng.
type File struct {
	Name string // without a path
	Data []byte
}

// The files that every folder has.
const (
	ScenarioFile = "scenario.txt"
	LadderFile   = "ladder.txt"
	TraceFile    = "trace.jsonl"
)

// ErrNotOurs is returned by WriteFolder when something that is no
// counterexample has the name of the folder: it is left alone.
var ErrNotOurs = errors.New("exists and is no counterexample")

// ErrFileName is returned by WriteFolder for a file whose name is a path, or is
// taken.
var ErrFileName = errors.New("not a name for a file of a counterexample")

// WriteFolder writes the counterexample into the folder dir/NAME, where NAME is
// Name(t), and returns its path. It has the scenario, the whole ladder, the
// JSON Lines, and what else the caller hands in. An earlier counterexample of
// that name is replaced. The folder appears with all its files or not at all.
func WriteFolder(dir string, t *sim.Trace, extra ...File) (path string, err error) {
	files, err := folderFiles(t, extra)
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, Name(t))
	if err := replaceable(path); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("report: %w", err)
	}
	temp, err := os.MkdirTemp(dir, "."+Name(t)+"-")
	if err != nil {
		return "", fmt.Errorf("report: %w", err)
	}
	defer os.RemoveAll(temp) // what is left after an error, or of the folder that was replaced
	fresh, old := filepath.Join(temp, "new"), filepath.Join(temp, "old")
	if err := writeFiles(fresh, files); err != nil {
		return "", fmt.Errorf("report: %w", err)
	}
	if err := swap(path, fresh, old); err != nil {
		return "", fmt.Errorf("report: %w", err)
	}
	return path, nil
}

// folderFiles makes the files of a folder, ours first.
func folderFiles(t *sim.Trace, extra []File) ([]File, error) {
	var ladder, trace bytes.Buffer
	if err := Ladder(&ladder, t, LadderOptions{All: true}); err != nil {
		return nil, err
	}
	if err := WriteJSONL(&trace, t); err != nil {
		return nil, err
	}
	files := []File{
		{ScenarioFile, []byte(t.Scenario.String())},
		{LadderFile, ladder.Bytes()},
		{TraceFile, trace.Bytes()},
	}
	for _, f := range extra {
		if f.Name != fileNameOnly(f.Name) {
			return nil, fmt.Errorf("report: %q: %w", f.Name, ErrFileName)
		}
		for _, g := range files {
			if strings.EqualFold(f.Name, g.Name) {
				return nil, fmt.Errorf("report: %q, a second one: %w", f.Name, ErrFileName)
			}
		}
		files = append(files, f)
	}
	return files, nil
}

// fileNameOnly is the name if it is one, else something else.
func fileNameOnly(name string) string {
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\:\x00") {
		return "?"
	}
	return name
}

// replaceable says why a folder must not be replaced; nil if there is none, or
// one that WriteFolder wrote.
func replaceable(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("report: %w", err)
	case !info.IsDir():
		return fmt.Errorf("report: %s: %w: it is a file", path, ErrNotOurs)
	}
	if _, err := os.Lstat(filepath.Join(path, TraceFile)); err != nil {
		return fmt.Errorf("report: %s: %w: it has no %s", path, ErrNotOurs, TraceFile)
	}
	return nil
}

func writeFiles(dir string, files []File) error {
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// swap puts the fresh folder at path and what was there at old. If the second
// step fails the first is undone.
func swap(path, fresh, old string) error {
	err := os.Rename(path, old)
	had := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		if had {
			err = errors.Join(err, os.Rename(old, path))
		}
		return err
	}
	return nil
}
