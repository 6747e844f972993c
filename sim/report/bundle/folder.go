package bundle

import (
	"fmt"
	"path/filepath"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/keep"
	"example.org/halfopen/sim/report"
)

// ErrNotOurs is returned by Write when something that is no
// counterexample has the name of the folder: it is left alone.
var ErrNotOurs = keep.ErrNotOurs

// Write writes the bundle into the folder dir/NAME, where NAME is that of the
// run (report.Name), and returns its path. An earlier bundle of that name is
// replaced. The folder appears with all its files or not at all.
func Write(dir string, t *sim.Trace, o Options) (path string, err error) {
	files, err := Files(t, o)
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, report.Name(t))
	if err := keep.Folder(path, TraceFile, files); err != nil {
		return "", fmt.Errorf("bundle: %w", err)
	}
	return path, nil
}
