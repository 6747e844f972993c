package search

import (
	"slices"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
)

// MaxShrinkRuns bounds how many candidates a Shrink tries.
const MaxShrinkRuns = 20_000

// maxShrinkSteps bounds how many steps they have in all: where a budget ended
// the run, each candidate may be as long as that budget.
const maxShrinkSteps = 20_000_000

// Shrink makes a scenario that breaks a rule smaller for as long as what it
// breaks is the Same: fewest faults first, then the smallest numbers and the
// shortest applications. It is deterministic, and bounded by MaxShrinkRuns and
// by the steps that the candidates have. It returns the smallest scenario found
// and how many it tried.
func Shrink(r *Runner, s scenario.Scenario, v *sim.Violation) (scenario.Scenario, int) {
	return shrink(s, func(c *scenario.Scenario) (bool, int) {
		got, err := r.Run(c)
		return err == nil && Same(&got, v), len(r.World.Trace().Events)
	})
}

// shrink makes a scenario smaller for as long as check says that it is still one
// of its kind. check also returns how many steps that took.
func shrink(s scenario.Scenario, check func(*scenario.Scenario) (ok bool, steps int)) (scenario.Scenario, int) {
	k := shrinker{check: check, best: s}
	for {
		before := k.kept
		k.fewerFaults()
		k.simplerFaults()
		k.shorterApps()
		k.plainerHosts()
		k.plainerRun()
		if k.kept == before || k.spent() {
			return k.best, k.tried
		}
	}
}

type shrinker struct {
	check       func(*scenario.Scenario) (ok bool, steps int)
	best        scenario.Scenario
	tried, kept int
	steps       int // of all candidates
}

// spent reports whether the budget is used up.
func (k *shrinker) spent() bool { return k.tried >= MaxShrinkRuns || k.steps >= maxShrinkSteps }

// try keeps a candidate if it passes the check.
func (k *shrinker) try(c scenario.Scenario) bool {
	if k.spent() {
		return false
	}
	k.tried++
	ok, steps := k.check(&c)
	k.steps += steps
	if !ok {
		return false
	}
	k.best = c
	k.kept++
	return true
}

// fewerFaults removes runs of lines, long ones first.
func (k *shrinker) fewerFaults() {
	for n := len(k.best.Fault); n > 0; n /= 2 {
		for i := 0; i+n <= len(k.best.Fault); {
			c := k.best
			c.Fault = slices.Concat(k.best.Fault[:i], k.best.Fault[i+n:])
			if !k.try(c) && (n > 1 || !k.closeRanks(i)) {
				i += n
			}
		}
	}
}

// closeRanks removes a line and lets the lines about later segments of its kind
// move up by one: without the loss that it caused, there may be one less.
func (k *shrinker) closeRanks(i int) bool {
	gone := k.best.Fault[i]
	if gone.Struck() || gone.First == 0 {
		return false
	}
	c := k.best
	c.Fault = slices.Concat(k.best.Fault[:i], k.best.Fault[i+1:])
	moved := false
	for j := range c.Fault {
		f := &c.Fault[j]
		if f.Struck() || f.End != gone.End || f.Kind != gone.Kind || f.First <= gone.First {
			continue
		}
		moved = true
		f.First--
		if f.Last > 0 {
			f.Last--
		}
	}
	return moved && k.try(c)
}

// simplerFaults replaces lines by simpler ones.
func (k *shrinker) simplerFaults() {
	for i := range k.best.Fault {
		for k.simplerFault(i) {
		}
	}
}

func (k *shrinker) simplerFault(i int) bool {
	for _, f := range faults.Simpler(k.best.Fault[i]) {
		c := k.best
		c.Fault = slices.Clone(k.best.Fault)
		c.Fault[i] = f
		if k.try(c) {
			return true
		}
	}
	return false
}

