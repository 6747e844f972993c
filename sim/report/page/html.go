package page

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// HTMLFile is what the file is called in the folder of a counterexample.
const HTMLFile = "trace.html"

// The page's own parts.
var (
	//go:embed assets/page.css
	pageCSS string
	//go:embed assets/page.js
	pageJS string
)

// chunkLines is how many lines of the ladder are one picture: a browser need
// not paint what is not on the screen.
const chunkLines = 40

// document is a page under construction.
type document struct {
	svg
	t *sim.Trace
	o HTMLOptions
	l *ladder

	plots []*graph // of the directions that have data
}

// HTMLOptions are what a page says beside the trace. The zero value is nothing.
type HTMLOptions struct {
	_ struct{} // no positional literals: fields will be added

	// Replay is the command that runs it again, as somebody would type it. "" is
	// report.ReplayCommand.
	Replay string
	// Why says what the failure needs, if that was found out (search.Explain).
	Why *sim.Why
}

// WriteHTML writes the run as one page that loads nothing from anywhere: the
// violation, the faults, the command that replays, the ladder, the state
// diagram with the run's way through it, and, where data flows, a time-sequence
// graph. It can be read without JavaScript; with it, each line shows the TCB
// before and after and the octets of its segment. The trace itself is in it
// ([Trace]). Of more than 10,000 lines, the first, the last and those around the
// violation are shown; a trace of more than 50,000 events is not in the page.
func WriteHTML(w io.Writer, t *sim.Trace, o HTMLOptions) error {
	d := &document{t: t, o: o, l: newLadder(t)}
	for e := endpoint.A; e <= endpoint.B; e++ {
		if g := newGraph(t, e); g != nil {
			d.plots = append(d.plots, g)
		}
	}
	d.head()
	d.summary()
	d.ladder()
	d.states()
	d.graphs()
	if err := d.text(); err != nil {
		return err
	}
	if err := d.data(); err != nil {
		return err
	}
	_, err := w.Write(d.b)
	return err
}

