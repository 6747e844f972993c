package cmd

import (
	"context"
	"errors"
	"fmt"

	"example.org/halfopen/faults/scan"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/search"
)

// The exit statuses of the command. "go run" turns every failure into 1.
const (
	ExitLegal       = 0   // every run was legal
	ExitFailed      = 1   // something else went wrong: a file could not be written
	ExitUsage       = 2   // bad usage, or bad input
	ExitDiffers     = 3   // a replay is not what the trace says
	ExitBudget      = 4   // a budget was hit, and no rule broken
	ExitMissing     = 5   // --require-edges misses an edge, and nothing was found
	ExitViolation   = 42  // a rule was broken
	ExitInterrupted = 130 // Ctrl-C ended a single run, or a sweep that had found nothing
)

// failure is an error that knows its exit status. Errors of the command-line
// library are none: all of them are bad usage.
type failure struct {
	status int
	err    error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// usage is an error about what the user asked for, or handed over.
func usage(format string, args ...any) error {
	return &failure{ExitUsage, fmt.Errorf(format, args...)}
}

// interrupted says in plain words that it was Ctrl-C that stopped a run; any
// other error it returns as it is.
func interrupted(err error) error {
	if !errors.Is(err, context.Canceled) {
		return err
	}
	return &failure{ExitInterrupted, fmt.Errorf("interrupted, so there is no verdict: %w", err)}
}

// statusOf is the exit status of what a subcommand returned.
func statusOf(err error) int {
	var f *failure
	var syntax *scan.SyntaxError
	switch {
	case err == nil:
		return ExitLegal
	case errors.As(err, &f):
		return f.status
	case errors.As(err, &syntax):
		return ExitUsage
	}
	return ExitFailed
}

// statusOfRun is the exit status of one judged run.
func statusOfRun(v *sim.Violation) int {
	switch {
	case !v.Found():
		return ExitLegal
	case search.IsBudget(v):
		return ExitBudget
	}
	return ExitViolation
}
