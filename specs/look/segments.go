package look

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// Dwell is how long an end was in a state when it was there for the first
// time: to the end of the run, if it never left.
func Dwell(run *sim.Trace, e endpoint.End, s endpoint.State) time.Duration {
	in := time.Duration(-1)
	for i := range run.Events {
		switch v := &run.Events[i]; {
		case v.End != e:
		case in < 0 && v.After == s && v.Before != s:
			in = v.At
		case in >= 0 && v.After != s:
			return v.At - in
		}
	}
	if in < 0 {
		return 0
	}
	return run.Events[len(run.Events)-1].At - in
}

// Sent lists the segments of a kind that an end emitted.
func Sent(run *sim.Trace, e endpoint.End, k endpoint.Kind) []sim.SegmentRecord {
	var list []sim.SegmentRecord
	for i := range run.Segments {
		if s := run.Segments[i]; s.End == e && s.Kind == k && !s.Injected {
			list = append(list, s)
		}
	}
	return list
}

// Gaps are the times between one segment of a kind and the next.
func Gaps(run *sim.Trace, e endpoint.End, k endpoint.Kind) []time.Duration {
	var list []time.Duration
	segments := Sent(run, e, k)
	for i := 1; i < len(segments); i++ {
		list = append(list, segments[i].At-segments[i-1].At)
	}
	return list
}

// Longest is the most text that an end put into one segment, in octets.
func Longest(run *sim.Trace, e endpoint.End) int {
	most := 0
	for i := range run.Segments {
		if s := &run.Segments[i]; s.End == e && !s.Injected {
			most = max(most, int(s.Len))
		}
	}
	return most
}
