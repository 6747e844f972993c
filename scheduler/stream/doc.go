// Package stream makes the random numbers of a run: named streams whose draws
// are pure functions of (seed, name, n, k).
//
// A generator that hands out one number after another ties every draw to all
// that were made before it: switch one fault off, and all the others move. Here
// the fate of the n-th datagram of an end is computed from that n alone, when
// it is wanted; a world that is copied has no generator to copy; and run i of a
// seed depends on the seed and i, not on the runs before it.
//
// All is integer arithmetic, so that the same draw is the same number on every
// machine and with every later Go; tests hold the numbers fast. It is no
// cryptography.
//
// The package imports nothing of halfopen and uses the standard library only. It
// may not touch a clock, a map, math/rand or a float.
package stream
