package explore

import (
	"encoding/binary"
	"fmt"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle"
	"example.org/halfopen/sim/oracle/joint"
)

// walker explores a part of a model: what follows from one placement of faults.
// It walks along a run; at each choice it first goes into every run that begins
// there with a fault, and then on without one. So it is never deeper in itself
// than there are faults.
type walker struct {
	*exploration
	levels []*level // one for each fault that was placed, and one for none
	tasks  *[]task  // where to put what would be explored at once, if not nil

	encoding []byte
	seen     pairs
	steps    uint64
	verified uint64
}

// level is a run under way.
type level struct {
	world  *sim.World
	judge  oracle.Judge
	script faults.Script // of the world
	sent   int           // datagrams that the two ends have emitted
	steps  int

	// What both were before the step that is made.
	before struct {
		world *sim.World
		judge oracle.Judge
	}
	emits []emitted // what the step emitted
}

// emitted is what a line of a script calls a datagram by.
type emitted struct {
	end  endpoint.End
	kind endpoint.Kind
	nth  uint32
}

// task is a run with one choice made, to be explored from there.
type task struct {
	script faults.Script // the lines that make the choice
	steps  int           // up to and with the one in which it was made
	left   int
	from   edge
}

// edge is a choice of a state. The edge of no state leads to the first one.
type edge struct {
	id, choice uint32
	root       bool
}

func newWalker(s *exploration) (*walker, error) {
	w := &walker{exploration: s}
	for range s.options.Faults + 1 {
		l := &level{world: sim.NewWorld(s.options.Offer)}
		l.before.world = sim.NewWorld(s.options.Offer)
		w.levels = append(w.levels, l)
	}
	return w, w.begin(nil)
}

// begin sets the first level to the beginning of the model's run.
func (w *walker) begin(script faults.Script) error {
	l := w.levels[0]
	s := *w.scenario
	s.Fault = script
	if err := l.world.Reset(&s); err != nil {
		return err
	}
	l.script, l.sent, l.steps = script, 0, 0
	profiles := [2]endpoint.Profile{l.world.Profile(endpoint.A), l.world.Profile(endpoint.B)}
	l.judge.Reset(l.world.Scenario(), profiles)
	w.seen.add(pairOf(l.world))
	return nil
}

// root walks along the run without faults, and writes down what else there is
// to explore.
func (w *walker) root() (list []task, err error) {
	w.tasks = &list
	defer func() { w.tasks = nil }()
	return list, w.walk(0, w.options.Faults, edge{root: true}, false)
}

// explore does a task.
func (w *walker) explore(t *task) error {
	if err := w.begin(t.script); err != nil {
		return err
	}
	l := w.levels[0]
	for l.steps < t.steps-1 {
		if more, end := w.step(l); !more || end.ending != going {
			return fmt.Errorf("explore: model %s ended in step %d, where it had come to step %d before",
				w.model.Name, l.steps, t.steps)
		}
	}
	_, end := w.step(l)
	if end.ending != going {
		return w.link(t.from, leafAt(w.table.leaves.intern(end)))
	}
	return w.walk(0, t.left, t.from, false)
}

// walk goes on with the run of a level, with so many faults left. from is the
// choice that led there; again says that the run is at a state that is known
// already, and is only looked at up to the next one.
func (w *walker) walk(n, left int, from edge, again bool) error {
	l := w.levels[n]
	for {
		if !l.before.world.CopyFrom(l.world) {
			return fmt.Errorf("explore: an endpoint of %v cannot be copied (endpoint.Copier)", w.options.Ends)
		}
		l.before.judge.CopyFrom(&l.judge)
		sent := l.sent
		more, end := w.step(l)
		if more && len(l.emits) > 0 {
			if err := w.ctx.Err(); err != nil {
				return err
			}
			next, first, err := w.arrive(l, from, sent, left)
			if err != nil || !first && (again || !w.options.Verify) {
				return err
			}
			if again = !first; again {
				w.verified++
			}
			if err := w.branch(n, left, next.id, sent, again); err != nil {
				return err
			}
			from = next
		}
		if end.ending != going {
			return w.link(from, leafAt(w.table.leaves.intern(end)))
		}
	}
}

// progressEvery is how many states there are between two calls of Progress.
const progressEvery = 256

// arrive notes that a run came to a state, where its step can meet faults; first
// is false if it need not be explored again.
func (w *walker) arrive(l *level, from edge, sent, left int) (next edge, first bool, err error) {
	may := w.faultable(l, sent)
	if may > maxEmits {
		return next, false, fmt.Errorf("explore: %d datagrams of one step could meet faults; want %d at most", may, maxEmits)
	}
	k, err := w.key(l, sent)
	if err != nil {
		return next, false, err
	}
	n := w.choices[may].upTo[min(left, len(w.choices[may].upTo)-1)]
	next.id, first, err = w.table.claim(k, left, may, n)
	if err != nil {
		return next, false, err
	}
	if first {
		if n := w.states.Add(1); n%progressEvery == 0 && w.options.Progress != nil {
			w.options.Progress(w.earlier+n, w.earlierFound+w.found.Load())
		}
	}
	return next, first, w.link(from, state(next.id))
}

