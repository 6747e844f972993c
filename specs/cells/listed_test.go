package cells

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
)

func TestCompared(t *testing.T) {
	list, added, gone := compared("# why\na\nb\n\n# and\nc\n", []string{"a", "c", "d"})
	if list != "# why\na\n\n# and\nc\nd\n" || !slices.Equal(added, []string{"d"}) || !slices.Equal(gone, []string{"b"}) {
		t.Errorf("%q, lacks %q, has %q", list, added, gone)
	}
}

// What fails can be listed, and then the list is what fails.
func TestRunListed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cells.txt")
	mute := func(config endpoint.Config) (endpoint.Endpoint, error) {
		ep, err := tcp.New(config)
		return &liar{Endpoint: ep, fault: "mute"}, err
	}
	t.Setenv(Update, "1")
	RunListed(t, file, mute, profile(t))
	text, err := os.ReadFile(file)
	if err != nil || strings.Count(string(text), "\n") < 300 {
		t.Fatalf("%v: %d lines", err, strings.Count(string(text), "\n"))
	}
	t.Setenv(Update, "")
	RunListed(t, file, mute, profile(t))
}
