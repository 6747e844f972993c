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
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"pgregory.net/rapid"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/report/bundle"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/specs/gen"
	"example.org/halfopen/specs/look"
	"example.org/halfopen/specs/matchers"
)

func TestFairRunsDeliverAndSettle(t *testing.T) { holds(t, gen.Fair(), deliversAndSettles) }

func TestHostileRunsAreLegal(t *testing.T) { holds(t, gen.Hostile(), deliversOrReports) }

func TestSameScenarioSameRun(t *testing.T) { holds(t, gen.Hostile(), repeats) }

func TestTextRoundTrip(t *testing.T) { holds(t, gen.Written(), roundTrips) }

func TestWrittenOutScriptMeetsTheSameFates(t *testing.T) { holds(t, gen.Hostile(), writesOut) }

func TestDuplicatesAreIdempotent(t *testing.T) { holds(t, gen.Fair(), doubles) }

func TestDetectedCorruptionChangesNothing(t *testing.T) { holds(t, gen.Fair(), corrupts) }

// The same with extensions: on at both ends, at one, at none.

func TestExtendedFairRunsDeliverAndSettle(t *testing.T) {
	holds(t, extended(gen.Fair()), deliversAndSettles)
}

func TestExtendedHostileRunsAreLegal(t *testing.T) {
	holds(t, extended(gen.Hostile()), deliversOrReports)
}

func TestExtendedSameScenarioSameRun(t *testing.T) { holds(t, extended(gen.Hostile()), repeats) }

func TestExtendedTextRoundTrip(t *testing.T) { holds(t, extended(gen.Written()), roundTrips) }

// extended draws extensions beside what g draws, each end's by itself.
func extended(g *rapid.Generator[gen.Scenario]) *rapid.Generator[gen.Scenario] {
	return rapid.Custom(func(t *rapid.T) gen.Scenario {
		s := g.Draw(t, "plain")
		on := func(what string) bool { return rapid.Bool().Draw(t, what) }
		for e := range s.Ends {
			c := &s.Ends[e].Config
			if c.WindowScale = on("window scale"); c.WindowScale {
				most := bits.Len(uint(c.WithDefaults().ReceiveBuffer)) - 1
				c.WindowShift = uint8(rapid.IntRange(0, min(most, endpoint.MaxWindowShift)).Draw(t, "shift"))
			}
			c.Timestamps, c.SACK, c.PathMTU = on("timestamps"), on("sack"), on("path mtu")
			c.Congestion, c.IW10 = on("congestion"), on("iw10")
			// The ACK of an old duplicate echoes an old timestamp (RFC 7323 5.3): an
			// RTO of some seconds leaves R2 fewer resendings than the loss cap asks.
			c.R2 = time.Hour
			s.Link[e].Undetected = false // a SYN's option that is another on arrival
		}
		for i := range s.Fault {
			s.Fault[i].Undetected = false
			s.Fault[i].Injected.Flags &^= endpoint.SYN // that has no options
		}
		return s
	})
}

// holds checks a property of the scenarios that a generator draws. Where it does
// not hold, the last run, which is of the smallest scenario, leaves its bundle.
func holds(t *testing.T, g *rapid.Generator[gen.Scenario], property func(*search.Runner, *scenario.Scenario) string) {
	r := search.NewRunner(sim.TCP())
	bundle.OnFailure(t, r.World.Trace, bundle.Options{})
	rapid.Check(t, func(t *rapid.T) {
		s := g.Draw(t, "scenario")
		if bad := property(r, &s.Scenario); bad != "" {
			t.Fatal(bad)
		}
	})
}

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
	f.Add([]byte("any octets are a valid scenario"))
	f.Add(bytes.Repeat([]byte{0xff}, 400))
	f.Fuzz(func(t *testing.T, octets []byte) {
		const choices, word = 1 << 11, 8 // rapid reads 8 octets a choice
		stretched := make([]byte, choices*word)
		for i, b := range octets[:min(len(octets), choices)] {
			copy(stretched[i*word:], bytes.Repeat([]byte{b}, word))
		}
		fuzz(t, stretched)
	})
}

// run runs a scenario. What it returns beside the trace is why the scenario is
// no good, or how the run broke a rule.
func run(r *search.Runner, s *scenario.Scenario) (*sim.Trace, string) {
	v, err := r.Run(s)
	t := r.World.Trace()
	switch {
	case err != nil:
		return t, fmt.Sprintf("%v\n%v", err, s)
	case v.Found():
		return t, wrong(t, "%s", v.Text)
	}
	return t, ""
}

// wrong is what a property says of a run.
func wrong(t *sim.Trace, format string, a ...any) string {
	return fmt.Sprintf(format, a...) + "\n\n" + matchers.Ladder(t) + "\n" + t.Scenario.String()
}

// deliversAndSettles: if no more was lost than the cap allows, every octet
// that was sent was read, and both ends are back in CLOSED.
func deliversAndSettles(r *search.Runner, s *scenario.Scenario) string {
	t, bad := run(r, s)
	if bad != "" || !r.World.Fair() {
		return bad
	}
	if sum := look.Summarize(t); !sum.Delivered() || t.Final != [2]endpoint.State{} {
		return wrong(t, "A and B sent %v octets and read %v", sum.Sent, sum.Read)
	}
	return ""
}

