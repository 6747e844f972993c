package sim

import (
	"time"

	"example.org/halfopen/endpoint"
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

// resolve replaces what a scenario leaves out by what it means.
func (s *Scenario) resolve() {
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

// Hostile reports whether the scenario may do what TCP does not promise to
// survive: a crash, an injection, corruption that the checksum does not catch.
func (s *Scenario) Hostile() bool {
	return s.Fault.Hostile() || hostileLink(&s.Link[0]) || hostileLink(&s.Link[1])
}

func hostileLink(c *link.Config) bool { return c.Corrupt > 0 && c.Undetected }
