package sim

import (
	"fmt"
	"testing"

	"example.org/halfopen/endpoint"
)

// arrivals tells how the copies of A's n-th datagram arrived.
func arrivals(tr *Trace, kind endpoint.Kind) (list []string) {
	for i := range tr.Events {
		c := &tr.Events[i].Cause
		if s := tr.Segment(c.Segment); c.Kind == Arrival && s.End == endpoint.A && s.Kind == kind && s.Nth == 1 {
			what := "whole"
			switch {
			case c.Undetected:
				what = "undetected"
			case c.Corrupt:
				what = "corrupt"
			}
			if c.Deaf {
				what += ", deaf"
			}
			list = append(list, what)
		}
	}
	return list
}

// TestCorruptMeansDamaged: a copy in which nothing is different in the end is
// not called corrupt, whatever was done to it.
func TestCorruptMeansDamaged(t *testing.T) {
	for script, want := range map[string]string{
		"corrupt A DATA #1 bit 170":                                                  "[corrupt]",
		"corrupt A DATA #1 bit 170\ncorrupt A DATA #1 bit 170":                       "[whole]",
		"corrupt A DATA #1 bit 170\ncorrupt A DATA #1 bit 171":                       "[corrupt]",
		"corrupt A DATA #1 bit 170\nduplicate A DATA #1 after 1ms":                   "[corrupt corrupt]",
		"duplicate A DATA #1 after 1ms\ncorrupt A DATA #1 bit 170 undetected":        "[undetected undetected]",
		"corrupt A DATA #1 bit 130":                                                  "[corrupt]",
		"corrupt A DATA #1 bit 130 undetected":                                       "[undetected]",
		"corrupt A DATA #1 bit 170 undetected\ncorrupt A DATA #1 bit 170 undetected": "[whole]",
		"corrupt A DATA #1 bit 170\ncrash B when B ESTABLISHED":                      "[corrupt, deaf]",
	} {
		w := start(t, plain+script)
		tr := finishRun(w)
		if got := fmt.Sprint(arrivals(tr, endpoint.KindDATA)); got != want {
			t.Errorf("%s: arrives %s, want %s", script, got, want)
		}
	}
}

// TestMalformedIsNotCorrupt: where there is no TCP header no bit is flipped.
func TestMalformedIsNotCorrupt(t *testing.T) {
	offer := oddOffer(func(o *odd) {
		o.emit = func(n int, ok bool, most int) (int, bool) { return min(n, 30), ok }
	})
	tr, err := runOdd(t, offer, "A: open active; close\nB: open passive; close\ncorrupt A ANY bit 3\nlimit events 10")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range tr.Events {
		if c := &tr.Events[i].Cause; c.Kind == Arrival {
			if n++; c.Corrupt {
				t.Errorf("#%d is called corrupt", c.Segment)
			}
		}
	}
	if n == 0 {
		t.Error("nothing arrives")
	}
}

// TestArrivedIsWhatArrives compares what a step shows with what its Cause says.
func TestArrivedIsWhatArrives(t *testing.T) {
	w := start(t, plain+"link corrupt 30% delay 10ms\nseed 5\ncrash B at 100ms\nrestart B after 5s")
	sent := map[uint32]endpoint.Segment{}
	corrupt, deaf := 0, 0
	for {
		s, ok := w.Step()
		if !ok {
			break
		}
		for _, m := range s.Emits {
			sent[m.ID] = endpoint.Segment{Seq: m.Segment.Seq, Ack: m.Segment.Ack, Wnd: m.Segment.Wnd, Flags: m.Segment.Flags}
		}
		if s.Cause.Kind != Arrival {
			continue
		}
		was, is := sent[s.Cause.Segment], s.Arrived
		same := was.Seq == is.Seq && was.Ack == is.Ack && was.Wnd == is.Wnd && was.Flags == is.Flags
		if !s.Cause.Corrupt && (!same || s.ArrivedErr != nil) || s.Cause.Corrupt && s.ArrivedErr != endpoint.ErrChecksum {
			t.Errorf("step %d: %+v shows %+v (%v), sent was %+v", s.N, s.Cause, is, s.ArrivedErr, was)
		}
		if s.Cause.Corrupt {
			corrupt++
			if s.Cause.Deaf {
				deaf++
			}
		}
	}
	if corrupt < 3 || deaf < 1 {
		t.Errorf("%d corrupt arrivals, %d at a deaf host: the test tests nothing", corrupt, deaf)
	}
}
