package vnet

import "example.org/halfopen/sim"

// SetStacks has the networks that are made from now on use other endpoints.
func SetStacks(o sim.Offer) { stacks = o }

// SetMostEvents gives each connection that many events.
func SetMostEvents(n int) { mostEvents = n }
