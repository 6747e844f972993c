// Package link is one path between two ends, in two directions: loss, delay,
// reordering, duplication, corruption, rate, queue and MTU.
//
// A [Path] gives each datagram that enters it a [Fate]: the copies that will
// arrive, each with a time and flipped bits. It delivers nothing itself; who
// holds the fate may edit it first (package faults does), and then asks
// [Path.Settle] for the last word: a cap on how often the same thing may be
// lost in a row, without which nothing can be promised.
//
// The random models are for exploring. Every draw is a pure function of (seed,
// direction, what it is for, number of the datagram), in integers: the same on
// every machine, and the same whatever other models are on.
package link
