// Package table holds the transition table of RFC 9293 3.10 as data that reads
// like the RFC, and matches steps of a TCP against it: which row, or rows,
// explain that this state, this event and these facts led to that state and to
// those segments.
//
// The table is the text rfc9293.txt, which Page returns: anybody can read it
// beside the RFC. A clause stands in the section that it comes from:
//
//	l  FIN-WAIT-1 on segment if own FIN acked, not FIN taken
//	   -> FIN-WAIT-2
//
// It says in which states, on what event and under which facts it holds. Each
// arrow is one legal outcome: the next state, what has to leave ("sends") and
// what may ("may send"). An ACK that is owed may come "soon" (it may share the
// ACK of a burst, MUST-58), "delayed" (MUST-40), or "unless throttled" (RFC
// 5961 7). Beside that only what the clauses with "also" let out may leave: text
// and FIN as the window has it, delayed ACKs, window updates.
//
// As in the RFC the clauses of a state are gone through in their order, and the
// first that holds decides. A clause with "may on" is a choice or a liberty: if
// it does not explain the step, the next one may. A clause with "never" is a
// part of the RFC that cannot happen here; it gives the reason.
//
// A fact can be unknown, because a stack does not tell (Facts). Then a clause
// that needs it may explain a step, but does not decide it.
//
// This room may import endpoint for its words (State, Flags) and nothing else
// of ours. It knows no sequence arithmetic: whoever calls Match works out the
// facts.
package table