// shorterApps removes lines and acts, and then makes their numbers smaller.
func (k *shrinker) shorterApps() {
	for i := 0; i < len(k.best.Apps) && len(k.best.Apps) > 1; { // none at all would mean the default ones
		c := k.best
		c.Apps = slices.Concat(k.best.Apps[:i], k.best.Apps[i+1:])
		if !k.try(c) {
			i++
		}
	}
	for i := range k.best.Apps {
		for j := 0; j < len(k.best.Apps[i].Acts); {
			acts := k.best.Apps[i].Acts
			if !k.tryActs(i, slices.Concat(acts[:j], acts[j+1:])) {
				j++
			}
		}
		for j := range k.best.Apps[i].Acts {
			for k.simplerAct(i, j) {
			}
		}
	}
}

func (k *shrinker) tryActs(i int, acts []scenario.Act) bool {
	if len(acts) == 0 {
		return false
	}
	c := k.best
	c.Apps = slices.Clone(k.best.Apps)
	c.Apps[i].Acts = acts
	return k.try(c)
}

func (k *shrinker) simplerAct(i, j int) bool {
	for _, a := range simplerActs(k.best.Apps[i].Acts[j]) {
		acts := slices.Clone(k.best.Apps[i].Acts)
		acts[j] = a
		if k.tryActs(i, acts) {
			return true
		}
	}
	return false
}

// simplerActs lists what to try instead of an act, simplest first.
func simplerActs(a scenario.Act) (list []scenario.Act) {
	add := func(change func(*scenario.Act)) {
		b := a
		if change(&b); b != a {
			list = append(list, b)
		}
	}
	switch a.Op {
	case scenario.ActSend:
		for _, n := range smallerOctets(a.N) {
			add(func(b *scenario.Act) { b.N = n })
		}
	case scenario.ActReceive:
		if a.N > 0 {
			add(func(b *scenario.Act) { b.N = 0 }) // all: what the peer sends need not be counted
		}
		for _, n := range smallerOctets(a.N) {
			add(func(b *scenario.Act) { b.N = n })
		}
		if a.Every > 0 || a.Chunk > 0 {
			add(func(b *scenario.Act) { b.Every, b.Chunk = 0, 0 })
			add(func(b *scenario.Act) { b.Every = simplerTime(a.Every) })
		}
	case scenario.ActWait:
		add(func(b *scenario.Act) { b.Every = simplerTime(a.Every) })
	case scenario.ActWhen:
		add(func(b *scenario.Act) { b.N = 0 })
		if a.N > 1 {
			add(func(b *scenario.Act) { b.N-- })
		}
	case scenario.ActOpen:
		if a.NoWait {
			add(func(b *scenario.Act) { b.NoWait = false })
		}
	}
	return list
}

