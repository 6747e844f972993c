package explore

import (
	"fmt"
	"strings"
	"time"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/sim/oracle/joint"
)

// Model is a small scenario without faults, in which to place some.
type Model struct {
	Name string
	// Text is the scenario: without a fault, on a link that only delays, with
	// fixed initial sequence numbers, and with heal where its limit of time is, or
	// later.
	Text string
	Open joint.Class // of its run: Reliable, or Simultaneous
}

// models are every kind of open and close, with an octet each way.
var models = []Model{
	{"client-closes", `
		A: open active; send 1; receive 1; close; receive all
		B: open passive; receive 1; send 1; receive all; close`, joint.Reliable},
	{"server-closes", `
		A: open active; send 1; receive 1; receive all; close
		B: open passive; receive 1; send 1; close; receive all`, joint.Reliable},
	{"both-close", `
		A: open active; send 1; close; receive all
		B: open passive; send 1; close; receive all`, joint.Reliable},
	{"half-close", `
		A: open active; send 1; close; receive all
		B: open passive; receive all; wait 50ms; send 1; close`, joint.Reliable},
	{"queued-close", `
		A tcp iss=4294967295
		B tcp iss=2147483647 receive-buffer=2
		A: open active; send 3; close; receive all
		B: open passive; receive all; send 1; close`, joint.Reliable},
	{"early-close", `
		A: open active; send 1; receive all; close
		B: open passive nowait; when SYN-RECEIVED; close; receive all`, joint.Reliable},
	{"no-client", `
		A: open active nowait; wait 5ms; close
		B: open passive nowait; when SYN-RECEIVED; close; receive all`, joint.Reliable},
	{"late-server", `
		A: open active; send 1; close; receive all
		B: wait 15ms; open passive; receive all; send 1; close`, joint.Reliable},
	{"short-time-wait", `
		A tcp iss=4294967295 msl=1600ms
		B tcp iss=2147483647 msl=1600ms
		A: open active; close
		B: open passive; receive all; close`, joint.Reliable},
	{"short-both-close", `
		A tcp iss=4294967295 msl=1600ms
		B tcp iss=2147483647 msl=1600ms
		A: open active; send 1; close; receive all
		B: open passive; send 1; close; receive all`, joint.Reliable},
	{"simultaneous", `
		A: open active; send 1; receive 1; close; receive all
		B: open active; receive 1; send 1; receive all; close`, joint.Simultaneous},
	{"simultaneous-both", `
		A: open active; send 1; close; receive all
		B: open active; send 1; close; receive all`, joint.Simultaneous},
	{"simultaneous-half", `
		A: open active; send 1; close; receive all
		B: open active; receive all; wait 50ms; send 1; close`, joint.Simultaneous},
	{"two-servers", `
		A: open passive nowait; wait 10ms; close
		B: open passive nowait; wait 20ms; close`, joint.Simultaneous},
}

// Models lists the models: handshakes by a client and a server, or by two
// clients at once; closes by A first, by B first, by both at once, by A with an
// octet of B after it, by A while octets are still queued; a close before the
// handshake is done, at one end and at both; a server that comes after the first SYN; a TIME-WAIT that may be over
// before the last ACK has arrived; and two ends that only listen. The caller may
// change the list.
func Models() []Model {
	list := append([]Model(nil), models...)
	for i := range list {
		lines := strings.Split(strings.TrimSpace(list[i].Text), "\n")
		for k := range lines {
			lines[k] = strings.TrimSpace(lines[k])
		}
		list[i].Text = common + strings.Join(lines, "\n") + "\n"
		if !strings.Contains(list[i].Text, "A tcp") {
			list[i].Text = common + numbers + strings.Join(lines, "\n") + "\n"
		}
	}
	return list
}

// FindModel returns the model of a name. The error lists the names.
func FindModel(name string) (Model, error) {
	names := ""
	for i, m := range Models() {
		if m.Name == name {
			return m, nil
		}
		if i > 0 {
			names += ", "
		}
		names += m.Name
	}
	return Model{}, fmt.Errorf("explore: no model is called %q; there are: %s", name, names)
}

// common is what every model has in common: heal is after the end of every run
// (doc.go).
const common = `halfopen scenario 1
limit events 1000
limit time 24h0m0s
heal at 24h0m0s
`

// numbers fixes the initial sequence numbers, just below where sequence numbers
// wrap and where their sign turns; the clock of 4 us is added to them.
const numbers = `A tcp iss=4294967295
B tcp iss=2147483647
`

// scenario is the model's run between two endpoints.
func (m *Model) scenario(ends [2]string) (*scenario.Scenario, error) {
	s, err := scenario.Parse("model "+m.Name, m.Text)
	if err != nil {
		return nil, fmt.Errorf("explore: %w", err)
	}
	for e := range ends {
		s.Ends[e].Endpoint = ends[e]
		calm := s.Link[e] == link.Config{Delay: link.Delay{Min: s.Link[e].Delay.Min}}
		if !calm {
			return nil, fmt.Errorf("explore: model %s: the link from %v does more than delay; want a constant delay", m.Name, endpoint.End(e))
		}
	}
	last := s.Limits.WithDefaults().Time
	switch {
	case len(s.Fault) > 0:
		return nil, fmt.Errorf("explore: model %s has the fault %v; want none: they are placed by the search", m.Name, s.Fault[0])
	case s.Heal < last:
		return nil, fmt.Errorf("explore: model %s heals at %v, and may run until %v; want a heal that is not earlier", m.Name, s.Heal, last)
	}
	return &s, nil
}

// class is what may happen in a model with so many faults. Six losses of one
// segment are needed until an end gives up after R2 (100 s: 1, 2, 4, 8, 16, 32
// and 60 s between eight transmissions).
func (m *Model) class(faults int) joint.Class {
	switch {
	case faults == 0:
		return m.Open
	case faults <= 5:
		return joint.Lossy
	}
	return joint.GivingUp
}

// Kinds are the faults that a datagram may meet: it is lost; it arrives twice,
// the second time when its answer is there already; it arrives after the
// retransmission timeout (1 s); it arrives after the next one of its end, or after
// that timeout if there is none; it arrives damaged. End, Kind, First and Last
// are to be filled in.
func Kinds() []faults.Fault {
	return []faults.Fault{
		{Op: faults.Drop},
		{Op: faults.Duplicate, By: 25 * time.Millisecond},
		{Op: faults.Delay, By: 1500 * time.Millisecond},
		{Op: faults.Reorder, Behind: 1, By: 1500 * time.Millisecond},
		{Op: faults.Corrupt},
	}
}
