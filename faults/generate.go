package faults

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults/scan"
	"example.org/halfopen/scheduler/stream"
)

// GenerateOptions says what Generate may draw. The zero value is up to three
// fair faults of every operation.
type GenerateOptions struct {
	_ struct{} // no positional literals: fields will be added

	// Ops are the operations that are on: one bit each, 1<<Drop and so on. 0 is
	// all. To switch a random half of them off from run to run (swarm testing)
	// finds what none of them may hide.
	Ops OpSet
	// Hostile allows hostile faults, too.
	Hostile bool
	// Lines is how many faults there are at most (at least one). 0 is 3.
	Lines int
	// Longest bounds every time. 0 is 10 s.
	Longest time.Duration
}

// OpSet is a set of operations, a bit for each.
type OpSet uint16

// AllOps has every operation.
const AllOps OpSet = 1<<NumOps - 1

// Has reports whether an operation is in the set.
func (s OpSet) Has(o Op) bool { return s>>o&1 != 0 }

// Generate draws a script. It is empty only if no operation is left to draw.
func Generate(src *stream.Source, o GenerateOptions) Script {
	g := generator{src: src, o: o}
	if g.o.Ops == 0 {
		g.o.Ops = AllOps
	}
	if g.o.Lines <= 0 {
		g.o.Lines = 3
	}
	g.o.Lines = min(g.o.Lines, MaxLines)
	if g.o.Longest <= 0 {
		g.o.Longest = 10 * time.Second
	}
	g.o.Longest = min(g.o.Longest, scan.MaxTime)
	var ops []Op
	for op := range Op(NumOps) {
		f := Fault{Op: op}
		if g.o.Ops.Has(op) && (g.o.Hostile || !f.Hostile()) {
			ops = append(ops, op)
		}
	}
	if len(ops) == 0 {
		return nil
	}
	var s Script
	for n := 1 + g.below(g.o.Lines); n > 0; n-- {
		s = append(s, g.fault(ops[g.below(len(ops))]))
	}
	return s
}

// generator draws the parts of a fault.
type generator struct {
	src *stream.Source
	o   GenerateOptions
}

func (g *generator) below(n int) int { return int(g.src.Below(uint64(n))) }

// percent is true so often.
func (g *generator) percent(n uint32) bool { return g.src.PPM(n * 10_000) }

func (g *generator) end() endpoint.End { return endpoint.End(g.below(2)) }

func (g *generator) fault(op Op) Fault {
	f := Fault{Op: op, End: g.end()}
	if f.Struck() {
		g.strike(&f)
	} else {
		f.Kind = endpoint.Kind(g.below(endpoint.NumKinds))
		f.First, f.Last = g.ordinals()
	}
	switch op {
	case Delay, Duplicate, Cut, Restart, Stall:
		f.By = g.time()
	case Reorder:
		f.Behind = uint32(1 + g.below(4))
	case Corrupt:
		f.Bit = uint32(g.below(8 * 40)) // the header and a little more
		f.Undetected = g.o.Hostile && g.percent(25)
	case Hold:
		f.Until = g.entry()
	}
	if (op == Reorder || op == Hold) && g.percent(50) {
		f.By = g.time()
	}
	return f
}

func (g *generator) strike(f *Fault) {
	if f.Op == Restart {
		return
	}
	f.When = g.when()
	switch f.Op {
	case Cut:
		if f.Both = g.percent(33); f.Both {
			f.End = endpoint.A
		}
	case Inject:
		f.Injected = g.injected()
	}
}

// ordinals are mostly one small number: a whole run has but a dozen segments.
func (g *generator) ordinals() (first, last uint32) {
	first = uint32(1 + g.below(1+g.below(5)))
	switch p := g.below(100); {
	case p < 75:
		return first, first
	case p < 90:
		return first, first + uint32(1+g.below(4))
	case p < 97:
		return first, 0
	}
	return 0, 0
}

// time is one digit and zeros, from 1 ms up to Longest: each length as likely
// as the next, so that RTT, RTO and MSL are all met.
func (g *generator) time() time.Duration {
	unit := time.Millisecond
	powers := 1
	for p := unit * 10; p <= g.o.Longest; p *= 10 {
		powers++
	}
	for n := g.below(powers); n > 0; n-- {
		unit *= 10
	}
	return min(unit*time.Duration(1+g.below(9)), g.o.Longest)
}

// entry names any state but CLOSED, which is entered when all is over.
func (g *generator) entry() Entry {
	return Entry{End: g.end(), State: endpoint.State(1 + g.below(endpoint.NumStates-1))}
}

func (g *generator) when() When {
	if g.percent(25) {
		return When{Timed: true, At: g.time()}
	}
	w := When{Entry: g.entry()}
	if g.percent(5) {
		w.N = 2
	}
	return w
}

// injectedFlags are what attackers send; the rest is noise.
var injectedFlags = [...]endpoint.Flags{
	endpoint.RST, endpoint.RST, endpoint.RST | endpoint.ACK, endpoint.SYN, endpoint.SYN | endpoint.ACK,
	endpoint.ACK, endpoint.FIN | endpoint.ACK, endpoint.FIN, 0,
}

func (g *generator) injected() Injected {
	in := Injected{
		Flags: injectedFlags[g.below(len(injectedFlags))],
		Seq:   Number{RcvNxt, g.distance()},
	}
	if in.Flags.Has(endpoint.ACK) {
		in.Ack = Number{SndUna + Base(g.below(2)), g.distance()}
	}
	if g.percent(25) {
		in.Text = uint32(1 + g.below(100))
	}
	if g.percent(25) {
		in.HasWnd, in.Wnd = true, uint16(g.below(2)*g.below(1<<16))
	}
	return in
}

// distance is mostly 0 or close to it, else near a window or half the circle
// away.
func (g *generator) distance() int64 {
	switch p := g.below(100); {
	case p < 40:
		return 0
	case p < 60:
		return int64(g.below(3)) - 1
	case p < 85:
		return int64(g.below(2000)) - 1000
	case p < 95:
		return 65534 + int64(g.below(3))
	}
	return 1<<31 - 1 + int64(g.below(3))
}
