package coverage

import (
	"fmt"
	"math/big"
	"math/bits"
)

// Rate is a chance, in parts per 10^12.
type Rate uint64

// Always is the rate of what happens in every run.
const Always Rate = 1_000_000_000_000

// FailureBound is what so many clean runs are worth: with 95 % confidence a
// rule that none of them broke is broken in less than this part of such runs.
// It is the exact one-sided bound for no failure in n trials, 1 - 0.05^(1/n)
// (Clopper and Pearson, Biometrika 26, 1934), rounded up; about 3/n, the rule of
// three (Hanley and Lippman-Hand, JAMA 249, 1983). Of no runs it is Always.
//
// It supposes independent runs, and speaks about such runs only: of faults that
// the sweep never makes it says nothing.
func FailureBound(clean uint64) Rate {
	if clean == 0 {
		return Always
	}
	low, high := Rate(0), Always // the bound is above low, and high is one
	for high-low > 1 {
		middle := low + (high-low)/2
		if survives(Always-middle, clean) {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// survives reports whether n runs that are each clean at a rate are all clean
// more often than once in 20. Powers are rounded up, so that what is said not to
// survive does not; in software, so that every machine says the same.
func survives(clean Rate, n uint64) bool {
	number := func(a, b uint64) *big.Float {
		x := new(big.Float).SetPrec(128).SetMode(big.ToPositiveInf).SetUint64(a)
		return x.Quo(x, new(big.Float).SetUint64(b))
	}
	p, base := number(1, 1), number(uint64(clean), uint64(Always))
	for i := bits.Len64(n) - 1; i >= 0; i-- {
		p.Mul(p, p)
		if n>>i&1 != 0 {
			p.Mul(p, base)
		}
	}
	return p.Cmp(number(1, 20)) > 0
}

// String is the rate with three digits, rounded up: "1.50e-05", as a float
// prints.
func (r Rate) String() string {
	if r == 0 {
		return "0.00e+00"
	}
	digits, exponent := uint64(r), -10
	up := false
	for digits >= 1000 {
		up = up || digits%10 != 0
		digits, exponent = digits/10, exponent+1
	}
	for digits < 100 {
		digits, exponent = digits*10, exponent-1
	}
	if up {
		digits++
	}
	if digits == 1000 {
		digits, exponent = 100, exponent+1
	}
	sign := "-"
	if exponent >= 0 {
		sign = "+"
	}
	return fmt.Sprintf("%d.%02de%s%02d", digits/100, digits%100, sign, max(exponent, -exponent))
}

// Bound is FailureBound of the runs that judged a rule, by its index, and of
// which none broke it.
func (c *Counts) Bound(rule int) Rate { return FailureBound(c.In(c.space.Rule(rule))) }

// Richness is what the rare cells tell about those that no run has shown. It
// counts runs, not events: within a run one thing leads to another, and only
// runs are drawn independently. The zero value is of no runs.
type Richness struct {
	Runs    uint64 // T
	Seen    uint64 // cells that some run has covered
	Singles uint64 // Q1: by exactly one
	Doubles uint64 // Q2: by exactly two
}

// Richness is that of the cells of a kind.
func (c *Counts) Richness(k Kind) Richness {
	first, end := c.space.Cells(k)
	return c.richness(first, end)
}

// RichnessOf is that of the joint pairs of a class.
func (c *Counts) RichnessOf(class Class) Richness {
	first := c.space.Joint(class, 0, 0)
	return c.richness(first, first+Cell(numPairs))
}

func (c *Counts) richness(first, end Cell) Richness {
	r := Richness{Runs: c.runs}
	for i := range c.cells[first:end] {
		n := c.cells[first:end][i].in
		switch n {
		case 0:
			continue
		case 1:
			r.Singles++
		case 2:
			r.Doubles++
		}
		r.Seen++
	}
	return r
}

// Unseen estimates how many cells can be covered but were not yet: Chao2, the
// form for runs of Chao1, (T-1)/T * Q1(Q1-1) / 2(Q2+1), which is a lower bound
// (Chao, Biometrics 43, 1987, bias-corrected as in Chao, Encyclopedia of
// Statistical Sciences, 2005).
func (r Richness) Unseen() *big.Rat {
	if r.Runs == 0 || r.Singles == 0 {
		return new(big.Rat)
	}
	x := product(r.Runs-1, r.Singles, r.Singles-1)
	return x.Quo(x, product(r.Runs, 2, r.Doubles+1))
}

// Next estimates how many new cells one more run shows, which is no less than
// the chance that it shows any: Q1/T, by Good and Turing (Good, Biometrika 40,
// 1953; for fuzzing: Boehme, ACM TOSEM 27, 2018). 1 for no runs: the first shows
// something.
func (r Richness) Next() *big.Rat {
	if r.Runs == 0 {
		return big.NewRat(1, 1)
	}
	return product(r.Singles).Quo(product(r.Singles), product(r.Runs))
}

func product(factors ...uint64) *big.Rat {
	p := big.NewInt(1)
	for _, f := range factors {
		p.Mul(p, new(big.Int).SetUint64(f))
	}
	return new(big.Rat).SetInt(p)
}

// String is a line for a report: "45 seen, 3 in one run only, 2 in two; at
// least 1.00 unseen, 0.000150 new a run".
func (r Richness) String() string {
	return fmt.Sprintf("%d seen, %d in one run only, %d in two; at least %s unseen, %s new a run",
		r.Seen, r.Singles, r.Doubles, r.Unseen().FloatString(2), r.Next().FloatString(6))
}
