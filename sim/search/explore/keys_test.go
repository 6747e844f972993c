package explore

import (
	"context"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/scheduler/stream"
	"example.org/halfopen/sim"
)

// liar is a TCP that does other than it claims: all of it is about time, where
// two runs that look alike are most easily told apart by what the judge
// remembers only.
type liar struct {
	tcp.TCP
	claims endpoint.Profile
}

func liarOf(change func(*endpoint.Config)) sim.Offer {
	return sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
		honest, err := tcp.New(c)
		if err != nil {
			return nil, err
		}
		l := &liar{claims: honest.(*tcp.TCP).Profile()}
		l.claims.ByTheBook = false
		change(&c)
		return unresettable{l}, l.TCP.Reset(c)
	}}}
}

func (l *liar) Profile() endpoint.Profile { return l.claims }

// unresettable hides Reset, which would make an honest TCP of a liar.
type unresettable struct{ *liar }

func (u unresettable) Reset() {}

func (u unresettable) CopyFrom(src endpoint.Endpoint) bool {
	o, ok := src.(unresettable)
	if !ok {
		return false
	}
	u.claims = o.claims
	return u.TCP.CopyFrom(&o.TCP)
}

// TestEqualKeysEqualFates: of all runs that come to one state, and meet no fault
// after it, the judge says the same in the end.
func TestEqualKeysEqualFates(t *testing.T) {
	for name, offer := range map[string]sim.Offer{
		"tcp": sim.TCP(), "lossy FIN": lossyFIN(), "deaf": deaf(), "sleepy": sleepy(),
		"gives up early":       liarOf(func(c *endpoint.Config) { c.R2, c.R2SYN = 2*c.WithDefaults().RTOMin, 3*c.WithDefaults().RTOMin }),
		"short TIME-WAIT":      liarOf(func(c *endpoint.Config) { c.MSL = c.WithDefaults().MSL / 100 }),
		"late acknowledgments": liarOf(func(c *endpoint.Config) { c.DelayedACK = 2*c.WithDefaults().DelayedACK - 1 }),
		"throttled":            liarOf(func(c *endpoint.Config) { c.ChallengeACKs = 1 }),
		"slow": liarOf(func(c *endpoint.Config) {
			c.RTOInitial, c.RTOMin = 10*c.WithDefaults().RTOMin, 10*c.WithDefaults().RTOMin
		}),
	} {
		broken, again := 0, 0
		for _, model := range []string{"client-closes", "both-close", "half-close", "short-time-wait", "simultaneous-both"} {
			b, a := fates(t, name, model, offer)
			broken, again = broken+b, again+a
		}
		if again < 300 || broken == 0 && name != "tcp" && name != "throttled" && name != "slow" {
			t.Errorf("%s: %d states were met again, %d runs were broken: the test tests nothing", name, again, broken)
		}
	}
}

func fates(t *testing.T, name, model string, offer sim.Offer) (broken, again int) {
	t.Helper()
	m, err := FindModel(model)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Offer: offer, Faults: 3}
	if err := o.resolve(); err != nil {
		t.Fatal(err)
	}
	s, err := newExploration(context.Background(), &o, &m)
	if err != nil {
		t.Fatal(err)
	}
	w, err := newWalker(s)
	if err != nil {
		t.Fatal(err)
	}
	runs := 250
	if testing.Short() {
		runs = 60
	}
	src := stream.New(2, "fates").Sequence(1)
	known, from := map[key]leaf{}, map[key]string{}
	for range runs {
		path, end := randomFate(t, w, &src)
		if end.ending != legal {
			broken++
		}
		script := w.levels[0].script.String()
		for _, k := range path {
			was, ok := known[k]
			if ok {
				again++
			}
			if ok && was != end {
				t.Fatalf("%s, %s: from one state a run ended in %+v, and another in %+v:\n%s\n%s", name, model, was, end, from[k], script)
			}
			known[k], from[k] = end, script
		}
	}
	return broken, again
}

// randomFate makes a run with random faults, and returns the states after the
// last of them, and how it ended.
func randomFate(t *testing.T, w *walker, src *stream.Source) (path []key, end leaf) {
	t.Helper()
	if err := w.begin(nil); err != nil {
		t.Fatal(err)
	}
	l, left := w.levels[0], int(src.Below(uint64(w.options.Faults+1)))
	for {
		l.before.world.CopyFrom(l.world)
		l.before.judge.CopyFrom(&l.judge)
		more, over := w.step(l)
		if more && len(l.emits) > 0 {
			k, err := w.key(l, 0)
			if err != nil {
				t.Fatal(err)
			}
			path = append(path, k)
		}
		if left > 0 && more && len(l.emits) > 0 && src.Below(4) == 0 {
			c := w.choices[len(l.emits)]
			combo := &c.combos[1+src.Below(uint64(c.upTo[1]-1))]
			left--
			l.script = combo.lines(l.script[:len(l.script):len(l.script)], w.options.Kinds, l.emits)
			l.world.CopyFrom(l.before.world)
			l.judge.CopyFrom(&l.before.judge)
			if err := l.world.SetScript(l.script); err != nil {
				t.Fatal(err)
			}
			_, over = w.step(l)
			path = path[:0]
		}
		if over.ending != going {
			return path, over
		}
	}
}