// deliversOrReports: whatever was done to it, a run makes only legal moves
// (the judge says so), and every octet that was sent was read, or an end says
// that something went wrong. Excused are, by name, runs in which a segment
// arrived that nobody sent (an injection, or corruption that no checksum
// catches): it may put octets into the stream, acknowledge others, end it, or
// set two ends that disagree answering each other without end; and those in
// which a host crashed: its application cannot say any more what it missed.
func deliversOrReports(r *search.Runner, s *scenario.Scenario) string {
	t, bad := run(r, s)
	sum := look.Summarize(t)
	switch {
	case bad != "" && sum.Forged && search.IsBudget(&t.Violation):
		return ""
	case bad != "" || sum.Delivered() || sum.Reported || sum.Forged || sum.Crashed:
		return bad
	}
	return wrong(t, "A and B sent %v octets and read %v, and nobody says why", sum.Sent, sum.Read)
}

// repeats: the same scenario gives the same run, octet for octet, in the same
// world, after another run, and in a new one.
func repeats(r *search.Runner, s *scenario.Scenario) string {
	first, digest, err := written(r, s)
	if err == nil {
		_, err = r.Run(&scenario.Scenario{Seed: 1})
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
func written(r *search.Runner, s *scenario.Scenario) (text []byte, digest uint64, err error) {
	if _, err := r.Run(s); err != nil {
		return nil, 0, err
	}
	var b bytes.Buffer
	err = report.WriteJSONL(&b, r.World.Trace())
	return b.Bytes(), r.World.Digest(), err
}

// roundTrips: what is printed reads back as the same, and prints the same.
func roundTrips(_ *search.Runner, s *scenario.Scenario) string {
	text := s.String()
	back, err := scenario.Parse("printed", text)
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
func writesOut(r *search.Runner, s *scenario.Scenario) string {
	t, bad := run(r, s)
	if bad != "" || look.Tied(t) {
		return "" // cut short: another property's business; or it says what no script can
	}
	ahead := s.Link[endpoint.A].Reorder+s.Link[endpoint.B].Reorder > 0
	tooLate := func(e *sim.Event) bool { return ahead && e.At >= s.Heal }
	was, explicit := look.Moments(t, tooLate), search.WriteOut(t.Clone())
	if t, bad = run(r, &explicit); search.IsBudget(&t.Violation) {
		return "" // the random link had calmed two ends that answer each other without end
	}
	if parts := look.Part(look.Moments(t, tooLate), was); bad != "" || parts != "" {
		return bad + wrong(t, "written out, the run goes another way: %s", parts) + "\nwritten out from\n" + s.String()
	}
	return ""
}

// doubles: if every segment comes twice, at the same moment, the second one
// changes nothing, and the applications see what they always see. (Two ends
// that have filled each other's window may answer each other until lost text
// comes again, and here every answer draws two: a budget may end that.)
func doubles(r *search.Runner, s *scenario.Scenario) string {
	twice := s.Clone()
	for e := endpoint.A; e <= endpoint.B; e++ {
		twice.Fault = append(twice.Fault, faults.Fault{Op: faults.Duplicate, End: e})
	}
	bad := deliversAndSettles(r, &twice)
	t := r.World.Trace()
	if search.IsBudget(&t.Violation) {
		bad = ""
	}
	if e := look.Twice(t); e != nil && bad == "" {
		return wrong(t, "segment #%d came a second time at %v and changed something", e.Cause.Segment, e.At)
	}
	return bad
}

// corrupts: a segment that arrives damaged is one that does not arrive. (It
// does arrive for those that are reordered behind it, and the loss cap saves
// what a model lost, not what a script drops: so both are off.)
func corrupts(r *search.Runner, s *scenario.Scenario) string {
	damaged := s.Clone()
	for e := range damaged.Link {
		damaged.Link[e].Corrupt, damaged.Link[e].Cap = 0, 0
	}
	damaged.Fault = slices.DeleteFunc(damaged.Fault, func(f faults.Fault) bool {
		return f.Op == faults.Corrupt || f.Op == faults.Reorder
	})
	dropped := damaged.Clone()
	nth := 1 + uint32(s.Seed%4)
	damaged.Fault = append(damaged.Fault, faults.Fault{Op: faults.Corrupt, First: nth, Last: nth, Bit: uint32(s.Seed)})
	dropped.Fault = append(dropped.Fault, faults.Fault{Op: faults.Drop, First: nth, Last: nth})
	t, bad := run(r, &damaged)
	if bad != "" {
		return bad
	}
	with := look.Moments(t, func(e *sim.Event) bool { return e.Cause.Corrupt })
	t, bad = run(r, &dropped)
	if parts := look.Part(look.Moments(t, nil), with); bad == "" && parts != "" {
		return wrong(t, "lost or damaged, it makes a difference: %s", parts)
	}
	return bad
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
	r.Wire = true // some were broken as the wire alone shows it
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
func plant(t *testing.T, r *search.Runner, dir, name, text string) {
	s, err := scenario.Parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	lines, _, err := written(r, &s)
	if err != nil {
		t.Fatal(err)
	}
	id := report.Name(r.World.Trace())
	file := filepath.Join(dir, name+id[strings.LastIndexByte(id, '-'):]+".jsonl")
	if _, err := os.Stat(file); err == nil {
		return
	}
	if err := os.WriteFile(file, lines, 0o644); err != nil {
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
