package bundle

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// ErrNotOurs is returned by Write when something that is no
// counterexample has the name of the folder: it is left alone.
var ErrNotOurs = errors.New("exists and is no counterexample")

// Write writes the bundle into the folder dir/NAME, where NAME is that of the
// run (report.Name), and returns its path. An earlier bundle of that name is
// replaced. The folder appears with all its files or not at all.
func Write(dir string, t *sim.Trace, o Options) (path string, err error) {
	files, err := Files(t, o)
	if err != nil {
		return "", err
	}
	name := report.Name(t)
	path = filepath.Join(dir, name)
	if err := replaceable(path); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("bundle: %w", err)
	}
	temp, err := os.MkdirTemp(dir, "."+name+"-")
	if err != nil {
		return "", fmt.Errorf("bundle: %w", err)
	}
	defer os.RemoveAll(temp) // what is left after an error, or of the folder that was replaced
	fresh, old := filepath.Join(temp, "new"), filepath.Join(temp, "old")
	if err := writeFiles(fresh, files); err != nil {
		return "", fmt.Errorf("bundle: %w", err)
	}
	if err := swap(path, fresh, old); err != nil {
		return "", fmt.Errorf("bundle: %w", err)
	}
	return path, nil
}

// replaceable says why a folder must not be replaced; nil if there is none, or
// one that Write wrote.
func replaceable(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("bundle: %w", err)
	case !info.IsDir():
		return fmt.Errorf("bundle: %s: %w: it is a file", path, ErrNotOurs)
	}
	if _, err := os.Lstat(filepath.Join(path, TraceFile)); err != nil {
		return fmt.Errorf("bundle: %s: %w: it has no %s", path, ErrNotOurs, TraceFile)
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
