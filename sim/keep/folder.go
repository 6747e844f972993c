package keep

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Entry is one file of a folder.
type Entry struct {
	Name string // without a path
	Data []byte
}

// ErrNotOurs is returned by Folder when something else has the folder's name: it is
// left alone.
var ErrNotOurs = errors.New("exists, and was not written by this program")

// Folder writes a folder with these files whole or not at all. The folder that it
// goes into is made when needed. An earlier one of that name is replaced if it has
// the file mark, which all folders of a kind have.
func Folder(path, mark string, files []Entry) error {
	if err := replaceable(path, mark); err != nil {
		return err
	}
	dir, name := filepath.Dir(path), filepath.Base(path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(dir, "."+name+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp) // what is left after an error, or of the folder that was replaced
	fresh, old := filepath.Join(temp, "new"), filepath.Join(temp, "old")
	if err := os.Mkdir(fresh, 0o777); err != nil {
		return err
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(fresh, f.Name), f.Data, 0o666); err != nil {
			return err
		}
	}
	return swap(path, fresh, old)
}

// replaceable says why a folder must not be replaced; nil if there is none, or one
// that has the mark.
func replaceable(path, mark string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s: %w: it is a file", path, ErrNotOurs)
	}
	if _, err := os.Lstat(filepath.Join(path, mark)); err != nil {
		return fmt.Errorf("%s: %w: it has no %s", path, ErrNotOurs, mark)
	}
	return nil
}

// swap puts the fresh folder at path and what was there at old. If the second step
// fails the first is undone.
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
