package page

import (
	"bytes"
	"flag"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

var update = flag.Bool("update", false, "record the golden files of testdata again")

// golden compares with a file. A difference is to be understood before it is
// recorded.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; record it again with -update if that is meant\ngot:\n%.2000s", path, got)
	}
}

// scenarios are runs of which each face is made.
var scenarios = []struct{ name, text string }{
	{"default", ""},
	{"lossy", "drop A SYN #1\ndelay B SYN,ACK #1 by 1.5s\nduplicate A DATA #1 after 20ms\n" +
		"corrupt B DATA #1 bit 113\nreorder A FIN #1 behind 1 or 3s\nA tcp iss=100\nB tcp iss=300\n" +
		"inject B->A RST seq=rcv.nxt+100 when A FIN-WAIT-1\n"},
	{"crash", "A tcp iss=100\nB tcp iss=300\nA: open active; send 3000; close\nB: open passive; receive all\n" +
		"cut A->B at 15ms for 20ms\nstall B reads at 1ms for 500ms\ncrash B when B CLOSE-WAIT\nrestart B after 2s\n"},
	{"simultaneous", "A: open active; close\nB: open active; close\n"},
	{"bulk", "ip 6\nA: open active; send 100000; close\nB: open passive; receive all; close\n"},
	{"random", "seed 3\nlink delay 1us-30ms loss 20% cap 3 reorder 20% duplicate 20% corrupt 10%\n" +
		"A: open active; send 20000; close; receive all\nB: open passive; send 9000; receive all; close\n"},
	{"reopened", "crash A when A ESTABLISHED\nrestart A after 100ms\nA: open active\nA: when CLOSED; open active; send 10; close\n"},
}

// run runs a scenario to its end.
func run(tb testing.TB, text string) *sim.Trace {
	tb.Helper()
	s, err := scenario.Parse("run", text)
	if err != nil {
		tb.Fatal(err)
	}
	w := sim.NewWorld(sim.TCP())
	if err := w.Reset(&s); err != nil {
		tb.Fatal(err)
	}
	for {
		if _, ok := w.Step(); !ok {
			return w.Trace().Clone()
		}
	}
}

// broken is the trace up to step n, in which it breaks a rule: in words that no
// format likes.
func broken(t *sim.Trace, n int) *sim.Trace {
	c := t.Clone()
	c.Events, c.Outcome = c.Events[:n], sim.Unfinished
	e := &c.Events[n-1]
	c.Segments = c.Segments[:e.FirstEmit+e.Emits]
	c.Violation = sim.Violation{
		Rule: sim.Rule{ID: "I-13", Name: "iss-stable", Section: "RFC 9293 section 3.4.1"},
		Step: e.N, At: e.At, End: e.End, State: e.After, Text: "B changed " + nasty,
		Got: nasty, Want: "300; end #1 -> \\u003c \u2028 \x00 caf\u00e9",
	}
	return c
}

// nasty has what ends or begins something in HTML, XML, JSON or Mermaid.
const nasty = `</script><script>alert(1)</script><!-- ]]> & "quotes" 'and' end; %%{init}%% <b>`

// write makes a face.
func write(tb testing.TB, f func(io.Writer, *sim.Trace) error, tr *sim.Trace) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := f(&b, tr); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// box is where a text stands in a picture.
type box struct {
	x0, x1, y int
	text      string
}

var (
	textElement = regexp.MustCompile(`<text x="(-?\d+)" y="(-?\d+)"(?: text-anchor="(\w+)")?[^>]*>(.*?)</text>`)
	tags        = regexp.MustCompile(`<[^>]*>`)
)

// boxes finds the texts of a picture.
func boxes(picture []byte) []box {
	var all []box
	for _, m := range textElement.FindAllSubmatch(picture, -1) {
		x, _ := strconv.Atoi(string(m[1]))
		y, _ := strconv.Atoi(string(m[2]))
		s := html.UnescapeString(tags.ReplaceAllString(string(m[4]), ""))
		w := textWidth(s)
		b := box{x, x + w, y, s}
		switch string(m[3]) {
		case "middle":
			b.x0, b.x1 = x-w/2, x+w/2
		case "end":
			b.x0, b.x1 = x-w, x
		}
		all = append(all, b)
	}
	return all
}

var viewBox = regexp.MustCompile(`viewBox="(-?\d+) 0 (\d+) \d+"`)

// checkApart fails the test if two texts of a picture overlap, or one does not
// lie within it.
func checkApart(t *testing.T, picture []byte) {
	t.Helper()
	all := boxes(picture)
	view := viewBox.FindSubmatch(picture)
	if len(all) == 0 || view == nil {
		t.Fatal("a picture without text, or without a size")
	}
	left, _ := strconv.Atoi(string(view[1]))
	width, _ := strconv.Atoi(string(view[2]))
	slices.SortFunc(all, func(a, b box) int { return a.y - b.y })
	for i, a := range all {
		if a.x0 < left || a.x1 > left+width {
			t.Errorf("%q reaches from %d to %d, the picture from %d to %d", a.text, a.x0, a.x1, left, left+width)
		}
		for _, b := range all[i+1:] {
			if b.y >= a.y+textSize {
				break
			}
			if a.x0 < b.x1 && b.x0 < a.x1 {
				t.Errorf("%q at (%d, %d) and %q at (%d, %d) overlap", a.text, a.x0, a.y, b.text, b.x0, b.y)
			}
		}
	}
}

// plain is the page that says nothing beside the trace.
func plain(w io.Writer, t *sim.Trace) error { return WriteHTML(w, t, HTMLOptions{}) }
