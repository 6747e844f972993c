package steer

import (
	"slices"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
)

// keepPromises puts back what the changes may have broken.
func (m *mutator) keepPromises() {
	s := &m.s
	s.Fault = fewEnough(s.Fault)
	s.Apps = s.Apps[:min(len(s.Apps), maxApps)]
	for i := range s.Apps {
		a := &s.Apps[i]
		a.Acts = a.Acts[:min(len(a.Acts), maxActs)]
	}
	for e := range s.Link {
		if c := &s.Link[e]; c.Cap == 0 || c.Cap > 4 {
			c.Cap = 1 + m.below(4)
		}
	}
	if len(s.Apps) > 0 { // the default ones read
		allRead(s)
	}
}

// fewEnough shortens a script, and leaves no more lines that copy or damage a
// datagram than a link.Fate holds, with what the link's models do.
func fewEnough(script faults.Script) faults.Script {
	left := [faults.NumOps]int{}
	for op := range left {
		left[op] = maxFaults
	}
	left[faults.Duplicate], left[faults.Corrupt] = link.MaxCopies-2, link.MaxFlips-1
	script = slices.DeleteFunc(script, func(f faults.Fault) bool {
		left[f.Op]--
		return left[f.Op] < 0
	})
	return script[:min(len(script), maxFaults)]
}

// allRead lets both ends read to the end of each stream beside whatever else
// they do: a window that nobody opens rests closed for ever (RFC 9293 3.8.6.1,
// MUST-37), and is nobody's fault but the applications'.
func allRead(s *scenario.Scenario) {
	for e := endpoint.A; e <= endpoint.B; e++ {
		for n := range int64(max(opens(s, e), 1)) {
			for _, q := range [...]endpoint.State{endpoint.Established, endpoint.FinWait1} {
				when := scenario.Act{Op: scenario.ActWhen, State: q}
				if n > 0 {
					when.N = n + 1
				}
				if !slices.ContainsFunc(s.Apps, func(a scenario.App) bool { return a.End == e && reads(&a, when) }) {
					s.Apps = append(s.Apps, scenario.App{End: e, Acts: []scenario.Act{when, {Op: scenario.ActReceive}}})
				}
			}
		}
	}
}

// opens is how often an end may open.
func opens(s *scenario.Scenario, e endpoint.End) (n int) {
	for i := range s.Apps {
		for k := range s.Apps[i].Acts {
			if s.Apps[i].End == e && s.Apps[i].Acts[k].Op == scenario.ActOpen {
				n++
			}
		}
	}
	return n
}

// reads reports whether a line waits for an entry and for nothing else, and
// then reads all there is, at once.
func reads(a *scenario.App, when scenario.Act) bool {
	return len(a.Acts) == 2 && a.Acts[0] == when && a.Acts[1] == scenario.Act{Op: scenario.ActReceive}
}
