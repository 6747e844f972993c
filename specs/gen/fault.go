package gen

import (
	"time"

	"pgregory.net/rapid"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/faults/scan"
)

// The simplest operation of each kind comes first: rapid shrinks towards it.
var (
	fairOps = []faults.Op{
		faults.Drop, faults.Delay, faults.Duplicate, faults.Reorder, faults.Corrupt, faults.Hold,
		faults.Cut, faults.Stall,
	}
	allOps = append(fairOps[:len(fairOps):len(fairOps)], faults.Crash, faults.Restart, faults.Inject)

	kinds = []endpoint.Kind{
		endpoint.KindSYN, endpoint.KindSYNACK, endpoint.KindACK, endpoint.KindDATA, endpoint.KindFIN,
		endpoint.Any, endpoint.KindRST,
	}
)

// reach is what a fault may be and how far its numbers go.
type reach struct {
	ops     []faults.Op
	hostile bool // corruption may go undetected
	open    bool // "every one", and ranges without an end
	longest time.Duration
	step    time.Duration // times are multiples of it
	nth     uint32
	plus    int64
}

// Runs are short and so are their faults: no segment is delayed for longer
// than a tenth of the smallest MSL that a scenario draws.
var (
	fairReach    = reach{ops: fairOps, longest: 3 * time.Second, step: time.Millisecond, nth: 6}
	hostileReach = reach{ops: allOps, hostile: true, open: true, longest: 3 * time.Second,
		step: time.Millisecond, nth: 6, plus: 70_000}
	writtenReach = reach{ops: allOps, hostile: true, open: true, longest: scan.MaxTime, step: 1,
		nth: 1<<32 - 1, plus: 1<<32 - 1}
)

// FairScript draws up to n faults that TCP promises to survive.
func FairScript(n int) *rapid.Generator[faults.Script] { return script(fairReach, n) }

// HostileScript draws up to n faults of any operation.
func HostileScript(n int) *rapid.Generator[faults.Script] { return script(hostileReach, n) }

// WrittenScript draws up to n faults that are valid, with numbers as large as
// the language takes.
func WrittenScript(n int) *rapid.Generator[faults.Script] { return script(writtenReach, n) }

func script(r reach, n int) *rapid.Generator[faults.Script] {
	one := rapid.Custom(r.fault)
	return rapid.Map(rapid.SliceOfN(one, 0, n), func(s []faults.Fault) faults.Script { return s })
}

func (r reach) fault(t *rapid.T) faults.Fault {
	f := faults.Fault{Op: rapid.SampledFrom(r.ops).Draw(t, "op"), End: end(t)}
	if f.Struck() {
		r.strike(t, &f)
		return f
	}
	f.Kind = rapid.SampledFrom(kinds).Draw(t, "kind")
	f.First, f.Last = r.ordinals(t)
	switch f.Op {
	case faults.Delay:
		f.By = r.time(t, 1)
	case faults.Duplicate:
		f.By = r.time(t, 0)
	case faults.Reorder:
		f.Behind = uint32(between(t, 1, 4, "behind"))
		f.By = r.or(t)
	case faults.Corrupt:
		f.Bit = uint32(between(t, 0, 8*60, "bit"))
		f.Undetected = r.hostile && oneIn(t, 3, "undetected")
	case faults.Hold:
		f.Until = entry(t)
		f.By = r.or(t)
	}
	return f
}

// ordinals are mostly a single one.
func (r reach) ordinals(t *rapid.T) (first, last uint32) {
	first = rapid.Uint32Range(1, r.nth).Draw(t, "first")
	switch shape := between(t, 0, 7, "shape"); {
	case shape == 7 && r.open:
		return 0, 0
	case shape == 6 && r.open:
		return first, 0
	case shape >= 4:
		return first, first + rapid.Uint32Range(0, min(2, r.nth-first)).Draw(t, "more")
	}
	return first, first
}

// time is at least so many steps.
func (r reach) time(t *rapid.T, least int64) time.Duration {
	return time.Duration(rapid.Int64Range(least, int64(r.longest/r.step)).Draw(t, "time")) * r.step
}

// or is the time after which a segment that was set aside is let go. Without
// one it would stay until heal, and outlive the connection. It is half a step
// off, so that nothing else happens at that instant: what is let go then comes
// last, which no delay can say (search.WriteOut).
func (r reach) or(t *rapid.T) time.Duration {
	if r.open && oneIn(t, 4, "no or") {
		return 0
	}
	return r.time(t, 1) - r.step/2
}

func entry(t *rapid.T) faults.Entry {
	return faults.Entry{End: end(t), State: endpoint.State(between(t, 1, endpoint.NumStates-1, "state"))}
}

// strike draws the rest of a fault that strikes at a moment.
func (r reach) strike(t *rapid.T, f *faults.Fault) {
	if f.Op == faults.Restart {
		f.By = r.time(t, 0)
		return
	}
	f.When = r.when(t)
	switch f.Op {
	case faults.Cut:
		f.By = r.time(t, 1)
		if f.Both = oneIn(t, 3, "both"); f.Both {
			f.End = endpoint.A
		}
	case faults.Stall:
		f.By = r.time(t, 1)
	case faults.Inject:
		f.Injected = r.injected(t)
	}
}

func (r reach) when(t *rapid.T) faults.When {
	if oneIn(t, 4, "timed") {
		return faults.When{Timed: true, At: r.time(t, 0)}
	}
	w := faults.When{Entry: entry(t)}
	if oneIn(t, 8, "again") {
		w.N = 2
	}
	return w
}

// injectedFlags are what attackers send; a fair share is noise.
var injectedFlags = []endpoint.Flags{
	endpoint.RST, endpoint.RST | endpoint.ACK, endpoint.SYN, endpoint.ACK, endpoint.SYN | endpoint.ACK,
	endpoint.FIN | endpoint.ACK, endpoint.FIN, endpoint.SYN | endpoint.ACK | endpoint.FIN, 0,
}

func (r reach) injected(t *rapid.T) faults.Injected {
	in := faults.Injected{Flags: rapid.SampledFrom(injectedFlags).Draw(t, "flags")}
	in.Seq = r.number(t, []faults.Base{faults.RcvNxt, faults.Absolute, faults.SndNxt, faults.SndUna})
	if in.Flags.Has(endpoint.ACK) {
		in.Ack = r.number(t, []faults.Base{faults.SndNxt, faults.SndUna, faults.Absolute, faults.RcvNxt})
	}
	if oneIn(t, 3, "text") {
		in.Text = uint32(between(t, 1, faults.MaxText, "octets"))
	}
	if in.HasWnd = oneIn(t, 4, "window"); in.HasWnd {
		in.Wnd = rapid.Uint16().Draw(t, "wnd")
	}
	return in
}

func (r reach) number(t *rapid.T, bases []faults.Base) faults.Number {
	n := faults.Number{Base: rapid.SampledFrom(bases).Draw(t, "base")}
	low := -r.plus
	if n.Base == faults.Absolute {
		low = 0
	}
	n.Plus = rapid.Int64Range(low, r.plus).Draw(t, "plus")
	return n
}
