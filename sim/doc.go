// Package sim runs scenarios: a Scenario (package scenario) becomes a World,
// which is stepped to its end and leaves a Trace.
//
//	Scenario --Reset--> World --Step, Step, ...--> Trace
//
// A World wires the other rooms together: two endpoints (package endpoint),
// the link between them (link), the script of faults (faults), two
// applications, and one virtual clock (scheduler). Step makes exactly one
// thing happen: a datagram arrives, a deadline is due, an application makes a
// call, a scripted fault strikes. The caller's loop hands the Step to whoever
// wants it. Nothing is registered anywhere; there are no callbacks, goroutines,
// locks or channels.
//
// Same scenario, same octets: nothing here looks at a wall clock, a map's
// order, a pointer or a float. A world is a value. It can be reset and used
// again without allocating, copied between two steps, and encoded canonically.
//
// This room knows no rule of TCP. What is legal is judged by sim/oracle, from
// the steps alone.
package sim