// faultable is how many of the step's datagrams may meet faults: the first ones,
// where depth is used up.
func (w *walker) faultable(l *level, sent int) int {
	n := len(l.emits)
	if w.options.Depth > 0 {
		n = max(min(n, w.options.Depth-sent), 0)
	}
	return n
}

// key is that of the state before the step.
func (w *walker) key(l *level, sent int) (key, error) {
	before := l.before.world
	b, ok := before.AppendFuture(w.encoding[:0])
	if !ok {
		return key{}, fmt.Errorf("explore: an endpoint of %v has no canonical encoding (endpoint.StateAppender)", w.options.Ends)
	}
	world := uint32(len(b))
	if w.options.Depth > 0 {
		b = binary.LittleEndian.AppendUint16(b, uint16(min(sent, w.options.Depth)))
	}
	now := before.Now()
	b = l.before.judge.AppendState(b, now)
	b = appendStatus(appendStatus(b, before.Status(endpoint.A), now), before.Status(endpoint.B), now)
	b = binary.LittleEndian.AppendUint32(b, world) // so that it is clear what is whose
	w.encoding = b
	return keyOf(b), nil
}

// branch explores the runs in which the datagrams of a level's step meet
// faults.
func (w *walker) branch(n, left int, id uint32, sent int, again bool) error {
	l := w.levels[n]
	c := w.choices[w.faultable(l, sent)]
	for i := uint32(1); i < c.upTo[min(left, len(c.upTo)-1)]; i++ {
		combo, from := &c.combos[i], edge{id: id, choice: i}
		if w.tasks != nil {
			*w.tasks = append(*w.tasks, task{
				script: combo.lines(l.script[:len(l.script):len(l.script)], w.options.Kinds, l.emits),
				steps:  l.steps, left: left - combo.cost, from: from,
			})
			continue
		}
		d := w.levels[n+1]
		d.world.CopyFrom(l.before.world)
		d.judge.CopyFrom(&l.before.judge)
		d.sent, d.steps = sent, l.steps-1
		d.script = combo.lines(append(d.script[:0], l.script...), w.options.Kinds, l.emits)
		if err := d.world.SetScript(d.script); err != nil {
			return err
		}
		if _, end := w.step(d); end.ending != going {
			if err := w.link(from, leafAt(w.table.leaves.intern(end))); err != nil {
				return err
			}
			continue
		}
		if err := w.walk(n+1, left-combo.cost, from, again); err != nil {
			return err
		}
	}
	return nil
}

// step makes a step of a level. more is false if there was none; end is how the
// run ended, if it is not going on.
func (w *walker) step(l *level) (more bool, end leaf) {
	defer func() {
		if recover() != nil { // who panicked shows when the run is run again
			more, end = true, leaf{ending: panicked}
			l.world.Abandon()
		}
	}()
	l.emits = l.emits[:0]
	s, ok := l.world.Step()
	if !ok {
		return false, w.over(l)
	}
	l.steps++
	w.steps++
	for i := range s.Emits {
		e := &s.Emits[i]
		l.emits = append(l.emits, emitted{s.End, e.Segment.Kind(), e.Nth})
	}
	l.sent += len(s.Emits)
	good := l.judge.Step(s)
	p := pairOf(l.world)
	w.seen.add(p)
	if !good {
		v := l.judge.Violation()
		w.found.Add(1)
		return true, violation(p, &v)
	}
	if !joint.Legal(w.class, p.a, p.b) && s.Before.Known&endpoint.KnowState != 0 {
		w.found.Add(1)
		return true, leaf{ending: illegal, final: p}
	}
	return true, leaf{}
}

// over is how a run ended that has come to its end.
func (w *walker) over(l *level) leaf {
	p := pairOf(l.world)
	if o := l.world.Outcome(); o.Budget() {
		w.found.Add(1)
		return leaf{ending: budget, final: p, name: o.String()}
	}
	good := l.judge.End(oracle.End{
		At: l.world.Now(), Outcome: l.world.Outcome(), Fair: l.world.Fair(),
		Status: [2]*endpoint.Status{l.world.Status(endpoint.A), l.world.Status(endpoint.B)},
	})
	if good {
		return leaf{ending: legal, final: p}
	}
	v := l.judge.Violation()
	w.found.Add(1)
	return violation(p, &v)
}

// link writes down where a choice leads.
func (w *walker) link(from edge, to target) error {
	if from.root {
		w.first = to
		return nil
	}
	return w.table.link(from.id, from.choice, to)
}
