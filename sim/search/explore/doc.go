// Package explore places every combination of up to K faults on the segments of
// small models: a handshake, an octet each way, and a close, of every kind. What
// a sweep finds by luck in some runs of many, it finds or rules out, within its
// bounds.
//
//	(model, fault-free run) --at each datagram: no fault, or one of the kinds--> all runs
//
// A choice point is a step in which an end emits something. There the world and
// its judge are copied, and the step is made again for each fault that its
// datagrams may meet; what follows is a run like any other, until the next choice
// point. A fault is a line of the script, set when the datagram that it is about
// is emitted (sim.World.SetScript): so each run is also a scenario, written out,
// that gives the same trace from its beginning.
//
// # States
//
// Runs that come to the same state go on alike, so only the first goes on. A
// state is what its key is made of: all that decides what the world will do
// (sim.World.AppendFuture), and all that decides what the judge will say of it: what
// it remembers (oracle.Judge.AppendState), and what both ends told last. How many
// faults are left is not in the key: a state is explored again if it is reached with
// more of them left than before. What is left out of a key can only be wrong in
// these encodings; Options.Verify goes on for one choice from each state that was
// recognised, and compares.
//
// A key is the first 128 bits of a SHA-256 of that encoding. With n states the
// probability that any two of them share a key by accident is at most n^2/2^129:
// 1.5e-23 for 100 million of them.
//
// # Figures
//
// The states and what leads from each to which are kept as a graph, and all that
// is reported is worked out from it when it is complete: how many runs it stands
// for, how many of these break a rule, and the first such run. So nothing in a
// Result depends on the number of jobs, or on who came first.
//
// # Bounds
//
// Faults and Depth of the Options, and the models. Beyond them nothing is
// claimed. Runs are over long before heal, which in a model is a day away: the
// bound on settling after heal (the rule settle) is the only one that is not
// judged here. A run that comes back to a state of its own is reported as one
// that never ends instead.
package explore
