package bundle

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

var update = flag.Bool("update", false, "record the golden pastes again")

// file is one file of a bundle.
func file(t testing.TB, trace *sim.Trace, o Options, name string) string {
	t.Helper()
	files, err := Files(trace, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	t.Fatalf("no file %s", name)
	return ""
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(path); err != nil || got != string(want) {
		t.Errorf("%v\nnot as in %s; -update records it if that is meant\n%s", err, path, got)
	}
}

// TestReadme: the paste is as recorded.
func TestReadme(t *testing.T) {
	golden(t, "bug.md", file(t, play(t, bug), Options{Offer: offer}, ReadmeFile))
	golden(t, "legal.md", file(t, play(t, ""), Options{}, ReadmeFile))
	golden(t, "why.md", file(t, play(t, bug), Options{Offer: offer, Replay: "mine replay it", Why: &sim.Why{
		Necessary: []sim.Necessity{{Fault: 1, Without: "I-1 `other`"}}, Smallest: true, PointOfNoReturn: 7, Averted: true,
	}}, ReadmeFile))
}

// TestLongPaste: however long a run is, and whatever is in its texts, the paste
// fits into an issue, its blocks are closed, and it says what is left out.
func TestLongPaste(t *testing.T) {
	long := strings.Repeat("drop A DATA #1000\n", 3000)
	for name, trace := range map[string]*sim.Trace{
		"bulk":   play(t, "A: open active; send 200000; close\nB: open passive; receive all; close\n"),
		"script": play(t, long),
		"both":   play(t, "A: open active; send 200000; close\nB: open passive; receive all; close\n"+long),
		"texts":  wordy(t, "a", "b"),
		"text":   wordy(t, "", ""),
	} {
		paste := file(t, trace, Options{}, ReadmeFile)
		if len(paste) > maxPaste {
			t.Errorf("%s: %d octets", name, len(paste))
		}
		if !strings.Contains(paste, "are too many for an issue; see") {
			t.Errorf("%s: nothing is left out", name)
		}
		if !utf8.ValidString(paste) || openBlock(paste) != "" {
			t.Errorf("%s: invalid, or a block is not closed: %q", name, openBlock(paste))
		}
	}
}

// wordy is a run whose violation has all that markup is made from, at length.
func wordy(t *testing.T, got, want string) *sim.Trace {
	trace := play(t, "A: open active; send 100000\nB: open passive; receive all\n")
	text := "``` @all #1 <script> </details>\n" + strings.Repeat("x` \u00e9", 30000)
	trace.Violation = sim.Violation{
		Rule: sim.Rule{ID: "x", Name: "x", Section: "y"}, Step: 3, Text: text, Got: strings.Repeat(got, 30000), Want: strings.Repeat(want, 30000),
	}
	return trace
}

// openBlock reads fences as Markdown does and returns the one that is still
// open at the end.
func openBlock(paste string) string {
	open := ""
	for line := range strings.Lines(paste) {
		marks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case open == "" && len(marks) >= 3:
			open = marks
		case open != "" && len(marks) >= len(open) && strings.Trim(line, "`\n") == "":
			open = ""
		}
	}
	return open
}

// TestOptions: what the options say is in the files.
func TestOptions(t *testing.T) {
	o := Options{Offer: offer, Why: &sim.Why{Necessary: []sim.Necessity{{Fault: 1, Without: "legal"}}, Smallest: true}}
	trace := play(t, bug)
	if test := file(t, trace, o, "trace_test.go"); !strings.Contains(test, "lossyfin.New}") {
		t.Errorf("the test does not import the endpoint:\n%s", test)
	}
	if ladder := file(t, trace, o, LadderFile); !strings.Contains(ladder, "\nwhy     without fault 1") {
		t.Errorf("the ladder does not say why:\n%s", ladder)
	}
}

func TestFenced(t *testing.T) {
	if got, want := fenced("text", "a\n```\n````b"), "`````text\na\n```\n````b\n`````\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestSpan(t *testing.T) {
	for _, c := range [][2]string{
		{"a", "`a`"}, {"a `b`` c", "```a `b`` c```"}, {"`", "`` ` ``"}, {"a\nb", "`a b`"}, {"", "`  `"},
	} {
		if got := span(c[0]); got != c[1] {
			t.Errorf("%q: %s, want %s", c[0], got, c[1])
		}
	}
}

// TestRunCommand: the paste alone is enough, whoever has judged.
func TestRunCommand(t *testing.T) {
	trace := play(t, "")
	trace.Violation.Rule = sim.Rule{ID: "wire/I-8", Name: "wire-x"}
	trace.Scenario.Ends[1].Endpoint = "tcp!some-bug"
	want := "`halfopen run --wrong some-bug --wire scenario.txt`\n"
	if paste := file(t, trace, Options{}, ReadmeFile); !strings.Contains(paste, want) {
		t.Errorf("want %s\n%s", want, paste)
	}
}

// TestReplayCommand: a known-wrong endpoint has to be built again.
func TestReplayCommand(t *testing.T) {
	trace := play(t, "")
	trace.Scenario.Ends[1].Endpoint = "tcp!some-bug"
	name := report.Name(trace)
	ladder := file(t, trace, Options{}, LadderFile)
	if want := "replay  halfopen replay --wrong some-bug " + name + "\n"; !strings.HasSuffix(ladder, want) {
		t.Errorf("want %q\n%s", want, ladder)
	}
}

// TestSameOctets: a bundle depends on the run alone.
func TestSameOctets(t *testing.T) {
	first, err := Files(play(t, bug), Options{Offer: offer})
	if err != nil {
		t.Fatal(err)
	}
	again, err := Files(play(t, bug), Options{Offer: offer})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for i := range first {
		if !bytes.Equal(first[i].Data, again[i].Data) {
			t.Errorf("%s differs", first[i].Name)
		}
		total += len(first[i].Data)
	}
	if total > 200_000 {
		t.Errorf("%d octets, want at most 200,000", total)
	}
}

// BenchmarkWrite is the bundle of a counterexample of about ten segments, on
// disk: at most 100 ms and 200 KB.
func BenchmarkWrite(b *testing.B) {
	trace := play(b, "A: open active; close; receive all\nB: open passive; receive all; close\ndrop A SYN #1\ndrop A FIN #1\n")
	files, err := Files(trace, Options{})
	if err != nil {
		b.Fatal(err)
	}
	octets := 0
	for _, f := range files {
		octets += len(f.Data)
	}
	dir := b.TempDir()
	for b.Loop() {
		if _, err := Write(dir, trace, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(octets), "octets/bundle")
	b.ReportMetric(float64(len(trace.Segments)), "segments")
}
