package page

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// each calls f with every run, whole and cut at a violation here and there.
func each(t *testing.T, f func(t *testing.T, tr *sim.Trace)) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			tr := run(t, s.text)
			f(t, tr)
			f(t, run(t, "A:\nB:\n")) // nothing happens
			for n := len(tr.Events); n > 0; n = n * 2 / 3 {
				f(t, broken(tr, n))
			}
			c := broken(tr, len(tr.Events))
			c.Violation.Step = 0
			f(t, c)
		})
	}
}

// A picture is XML, no text in it overlaps another, time never runs up, and
// every line and segment of the story is in it.
func TestSVG(t *testing.T) { each(t, checkSVG) }

func checkSVG(t *testing.T, tr *sim.Trace) {
	t.Helper()
	picture := write(t, WriteSVG, tr)
	checkXML(t, picture)
	l := newLadder(tr)
	if len(l.rows) > pictureLines { // it is cut: each part is a picture
		for _, part := range regexp.MustCompile(`(?s)<svg x=.*?</svg>`).FindAll(picture, -1) {
			checkApart(t, part)
		}
		return
	}
	checkApart(t, picture)
	for i := range l.rows {
		if !bytes.Contains(picture, []byte(`id="l`+strconv.Itoa(i+1)+`"`)) {
			t.Errorf("no line %d", i+1)
		}
	}
	for i := range tr.Segments {
		if !bytes.Contains(picture, []byte(`data-s="`+strconv.Itoa(int(tr.Segments[i].ID))+`"`)) {
			t.Errorf("no arrow of segment #%d", tr.Segments[i].ID)
		}
	}
	if got := bytes.Contains(picture, []byte(`id="violation"`)); got != tr.Violation.Found() {
		t.Errorf("the band of the violation: %v", got)
	}
	checkTime(t, l)
}

func TestSVGGolden(t *testing.T) {
	for _, s := range scenarios[:3] {
		golden(t, filepath.Join("testdata", s.name+".svg"), write(t, WriteSVG, run(t, s.text)))
	}
	tr := run(t, scenarios[1].text)
	golden(t, filepath.Join("testdata", "violation.svg"), write(t, WriteSVG, broken(tr, 9)))
}

// checkXML fails the test if a text is no XML.
func checkXML(t *testing.T, text []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%.1000s", err, text)
		}
	}
}

// checkTime fails the test if what happens later stands higher, or is in no
// place at all.
func checkTime(t *testing.T, l *ladder) {
	t.Helper()
	last := 0
	for i := range l.t.Events {
		y := l.event[i]
		if y == 0 && len(l.rows) > 0 {
			t.Errorf("event %d has no place", i+1)
		}
		if i > 0 && l.t.Events[i].At > l.t.Events[i-1].At && y <= last {
			t.Errorf("event %d stands at %d, the one before at %d", i+1, y, last)
		}
		last = max(last, y)
	}
	for _, f := range l.flights() {
		if f.leave == 0 || f.arrive != 0 && f.arrive < f.leave {
			t.Errorf("segment #%d leaves at %d and arrives at %d", f.id, f.leave, f.arrive)
		}
	}
}

// Idle time takes little room, and more time never less.
func TestGap(t *testing.T) {
	last := 0
	for d := time.Duration(0); d < time.Hour; d = d*2 + 1 {
		g := gap(d)
		if g < last || g > 60 {
			t.Errorf("%v takes %d after %d", d, g, last)
		}
		last = g
	}
	if gap(10*time.Millisecond) < 15 {
		t.Error("10 ms are not seen")
	}
}

// How each kind of fate is drawn.
func TestFlights(t *testing.T) {
	tr := run(t, scenarios[1].text)
	l := newLadder(tr)
	count := map[string]int{}
	for _, f := range l.flights() {
		count[f.class]++
	}
	for class, want := range map[string]int{"lost": 1, "copy": 1, "corrupt": 1, "injected": 1, "delayed": 2} {
		if count[class] != want {
			t.Errorf("%d arrows are %s, want %d", count[class], class, want)
		}
	}
	cut := broken(tr, 4)
	under := 0
	for _, f := range newLadder(cut).flights() {
		if f.class == "flight" {
			under++
		}
	}
	if under == 0 {
		t.Error("nothing is under way where the trace ends")
	}
}

