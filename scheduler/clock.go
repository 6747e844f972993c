package scheduler

import (
	"errors"
	"fmt"
	"time"
)

// The budgets that a run can exceed. Advance wraps them in a *BudgetError.
var (
	// ErrEvents is returned when a run has more events than Limits.Events.
	ErrEvents = errors.New("too many events")
	// ErrInstant is returned when more events than Limits.Instant happen at
	// one instant: time stands still. Two stacks that answer each other, or
	// one that answers itself, do this without end.
	ErrInstant = errors.New("too many events at one instant: time stands still")
	// ErrTime is returned when an event lies behind Limits.Time.
	ErrTime = errors.New("too much virtual time")
)

// Limits are the budgets of one run. Zero fields, and negative ones, stand for
// the defaults.
type Limits struct {
	_       struct{}      // no positional literals: fields will be added
	Events  int           // how many events a run may have
	Instant int           // how many events may happen at one instant
	Time    time.Duration // the last instant at which an event may happen
}

// The defaults of Limits.
const (
	DefaultEvents  = 1_000_000
	DefaultInstant = 10_000
	DefaultTime    = 30 * 24 * time.Hour
)

// WithDefaults returns the Limits with every zero replaced by what it means.
func (l Limits) WithDefaults() Limits {
	if l.Events <= 0 {
		l.Events = DefaultEvents
	}
	if l.Instant <= 0 {
		l.Instant = DefaultInstant
	}
	if l.Time <= 0 {
		l.Time = DefaultTime
	}
	return l
}

// BudgetError says which budget of a run is used up, and where the run was
// then.
type BudgetError struct {
	Err    error         // ErrEvents, ErrInstant or ErrTime
	Limits Limits        // the budgets of the run, defaults filled in
	Now    time.Duration // virtual time
	Next   time.Duration // the time of the event that was one too many
	Events int           // how many events there had been
}

// Error tells the limit and the time.
func (e *BudgetError) Error() string {
	switch e.Err {
	case ErrEvents:
		return fmt.Sprintf("scheduler: %v: the limit of %d is reached at %v",
			e.Err, e.Limits.Events, e.Now)
	case ErrInstant:
		return fmt.Sprintf("scheduler: %v: the limit of %d is reached at %v, after %d events in all",
			e.Err, e.Limits.Instant, e.Now, e.Events)
	}
	return fmt.Sprintf("scheduler: %v: an event at %v, the limit is %v; now is %v, after %d events",
		e.Err, e.Next, e.Limits.Time, e.Now, e.Events)
}

// Unwrap is ErrEvents, ErrInstant or ErrTime.
func (e *BudgetError) Unwrap() error { return e.Err }

// Clock is the virtual time of one run: nanoseconds since it began. It moves
// only when it is told to, and keeps count of the run's budgets. The zero value
// stands at 0 and has the default Limits. It is a plain value: an assignment
// copies it.
type Clock struct {
	now     time.Duration
	events  int
	instant int // events at now
	limits  Limits
}

// Reset sets the clock to 0 and its budgets to new ones.
func (c *Clock) Reset(l Limits) { *c = Clock{limits: l.WithDefaults()} }

// Now is virtual time.
func (c *Clock) Now() time.Duration { return c.now }

// Events is how many events there have been.
func (c *Clock) Events() int { return c.events }

// Advance sets the clock to the time of the next event and counts it. The error
// is a *BudgetError, and the clock then stays as it was. Time that goes
// backwards is a mistake of the caller: Advance panics.
func (c *Clock) Advance(to time.Duration) error {
	if to < c.now {
		panic(fmt.Sprintf("scheduler: time would go backwards from %v to %v", c.now, to))
	}
	if c.limits.Events == 0 {
		c.limits = c.limits.WithDefaults()
	}
	instant := c.instant + 1
	if to != c.now {
		instant = 1
	}
	if to > c.limits.Time || c.events >= c.limits.Events || instant > c.limits.Instant {
		return c.exceeded(to)
	}
	c.now = to
	c.events++
	c.instant = instant
	return nil
}

// exceeded names the budget that an event would exceed.
func (c *Clock) exceeded(to time.Duration) error {
	err := ErrEvents
	switch {
	case to > c.limits.Time:
		err = ErrTime
	case to == c.now && c.instant >= c.limits.Instant:
		err = ErrInstant
	}
	return &BudgetError{Err: err, Limits: c.limits, Now: c.now, Next: to, Events: c.events}
}
