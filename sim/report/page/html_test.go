package page

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/scenario"
)

// The trace in a page is the trace, and nothing that a stack or a scenario says
// becomes markup.
func TestHTML(t *testing.T) { each(t, checkHTML) }

func checkHTML(t *testing.T, tr *sim.Trace) {
	t.Helper()
	page := write(t, plain, tr)
	lines, err := Trace(page)
	if err != nil {
		t.Fatal(err)
	}
	if want := write(t, report.WriteJSONL, tr); !bytes.Equal(lines, want) {
		t.Errorf("the trace in the page is\n%.500s\nwant\n%.500s", lines, want)
	}
	if _, err := report.ReadJSONL(bytes.NewReader(lines)); err != nil {
		t.Error(err)
	}
	if n := bytes.Count(page, []byte("<script")); n != 3 {
		t.Errorf("%d scripts begin, want 3", n)
	}
	if n := bytes.Count(page, []byte("</script>")); n != 3 {
		t.Errorf("%d scripts end, want 3", n)
	}
	for _, bad := range []string{"<!-- ]]", "<b>", "\x00", "http://", "https://", "style=\"", "onclick"} {
		if bytes.Contains(bytes.ReplaceAll(page, []byte("http://www.w3.org/2000/svg"), nil), []byte(bad)) {
			t.Errorf("%q is in the page", bad)
		}
	}
}

func TestHTMLGolden(t *testing.T) {
	tr := run(t, scenarios[1].text)
	golden(t, filepath.Join("testdata", "violation.html"), write(t, plain, broken(tr, 9)))
}

// The policy of the page names its style and its script, as they are in it.
func TestContentSecurityPolicy(t *testing.T) {
	page := string(write(t, plain, run(t, "")))
	for _, part := range []struct{ policy, begin, end string }{
		{"style-src '", "<style>", "</style>"},
		{"script-src '", "<script>", "</script>"},
	} {
		_, hash, _ := strings.Cut(page, part.policy)
		hash, _, _ = strings.Cut(hash, "'")
		_, text, _ := strings.Cut(page, part.begin)
		text, _, ok := strings.Cut(text, part.end)
		if !ok || digest(text) != hash {
			t.Errorf("%s%s, the digest of what is in the page is %s", part.policy, hash, digest(text))
		}
	}
	if !strings.Contains(page, "default-src 'none'") {
		t.Error("the page may load things")
	}
}

// Nothing that is written by others ends a script early, and it all comes back.
func TestHideTags(t *testing.T) {
	for _, s := range []string{"", nasty, `a\\<b`, `\\u003c<\u2028`, `\\\\<`, `trailing \`} {
		hidden := hideTags([]byte(s))
		if bytes.ContainsRune(hidden, '<') {
			t.Errorf("%q: a tag in %q", s, hidden)
		}
		if got := showTags(hidden); string(got) != s {
			t.Errorf("%q comes back as %q", s, got)
		}
	}
	for _, s := range []string{"", "<p>", traceBegin} {
		if _, err := Trace([]byte(s)); !errors.Is(err, ErrNoTrace) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// The octets in a page are those that the endpoints sent.
func TestOctets(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			sent := datagrams(t, s.text)
			tr := run(t, s.text)
			text, err := octetsOf(tr)
			if err != nil {
				t.Fatal(err)
			}
			var o octets
			if err := json.Unmarshal(text, &o); err != nil {
				t.Fatal(err)
			}
			for i := range tr.Segments {
				r := &tr.Segments[i]
				if r.Injected {
					continue
				}
				got := decoded(t, o.Heads[i])
				stream := decoded(t, o.Stream[r.End])
				for k := range int64(r.Len) {
					got = append(got, stream[(r.Offset+k)%int64(o.Cycle)])
				}
				var h endpoint.Header
				var s endpoint.Segment
				if err := endpoint.Decode(got, &h, &s); err != nil {
					t.Fatalf("segment #%d: %v", r.ID, err)
				}
				if want := sent[r.ID]; s.Seq != want.Seq || s.Ack != want.Ack || s.Wnd != want.Wnd || s.Flags != want.Flags ||
					!bytes.Equal(s.Text, want.Text) || !bytes.Equal(s.Options, want.Options) {
					t.Errorf("segment #%d is %+v, was %+v", r.ID, s, want)
				}
			}
		})
	}
}

func decoded(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// datagrams are the segments that a run emits, by id.
func datagrams(t *testing.T, text string) map[uint32]endpoint.Segment {
	t.Helper()
	s, err := scenario.Parse("run", text)
	if err != nil {
		t.Fatal(err)
	}
	w := sim.NewWorld(sim.TCP())
	if err := w.Reset(&s); err != nil {
		t.Fatal(err)
	}
	all := map[uint32]endpoint.Segment{}
	for {
		step, ok := w.Step()
		if !ok {
			return all
		}
		for _, m := range step.Emits {
			c := m.Segment
			c.Text, c.Options = bytes.Clone(c.Text), bytes.Clone(c.Options)
			all[m.ID] = c
		}
	}
}

// Every id that a script or a link refers to is there, and only once.
func TestIDs(t *testing.T) {
	page := write(t, plain, broken(run(t, scenarios[5].text), 60))
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllSubmatch(page, -1) {
		if seen[string(m[1])] {
			t.Errorf("two elements have the id %s", m[1])
		}
		seen[string(m[1])] = true
	}
	for _, m := range regexp.MustCompile(`href="#([^"]*)"`).FindAllSubmatch(page, -1) {
		if !seen[string(m[1])] {
			t.Errorf("a link leads to #%s, which is not there", m[1])
		}
	}
	for _, id := range []string{"trace", "octets", "panel"} {
		if !seen[id] {
			t.Errorf("no %s", id)
		}
	}
}

// TestOptions: the page says what the failure needs, and how to run it again.
func TestOptions(t *testing.T) {
	o := HTMLOptions{Replay: "mine <again>", Why: &sim.Why{Necessary: []sim.Necessity{{Fault: 1, Without: "legal"}}, Smallest: true}}
	page := string(write(t, func(w io.Writer, tr *sim.Trace) error { return WriteHTML(w, tr, o) }, run(t, "drop A SYN #1\n")))
	for _, want := range []string{"<code>mine &lt;again&gt;</code>", "<li>without fault 1 (drop A SYN #1) the run is legal</li>"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in the page", want)
		}
	}
	if strings.Contains(string(write(t, plain, run(t, ""))), "<h2>Why</h2>") {
		t.Error("a page says why, and was not told")
	}
}

// FuzzTrace: whatever is said to be a page, reading it comes to an end; and a JSON
// text that was put into one comes out as it went in.
func FuzzTrace(f *testing.F) {
	f.Add([]byte(`{"a":"<script>\\u003c\u2028"}`))
	f.Add([]byte(doctype + traceBegin + "{}\n" + traceEnd))
	f.Add([]byte(traceBegin + `\`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if lines, err := Trace(data); err == nil && len(lines) > len(data) {
			t.Errorf("%d octets from %d", len(lines), len(data))
		}
		if !json.Valid(data) || bytes.Contains(data, []byte(escapedLT)) {
			return
		}
		page := slices.Concat([]byte(doctype+traceBegin), hideTags(data), []byte(traceEnd))
		if lines, err := Trace(page); err != nil || !bytes.Equal(lines, data) {
			t.Errorf("%q, %v; want %q", lines, err, data)
		}
	})
}
