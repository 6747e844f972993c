package cmd

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/sim/search"
)

// besideFile is the file of a kept divergence that has both ladders.
const besideFile = "beside.txt"

// keep writes a scenario in which two implementations diverge, and its ladders
// side by side, as a folder below --out, and returns the command that compares
// them again; "" without --out. The folder's name is what diverges and six
// digits of a hash of who compares in what: found twice, it is kept once. It
// appears with all its files or not at all.
func (d *diff) keep(
	names [2]string, s *scenario.Scenario, v *search.Divergence, traces [2]*sim.Trace,
) (again string, err error) {
	if d.out == "" {
		return "", nil
	}
	var ladders bytes.Buffer
	if err := report.Beside(&ladders, traces, partingOf(names, v)); err != nil {
		return "", err
	}
	text := s.String()
	sum := sha256.Sum256([]byte(names[0] + "\n" + names[1] + "\n" + text))
	path := filepath.Join(d.out, v.Kind.String()+"-"+hex.EncodeToString(sum[:3]))
	if err := replaceDivergence(path, []byte(text), ladders.Bytes()); err != nil {
		return "", err
	}
	return commandLine("diff", "--a", names[0], "--a", names[1],
		"--b", namesOf(s)[endpoint.B], filepath.Join(path, bundle.ScenarioFile)), nil
}

// keepAll keeps what a sweep has found, and names it on standard error.
func (d *diff) keepAll(r *search.DiffResult, found [][]search.DiffFinding) error {
	var errs []error
	for i, list := range found {
		for k := range list {
			f := &list[k]
			again, err := d.keep(r.Pairs[i].Names, &f.Scenario, &f.Divergence, f.Traces)
			errs = append(errs, err)
			d.sayAgain(d.stderr, again)
		}
	}
	return errors.Join(errs...)
}

// replaceDivergence writes the folder path, in the place of an earlier one. What
// is no divergence, but has its name, is left alone.
func replaceDivergence(path string, scenario, ladders []byte) (err error) {
	_, err = os.Lstat(path)
	had := err == nil
	if had {
		if _, err := os.Lstat(filepath.Join(path, besideFile)); err != nil {
			return fmt.Errorf("%s exists and is no divergence: it has no %s", path, besideFile)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(dir, "."+filepath.Base(path)+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp) // what is left after an error, or of the folder that was replaced
	fresh, old := filepath.Join(temp, "new"), filepath.Join(temp, "old")
	err = errors.Join(
		os.Mkdir(fresh, 0o777),
		os.WriteFile(filepath.Join(fresh, bundle.ScenarioFile), scenario, 0o666),
		os.WriteFile(filepath.Join(fresh, besideFile), ladders, 0o666),
	)
	if err == nil && had {
		err = os.Rename(path, old)
	}
	if err != nil {
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
