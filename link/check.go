package link

import (
	"errors"
	"fmt"
	"time"
)

// maxTime is the longest delay that a Config may name, so that sums of times
// do not overflow; a scenario's text has the same bound.
const maxTime = 1000 * time.Hour

// maxRate is the highest Rate.
const maxRate = 1 << 50

var (
	errGap        = errors.New("link: Gap without Reorder")
	errUndetected = errors.New("link: Undetected without Corrupt")
)

// Check returns an error that says what is out of range, or nil.
func (c *Config) Check() error {
	for _, r := range [...]struct {
		name string
		ppm  uint32
	}{
		{"Loss", c.Loss}, {"Gilbert.P", c.Gilbert.P}, {"Gilbert.R", c.Gilbert.R},
		{"Gilbert.LossGood", c.Gilbert.LossGood}, {"Gilbert.LossBad", c.Gilbert.LossBad},
		{"Reorder", c.Reorder}, {"Duplicate", c.Duplicate}, {"Corrupt", c.Corrupt}, {"Delay.Tail", c.Delay.Tail},
	} {
		if r.ppm > million {
			return fmt.Errorf("link: %s of %d ppm is more than all, 1000000", r.name, r.ppm)
		}
	}
	const most = 1<<31 - 1 // an int everywhere
	for _, n := range [...]struct {
		name  string
		value int64
		max   int64
	}{
		{"Cap", int64(c.Cap), most}, {"Gap", int64(c.Gap), most}, {"Rate", c.Rate, maxRate},
		{"QueuePackets", int64(c.QueuePackets), most}, {"QueueOctets", int64(c.QueueOctets), most},
		{"MTU", int64(c.MTU), 1<<16 - 1},
	} {
		if n.value < 0 || n.value > n.max {
			return fmt.Errorf("link: %s %d is not from 0 to %d", n.name, n.value, n.max)
		}
	}
	if c.Gap > 0 && c.Reorder == 0 {
		return errGap
	}
	if c.Undetected && c.Corrupt == 0 {
		return errUndetected
	}
	return c.Delay.check()
}

func (d *Delay) check() error {
	for _, t := range [...]time.Duration{d.Min, d.Max, d.Mean} {
		if t < 0 || t > maxTime {
			return fmt.Errorf("link: delay %v is not from 0s to %v", t, maxTime)
		}
	}
	meant := Delay{Model: d.Model, Min: d.Min}
	switch d.Model {
	case Constant:
	case Uniform:
		meant.Max = d.Max
	case Exponential:
		meant.Mean = d.Mean
	case Bimodal:
		meant.Max, meant.Tail = d.Max, d.Tail
	default:
		return fmt.Errorf("link: no delay model %d", d.Model)
	}
	if *d != meant {
		return fmt.Errorf("link: a field of a %v delay is set that means nothing there", d.Model)
	}
	if (d.Model == Uniform || d.Model == Bimodal) && d.Max < d.Min {
		return fmt.Errorf("link: %v delay: Max %v is less than Min %v", d.Model, d.Max, d.Min)
	}
	return nil
}

// String is the word that a scenario has for the model.
func (m DelayModel) String() string {
	switch m {
	case Constant:
		return "constant"
	case Uniform:
		return "uniform"
	case Exponential:
		return "exponential"
	case Bimodal:
		return "bimodal"
	}
	return "no such model"
}