// The chunks of a page show what the whole picture does.
func TestChunks(t *testing.T) {
	tr := run(t, scenarios[5].text)
	l := newLadder(tr)
	if len(l.rows) < 2*chunkLines {
		t.Fatalf("only %d lines", len(l.rows))
	}
	page := write(t, plain, tr)
	chunks := regexp.MustCompile(`(?s)<svg [^>]*class="chunk".*?</svg>`).FindAll(page, -1)
	if want := (len(l.rows) + chunkLines - 1) / chunkLines; len(chunks) != want {
		t.Fatalf("%d chunks, want %d", len(chunks), want)
	}
	for i := range l.rows {
		if n := bytes.Count(page, []byte(`id="l`+strconv.Itoa(i+1)+`"`)); n != 1 {
			t.Errorf("line %d is there %d times", i+1, n)
		}
	}
	names := 0
	for _, c := range chunks {
		checkXML(t, c)
		checkApart(t, c)
		names += bytes.Count(c, []byte(`class="name"`))
	}
	if whole := bytes.Count(write(t, WriteSVG, tr), []byte(`class="name"`)); names != whole {
		t.Errorf("%d names of states in the chunks, %d in the whole", names, whole)
	}
}

// A long run is cut, but never at the violation.
func TestParts(t *testing.T) {
	for _, c := range []struct {
		lines, bad, most int
		want             []part
	}{
		{10, 0, 10, []part{{0, 10}}},
		{11, 0, 10, []part{{0, 4}, {7, 11}}},
		{1000, 500, 100, []part{{0, 40}, {489, 509}, {960, 1000}}},
		{1000, 41, 100, []part{{0, 40}, {40, 50}, {960, 1000}}},
		{1000, 960, 100, []part{{0, 40}, {949, 960}, {960, 1000}}},
		{1000, 990, 100, []part{{0, 40}, {960, 1000}}},
	} {
		l := &ladder{s: &report.Story{At: c.bad}, rows: make([]row, c.lines)}
		if got := l.parts(c.most); !slices.Equal(got, c.want) {
			t.Errorf("of %d lines, %d wrong: %v, want %v", c.lines, c.bad, got, c.want)
		}
	}
	if s := cut([]part{{0, 40}, {40, 50}, {1960, 2000}}, 2); s != "(... 1,910 lines, see files)" {
		t.Error(s)
	}
}

// A long run's picture is small, and shows its violation.
func TestLongSVG(t *testing.T) {
	tr := run(t, "A: open active; send 900000; close\nB: open passive; receive all; close\n")
	for _, tr := range []*sim.Trace{tr, broken(tr, len(tr.Events)/2)} {
		picture := write(t, WriteSVG, tr)
		checkXML(t, picture)
		if n := bytes.Count(picture, []byte(`class="ln`)); n > pictureLines || n < pictureLines/2 {
			t.Errorf("%d lines", n)
		}
		if !bytes.Contains(picture, []byte(" lines, see files)")) {
			t.Error("it does not say that lines are left out")
		}
		if bytes.Contains(picture, []byte(`id="violation"`)) != tr.Violation.Found() {
			t.Error("the violation")
		}
	}
}

// However long a ladder is, a page's coordinates stay small: a browser is exact
// only as far as a float32 goes.
func TestSmallCoordinates(t *testing.T) {
	tr := run(t, "A: open active; send 900000; close\nB: open passive; receive all; close\n")
	if l := newLadder(tr); l.height < 20_000 {
		t.Fatalf("the ladder is only %d high", l.height)
	}
	page := write(t, plain, tr)
	for _, m := range regexp.MustCompile(`<text x="\d+" y="(-?\d+)"`).FindAllSubmatch(page, -1) {
		if y, _ := strconv.Atoi(string(m[1])); y < 0 || y > 5_000 {
			t.Fatalf("a text at y=%d", y)
		}
	}
}
