// Package look reads a finished run, a [sim.Trace], for those who assert
// something about it: how long an end was in a state, what it sent, what the
// applications saw, and where two runs part.
package look
