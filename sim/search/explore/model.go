package explore

import (
	"fmt"
	"strings"
	"time"

	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/joint"
)

// Model is a small scenario without faults, in which to place some.
type Model struct {
	Name string
	Text string      // the lines of its applications
	Open joint.Class // of its fault-free run: Reliable, or Simultaneous
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
		B: open passive; receive all; send 1; close`, joint.Reliable},
	{"early-close", `
		A: open active; send 1; receive all; close
		B: open passive nowait; when SYN-RECEIVED; close; receive all`, joint.Reliable},
	{"client-aborts-open", `
		A: open active nowait; wait 15ms; close
		B: open passive; receive all; close`, joint.Reliable},
	{"late-listen", `
		A: open active; send 1; close; receive all
		B: wait 15ms; open passive; receive all; send 1; close`, joint.Reliable},
	{"simultaneous", `
		A: open active; send 1; receive 1; close; receive all
		B: open active; receive 1; send 1; receive all; close`, joint.Simultaneous},
	{"simultaneous-both", `
		A: open active; send 1; close; receive all
		B: open active; send 1; close; receive all`, joint.Simultaneous},
	{"simultaneous-half", `
		A: open active; send 1; close; receive all
		B: open active; receive all; send 1; close`, joint.Simultaneous},
}

// Models lists the models: handshakes by a client and a server, or by two
// clients at once; closes by A first, by B first, by both at once, by A with an
// octet of B after it; a close before the handshake is done, at either end, and a
// server that comes after the first SYN. The caller may change the list.
func Models() []Model {
	list := append([]Model(nil), models...)
	for i := range list {
		lines := strings.Split(strings.TrimSpace(list[i].Text), "\n")
		for k := range lines {
			lines[k] = strings.TrimSpace(lines[k])
		}
		list[i].Text = strings.Join(lines, "\n") + "\n"
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

// What every model has in common. The initial numbers are fixed, just below
// where sequence numbers wrap and where their sign turns; that leaves the clock
// of 4 us on top of them. Heal is after the end of every run (doc.go).
const common = `
A tcp iss=4294967295
B tcp iss=2147483647
limit events 20000
limit time 24h0m0s
heal at 24h0m0s
`

// scenario is the model's fault-free run between two endpoints.
func (m *Model) scenario(ends [2]string) (*sim.Scenario, error) {
	s, err := sim.Parse("model "+m.Name, m.Text+common)
	if err != nil {
		return nil, fmt.Errorf("explore: %w", err)
	}
	for e := range ends {
		s.Ends[e].Endpoint = ends[e]
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
