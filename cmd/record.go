package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/sim/report/page"
	"example.org/halfopen/sim/search"
)

// traceName is the file of a folder that replays.
const traceName = bundle.TraceFile

// locate turns what the user named into the file to read: a folder stands for
// the trace in it, and the bare name of a counterexample, as a ladder prints
// it, for a folder below the default one.
func locate(name string) (string, error) {
	if name == "-" {
		return name, nil
	}
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) && filepath.Base(name) == name {
		below := filepath.Join(defaultFolder, name)
		if i, err2 := os.Stat(below); err2 == nil {
			name, info, err = below, i, nil
		}
	}
	if err != nil {
		return "", &failure{ExitUsage, err}
	}
	if info.IsDir() {
		return filepath.Join(name, traceName), nil
	}
	return name, nil
}

// readTrace reads a file that has a trace: of a page, the trace that is in it.
func (c *command) readTrace(file string) ([]byte, error) {
	text, err := c.readInput(file)
	if err != nil || !page.Is(text) {
		return text, err
	}
	lines, err := page.Trace(text)
	if err != nil {
		return nil, usage("%s: %w: it is a page of something else, or of a run that is too long for a page\n"+
			"The %s that was written with it replays.", inputName(file), err, traceName)
	}
	return lines, nil
}

// record reads a trace that was written before.
func (c *command) record(file string) (*report.Recorded, error) {
	text, err := c.readTrace(file)
	if err != nil {
		return nil, err
	}
	if len(text) > 0 && text[0] != '{' {
		return nil, usage("%s is no trace: it does not begin with {\nA scenario is for 'halfopen run'.",
			inputName(file))
	}
	return readRecord(inputName(file), text)
}

func readRecord(name string, text []byte) (*report.Recorded, error) {
	rec, err := report.ReadJSONL(bytes.NewReader(text))
	if err != nil {
		return nil, &failure{ExitUsage, fmt.Errorf("%s: %w", name, err)}
	}
	return rec, nil
}

// rerun runs the scenario of a record, with the endpoints that it names; with
// the judge of the segments too if wire says so, as it has to where that judge
// broke the recorded run off. The trace belongs to the runner.
func (c *command) rerun(ctx context.Context, s *scenario.Scenario, wire bool) (*search.Runner, error) {
	if err := c.offersAll(s); err != nil {
		return nil, err
	}
	runner := search.NewRunner(c.offer)
	runner.Wire = wire
	if _, err := runner.RunContext(ctx, s); err != nil {
		return nil, interrupted(err)
	}
	return runner, nil
}
