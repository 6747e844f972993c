package table

import "testing"

func idOf(t *testing.T, name string) ID {
	t.Helper()
	for i := range table.rows {
		if table.rows[i].ID == name {
			return ID(i + 1)
		}
	}
	t.Fatalf("no row %s", name)
	return 0
}

func TestCoverage(t *testing.T) {
	var c, empty Coverage
	if n := c.Rows(); n != (Counts{}) || n.Unseen() != 1_000_000 || len(c.Missing()) != Len() || c.Row(1) != 0 || c.Pair(1, 2) != 0 {
		t.Errorf("a coverage that saw nothing: %v, %d missing", n, len(c.Missing()))
	}
	c.Visit(0, Found{})
	text := textStep()
	f := Match(&text)
	c.Visit(0, f)
	c.Visit(f.Row, f)
	c.Visit(f.Row, f)
	both := Match(&Step{From: tSYNRECEIVED, To: tESTABLISHED, Event: Segment, Facts: Known(in | NewACK | Text | LEN | Advanced), Sent: SendText})
	c.Visit(0, both)
	closing := Match(&Step{From: tESTABLISHED, To: tFINWAIT1, Event: Close, Facts: Known(Idle), Sent: SendFIN})
	c.Visit(f.Row, closing)
	// This one does not begin where the last has led to: a crash lay between.
	open := Match(&Step{From: tCLOSED, To: tLISTEN, Event: PassiveOpen, Facts: Known(0)})
	c.Visit(closing.Row, open)

	for _, k := range []struct {
		id   string
		want uint64
	}{{"3.10.7.4-7a/ESTABLISHED", 3}, {"3.10.7.4-5k/SYN-RECEIVED", 1}, {"3.8a/ESTABLISHED", 1}, {"3.8f/ESTABLISHED", 1}, {"3.10.4h/ESTABLISHED", 1}, {"3.10.1c/CLOSED", 1}, {"3.10.5d/ESTABLISHED", 0}} {
		if got := c.Row(idOf(t, k.id)); got != k.want {
			t.Errorf("%s: visited %d times, want %d", k.id, got, k.want)
		}
	}
	if got := c.Pair(f.Row, f.Row); got != 2 {
		t.Errorf("text after text %d times, want 2", got)
	}
	if got := c.Pair(f.Row, closing.Row); got != 1 {
		t.Errorf("CLOSE after text %d times, want 1", got)
	}
	if got := c.Pair(closing.Row, open.Row); got != 0 {
		t.Errorf("OPEN after CLOSE %d times, want 0", got)
	}
	if got, want := c.Rows(), (Counts{Kinds: 6, Once: 5, Visits: 8}); got != want || got.Unseen() != 625_000 {
		t.Errorf("rows: %+v, unseen %d ppm; want %+v", got, got.Unseen(), want)
	}
	if got, want := c.Pairs(), (Counts{Kinds: 2, Once: 1, Twice: 1, Visits: 3}); got != want {
		t.Errorf("pairs: %+v, want %+v", got, want)
	}
	if got := len(c.Missing()); got != Len()-6 {
		t.Errorf("%d rows missing of %d", got, Len())
	}
	var sum Coverage
	sum.Merge(&empty)
	sum.Merge(&c)
	sum.Merge(&c)
	if sum.Row(f.Row) != 6 || sum.Pair(f.Row, f.Row) != 4 {
		t.Errorf("merged twice: %d, %d", sum.Row(f.Row), sum.Pair(f.Row, f.Row))
	}
}

// Each pair that can be counted has a place of its own.
func TestPairsAreDistinct(t *testing.T) {
	seen := make([]bool, table.pairs[Len()])
	for a := ID(1); int(a) <= Len(); a++ {
		for b := ID(1); int(b) <= Len(); b++ {
			i, ok := pairOf(a, b)
			if want := a.Row().To == b.Row().From; ok != want {
				t.Fatalf("%v, %v: can follow: %t", a, b, ok)
			}
			if ok && seen[i] {
				t.Fatalf("%v, %v: place %d is taken", a, b, i)
			}
			if ok {
				seen[i] = true
			}
		}
	}
	for i := range seen {
		if !seen[i] {
			t.Fatalf("place %d is nobody's", i)
		}
	}
}
