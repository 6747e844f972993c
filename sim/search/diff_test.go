package search

import (
	"context"
	"reflect"
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// TestDiffOfOne: an endpoint differs from itself in nothing, whatever its ISS.
// The few runs that part have undetected corruption: what a flipped bit of a
// sequence number means depends on the ISS.
func TestDiffOfOne(t *testing.T) {
	all := tallyOf(t, offerOf(altered{config: otherISS}), 1, 5000)
	for k, n := range all.groups {
		t.Errorf("%d runs, first %d: %+v", n, all.first[k], k)
	}
	if all.whole < 4950 {
		t.Errorf("%d whole, parted %v", all.whole, all.parted)
	}
}

// allowedOnes differ only in what an allowance covers.
var allowedOnes = []struct {
	name, allowance string
	altered
}{
	{"iss", "iss", altered{config: otherISS}},
	{"IP identification", "ip-id", altered{raw: changeIP}},
	{"window", "window", altered{config: func(c *endpoint.Config) { c.ReceiveBuffer = 5000 }}},
	{"SACK permitted", "options", altered{emit: addOption}},
	{"no MSS", "options", altered{config: func(c *endpoint.Config) { c.NoMSSOption = true }}},
	{"PSH", "psh", altered{emit: flipPSH}},
	{"Nagle", "segmentation", altered{config: func(c *endpoint.Config) { c.NoNagle = !c.NoNagle }}},
	{"small segments", "segmentation", altered{arrive: smallMSS}},
	{"ACK at once", "delayed-ack", altered{config: func(c *endpoint.Config) { c.NoDelayedACK = true }}},
	{"late ACK", "delayed-ack", altered{config: func(c *endpoint.Config) { c.DelayedACK = 499 * time.Millisecond }}},
	{"two ACKs", "ack-merging", altered{emit: doubleACK}},
	{"initial RTO", "rto", altered{config: func(c *endpoint.Config) { c.RTOInitial = 3 * time.Second }}},
	{"minimum RTO", "rto", altered{config: func(c *endpoint.Config) { c.RTOMin = 2 * time.Second }}},
	{"resends all", "resend-more", altered{emit: resendAll}},
	{"LAST-ACK at CLOSE", "last-ack", altered{status: lastACK}},
	{"figure 7", "simultaneous-open", altered{arrive: figure7}},
	{"RST,ACK", "abort-rst", altered{emit: resetACK}},
	{"send buffer", "buffers", altered{config: func(c *endpoint.Config) { c.SendBuffer = 700 }}},
	{"does not exist", "gone", altered{gone: true}},
	{"throttle", "throttle", altered{config: func(c *endpoint.Config) { c.ChallengeACKs = 1 }}},
	{"R2", "give-up", altered{config: func(c *endpoint.Config) { c.R2, c.R2SYN = 150*time.Second, 300*time.Second }}},
	{"RST at R2", "give-up-rst", altered{giveUpRST: true}},
	{"drops above a gap", "out-of-order", altered{arrive: dropGap}},
	{"RST in half-closed", "half-duplex-close", altered{halfDuplex: true}},
	{"RST in the window resets", "rfc5961", altered{arrive: anyRST, noProfile: true}},
}

// TestDiffAllows: what the RFC leaves free is no divergence, in thousands of
// runs, and most of them can be compared to their ends.
func TestDiffAllows(t *testing.T) {
	names := map[string]bool{}
	for _, a := range Allowed() {
		names[a.Name] = true
	}
	for _, a := range allowedOnes {
		t.Run(a.name, func(t *testing.T) {
			if !names[a.allowance] {
				t.Errorf("no allowance %s", a.allowance)
			}
			all := tallyOf(t, offerOf(a.altered), 1, 2000)
			t.Logf("%d whole, parted %v", all.whole, all.parted)
			for k, n := range all.groups {
				t.Errorf("%d runs, first %d: %+v", n, all.first[k], k)
			}
			if all.whole < 1200 {
				t.Errorf("only %d whole, parted %v", all.whole, all.parted)
			}
		})
	}
}

// planted are wrong endpoints, each with a scenario in which it shows at once.
var planted = []struct {
	name, scenario string
	altered
	want Divergence
}{
	{"loses its second FIN", "drop A FIN #1\nA: open active; close\nB: open passive; receive all\n", altered{emit: oneFIN},
		Divergence{Kind: DivergedResend, State: endpoint.FinWait1, After: "timeout", Shown: [2]Shown{
			{Words: "[FIN,ACK] again", Step: 7, Segment: 5, At: 1020 * time.Millisecond},
			{Words: "nothing", Nothing: true, Step: 5, At: 60020 * time.Millisecond},
		}}},
	{"short initial RTO", "drop A SYN #1\n",
		altered{config: func(c *endpoint.Config) { c.RTOInitial = 300 * time.Millisecond }, noProfile: true},
		Divergence{Kind: DivergedTimer, State: endpoint.SynSent, After: "timeout", Shown: [2]Shown{
			{Words: "[SYN] again", Step: 3, Segment: 2, At: time.Second},
			{Words: "[SYN] again too early", Step: 3, Segment: 2, At: 300 * time.Millisecond},
		}}},
	{"no back-off", "drop A SYN #1-3\n",
		altered{config: func(c *endpoint.Config) { c.RTOMax = time.Second }, noProfile: true},
		Divergence{Kind: DivergedTimer, State: endpoint.SynSent, After: "timeout", Shown: [2]Shown{
			{Words: "[SYN] again", Step: 4, Segment: 3, At: 3 * time.Second},
			{Words: "[SYN] again no back-off", Step: 4, Segment: 3, At: 2 * time.Second},
		}}},
	{"another RST", "A: wait 1s\nB: open active\n", altered{emit: strayRST},
		Divergence{Kind: DivergedSegment, State: endpoint.Closed, After: "[SYN]", Shown: [2]Shown{
			{Words: "[RST,ACK]", Numbers: " Ack=0", Step: 2, Segment: 2, At: 10 * time.Millisecond},
			{Words: "[RST,ACK]", Numbers: " Ack=1", Step: 2, Segment: 2, At: 10 * time.Millisecond},
		}}},
	{"ignores a SYN", "A: open active; wait 5s; close\nB: open passive; receive all; close\ninject B->A SYN seq=rcv.nxt at 2s\n", altered{arrive: noSecondSYN},
		Divergence{Kind: DivergedAnswer}},
	{"wrong octets", "", altered{emit: wrongText},
		Divergence{Kind: DivergedText, State: endpoint.Established, After: "sending", Shown: [2]Shown{
			{Words: "nothing of the kind", Nothing: true, At: 20 * time.Millisecond},
			{Words: "the wrong octets", Step: 5, Segment: 4, At: 20 * time.Millisecond},
		}}},
	{"panics", "A: open active; close\nB: open passive; receive all; close\n", altered{emit: panics},
		Divergence{Kind: DivergedEnd}},
}

// TestDiffLocates: a planted divergence is found at the very segment.
func TestDiffLocates(t *testing.T) {
	for _, p := range planted {
		t.Run(p.name, func(t *testing.T) {
			s, err := scenario.Parse(p.name, p.scenario)
			if err != nil {
				t.Fatal(err)
			}
			c, err := NewDiffer(offerOf(p.altered), pair).Diff(&s)
			if err != nil {
				t.Fatal(err)
			}
			got := c.Divergence
			got.Section = ""
			if p.want.After == "" && got.Kind == p.want.Kind {
				return
			}
			if got != p.want {
				t.Errorf("parted %q\ngot  %+v\nwant %+v", c.Parted, got, p.want)
			}
		})
	}
}

// TestDiffSweepDoesNotDependOnJobs, nor does what is shrunk.
func TestDiffSweepDoesNotDependOnJobs(t *testing.T) {
	var one *DiffResult
	for _, jobs := range []int{1, 2} {
		o := DiffOptions{Offer: offerOf(altered{emit: oneFIN}), A: []string{"tcp", "other"}, Seed: 1, Runs: 500, Jobs: jobs}
		r, err := DiffSweep(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		if one == nil {
			one = r
			checkFound(t, o, r)
		}
		if !reflect.DeepEqual(r, one) {
			t.Errorf("%d jobs: %+v, one: %+v", jobs, r, one)
		}
	}
}

func checkFound(t *testing.T, o DiffOptions, r *DiffResult) {
	t.Helper()
	p := &r.Pairs[0]
	found, err := FindDiffs(o, p, nil)
	if err != nil || len(found) == 0 || len(found) != len(p.Groups) {
		t.Fatalf("%d of %d groups: %v", len(found), len(p.Groups), err)
	}
	n := p.Same
	for _, x := range p.Parted {
		n += x.Count
	}
	if n+r.Divergences() != r.Runs || r.Runs != o.Runs {
		t.Errorf("%d runs, %d same or parted, %d diverged", r.Runs, n, r.Divergences())
	}
	for _, f := range found {
		if !SameDivergence(&f.Divergence, &f.Group.Divergence) {
			t.Errorf("shrunk to another divergence: %+v", f.Divergence)
		}
		if len(f.Scenario.Fault) > 3 {
			t.Errorf("%d faults left:\n%s", len(f.Scenario.Fault), f.Scenario.String())
		}
	}
}

// TestDiffSweepErrors: what cannot be run is an error, the same for any number
// of jobs.
func TestDiffSweepErrors(t *testing.T) {
	for _, o := range []DiffOptions{
		{Offer: sim.TCP(), A: []string{"tcp"}, Runs: 10},
		{Offer: sim.TCP(), A: []string{"tcp", "none"}, Runs: 10, Jobs: 2},
	} {
		if r, err := DiffSweep(context.Background(), o); err == nil {
			t.Errorf("%v: %+v", o.A, r)
		}
	}
}
