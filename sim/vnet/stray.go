package vnet

import (
	"runtime"
	"strings"
)

// strays are the stacks of the goroutines of this bubble, but for the one that
// asks. There is no other way to see them: the bubble panics on them when its
// test is over, and says nothing of the network.
func strays() (stacks []string) {
	all := stacksOf()
	if len(all) == 0 {
		return nil
	}
	_, rest, ok := strings.Cut(firstLine(all[0]), "synctest bubble ")
	if !ok {
		return nil
	}
	bubble := "synctest bubble " + strings.TrimRight(rest, "]:")
	for _, s := range all[1:] {
		line := firstLine(s)
		if strings.Contains(line, bubble+"]") && !strings.Contains(s, "testing/synctest") && !isRunner(s) {
			stacks = append(stacks, s)
		}
	}
	return stacks
}

// isRunner reports whether a goroutine is the test's own.
func isRunner(stack string) bool { return strings.Contains(stack, "testing.tRunner") }

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// stacksOf lists the stacks of all goroutines, the caller's first.
func stacksOf() []string {
	for size := 1 << 20; ; size *= 2 {
		b := make([]byte, size)
		if n := runtime.Stack(b, true); n < size {
			return strings.Split(string(b[:n]), "\n\n")
		}
	}
}
