package cmd

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
)

// knownFindings runs what lies in folders, and below them, and returns what it
// breaks. Each is run again, and not believed: what has been mended since makes
// nothing known, and a rule that now says it in other words still does.
func (c *command) knownFindings(ctx context.Context, dirs []string, wire bool) ([]sim.Violation, error) {
	list := []sim.Violation{}
	for _, dir := range dirs {
		files, err := findingsIn(dir)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			v, err := c.breaks(ctx, file, wire)
			if err != nil {
				return nil, fmt.Errorf("--known: %w", err)
			}
			if v.Found() {
				list = append(list, v)
			}
		}
	}
	return list, nil
}

// findingsIn lists the traces (.jsonl) and scenarios (.txt) below a folder, in
// the order of their names. In a folder that has a trace the rest are only its
// other faces.
func findingsIn(dir string) (files []string, err error) {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return nil, &failure{ExitUsage, fmt.Errorf("--known: %w", err)}
	case !info.IsDir():
		return nil, usage("--known: %s is not a folder", dir)
	}
	traced := map[string]bool{} // only asked
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch ext := filepath.Ext(path); {
		case err != nil || d.IsDir():
			return err
		case ext == filepath.Ext(traceName):
			traced[filepath.Dir(path)] = true
			files = append(files, path)
		case ext == ".txt":
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("--known: %w", err)
	}
	files = slices.DeleteFunc(files, func(path string) bool {
		return filepath.Ext(path) == ".txt" && traced[filepath.Dir(path)]
	})
	if len(files) == 0 {
		return nil, usage("--known: %s has no trace (.jsonl) and no scenario (.txt) in it", dir)
	}
	return files, nil
}

// breaks is the rule that a trace or a scenario breaks when it is run now.
func (c *command) breaks(ctx context.Context, file string, wire bool) (v sim.Violation, err error) {
	text, err := c.readInput(file)
	if err != nil {
		return v, err
	}
	var s scenario.Scenario
	if bytes.HasPrefix(text, []byte("{")) {
		rec, err := readRecord(file, text)
		if err != nil {
			return v, err
		}
		s, wire = rec.Scenario, wire || search.IsWire(&rec.Violation)
	} else if s, err = scenario.Parse(file, string(text)); err != nil {
		return v, err
	}
	runner, err := c.rerun(ctx, &s, wire)
	if err != nil {
		return v, err
	}
	return runner.World.Trace().Violation, nil
}
