package wrong

import (
	"context"

	"example.org/halfopen/sim/oracle/joint"
	"example.org/halfopen/sim/search"
	"example.org/halfopen/sim/search/explore"
)

// Exhaustive does not draw: it places every combination of few faults.
var Exhaustive = Strategy{
	"explore", "every combination of up to three faults on the datagrams of small models", exhaustive,
}

// mostFaults is how many faults are placed at once.
const mostFaults = 3

// more are models beside those of explore: a reader that stays away while its window
// is full, and a CLOSE behind what has filled it; and octets of which each leaves before
// the one before is acknowledged, for longer than R2; and a window of which the sender
// hears late, by a segment that an older one has overtaken, so that it sends too much.
var more = []explore.Model{{Name: "shut-window", Open: joint.Reliable, Text: `halfopen scenario 1
limit events 1000
limit time 24h
heal at 24h
A tcp iss=4294967295
B tcp iss=2147483647 receive-buffer=2
link delay 10ms
A: open active; send 2; close; receive all
B: open passive; wait 4s; receive all; close
`}, {Name: "overlapping", Open: joint.Reliable, Text: `halfopen scenario 1
limit events 1000
limit time 24h
heal at 24h
A tcp iss=4294967295 r2=5s no-nagle
B tcp iss=2147483647
link delay 10ms
A: open active; send 1; wait 990ms; send 1; wait 2s; send 1; close
B: open passive; receive all; close
`}, {Name: "stale-window", Open: joint.Reliable, Text: `halfopen scenario 1
limit events 1000
limit time 24h
heal at 24h
A tcp iss=4294967295
B tcp iss=2147483647 receive-buffer=3 no-nagle
link delay 10ms
A: open active; wait 400ms; send 2; wait 490ms; send 2; close; receive all
B: open passive; send 1; wait 20ms; send 1; wait 5s; receive all; close
`}}

// exhaustive hunts with no fault, with one, and so on, however many runs that takes.
// The number of a run says how many there are before it.
func exhaustive(ctx context.Context, o search.Options, q *Quarry) (runs uint64, err error) {
	for k := range mostFaults + 1 {
		options := explore.Options{Offer: o.Offer, Ends: o.Ends, Faults: k, Jobs: o.Jobs, Models: append(explore.Models(), more...)}
		r, err := explore.Explore(ctx, options)
		if err != nil {
			return runs, err
		}
		if r.Stopped {
			return runs, ctx.Err()
		}
		for i := range r.Models {
			over, err := ofModel(options, r.Models[i], runs, q)
			if over || err != nil {
				return runs, err
			}
			runs += r.Models[i].Runs
		}
	}
	return runs, nil
}

// ofModel brings what was found in one model, before whose runs there were so
// many others.
func ofModel(o explore.Options, m explore.ModelResult, before uint64, q *Quarry) (over bool, err error) {
	witnesses := m.Witnesses
	for i := range witnesses {
		v := &witnesses[i].Group.Violation
		if !v.Found() || !q.Wants(v) {
			continue
		}
		m.Witnesses = witnesses[i : i+1]
		found, err := explore.Find(o, &explore.Result{Models: []explore.ModelResult{m}}, nil)
		if err != nil {
			return false, err
		}
		for _, f := range found {
			f.Group.Run += before
			if over, err := q.Bring(f); over || err != nil {
				return over, err
			}
		}
	}
	return false, nil
}