// head opens the page. Its policy lets a browser run this script and this style
// and nothing else, and load nothing.
func (d *document) head() {
	style := pictureCSS + pageCSS
	d.raw(doctype + "\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
	d.rawf(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '%s'; script-src '%s'; img-src data:; base-uri 'none'; form-action 'none'">`+"\n",
		digest(style), digest(pageJS))
	d.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
	d.raw("<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n")
	d.element("title", "", report.Name(d.t)+" - halfopen")
	d.raw("<style>" + style + "</style>\n</head>\n<body>\n")
}

// digest is how a Content-Security-Policy names a text.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// element writes an element with a text in it.
func (d *document) element(name, class, text string) {
	d.raw("<" + name)
	if class != "" {
		d.raw(` class="` + class + `"`)
	}
	d.raw(">")
	d.escaped(text)
	d.raw("</" + name + ">\n")
}

// pre writes a text that may be wider than the page: it can be scrolled with the
// keyboard, too.
func (d *document) pre(label, text string) {
	d.raw(`<pre tabindex="0" role="region" aria-label="` + label + `">`)
	d.escaped(text)
	d.raw("</pre>\n")
}

// summary says what the run came to.
func (d *document) summary() {
	v := &d.t.Violation
	class := "legal"
	if v.Found() {
		class = "broken"
	}
	d.raw("<header class=\"" + class + "\">\n")
	d.element("h1", "", d.l.s.Headline)
	d.element("p", "sub", d.l.s.Summary)
	d.raw("<dl>\n")
	if v.Found() {
		d.fact("rule", strings.TrimSpace(v.Rule.ID+" "+v.Rule.Name)+", "+v.Rule.Section)
		d.fact("got", v.Got)
		d.fact("want", v.Want)
		d.fact("where", fmt.Sprintf("%v in %v, step %d, t=%s", v.End, v.State, v.Step, report.Span(v.At)))
	}
	d.fact("outcome", fmt.Sprintf("%v: A %v, B %v", d.t.Outcome, d.t.Final[0], d.t.Final[1]))
	d.raw("<dt>replay</dt><dd><code>")
	d.escaped(cmp.Or(d.o.Replay, report.ReplayCommand(d.t)))
	d.raw("</code></dd>\n</dl>\n")
	if len(d.t.Scenario.Fault) > 0 {
		d.raw("<h2>Faults</h2>\n<ol class=\"faults\">\n")
		for i := range d.t.Scenario.Fault {
			d.element("li", "", d.t.Scenario.Fault[i].String())
		}
		d.raw("</ol>\n")
	}
	d.why()
	d.raw("</header>\n")
	d.nav()
}

// why says what the failure needs.
func (d *document) why() {
	why := report.WhyText(d.t, d.o.Why)
	if len(why) == 0 {
		return
	}
	d.raw("<h2>Why</h2>\n<ul class=\"why\">\n")
	for _, sentence := range why {
		d.element("li", "", sentence)
	}
	d.raw("</ul>\n")
}

// fact is a line of the summary, left out if there is nothing to say.
func (d *document) fact(name, text string) {
	if text == "" {
		return
	}
	d.raw("<dt>" + name + "</dt><dd>")
	d.escaped(text)
	d.raw("</dd>\n")
}

func (d *document) nav() {
	d.raw("<nav aria-label=\"parts of the page\">")
	if d.l.s.Breach != "" {
		d.raw(`<a href="#violation" class="jump">violation <kbd>v</kbd></a> `)
	}
	d.raw(`<a href="#ladder">ladder</a> <a href="#states">states</a> `)
	if len(d.plots) > 0 {
		d.raw(`<a href="#data">data</a> `)
	}
	d.raw("<a href=\"#text\">text</a> <a href=\"#scenario\">scenario</a></nav>\n<main>\n")
}

// ladder writes the ladder as pictures below each other, and the panel that
// shows what is behind a line.
func (d *document) ladder() {
	d.raw("<section id=\"ladder\">\n<h2>Ladder</h2>\n")
	d.legend()
	d.raw("<div class=\"view\">\n<div class=\"lines\" role=\"listbox\" tabindex=\"0\" " +
		"aria-label=\"the lines of the run; arrow keys move\">\n")
	flights := d.l.flights()
	parts := d.l.parts(pageLines)
	for i, p := range parts {
		if s := cut(parts, i); s != "" {
			d.raw("<p class=\"sub\" role=\"none\">" + s + "</p>\n")
		}
		for from := p.from; from == p.from || from < p.to; from += chunkLines {
			to := min(from+chunkLines, p.to)
			y0, y1 := d.l.extent(from, to)
			d.begin("chunk", d.l.left, y0, ladderEnd-d.l.left, y1-y0, "")
			d.l.draw(&d.svg, flights, from, to)
			d.end()
		}
	}
	d.raw("</div>\n<aside id=\"panel\" hidden tabindex=\"0\" aria-label=\"what is behind a line\">" +
		"<p class=\"hint\">Point at a line, or tap it, to see the TCB before and after and the segment's octets. " +
		"Arrow keys move from line to line, Escape lets go.</p></aside>\n</div>\n</section>\n")
}

// legend explains the arrows.
func (d *document) legend() {
	d.up = 0
	d.raw("<ul class=\"legend\" aria-label=\"kinds of arrows\">")
	for _, k := range [...][2]string{
		{"way", "delivered"}, {"delayed", "delayed, held or reordered"}, {"copy", "further copy"},
		{"lost", "lost"}, {"corrupt", "bits flipped"}, {"injected", "injected"},
	} {
		d.raw("<li><svg width=\"44\" height=\"12\" viewBox=\"0 0 44 12\" aria-hidden=\"true\"><path class=\"" + k[0] + "\" d=\"")
		switch k[0] {
		case "lost":
			d.line(1, 6, 30, 6)
			d.cross(30, 6)
		case "corrupt":
			d.raw("M1 6H20l3-5 4 10 3-5H42")
		default:
			d.arrow(1, 6, 42, 6)
		}
		d.raw("\"/></svg>" + k[1] + "</li>")
	}
	d.raw("</ul>\n")
}

// states writes the state diagram with the way of both ends.
func (d *document) states() {
	p := newPath(d.t, d.l.s)
	others := otherEdges(p)
	d.raw("<section id=\"states\">\n<h2>States</h2>\n<p class=\"sub\">RFC 9293, figure 5, and the edges that only its text has " +
		"(dashed). The numbers are the lines of the ladder that first took an edge: <span class=\"enda\">A</span>, <span class=\"endb\">B</span>.</p>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"state diagram\">\n")
	d.begin("diagram", 0, 0, diagramEnd, diagramDepth+lineHeight*len(others), "state diagram with the way of both ends")
	drawDiagram(&d.svg, p)
	drawOthers(&d.svg, others)
	d.end()
	d.raw("</div>\n</section>\n")
}

// graphs writes a time-sequence graph for each direction that has data.
func (d *document) graphs() {
	if len(d.plots) == 0 {
		return
	}
	d.raw("<section id=\"data\">\n<h2>Data</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"time-sequence graphs\">\n")
	for _, g := range d.plots {
		g.draw(&d.svg)
	}
	d.raw("</div>\n</section>\n")
}

// text writes the ladder as text, and the scenario.
func (d *document) text() error {
	ladder, err := textLadder(d.t, len(d.l.rows))
	if err != nil {
		return err
	}
	d.raw("<section id=\"text\">\n<h2>Text</h2>\n<details><summary>the ladder as text</summary>\n")
	d.pre("the ladder as text", string(ladder))
	d.raw("</details>\n</section>\n<section id=\"scenario\">\n<h2>Scenario</h2>\n")
	d.pre("the scenario", d.t.Scenario.String())
	d.raw("</section>\n</main>\n")
	return nil
}

// data writes the trace, and the script that shows it.
func (d *document) data() error {
	if len(d.t.Events) > pageEvents {
		d.raw("<script>" + pageJS + "</script>\n</body>\n</html>\n")
		return nil
	}
	var b bytes.Buffer
	if err := report.WriteJSONL(&b, d.t); err != nil {
		return err
	}
	d.raw(traceBegin)
	d.b = append(d.b, hideTags(b.Bytes())...)
	d.raw(traceEnd + "\n")
	o, err := octetsOf(d.t)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	d.raw(`<script type="application/json" id="octets">`)
	d.b = append(d.b, hideTags(o)...)
	d.raw("</script>\n<script>" + pageJS + "</script>\n</body>\n</html>\n")
	return nil
}
