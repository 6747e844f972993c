package cmd

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path/filepath"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/keep"
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
	files := []keep.Entry{{Name: bundle.ScenarioFile, Data: []byte(text)}, {Name: besideFile, Data: ladders.Bytes()}}
	if err := keep.Folder(path, besideFile, files); err != nil {
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
