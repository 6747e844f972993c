// Package search looks for runs that break a rule, and makes what it finds
// small.
//
//	(seed, i) --Generator--> Scenario --Runner--> Violation
//	Violation --WriteOut--> explicit faults --Shrink--> Finding
//
// A sweep runs scenario after scenario on all cores; run i of seed S depends on
// (S, i) alone, and the result of a sweep on nothing else. The lowest-numbered
// run of each group of violations is written out as an explicit fault script
// over a link that only delays, and shrunk as long as it stays in its group:
// the same rule at the same end in the same state, in the same words (Same).
// Groups that are known already can be set aside (Options.Known).
//
// This room decides what is tried, never what is right: that is sim/oracle's,
// and, where it is asked for (Wire), sim/oracle/wireonly's.
// The goroutines of a sweep are the only ones in the library; each has a world
// of its own.
package search
