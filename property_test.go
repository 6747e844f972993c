// The properties that TCP has in every run, whatever the network does, over
// random scenarios (specs/gen). A failure shows the ladder of a scenario that
// rapid has made small, and how to run it again.
//
// Each property fails at one place, with a text that follows from the scenario
// alone: rapid shrinks only while a failure looks the same. So the functions
// below return what is wrong, and "" if nothing is.
package halfopen_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/specs/gen"
	"example.org/halfopen/specs/matchers"
)

// holds checks a property of the scenarios that a generator draws.
func holds(t *testing.T, g *rapid.Generator[gen.Scenario], property func(*search.Runner, *sim.Scenario) string) {
	r := search.NewRunner(sim.TCP())
	rapid.Check(t, func(t *rapid.T) {
		s := g.Draw(t, "scenario")
		if bad := property(r, &s.Scenario); bad != "" {
			t.Fatal(bad)
		}
	})
}

func TestFairRunsDeliverAndSettle(t *testing.T) { holds(t, gen.Fair(), deliversAndSettles) }

func TestHostileRunsAreLegal(t *testing.T) { holds(t, gen.Hostile(), deliversOrReports) }

func TestSameScenarioSameRun(t *testing.T) { holds(t, gen.Hostile(), repeats) }

func TestTextRoundTrip(t *testing.T) { holds(t, gen.Written(), roundTrips) }

func TestWrittenOutScriptMeetsTheSameFates(t *testing.T) { holds(t, gen.Hostile(), writesOut) }

func TestDuplicatesAreIdempotent(t *testing.T) { holds(t, gen.Fair(), doubles) }

func TestDetectedCorruptionChangesNothing(t *testing.T) { holds(t, gen.Fair(), corrupts) }

// FuzzScenario drives the same generator from a fuzzer's octets: each makes one
// choice, and where they end everything is the simplest it can be. So any
// octets are a valid scenario.
func FuzzScenario(f *testing.F) {
	r := search.NewRunner(sim.TCP())
	fuzz := rapid.MakeFuzz(func(t *rapid.T) {
		s := gen.Hostile().Draw(t, "scenario")
		if bad := deliversOrReports(r, &s.Scenario); bad != "" {
			t.Fatal(bad)
		}
	})
	f.Add([]byte(nil))
	f.Add([]byte("halfopen"))
	f.Fuzz(func(t *testing.T, octets []byte) {
		const choices, word = 1 << 11, 8 // rapid reads 8 octets a choice
		stretched := make([]byte, choices*word)
		for i, b := range octets[:min(len(octets), choices)] {
			copy(stretched[i*word:], bytes.Repeat([]byte{b}, word))
		}
		fuzz(t, stretched)
	})
}

var update = flag.Bool("update", false, "record the ladders of testdata/traces, and its seeds where they are missing")

// seeds are runs that are worth keeping although no bug has led to them. All
// other traces in testdata/traces are bugs that somebody had.
var seeds = []struct{ name, scenario string }{
	{"lossy-handshake", "A: open active\nB: open passive\ndrop A SYN #1\ndrop B SYN,ACK #1\ndrop A ACK #1\n"},
	{"simultaneous-open", "A: open active; send 100; close; receive all\nB: open active; receive all; close\n"},
	{"half-open", "A: open active\nB: open passive; wait 30s; send 100\ncrash A when B ESTABLISHED\nrestart A after 10s\n"},
}

// TestReplay runs the scenario of every trace that was ever kept on today's
// tcp, whatever endpoint it was found with: it has to be legal now, and to go
// as the ladder beside it says.
func TestReplay(t *testing.T) {
	const traces = "testdata/traces"
	r := search.NewRunner(sim.TCP())
	if *update {
		for _, seed := range seeds {
			plant(t, r, traces, seed.name, seed.scenario)
		}
	}
	files, err := filepath.Glob(traces + "/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no traces in %s: %v", traces, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".jsonl"), func(t *testing.T) { replay(t, r, file) })
	}
}