// smallerOctets lists smaller numbers than n: powers of ten, then what is cut to
// its first digit, then ever less bold ones.
func smallerOctets(n int64) (list []int64) {
	unit := int64(1)
	for unit*10 <= n {
		unit *= 10
	}
	add := func(m int64) {
		if m > 0 && m < n && !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	for _, m := range []int64{1, 10, 100, 1000, n / 2, n - n%unit} {
		add(m)
	}
	for cut := n / 4; cut > 0; cut /= 2 {
		add(n - cut)
	}
	return list
}

// simplerTime is the next rounder and not longer time: 1.234567s, 1.2s, 1s,
// 500ms and so on. The last is 1ms.
func simplerTime(d time.Duration) time.Duration {
	if d <= time.Millisecond {
		return d
	}
	unit := time.Millisecond
	for unit*10 <= d {
		unit *= 10
	}
	for _, u := range []time.Duration{unit / 10, unit} {
		if u > 0 && d%u != 0 {
			return max(d-d%u, time.Millisecond)
		}
	}
	return max(d/2-(d/2)%max(unit/10, 1), time.Millisecond)
}

// plainerHosts sets the constants of the ends back to the RFC's.
func (k *shrinker) plainerHosts() {
	for e := range k.best.Ends {
		c := k.best
		if c.Ends[e].Config = (endpoint.Config{}); c.Ends[e].Config != k.best.Ends[e].Config && k.try(c) {
			continue
		}
		for _, change := range plainer {
			c := k.best
			if change(&c.Ends[e].Config); c.Ends[e].Config != k.best.Ends[e].Config {
				k.try(c)
			}
		}
	}
}

var plainer = []func(*endpoint.Config){
	func(c *endpoint.Config) { c.ISS, c.FixedISS = 0, false },
	func(c *endpoint.Config) { c.MSS = 0 },
	func(c *endpoint.Config) { c.NoMSSOption = false },
	func(c *endpoint.Config) { c.ReceiveBuffer = 0 },
	func(c *endpoint.Config) { c.SendBuffer = 0 },
	func(c *endpoint.Config) { c.NoNagle = false },
	func(c *endpoint.Config) { c.NoDelayedACK = false },
	func(c *endpoint.Config) { c.UserTimeout = 0 },
	func(c *endpoint.Config) { c.MSL = 0 },
	func(c *endpoint.Config) { c.RTOInitial, c.RTOMin, c.RTOMax = 0, 0, 0 },
	func(c *endpoint.Config) { c.R1, c.R2, c.R2SYN = 0, 0, 0 },
	func(c *endpoint.Config) { c.DelayedACK = 0 },
	func(c *endpoint.Config) { c.OverrideTimeout = 0 },
	func(c *endpoint.Config) { c.ChallengeACKs, c.NoChallengeThrottle = 0, false },
}

// plainerRun makes the rest ordinary: seed, address family, link, heal, limits.
// A link still has models if the run could not be written out.
func (k *shrinker) plainerRun() {
	for _, change := range []func(*scenario.Scenario){
		func(s *scenario.Scenario) { s.IPv6 = false },
		func(s *scenario.Scenario) { s.Limits.Events = 0 },
		func(s *scenario.Scenario) { s.Seed = 1 },
		func(s *scenario.Scenario) { *s = withDelay(*s, scenario.DefaultDelay) },
		func(s *scenario.Scenario) { s.Heal = 0 },
	} {
		k.tryRun(change)
	}
	for e := range k.best.Link {
		for _, change := range plainerLinks {
			k.tryRun(func(s *scenario.Scenario) { change(&s.Link[e]) })
		}
	}
}

func (k *shrinker) tryRun(change func(*scenario.Scenario)) {
	c := k.best
	if change(&c); !sameRun(&c, &k.best) {
		k.try(c)
	}
}

// plainerLinks switch the models of a link off, one at a time.
var plainerLinks = []func(*link.Config){
	func(c *link.Config) { c.Loss = 0 },
	func(c *link.Config) { c.Gilbert = link.Gilbert{} },
	func(c *link.Config) { c.Reorder, c.Gap = 0, 0 },
	func(c *link.Config) { c.FIFO = false },
	func(c *link.Config) { c.Duplicate = 0 },
	func(c *link.Config) { c.Corrupt, c.Undetected = 0, false },
	func(c *link.Config) { c.Rate, c.QueuePackets, c.QueueOctets = 0, 0, 0 },
	func(c *link.Config) { c.MTU = 0 },
	func(c *link.Config) { c.Down = false },
	func(c *link.Config) { c.Delay = link.Delay{Min: max(c.Delay.Min, 1)} },
	func(c *link.Config) { c.Cap = 0 },
}

func sameRun(a, b *scenario.Scenario) bool {
	return a.IPv6 == b.IPv6 && a.Limits == b.Limits && a.Seed == b.Seed && a.Link == b.Link &&
		healOf(a) == healOf(b)
}

// healOf is when a run heals: what 0 means is nothing else.
func healOf(s *scenario.Scenario) time.Duration {
	if s.Heal == 0 {
		return scenario.DefaultHeal
	}
	return s.Heal
}

func withDelay(s scenario.Scenario, d time.Duration) scenario.Scenario {
	for e := range s.Link {
		s.Link[e] = link.Config{Delay: link.Delay{Min: d}}
	}
	return s
}
