// Package scenario says what a run is made of: two ends and their configuration,
// the link's two directions, the applications, the script of faults, and when the
// network heals. A Scenario has one text form, which is the file on disk, what a
// counterexample prints and what the shrinker makes smaller; Parse and
// String are exact inverses.
//
//	halfopen scenario 1
//	seed 7
//	A tcp iss=4294967290
//	link delay 10ms loss 10% cap 3
//	A: open active; send 1000; close
//	B: open passive; receive all; close
//	drop A SYN #1
//	heal at 60s
//
// An empty text is the default scenario; any subset of the lines is legal, and
// order matters only among faults.
//
// This room runs nothing: package sim does. It knows endpoint's configuration,
// link's models and the language of faults.
package scenario
