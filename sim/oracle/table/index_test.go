package table

import "testing"

// An index leaves out what cannot hold and what is never reached, and no more.
func TestNarrow(t *testing.T) {
	const text = `3.1  TITLE

  a  LISTEN may on segment if SYN
     -> same
  b  LISTEN on segment if ACK, not SYN
     -> same
  c  LISTEN on segment if RST, before RCV.NXT
     -> same
  d  LISTEN on segment
     -> same
  e  LISTEN also on segment if RST
     -> same; may send ACK
  f  LISTEN also on any
     -> same; may send ACK
`
	all, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	b := build(all)
	for _, c := range []struct {
		yes    Fact
		rules  string
		beside uint16
	}{
		{0, "d", 2}, {SYN, "ad", 2}, {ACK, "b", 2}, {SYN | ACK, "ad", 2}, {RST, "cd", 3}, {RST | ACK, "b", 3}, {SYN | RST, "acd", 3},
	} {
		x := b.keyed[tLISTEN][keyOf(c.yes)]
		got := ""
		for _, n := range x.rules {
			got += string(rune('a' + n)) // the rules are the first clauses
		}
		if got != c.rules || x.beside != c.beside {
			t.Errorf("%v: clauses %s and %b, want %s and %b", c.yes, got, x.beside, c.rules, c.beside)
		}
	}
}

// The narrow index finds what the whole one finds.
func TestNarrowFindsTheSame(t *testing.T) {
	narrow := table.keyed
	defer func() { table.keyed = narrow }()
	found := func() (all []Found) {
		for flags := range 2 * ACK {
			for _, seq := range []int{8, 10, 12, 15} {
				for _, ack := range []int{10, 20, 22, 23} {
					yes := segment(flags, seq, 3, ack, rcvWND) | RFC5961
					for from := tCLOSED; from <= tTIMEWAIT; from++ {
						for to := tCLOSED; to <= tTIMEWAIT; to++ {
							for sent := range Forms(8) {
								s := Step{From: from, To: to, Event: Segment, Facts: Known(yes), Sent: sent}
								all = append(all, Match(&s))
							}
						}
					}
				}
			}
		}
		return all
	}
	a := found()
	for state := range table.keyed {
		for k := range table.keyed[state] {
			table.keyed[state][k] = table.whole[state][Segment]
		}
	}
	b := found()
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("step %d: %v by the narrow index, %v by the whole", i, a[i], b[i])
		}
	}
}
