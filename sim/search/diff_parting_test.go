package search

import (
	"slices"
	"testing"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
)

// partings are endpoints that take another liberty than tcp, each in a scenario
// in which that parts the runs.
var partings = []struct {
	name, allowance, scenario string
	altered
}{
	{"bad ACK in SYN-RECEIVED is challenged", "syn-received",
		"A: open passive\nB: open active\ndrop B ACK #1\ninject B->A ACK seq=rcv.nxt ack=snd.nxt+5 when A SYN-RECEIVED\n",
		altered{arrive: challengeACK}},
	{"SYN in SYN-RECEIVED is challenged", "syn-received",
		"A: open passive\nB: open active\ndrop B ACK #1\ninject B->A SYN seq=rcv.nxt when A SYN-RECEIVED\n",
		altered{arrive: challengeACK}},
	{"active OPEN in LISTEN is refused", "listen-open",
		"A: open passive nowait; wait 1s; open active nowait\nB: open passive\n",
		altered{staysPassive: true}},
	{"SEND in LISTEN is refused", "listen-open",
		"A: open passive nowait; wait 1s; send 1\nB: open passive\n",
		altered{staysPassive: true, refuses: true}},
	{"SEND in LISTEN waits", "listen-open",
		"A: open passive nowait; wait 1s; send 1\nB: open passive\n",
		altered{staysPassive: true}},
	{"SYN in TIME-WAIT begins anew", "reopen",
		"A: open active; close\nB: open passive; receive all; close\ninject B->A SYN seq=rcv.nxt when A TIME-WAIT\n",
		altered{arrive: reopens}},
	{"TIME-WAIT after an ABORT", "rst-time-wait",
		"A: open active; abort\nB: open passive; receive all\n",
		altered{status: waitsAfterReset}},
	{"ACK above a gap is used later", "out-of-order",
		"A: open active; close\nB: open passive; send 100; close\ndelay B DATA #1 by 50ms\ndelay B FIN #1 by 50ms\n",
		altered{arrive: lateACK}},
}

// challengeACK answers a bad ACK or a second SYN in SYN-RECEIVED with an ACK,
// where tcp sends a RST, or goes back to LISTEN.
func challengeACK(a *altered, h *endpoint.Header, s *endpoint.Segment) bool {
	a.TCP.Status(&a.state)
	badACK := s.Flags.Has(endpoint.ACK) && a.state.SND.NXT.Less(s.Ack)
	if a.state.State != endpoint.SynReceived || !badACK && s.Flags != endpoint.SYN {
		return true
	}
	a.queue(&endpoint.Header{Src: h.Dst, Dst: h.Src}, &endpoint.Segment{
		SrcPort: s.DstPort, DstPort: s.SrcPort, Flags: endpoint.ACK,
		Seq: a.state.SND.NXT, Ack: a.state.RCV.NXT, Wnd: s.Wnd,
	})
	return false
}

// reopens takes a SYN in TIME-WAIT for a new connection.
func reopens(a *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	a.TCP.Status(&a.state)
	if a.state.State == endpoint.TimeWait && s.Flags == endpoint.SYN && !s.Seq.Less(a.state.RCV.NXT) {
		if err := a.TCP.Reset(a.own); err != nil {
			panic(err)
		}
		if err := a.TCP.Open(a.now, true); err != nil {
			panic(err)
		}
	}
	return true
}

// waitsAfterReset tells TIME-WAIT where the connection was reset from here.
func waitsAfterReset(a *altered, st *endpoint.Status) {
	if st.State == endpoint.Closed && a.aborts {
		st.State = endpoint.TimeWait
	}
}

// lateACK does not look at the ACK field of what is above a gap.
func lateACK(a *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	a.TCP.Status(&a.state)
	if a.state.State.Synchronized() && a.state.RCV.NXT.Less(s.Seq) {
		s.Ack = a.state.SND.UNA
	}
	return true
}

// compared is how tcp and what is altered compare in a scenario.
func compared(t *testing.T, text string, what altered) Comparison {
	t.Helper()
	s, err := scenario.Parse(t.Name(), text)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewDiffer(offerOf(what), pair).Diff(&s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestDiffParts: where the RFC leaves a choice that changes what happens next
// the runs part, by the allowance that says so; without it they diverge.
func TestDiffParts(t *testing.T) {
	for _, p := range partings {
		t.Run(p.name, func(t *testing.T) {
			if c := compared(t, p.scenario, p.altered); c.Divergence.Found() || c.Parted != p.allowance {
				t.Errorf("parted %q, want %q; %+v", c.Parted, p.allowance, c.Divergence)
			}
			if c := compared(t, p.scenario, altered{}); c.Divergence.Found() || c.Parted != "" {
				t.Errorf("tcp and tcp: parted %q, %+v", c.Parted, c.Divergence)
			}
			defer func(all []Allowance) { allowed = all }(allowed)
			allowed = slices.DeleteFunc(slices.Clone(allowed), func(a Allowance) bool { return a.Name == p.allowance })
			if c := compared(t, p.scenario, p.altered); !c.Divergence.Found() {
				t.Errorf("without the allowance: parted %q, want a divergence", c.Parted)
			}
		})
	}
}

// oldProbe probes a closed window with the octet before the first that was not
// acknowledged, and some value or other.
func oldProbe(a *altered, _ *endpoint.Header, s *endpoint.Segment) bool {
	a.TCP.Status(&a.state)
	if a.state.SND.WND == 0 && len(s.Text) > 0 && s.Seq == a.state.SND.UNA {
		a.n++
		s.Seq, s.Text, s.Flags = s.Seq-1, []byte{s.Text[0] ^ 0xff}, endpoint.ACK
	}
	return true
}

// TestDiffProbes: RFC 9293 3.8.4 sends an octet again that was acknowledged,
// with a value that nobody looks at. The octets of a stream are looked at.
func TestDiffProbes(t *testing.T) {
	const scenario = "B tcp receive-buffer=100\nA: open active; send 300; close\nB: open passive; wait 5s; receive all; close\n"
	probes := 0
	emit := func(a *altered, h *endpoint.Header, s *endpoint.Segment) bool {
		keep := oldProbe(a, h, s)
		probes = max(probes, a.n)
		return keep
	}
	if c := compared(t, scenario, altered{emit: emit}); c.Divergence.Found() || c.Parted != "" || probes == 0 {
		t.Errorf("%d probes, parted %q, %+v", probes, c.Parted, c.Divergence)
	}
	fresh := func(a *altered, h *endpoint.Header, s *endpoint.Segment) bool {
		if a.TCP.Status(&a.state); a.state.SND.WND == 0 && len(s.Text) > 0 {
			s.Text[0] ^= 0xff
		}
		return true
	}
	if c := compared(t, scenario, altered{emit: fresh}); c.Divergence.Kind != DivergedText {
		t.Errorf("a wrong octet in a probe: parted %q, %+v", c.Parted, c.Divergence)
	}
}
