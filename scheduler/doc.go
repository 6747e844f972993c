// Package scheduler is virtual time: a clock that moves when it is told to, and
// a queue of what is still to happen.
//
// Queue holds events in a total order: by time, and at one instant in the order
// in which they were scheduled. Nothing else decides who is first, which is
// what makes a run repeatable. An event is a number of the caller's; it can be
// cancelled and moved. Clock counts nanoseconds since the run began, and the
// budgets of the run: how many events, how many of them at one instant, how much
// virtual time. A run that uses up a budget ends with an error of that
// name instead of never.
//
// Both are plain values that a world can copy and use again, and neither
// allocates in steady state.
//
// The package imports nothing of halfopen and uses the standard library only. It
// starts no goroutine, calls nobody back, and may not touch the machine's clock,
// a source of randomness or a float: time comes in as an argument.
package scheduler
