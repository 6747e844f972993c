package coverage

import (
	"math"
	"testing"
)

func TestFailureBound(t *testing.T) {
	for _, c := range []struct {
		clean uint64
		want  Rate
		text  string
	}{
		{0, Always, "1.00e+00"},
		{1, 950_000_000_000, "9.50e-01"},
		{2, 776_393_202_251, "7.77e-01"}, // 1 - sqrt(0.05)
		{1_000_000, 2_995_728, "3.00e-06"},
		{1 << 60, 1, "1.00e-12"},
	} {
		if got := FailureBound(c.clean); got != c.want || got.String() != c.text {
			t.Errorf("%d clean runs: %d, %s, want %d, %s", c.clean, got, got, c.want, c.text)
		}
	}
	last := Always
	for n := uint64(1); n < 1<<40; n = n*5/3 + 1 {
		got := FailureBound(n)
		want := -math.Expm1(math.Log(0.05) / float64(n)) // another way to the same
		if math.Abs(float64(got)/float64(Always)-want) > 1.01e-12+want*1e-9 || got >= last {
			t.Errorf("%d clean runs: %d, want %.14f, and less than before", n, got, want)
		}
		last = got
	}
}

func TestRateString(t *testing.T) {
	for r, want := range map[Rate]string{
		0: "0.00e+00", 1: "1.00e-12", 999: "9.99e-10", 1000: "1.00e-09", 1001: "1.01e-09", 9991: "1.00e-08", Always: "1.00e+00",
	} {
		if got := r.String(); got != want {
			t.Errorf("%d prints as %s, want %s", uint64(r), got, want)
		}
	}
}

func TestRichness(t *testing.T) {
	c := NewCounts(testSpace)
	c.runs = 100
	first, _ := testSpace.Cells(RowPair)
	for i, n := range []uint64{1, 1, 1, 1, 2, 50} {
		c.cells[int(first)+i] = count{hits: n, in: n}
	}
	r := c.Richness(RowPair)
	if r != (Richness{Runs: 100, Seen: 6, Singles: 4, Doubles: 1}) {
		t.Fatalf("%+v", r)
	}
	// 99/100 * 4*3 / (2*2), and 4/100.
	if got := r.String(); got != "6 seen, 4 in one run only, 1 in two; at least 2.97 unseen, 0.040000 new a run" {
		t.Error(got)
	}
	if c.Richness(RowTaken).Unseen().Sign() != 0 || (Richness{}).Next().FloatString(1) != "1.0" {
		t.Error("nothing seen is not estimated as nothing known")
	}
	c.cells[testSpace.Joint(Lossy, 1, 2)].in = 1
	if c.RichnessOf(Lossy).Singles != 1 || c.RichnessOf(Ended).Singles != 0 || c.Richness(JointPair).Singles != 1 {
		t.Error("the pairs of a class are not its own")
	}
}
