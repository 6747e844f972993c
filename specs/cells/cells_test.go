package cells_test

import (
	"slices"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/specs/cells"
)

// profile is what halfopen's own TCP claims.
func profile(t *testing.T) endpoint.Profile {
	t.Helper()
	sockets := sim.Sockets(false)
	tcp, err := endpoint.NewTCP(endpoint.Config{Local: sockets[0], Remote: sockets[1]})
	if err != nil {
		t.Fatal(err)
	}
	return tcp.(endpoint.Profiler).Profile()
}

func TestTCP(t *testing.T) { cells.Run(t, endpoint.NewTCP, profile(t)) }

// The page promises so many; and every state has its share of them.
func TestCount(t *testing.T) {
	all := cells.All()
	if len(all) < 240 {
		t.Errorf("%d cells, want 240 at least", len(all))
	}
	events := map[endpoint.State][]*cells.Event{}
	for _, c := range all {
		if !slices.Contains(events[c.State.Is], c.Event) {
			events[c.State.Is] = append(events[c.State.Is], c.Event)
		}
	}
	for s := range endpoint.NumStates {
		if n := len(events[endpoint.State(s)]); n < 20 {
			t.Errorf("%v: %d events, want 20 at least", endpoint.State(s), n)
		}
	}
}

// The oracle finds nothing wrong with what the table calls right.
func TestOracleAgrees(t *testing.T) {
	stack := cells.NewStack(endpoint.NewTCP, profile(t))
	for _, c := range cells.All() {
		for _, at := range cells.Places() {
			if r := stack.Put(&c, at); r.Oracle.Found() {
				t.Errorf("%v, at %v: %v: %v\n%v", c.Name(), at.Name, r.Oracle.Rule.Name, r.Oracle.Text, r.Scenario)
			}
		}
	}
}

// liar is TCP up to the moment of the event, and then has a fault.
type liar struct {
	endpoint.Endpoint
	fault fault
	lied  bool
}

// fault is what a liar does wrong.
type fault int

const (
	mute  fault = iota // the first datagram is not sent
	twice              // it is sent twice
	deaf               // what arrives is ignored, and so is what the user calls
	off                // the acknowledgment number is one too high
	reset              // every segment ends the connection
)

// eventTime is when the event happens in the scenario of a cell.
const eventTime = 700 * time.Millisecond

// Profile claims what TCP does, and that it withholds nothing.
func (l *liar) Profile() endpoint.Profile {
	p := l.Endpoint.(endpoint.Profiler).Profile()
	p.Unthrottled = true
	return p
}

func (l *liar) Emit(now time.Duration, buf []byte) (int, bool) {
	n, ok := l.Endpoint.Emit(now, buf)
	if !ok || l.lied || now < eventTime {
		return n, ok
	}
	switch l.fault {
	case mute:
		l.lied = true
		return l.Endpoint.Emit(now, buf)
	case off:
		l.lied = true
		ack := buf[endpoint.TCPOffset(buf[:n])+8:]
		ack[3]++
		endpoint.FixChecksum(buf[:n])
	}
	return n, ok
}

func (l *liar) Arrive(now time.Duration, datagram []byte) {
	switch {
	case l.fault == deaf && now == eventTime:
		return
	case l.fault == reset && now == eventTime:
		_ = l.Endpoint.Abort(now)
		return
	}
	l.Endpoint.Arrive(now, datagram)
	if l.fault == twice && now == eventTime {
		l.Endpoint.Arrive(now, datagram)
	}
}

// Every fault is found wherever no answer allows it.
func TestLiars(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault fault
	}{{"mute", mute}, {"deaf", deaf}, {"off", off}, {"reset", reset}} {
		t.Run(c.name, func(t *testing.T) {
			stack := cells.NewStack(func(config endpoint.Config) (endpoint.Endpoint, error) {
				tcp, err := endpoint.NewTCP(config)
				return &liar{Endpoint: tcp, fault: c.fault}, err
			}, profile(t))
			wrong, found := 0, 0
			for _, cell := range cells.All() {
				r := stack.Put(&cell, cells.Places()[0])
				if r.Wrong != "" {
					wrong++
					if r.Oracle.Found() {
						found++
					} else {
						t.Logf("oracle silent: %v", r.Wrong)
					}
				} else if r.Oracle.Found() {
					t.Logf("oracle alone: %v: %v", cell.Name(), r.Oracle.Text)
				}
			}
			t.Logf("%s: %d wrong, %d of them found by the oracle", c.name, wrong, found)
		})
	}
}