// plant writes a seed's trace, if it is not there yet: a trace is never
// written again.
func plant(t *testing.T, r *search.Runner, dir, name, scenario string) {
	s, err := sim.Parse(name, scenario)
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := written(r, &s)
	if err != nil {
		t.Fatal(err)
	}
	id := report.Name(r.World.Trace())
	file := filepath.Join(dir, name+id[strings.LastIndexByte(id, '-'):]+".jsonl")
	if _, err := os.Stat(file); err == nil {
		return
	}
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func replay(t *testing.T, r *search.Runner, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	recorded, err := report.ReadJSONL(f)
	if err != nil {
		t.Fatal(err)
	}
	s := recorded.Scenario
	s.Ends[endpoint.A].Endpoint, s.Ends[endpoint.B].Endpoint = "", ""
	trace, bad := run(r, &s)
	if bad != "" {
		t.Fatal(bad)
	}
	got := matchers.Ladder(trace)
	golden := strings.TrimSuffix(file, ".jsonl") + ".ladder"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(golden); err != nil || got != string(want) {
		t.Errorf("%v\nthe run is not as %s says; -update records it if that is meant\ngot\n%s", err, golden, got)
	}
}

// run runs a scenario. What it returns instead of a trace is why the scenario
// is no good, or how the run broke a rule.
func run(r *search.Runner, s *sim.Scenario) (*sim.Trace, string) {
	v, err := r.Run(s)
	if err != nil {
		return nil, fmt.Sprintf("%v\n%v", err, s)
	}
	t := r.World.Trace()
	if v.Found() {
		return nil, wrong(t, "%s", v.Text)
	}
	return t, ""
}

// wrong is what a property says of a run.
func wrong(t *sim.Trace, format string, a ...any) string {
	return fmt.Sprintf(format, a...) + "\n\n" + matchers.Ladder(t) + "\n" + t.Scenario.String()
}

// deliversAndSettles: if no more was lost than the cap allows, every octet
// that was sent was read, and both ends are back in CLOSED.
func deliversAndSettles(r *search.Runner, s *sim.Scenario) string {
	t, bad := run(r, s)
	if bad != "" || !r.World.Fair() {
		return bad
	}
	sum := summarize(t)
	switch {
	case sum.read[endpoint.A] != sum.sent[endpoint.B] || sum.read[endpoint.B] != sum.sent[endpoint.A]:
		return wrong(t, "A and B sent %v octets, B and A read %v", sum.sent, sum.read)
	case t.Final != [2]endpoint.State{}:
		return wrong(t, "not both ends settled in CLOSED")
	}
	return ""
}

// deliversOrReports: whatever was done to it, a run makes only legal moves
// (the judge says so), and every octet that was sent was read, or an end says
// that something went wrong. Excused are, by name, runs in which a segment
// that nobody sent arrived (an injection, or corruption that no checksum
// catches): it may put octets into the stream, acknowledge others or end it;
// and those in which a host crashed: its application cannot say any more what
// it missed.
func deliversOrReports(r *search.Runner, s *sim.Scenario) string {
	t, bad := run(r, s)
	if bad != "" {
		return bad
	}
	sum := summarize(t)
	if sum.reported || sum.forged || sum.crashed {
		return ""
	}
	if sum.read[endpoint.A] != sum.sent[endpoint.B] || sum.read[endpoint.B] != sum.sent[endpoint.A] {
		return wrong(t, "A and B sent %v octets, B and A read %v, and nobody says why", sum.sent, sum.read)
	}
	return ""
}

// summary is what the applications of a run saw.
type summary struct {
	sent, read [2]int64 // octets
	reported   bool     // a call failed, the connection ended with an error, or its own user called it off
	forged     bool     // a segment arrived that nobody sent as it was
	crashed    bool
}

func summarize(t *sim.Trace) summary {
	var s summary
	for i := range t.Events {
		e := &t.Events[i]
		c := &e.Cause
		switch {
		case c.Kind == sim.Call && c.Call == sim.CallSend:
			s.sent[e.End] += int64(c.N)
		case c.Kind == sim.Call && c.Call == sim.CallReceive:
			s.read[e.End] += int64(c.N)
		case c.Kind == sim.Arrival && c.Undetected, c.Kind == sim.Fault && c.Segment != 0:
			s.forged = true
		case c.Kind == sim.Fault:
			s.crashed = s.crashed || t.Scenario.Fault[c.Fault-1].Op == faults.Crash
		}
		calledOff := c.Kind == sim.Call && c.Call == sim.CallClose && e.Before < endpoint.SynReceived
		s.reported = s.reported || c.Err != 0 || e.TCB.Err != 0 || calledOff
	}
	return s
}

// repeats: the same scenario gives the same run, octet for octet, in the same
// world, after another run, and in a new one.
func repeats(r *search.Runner, s *sim.Scenario) string {
	first, digest, err := written(r, s)
	if err == nil {
		_, err = r.Run(&sim.Scenario{Seed: 1})
	}
	for _, r := range []*search.Runner{r, search.NewRunner(sim.TCP())} {
		again, d, err2 := written(r, s)
		if err != nil || err2 != nil || d != digest || !bytes.Equal(first, again) {
			return wrong(r.World.Trace(), "the same scenario gave another run: %v, %v, digest %x, then %x", err, err2, digest, d)
		}
	}
	return ""
}

// written is a run as it goes into a file, whatever the judge says of it.
func written(r *search.Runner, s *sim.Scenario) (text []byte, digest uint64, err error) {
	if _, err := r.Run(s); err != nil {
		return nil, 0, err
	}
	var b bytes.Buffer
	err = report.WriteJSONL(&b, r.World.Trace())
	return b.Bytes(), r.World.Digest(), err
}

// roundTrips: what is printed reads back as the same, and prints the same.
func roundTrips(_ *search.Runner, s *sim.Scenario) string {
	text := s.String()
	back, err := sim.Parse("printed", text)
	if err != nil || !back.Equal(s) || back.String() != text {
		return fmt.Sprintf("%v\nprinted\n%vread and printed again\n%v", err, text, back.String())
	}
	script, err := faults.Parse(s.Fault.String())
	if err != nil || !slices.Equal(script, s.Fault) {
		return fmt.Sprintf("%v\nprinted\n%vread and printed again\n%v", err, s.Fault, script)
	}
	return ""
}

// writesOut: the script that says what happened to each segment of a random
// run makes it happen again. (Where a link sends datagrams ahead, the run after
// heal has a delay that no healed link has: see search.WriteOut.)
func writesOut(r *search.Runner, s *sim.Scenario) string {
	t, bad := run(r, s)
	if bad != "" {
		return "" // another property's business: the run was cut short
	}
	random := t.Clone()
	explicit := search.WriteOut(random)
	ahead := s.Link[endpoint.A].Reorder+s.Link[endpoint.B].Reorder > 0
	tooLate := func(e *sim.Event) bool { return ahead && e.At >= s.Heal }
	t, bad = run(r, &explicit)
	if bad != "" {
		return bad
	}
	was, is := steps(random, tooLate), steps(t, tooLate)
	if at := differ(was, is); at >= 0 && !tied(random) {
		return wrong(t, "written out, the run goes another way: %v was %v", step(is, at), step(was, at)) +
			"\nwritten out from\n" + random.Scenario.String()
	}
	return ""
}

// tied reports whether a segment that a fault had set aside arrived at the same
// instant as another: after it, then, which no delay can say.
func tied(t *sim.Trace) bool {
	for i := range t.Events {
		e := &t.Events[i]
		s := t.Segment(e.Cause.Segment)
		if s == nil || t.CopiesOf(s)[e.Cause.Copy].Aside == 0 {
			continue
		}
		for k := max(i-8, 0); k < min(i+8, len(t.Events)); k++ {
			if o := &t.Events[k]; k != i && o.At == e.At && o.Cause.Segment != 0 {
				return true
			}
		}
	}
	return false
}

// doubles: if every segment comes twice, at the same moment, the second one
// changes nothing, and the applications see what they always see.
func doubles(r *search.Runner, s *sim.Scenario) string {
	twice := s.Clone()
	for e := endpoint.A; e <= endpoint.B; e++ {
		twice.Fault = append(twice.Fault, faults.Fault{Op: faults.Duplicate, End: e})
	}
	if bad := deliversAndSettles(r, &twice); bad != "" {
		return bad
	}
	t := r.World.Trace()
	for i := 1; i < len(t.Events); i++ {
		first, second := &t.Events[i-1], &t.Events[i]
		if first.Cause.Kind != sim.Arrival || second.Cause.Kind != sim.Arrival || first.End != second.End ||
			first.Cause.Segment != second.Cause.Segment || first.Cause.Corrupt {
			continue
		}
		a, b := &first.TCB, &second.TCB
		if first.After != second.After || a.UNA != b.UNA || a.RCVNXT != b.RCVNXT || a.Readable != b.Readable || a.EOF != b.EOF {
			return wrong(t, "step %d: segment #%d came a second time and changed something", second.N, second.Cause.Segment)
		}
	}
	return ""
}

// corrupts: a segment that arrives damaged is one that does not arrive. (It
// does arrive for those that are reordered behind it, so these are left out.)
func corrupts(r *search.Runner, s *sim.Scenario) string {
	damaged := s.Clone()
	for e := range damaged.Link {
		damaged.Link[e].Corrupt, damaged.Link[e].Cap = 0, 0 // the cap saves what a model lost, not what a line drops
	}
	damaged.Fault = slices.DeleteFunc(damaged.Fault, func(f faults.Fault) bool {
		return f.Op == faults.Corrupt || f.Op == faults.Reorder
	})
	dropped := damaged.Clone()
	line := faults.Fault{Op: faults.Corrupt, Bit: uint32(s.Seed), First: 1 + uint32(s.Seed%4)}
	line.Last = line.First
	damaged.Fault = append(damaged.Fault, line)
	line = faults.Fault{Op: faults.Drop, First: line.First, Last: line.Last}
	dropped.Fault = append(dropped.Fault, line)
	t, bad := run(r, &damaged)
	if bad != "" {
		return bad
	}
	with := steps(t, func(e *sim.Event) bool { return e.Cause.Corrupt })
	if t, bad = run(r, &dropped); bad != "" {
		return bad
	}
	without := steps(t, nil)
	if at := differ(with, without); at >= 0 {
		return wrong(t, "lost, it is %v; damaged, it was %v", step(without, at), step(with, at))
	}
	return ""
}

// moment is what a step did: enough to tell two runs apart, whatever made the
// fates.
type moment struct {
	At            string
	End           endpoint.End
	Kind          sim.CauseKind
	Segment       string
	Before, After endpoint.State
	TCB           sim.TCB
}

// steps lists what happened, but for the events that are left out. Segments
// are named by what they are, not by number.
func steps(t *sim.Trace, leaveOut func(*sim.Event) bool) []moment {
	var list []moment
	for i := range t.Events {
		e := &t.Events[i]
		c := &e.Cause
		if leaveOut != nil && leaveOut(e) || c.Kind == sim.Fault && c.Segment == 0 && t.Scenario.Fault[c.Fault-1].Op == faults.Cut {
			continue
		}
		m := moment{At: e.At.String(), End: e.End, Kind: c.Kind, Before: e.Before, After: e.After, TCB: e.TCB}
		if s := t.Segment(c.Segment); s != nil {
			m.Segment = fmt.Sprintf("%v %v #%d", s.End, s.Kind, s.Nth)
		}
		list = append(list, m)
	}
	return list
}

// differ is the first index at which two lists differ, -1 if at none.
func differ(a, b []moment) int {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return i
		}
	}
	return -1
}

func step(list []moment, at int) string {
	if at >= len(list) {
		return "(nothing)"
	}
	return fmt.Sprintf("%+v", list[at])
}
