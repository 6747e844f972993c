package report

import (
	"strings"
	"testing"
)

// What the programs are called and have said stands in the ladder.
func TestLadderOfProgram(t *testing.T) {
	trace := run(t, "A: open active; send 5; close\nB: open passive; receive all; close\n")
	var b strings.Builder
	err := Ladder(&b, trace, LadderOptions{NoReplay: true, Program: &Program{
		Names: [2]string{"client", "a-server-with-a-name"},
		Said: func(event int) string {
			if c := &trace.Events[event].Cause; c.N == 5 {
				return `"hello"`
			}
			return ""
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"  A client ", "  B a-server-w\n", `(SEND 5: "hello")`, `(RECEIVE 5: "hello")`, "(CLOSE)"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s\nwant it to say %q", b.String(), want)
		}
	}
}
