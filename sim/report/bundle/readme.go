package bundle

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/gotest"
	"example.org/halfopen/sim/report/packetdrill"
	"example.org/halfopen/sim/report/page"
	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/search"
)

// maxPaste is how long README.md can be, in octets: an issue on GitHub takes
// 65,536 characters, and somebody has a sentence to add.
const maxPaste = 60_000

// maxLadder is how much of that the ladder can take; it is cut to 60 lines in
// any case.
const maxLadder = 20_000

// writeReadme writes the paste: the rule and the two values that disagree, the
// ladder, why, and how to see it again; what is long is folded, as long as there
// is room.
func writeReadme(w io.Writer, t *sim.Trace, o *Options) error {
	var b strings.Builder
	b.WriteString(headline(t) + "\n\n" + whoIsWho(t) + "\n\n")
	var ladder bytes.Buffer
	if err := report.Ladder(&ladder, t, report.LadderOptions{Replay: o.Replay, More: "see " + LadderFile, Program: o.Program}); err != nil {
		return err
	}
	b.WriteString(fenced("text", cut(ladder.String(), maxLadder)))
	if why := report.WhyText(t, o.Why); len(why) > 0 {
		b.WriteString("\n### Why\n\n")
		for _, sentence := range why {
			b.WriteString("- " + span(sentence) + "\n")
		}
	}
	b.WriteString("\n### To see it again\n\n")
	writeAgain(&b, t, o)
	b.WriteString("\n### Environment\n\n")
	if err := writeEnvironment(&b, t); err != nil {
		return err
	}
	for _, f := range folds {
		var text bytes.Buffer
		if err := f.write(&text, t); err != nil {
			return err
		}
		fold := "\n<details><summary>" + f.title + "</summary>\n\n" + fenced(f.language, text.String()) + "\n</details>\n"
		if b.Len()+len(fold) > maxPaste-500*len(folds) { // room for the lines that stand for a fold
			fold = fmt.Sprintf("\n%s: %d octets are too many for an issue; see %s.\n", f.title, text.Len(), f.file)
		}
		b.WriteString(fold)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// folds are what stands folded below, the most useful first.
var folds = []struct {
	title, language, file string
	write                 func(w io.Writer, t *sim.Trace) error
}{
	{"Scenario", "text", ScenarioFile, func(w io.Writer, t *sim.Trace) error {
		_, err := io.WriteString(w, t.Scenario.String())
		return err
	}},
	{"Sequence diagram", "mermaid", page.HTMLFile, page.WriteMermaid},
	{"Trace (JSON Lines)", "json", TraceFile, report.WriteJSONL},
}

// headline is the rule and the two values that disagree, in one line.
func headline(t *sim.Trace) string {
	v := &t.Violation
	if !v.Found() {
		return "A run that broke no rule: " + span(t.Outcome.String())
	}
	what := span(short(v.Text))
	if v.Got != "" || v.Want != "" {
		what = "got " + span(short(v.Got)) + ", want " + span(short(v.Want))
	}
	return "**" + span(v.Rule.Name) + "** (" + span(v.Rule.Section) + "): " + what
}

// whoIsWho says what A and B are, and what this is about to somebody who has never
// heard of halfopen.
func whoIsWho(t *sim.Trace) string {
	var names [2]string
	for e := range t.Scenario.Ends {
		names[e] = cmp.Or(t.Scenario.Ends[e].Endpoint, scenario.DefaultEndpoint)
	}
	return fmt.Sprintf("A is %s, B is %s: a run of halfopen, which puts two TCP endpoints on a simulated link "+
		"and a virtual clock. It is the same on every machine.", span(names[0]), span(names[1]))
}

// writeAgain says how to run it again: with the folder, and with this text alone.
func writeAgain(b *strings.Builder, t *sim.Trace, o *Options) {
	again := cmp.Or(o.Replay, report.ReplayCommand(t))
	fmt.Fprintf(b, "- with the folder %s below %s: %s\n", span(report.Name(t)), span("counterexamples"), span(again))
	run := strings.TrimSuffix(report.ReplayCommand(t), report.Name(t))
	run = strings.Replace(run, "halfopen replay", "halfopen run", 1)
	if search.IsWire(&t.Violation) { // which run does not judge by itself
		run += "--wire "
	}
	run += ScenarioFile
	fmt.Fprintf(b, "- with this text alone: the scenario below, as %s: %s\n", span(ScenarioFile), span(run))
	fmt.Fprintf(b, "- as a Go test (%s): %s", span(gotest.FileName), span(strings.Join(gotest.Commands(t, o.Offer), " && ")))
	if _, bug, ok := strings.Cut(t.Scenario.Ends[t.Violation.End].Endpoint, "!"); ok {
		fmt.Fprintf(b, "; it passes where the bug %s is not built in", span(bug))
	}
	b.WriteString("\n")
	fmt.Fprintf(b, "- against a kernel (packetdrill), end %v alone: %s\n", t.Violation.End, span(packetdrill.FileName))
}

// writeEnvironment says what the trace knows of where it ran. What it cannot
// know is for the reporter to add.
func writeEnvironment(b *strings.Builder, t *sim.Trace) error {
	var lines bytes.Buffer
	if err := report.WriteJSONL(&lines, t); err != nil {
		return err
	}
	rec, err := report.ReadJSONL(&lines)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "- endpoints: A %s, B %s\n", span(rec.Endpoints[0]), span(rec.Endpoints[1]))
	fmt.Fprintf(b, "- trace: %s, %d events, %d segments, hash %s\n",
		span(report.Schema), rec.Steps, rec.Segments, span(rec.Hash))
	fmt.Fprintf(b, "- please add: %s, and the version of the stack (%s)\n", span("halfopen --version"), span("go list -m all"))
	return nil
}

// span is a text as inline code: nothing in it links to an issue, mentions
// anybody, or is markup.
func span(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, text)
	marks := strings.Repeat("`", longest(text, '`')+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || text == "" {
		text = " " + text + " "
	}
	return marks + text + marks
}

// fenced is a text as a block of code.
func fenced(language, text string) string {
	marks := strings.Repeat("`", max(3, longest(text, '`')+1))
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return marks + language + "\n" + text + marks + "\n"
}

// short is a text, or its beginning: a line of an issue is no place for a dump.
func short(text string) string {
	const most = 500
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + " ..."
}

// longest is the length of the longest run of c.
func longest(text string, c byte) int {
	most, n := 0, 0
	for i := range len(text) {
		if text[i] != c {
			n = 0
			continue
		}
		n++
		most = max(most, n)
	}
	return most
}

// cut keeps the first lines of a text that is too long.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	text = text[:most]
	return text[:strings.LastIndexByte(text, '\n')+1] + "(... see " + LadderFile + ")\n"
}
