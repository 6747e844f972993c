package scheduler

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	var c Clock
	for _, to := range []time.Duration{0, 0, 5, 5, time.Hour} {
		if err := c.Advance(to); err != nil || c.Now() != to {
			t.Errorf("%v: now %v, error %v", to, c.Now(), err)
		}
	}
	twin := c
	if err := twin.Advance(2 * time.Hour); err != nil || c.Now() != time.Hour || c.Events() != 5 {
		t.Errorf("a copy moves the clock to %v, event %d", c.Now(), c.Events())
	}
	c.Reset(Limits{})
	if c.Now() != 0 || c.Events() != 0 {
		t.Errorf("after Reset: %v, event %d", c.Now(), c.Events())
	}
}

func TestBudgets(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits Limits
		steps  func(c *Clock) error
		want   error
		text   string
	}{
		{"events", Limits{Events: 3}, times(3, time.Second), ErrEvents,
			"scheduler: too many events: the limit of 3 is reached at 3s"},
		{"instant", Limits{Instant: 4}, times(4, 0), ErrInstant,
			"scheduler: too many events at one instant: time stands still: " +
				"the limit of 4 is reached at 0s, after 4 events in all"},
		{"time", Limits{Time: 5 * time.Second}, times(5, time.Second), ErrTime,
			"scheduler: too much virtual time: an event at 6s, the limit is 5s; " +
				"now is 5s, after 5 events"},
		{"events by default", Limits{Events: -1}, times(DefaultEvents, 1), ErrEvents,
			"scheduler: too many events: the limit of 1000000 is reached at 1ms"},
		{"instant by default", Limits{}, times(DefaultInstant, 0), ErrInstant,
			"scheduler: too many events at one instant: time stands still: " +
				"the limit of 10000 is reached at 0s, after 10000 events in all"},
		{"time by default", Limits{}, times(30*24, time.Hour), ErrTime,
			"scheduler: too much virtual time: an event at 721h0m0s, the limit is 720h0m0s; " +
				"now is 720h0m0s, after 720 events"},
	} {
		var clock Clock
		clock.Reset(c.limits)
		err := c.steps(&clock)
		var budget *BudgetError
		if !errors.Is(err, c.want) || !errors.As(err, &budget) || err.Error() != c.text {
			t.Errorf("%s: got %v, want %s", c.name, err, c.text)
			continue
		}
		now := clock.Now()
		if again := clock.Advance(budget.Next); !errors.Is(again, c.want) || clock.Now() != now {
			t.Errorf("%s: asked again: %v, now %v", c.name, again, clock.Now())
		}
	}
}

// times advances n times, which must do, and once more.
func times(n int, by time.Duration) func(c *Clock) error {
	return func(c *Clock) error {
		for range n {
			if err := c.Advance(c.Now() + by); err != nil {
				return fmt.Errorf("too early: %v", err)
			}
		}
		return c.Advance(c.Now() + by)
	}
}

// Events at one instant are counted anew at the next.
func TestInstantIsOneInstant(t *testing.T) {
	var c Clock
	c.Reset(Limits{Instant: 2})
	for i := range 100 {
		if err := c.Advance(time.Duration(i / 2)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Advance(49); !errors.Is(err, ErrInstant) {
		t.Error(err)
	}
}

func TestClockBackwards(t *testing.T) {
	defer func() {
		const want = "scheduler: time would go backwards from 2s to 1s"
		if got := fmt.Sprint(recover()); got != want {
			t.Errorf("panics with %q, want %q", got, want)
		}
	}()
	var c Clock
	_ = c.Advance(2 * time.Second)
	_ = c.Advance(time.Second)
}

func TestClockAllocatesNothing(t *testing.T) {
	var c Clock
	if n := testing.AllocsPerRun(100, func() { _ = c.Advance(c.Now() + 1) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A stack that answers itself without time passing ends the run.
func ExampleClock() {
	var c Clock
	c.Reset(Limits{Instant: 100})
	var err error
	for err == nil {
		err = c.Advance(1500 * time.Millisecond)
	}
	fmt.Println(errors.Is(err, ErrInstant))
	fmt.Println(errors.Unwrap(err), "at", c.Now())
	// Output:
	// true
	// too many events at one instant: time stands still at 1.5s
}
