package explore

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/search"
)

type faultLine = faults.Fault

// bruteForce runs every placement of up to so many faults as a scenario, from
// its text and from its beginning: no copy, no key, no graph. It shares nothing
// with the search but the models and the kinds.
type bruteForce struct {
	world  *sim.World
	judge  oracle.Judge
	base   string
	depth  uint32
	runs   uint64
	broken map[string]uint64
	pairs  map[string]bool
}

func newBruteForce(t testing.TB, o *Options, m Model) *bruteForce {
	t.Helper()
	s, err := m.scenario(o.Ends)
	if err != nil {
		t.Fatal(err)
	}
	return &bruteForce{
		world: sim.NewWorld(o.Offer), base: s.String(), depth: uint32(o.Depth),
		broken: map[string]uint64{}, pairs: map[string]bool{},
	}
}

// run runs one placement, and those with more faults on later segments.
func (b *bruteForce) run(t testing.TB, script string, after uint32, left int, kinds []faults.Fault) {
	t.Helper()
	s, err := sim.Parse("brute force", b.base+script)
	if err != nil {
		t.Fatal(err)
	}
	w := b.world
	if err := w.Reset(&s); err != nil {
		t.Fatal(err)
	}
	b.judge.Reset(w.Scenario(), [2]endpoint.Profile{w.Profile(endpoint.A), w.Profile(endpoint.B)})
	b.see()
	good := true
	for good {
		step, ok := w.Step()
		if !ok {
			break
		}
		good = b.judge.Step(step)
		b.see()
	}
	if good {
		b.judge.End(oracle.End{At: w.Now(), Outcome: w.Outcome(), Fair: w.Fair(),
			Status: [2]*endpoint.Status{w.Status(endpoint.A), w.Status(endpoint.B)}})
	}
	b.runs++
	if v := b.judge.Violation(); v.Found() {
		b.broken[groupName(&v)]++
	}
	if left == 0 {
		return
	}
	var lines []string
	var ids []uint32
	for _, seg := range w.Trace().Segments {
		if seg.ID <= after || b.depth > 0 && seg.ID > b.depth {
			continue
		}
		for _, f := range kinds {
			f.End, f.Kind, f.First, f.Last = seg.End, seg.Kind, seg.Nth, seg.Nth
			lines, ids = append(lines, f.String()), append(ids, seg.ID)
		}
	}
	for i, line := range lines {
		b.run(t, script+line+"\n", ids[i], left-1, kinds)
	}
}

func (b *bruteForce) see() {
	b.pairs[b.world.Status(endpoint.A).State.String()+"/"+b.world.Status(endpoint.B).State.String()] = true
}

func groupName(v *sim.Violation) string {
	return fmt.Sprint(v.Rule.Name, " ", v.End, " ", v.State)
}

// compare holds a model's result against brute force.
func compare(t *testing.T, o Options, name string) (broken int) {
	t.Helper()
	r := exploreOf(t, o, name).Models[0]
	if o.Offer == nil {
		o.Offer = sim.TCP()
	}
	if err := o.resolve(); err != nil {
		t.Fatal(err)
	}
	b := newBruteForce(t, &o, r.Model)
	b.run(t, "", 0, o.Faults, o.Kinds)
	if b.runs != r.Runs {
		t.Errorf("%s, %d faults, depth %d: %d runs, by brute force %d", name, o.Faults, o.Depth, r.Runs, b.runs)
	}
	var seen []string
	for p := range b.pairs {
		seen = append(seen, p)
	}
	got := slices.Clone(r.Pairs)
	slices.Sort(seen)
	slices.Sort(got)
	if !slices.Equal(got, seen) {
		t.Errorf("%s, %d faults: pairs %v, by brute force %v", name, o.Faults, got, seen)
	}
	for _, w := range r.Witnesses {
		g := groupName(&w.Group.Violation)
		if b.broken[g] != w.Group.Count {
			t.Errorf("%s, %d faults: %d runs broke %s, by brute force %d", name, o.Faults, w.Group.Count, g, b.broken[g])
		}
		delete(b.broken, g)
	}
	if len(b.broken) > 0 {
		t.Errorf("%s, %d faults: only brute force found %v", name, o.Faults, b.broken)
	}
	return len(r.Witnesses)
}

