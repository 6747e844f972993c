package page

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/search"
)

// figures is the library of pictures: the figures of RFC 9293 and each of the
// core edges, as scenarios. From each NAME.txt come NAME.ladder, NAME.svg and a
// part of README.md.
var figures = filepath.Join("..", "testdata", "figures")

// figure is a scenario of the library. Its comments say what it shows.
//
//	# TITLE
//	# what is to be seen
//	# path A: CLOSED SYN-SENT ...     the states that an end visits, all of them
//	# edge A: CLOSED -> SYN-SENT      a change of state that an end makes
type figure struct {
	name, title, says string
	path              [2][]string
	end               endpoint.End
	edge              oracle.Edge
	hasEdge           bool
	text              string
}

func TestFigures(t *testing.T) {
	var index strings.Builder
	index.WriteString(figuresHead)
	missing := map[oracle.Edge]bool{}
	for _, e := range oracle.CoreEdges() {
		missing[e] = true
	}
	for _, f := range readFigures(t) {
		t.Run(f.name, func(t *testing.T) {
			tr := judged(t, f.text)
			f.check(t, tr)
			var ladder bytes.Buffer
			if err := report.Ladder(&ladder, tr, report.LadderOptions{All: true, NoReplay: true}); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join(figures, f.name+".ladder"), ladder.Bytes())
			golden(t, filepath.Join(figures, f.name+".svg"), write(t, WriteSVG, tr))
			f.index(&index, ladder.String())
		})
		if f.hasEdge {
			if !missing[f.edge] {
				t.Errorf("%s: %v is no core edge, or is shown twice", f.name, f.edge)
			}
			delete(missing, f.edge)
		}
	}
	for e := range missing {
		t.Errorf("no figure shows %v", e)
	}
	golden(t, filepath.Join(figures, "README.md"), []byte(index.String()))
}

const figuresHead = `# Pictures of TCP

The figures of RFC 9293 sections 3.5 and 3.6, and each of the 29 edges of its state diagram that any TCP may
take, as runs of halfopen's own endpoint. Below each picture stand the scenario that makes it and its ladder.
Use them as you like; the slope of an arrow is the time that the segment takes.

This page and everything that it shows is generated from the scenarios (NAME.txt) by
` + "`go test ./sim/report/page -run TestFigures -update`" + `.
`

// readFigures reads the scenarios: the figures first, then the edges.
func readFigures(t *testing.T) []figure {
	t.Helper()
	var all []figure
	for _, pattern := range []string{"figure-*.txt", "edge-*.txt"} {
		names, err := filepath.Glob(filepath.Join(figures, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names { // sorted
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, parseFigure(t, strings.TrimSuffix(filepath.Base(name), ".txt"), string(text)))
		}
	}
	if len(all) != 8+29 {
		t.Errorf("%d figures, want those of the RFC (8) and of the core edges (29)", len(all))
	}
	return all
}

func parseFigure(t *testing.T, name, text string) figure {
	t.Helper()
	f := figure{name: name, text: text}
	for i, line := range strings.Split(text, "\n") {
		line, comment := strings.CutPrefix(line, "# ")
		if !comment {
			break
		}
		key, value, _ := strings.Cut(line, ": ")
		switch {
		case i == 0:
			f.title = line
		case key == "path A":
			f.path[endpoint.A] = strings.Fields(value)
		case key == "path B":
			f.path[endpoint.B] = strings.Fields(value)
		case key == "edge A", key == "edge B":
			from, to, _ := strings.Cut(value, " -> ")
			s, ok1 := endpoint.ParseState(from)
			d, ok2 := endpoint.ParseState(to)
			if !ok1 || !ok2 {
				t.Fatalf("%s: no edge: %s", name, line)
			}
			f.edge, f.hasEdge = oracle.Edge{From: s, To: d}, true
			if key == "edge B" {
				f.end = endpoint.B
			}
		default:
			f.says += line
		}
	}
	if f.title == "" || f.says == "" || !f.hasEdge && f.path[0] == nil {
		t.Errorf("%s: its comments do not say what it shows", name)
	}
	return f
}

// judged runs a scenario that breaks no rule.
func judged(t *testing.T, text string) *sim.Trace {
	t.Helper()
	s, err := scenario.Parse("figure", text)
	if err != nil {
		t.Fatal(err)
	}
	r := search.NewRunner(sim.TCP())
	v, err := r.Run(&s)
	if err != nil {
		t.Fatal(err)
	}
	if v.Found() {
		t.Errorf("%s: %s", v.Rule.Name, v.Text)
	}
	return r.World.Trace().Clone()
}

// check fails the test if the run does not show what the figure says.
func (f *figure) check(t *testing.T, tr *sim.Trace) {
	t.Helper()
	taken := false
	var path [2][]string
	for e := range path {
		path[e] = []string{initial(tr, endpoint.End(e)).String()}
	}
	for i := range tr.Events {
		e := &tr.Events[i]
		if e.Before == e.After {
			continue
		}
		path[e.End] = append(path[e.End], e.After.String())
		if e.End == f.end && f.edge == (oracle.Edge{From: e.Before, To: e.After}) {
			taken = true
		}
	}
	if f.hasEdge && !taken {
		t.Errorf("%v does not take %v: A %v, B %v", f.end, f.edge, path[0], path[1])
	}
	for e, want := range f.path {
		if want != nil && strings.Join(path[e], " ") != strings.Join(want, " ") {
			t.Errorf("%v goes through %v, want %v", endpoint.End(e), path[e], want)
		}
	}
}

// index writes the part of README.md.
func (f *figure) index(b *strings.Builder, ladder string) {
	b.WriteString("\n## " + f.title + "\n\n" + f.says + "\n\n![" + f.title + "](" + f.name + ".svg)\n\n```\n")
	body := f.text
	for strings.HasPrefix(body, "# ") {
		_, body, _ = strings.Cut(body, "\n")
	}
	b.WriteString(body + "```\n\n```\n" + strings.TrimRight(ladder, "\n") + "\n```\n")
}
