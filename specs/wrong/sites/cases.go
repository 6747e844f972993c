package sites

import (
	"embed"
	"fmt"
	"path"
	"strings"

	"example.org/halfopen/sim/scenario"
)

//go:embed cases/*.txt
var caseFiles embed.FS

// named is a scenario with a name, and what it is for in its first lines.
type named struct {
	name     string
	scenario scenario.Scenario
}

// cases are scenarios that go where random runs hardly ever come: each trial begins
// with them.
func cases() (all []named, err error) {
	entries, err := caseFiles.ReadDir("cases") // sorted by file name
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		file := path.Join("cases", entry.Name())
		text, err := caseFiles.ReadFile(file)
		if err != nil {
			return nil, err
		}
		s, err := scenario.Parse(file, string(text))
		if err != nil {
			return nil, fmt.Errorf("sites: %w", err)
		}
		all = append(all, named{strings.TrimSuffix(entry.Name(), ".txt"), s})
	}
	return all, nil
}
