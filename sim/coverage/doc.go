// Package coverage counts what runs have exercised, says what is still missing,
// and estimates what nobody has seen yet.
//
//	Step, Step, ... --Observer--> Counts --Merge--> Counts --Write--> a file
//
// What can be covered is a fixed list of cells, the Space: the states, the
// edges between them, each core edge under each kind of fault, the pairs of
// states of the two ends by fault class, and, if the caller has a table of
// transitions and a list of rules, the table's rows, which row follows which,
// and the rules. A cell has two counts: how often it happened, and in how many
// runs. Both are sums, so counts of any number of sweeps merge in any order to
// the same octets.
//
// # When an edge is taken under a fault
//
// An edge of an end ends the end's stay in a state. It is taken under every
// fault that was felt during that stay, from the datagrams that were emitted by
// the step that began it up to the segment that arrives in the step that ends
// it, whichever end sent the datagram; and it is clean if none was. So one edge
// may be taken under several faults at once, and no fault reaches further than
// the end's next state. A datagram's fault is felt when it first matters and
// when it is seen:
//
//	drop       when the datagram is emitted and no copy of it will arrive,
//	           whatever lost it; or when it arrives at a host that is down
//	delay      when it is emitted, and again when it arrives, if every copy is
//	           held or takes longer than the least delay of its direction
//	duplicate  when a copy arrives and another copy of the datagram has before
//	reorder    when the first copy arrives after a datagram that the same end
//	           emitted later
//	corrupt    when a copy with flipped bits arrives
//
// A copy that the checksum catches is no arrival for duplicate and reorder. A
// RST that a script injects is a fault of its own. "Under" means while, not
// because: that is what can be told from outside, on any stack.
//
// Some of the cells cannot be, whatever a link does: see Impossible.
//
// # What the figures are worth
//
// FailureBound says what a number of clean runs is worth, Richness estimates
// how many cells no run has shown yet. Both suppose that the runs were drawn
// independently of one another, so a steered search is to be kept apart from a
// sweep when they are asked.
//
// This package imports no oracle: what is legal is not its question.
package coverage
