package cmd

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/term"
)

// maxInput is the largest file that is read: far above any trace.
const maxInput = 1 << 30

// readInput reads a file, or standard input for "-".
func (c *command) readInput(name string) ([]byte, error) {
	if name == "-" {
		b, err := io.ReadAll(io.LimitReader(c.stdin, maxInput))
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		return b, nil
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, &failure{ExitUsage, err}
	}
	return b, nil
}

// folderUsable returns an error if a folder can already be seen to be none:
// better before a long sweep than after it.
func folderUsable(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return &failure{ExitUsage, fmt.Errorf("--out: %w", err)}
	case !info.IsDir():
		return usage("--out: %s is not a folder", dir)
	}
	return nil
}

// isTerminal reports whether a reader or writer is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// inputName is what errors call an input.
func inputName(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}
