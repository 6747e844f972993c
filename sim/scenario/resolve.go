package scenario

import (
	"fmt"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults/scan"
	"example.org/halfopen/link"
)

// DefaultDelay is the delay of a link that names none.
const DefaultDelay = 10 * time.Millisecond

// defaultApps shake hands, send data both ways, one after the other, and close:
// A first, so that B goes on sending over a half-closed connection.
var defaultApps = []App{
	{End: endpoint.A, Acts: []Act{{Op: ActOpen}, {Op: ActSend, N: 1000}, {Op: ActClose}, {Op: ActReceive}}},
	{End: endpoint.B, Acts: []Act{{Op: ActOpen, Passive: true}, {Op: ActReceive}, {Op: ActSend, N: 1000}, {Op: ActClose}}},
}

// Resolve replaces what a scenario leaves out by what it means.
func (s *Scenario) Resolve() {
	if len(s.Apps) == 0 {
		s.Apps = defaultApps
	}
	if s.Heal == 0 {
		s.Heal = DefaultHeal
	}
	for e := range s.Ends {
		if s.Ends[e].Endpoint == "" {
			s.Ends[e].Endpoint = DefaultEndpoint
		}
		if s.Link[e].Delay == (link.Delay{}) {
			s.Link[e].Delay.Min = DefaultDelay
		}
	}
}

// Valid returns an error for what a world could not run. It is what Check says
// of the parts that a text form has, without making that text.
func (s *Scenario) Valid() error {
	for e := range s.Link {
		if err := s.Link[e].Check(); err != nil {
			return fmt.Errorf("scenario: %v: %w", endpoint.End(e), err)
		}
	}
	for i := range s.Apps {
		a := &s.Apps[i]
		if a.End > endpoint.B {
			return fmt.Errorf("scenario: application %d is at no end", i+1)
		}
		for j := range a.Acts {
			if err := a.Acts[j].check(); err != nil {
				return fmt.Errorf("scenario: application %d, act %d: %w", i+1, j+1, err)
			}
		}
	}
	if s.Heal < 0 || s.Heal > scan.MaxTime {
		return fmt.Errorf("scenario: heal at %v is not from 0s to %v", s.Heal, scan.MaxTime)
	}
	return s.Fault.Check()
}

func (a *Act) check() error {
	switch {
	case int(a.Op) >= NumActOps:
		return fmt.Errorf("no act %d", a.Op)
	case int(a.State) >= endpoint.NumStates:
		return fmt.Errorf("no state %d", a.State)
	case a.N < 0 || a.N > maxOctets || a.Chunk < 0:
		return fmt.Errorf("%v: %d by %d octets", a.Op, a.N, a.Chunk)
	case a.Every < 0 || a.Every > scan.MaxTime:
		return fmt.Errorf("%v: time %v is not from 0s to %v", a.Op, a.Every, scan.MaxTime)
	}
	return nil
}

// Hostile reports whether the scenario may do what TCP does not promise to
// survive: a crash, an injection, corruption that the checksum does not catch.
func (s *Scenario) Hostile() bool {
	return s.Fault.Hostile() || hostileLink(&s.Link[0]) || hostileLink(&s.Link[1])
}

func hostileLink(c *link.Config) bool { return c.Corrupt > 0 && c.Undetected }