// TestBruteForce: the search comes to the same figures as no search at all.
func TestBruteForce(t *testing.T) {
	for _, m := range Models() {
		compare(t, Options{Faults: 1}, m.Name)
	}
	compare(t, Options{Faults: 2}, "late-server")
	compare(t, Options{Faults: 3}, "no-client")
	compare(t, Options{Faults: 3, Depth: 4}, "simultaneous-both")
	if testing.Short() {
		return
	}
	for _, m := range Models() {
		compare(t, Options{Faults: 2}, m.Name)
	}
	compare(t, Options{Faults: 3}, "late-server")
}

// TestBruteForceBroken is the same with a TCP that breaks rules: what is found is
// all that there is to find.
func TestBruteForceBroken(t *testing.T) {
	for name, offer := range map[string]sim.Offer{"lossy FIN": lossyFIN(), "deaf": deaf()} {
		broken := 0
		for _, model := range []string{"client-closes", "both-close", "simultaneous-half", "late-server"} {
			broken += compare(t, Options{Offer: offer, Faults: 1}, model)
		}
		broken += compare(t, Options{Offer: offer, Faults: 2}, "late-server")
		if broken == 0 {
			t.Errorf("%s: nothing was broken: the test tests nothing", name)
		}
	}
}

// lossyFIN is a TCP that sends no FIN twice: so it breaks rules long after the
// fault.
func lossyFIN() sim.Offer {
	return sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		l := new(lossy)
		return l, l.TCP.Reset(c)
	}}}
}

type lossy struct {
	endpoint.TCP
	sent bool
	fin  endpoint.Seq
}

func (l *lossy) Emit(now time.Duration, buf []byte) (n int, ok bool) {
	for {
		var s endpoint.Segment
		n, ok = l.TCP.Emit(now, buf)
		if !ok || endpoint.Decode(buf[:n], new(endpoint.Header), &s) != nil || !s.Flags.Has(endpoint.FIN) {
			return n, ok
		}
		if fin := s.Seq + endpoint.Seq(s.Len()-1); !l.sent || l.fin != fin {
			l.sent, l.fin = true, fin
			return n, ok
		}
	}
}

func (l *lossy) Reset(c endpoint.Config) error {
	l.sent, l.fin = false, 0
	return l.TCP.Reset(c)
}

func (l *lossy) CopyFrom(src endpoint.Endpoint) bool {
	o, ok := src.(*lossy)
	if !ok {
		return false
	}
	l.sent, l.fin = o.sent, o.fin
	return l.TCP.CopyFrom(&o.TCP)
}

func (l *lossy) AppendState(b []byte, now time.Duration) []byte {
	b = append(l.TCP.AppendState(b, now), byte(l.fin), byte(l.fin>>8), byte(l.fin>>16), byte(l.fin>>24))
	if l.sent {
		return append(b, 1)
	}
	return append(b, 0)
}

// deaf is a TCP that hears no segment that came before: neither retransmission
// nor duplicate is answered.
func deaf() sim.Offer {
	return sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		d := new(deafTCP)
		return d, d.TCP.Reset(c)
	}}}
}

type deafTCP struct{ endpoint.TCP }

func (d *deafTCP) Arrive(now time.Duration, datagram []byte) {
	var s endpoint.Segment
	var st endpoint.Status
	if d.TCP.Status(&st); st.State.Synchronized() && endpoint.Decode(datagram, new(endpoint.Header), &s) == nil &&
		s.Len() > 0 && s.Seq.Less(st.RCV.NXT) {
		return
	}
	d.TCP.Arrive(now, datagram)
}

func (d *deafTCP) CopyFrom(src endpoint.Endpoint) bool {
	o, ok := src.(*deafTCP)
	return ok && d.TCP.CopyFrom(&o.TCP)
}

// TestWitness: the first run that breaks a rule has the fewest faults, and its
// number is its place among all.
func TestWitness(t *testing.T) {
	r := exploreOf(t, Options{Offer: lossyFIN(), Faults: 2}, "client-closes").Models[0]
	runner := search.NewRunner(lossyFIN())
	for _, w := range r.Witnesses {
		if len(w.Scenario.Fault) != 1 {
			t.Errorf("%s takes %d faults:\n%s", w.Group.Violation.Text, len(w.Scenario.Fault), w.Scenario.String())
		}
		v, err := runner.Run(&w.Scenario)
		if err != nil || !search.Same(&v, &w.Group.Violation) {
			t.Errorf("run again: %v %v", v.Text, err)
		}
		if w.Group.Run == 0 || w.Group.Run >= r.Runs {
			t.Errorf("run %d of %d", w.Group.Run, r.Runs)
		}
	}
	if len(r.Witnesses) == 0 {
		t.Error("a TCP that loses FINs was not found")
	}
}
