package gen

import (
	"time"

	"example.org/halfopen/sim/scenario"

	"pgregory.net/rapid"

	"example.org/halfopen/faults"
)

// Scenario is a scenario.Scenario that rapid prints as its text.
type Scenario struct{ scenario.Scenario }

// GoString is the scenario's text, for rapid's log of what it drew.
func (s Scenario) GoString() string { return "\n" + s.String() }

// most is how many faults a script has.
const most = 5

// Fair draws a scenario in which TCP promises to deliver everything and to
// settle, unless its faults exceed the loss cap: the World says so then
// (World.Fair).
func Fair() *rapid.Generator[Scenario] {
	return rapid.Custom(func(t *rapid.T) Scenario { return draw(t, fairApps, FairScript(most)) })
}

// Hostile draws a scenario in which anything may happen.
func Hostile() *rapid.Generator[Scenario] {
	return rapid.Custom(func(t *rapid.T) Scenario {
		s := draw(t, hostileApps, HostileScript(most))
		for e := range s.Link {
			s.Link[e].Undetected = s.Link[e].Corrupt > 0 && oneIn(t, 2, "undetected")
			if oneIn(t, 8, "user timeout") {
				s.Ends[e].Config.UserTimeout = span(t, 5*time.Second, 100*time.Second, "user timeout")
			}
		}
		return s
	})
}

func draw(t *rapid.T, apps func(*rapid.T) []scenario.App, script *rapid.Generator[faults.Script]) Scenario {
	var s Scenario
	s.Fault = script.Draw(t, "faults")
	for e := range s.Ends {
		config(t, &s.Ends[e].Config)
		s.Link[e] = path(t)
	}
	s.Apps = apps(t)
	s.Seed = uint64(between(t, 0, 1<<20, "seed"))
	s.IPv6 = oneIn(t, 8, "ipv6")
	s.Heal = span(t, 10*time.Second, 60*time.Second, "heal")
	s.Limits.Events = 50_000
	return s
}

// Written draws a scenario that is valid as a text, and need make no sense.
func Written() *rapid.Generator[Scenario] {
	hostile := Hostile()
	return rapid.Custom(func(t *rapid.T) Scenario {
		s := hostile.Draw(t, "scenario")
		s.Fault = WrittenScript(2*most).Draw(t, "faults")
		s.Seed = rapid.Uint64().Draw(t, "seed")
		s.Heal = writtenReach.time(t, 0)
		s.Limits.Time = writtenReach.time(t, 0)
		s.Limits.Instant = between(t, 0, 1<<31-1, "instant")
		for e := range s.Ends {
			writtenEnd(t, &s.Ends[e])
			c := &s.Link[e]
			c.Loss = rapid.Uint32Range(0, 1_000_000).Draw(t, "loss")
			c.MTU, c.QueueOctets = between(t, 0, 65535, "mtu"), between(t, 0, 1<<20, "queue octets")
			c.Down = rapid.Bool().Draw(t, "down")
		}
		return s
	})
}

func writtenEnd(t *rapid.T, h *scenario.Host) {
	h.Endpoint = rapid.SampledFrom([]string{"", "netstack", "tcp!last-ack-any-ack"}).Draw(t, "endpoint")
	c := &h.Config
	c.MSL, c.RTOInitial, c.RTOMin = writtenReach.time(t, 0), writtenReach.time(t, 0), writtenReach.time(t, 0)
	c.R2, c.R2SYN, c.OverrideTimeout = writtenReach.time(t, 0), writtenReach.time(t, 0), writtenReach.time(t, 0)
	c.R1, c.ChallengeACKs = between(t, 0, 1<<31-1, "r1"), between(t, 0, 1<<31-1, "challenge acks")
	c.NoChallengeThrottle = rapid.Bool().Draw(t, "no throttle")
	c.DelayedACK = span(t, 0, 499*time.Millisecond, "delayed ack")
}
