package wrong

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/link"
	"example.org/halfopen/sim/search"
)

func TestWriteTable(t *testing.T) {
	var b strings.Builder
	err := WriteTable(&b, []Hunted{
		{Built: "one", Strategy: "swarm", Found: true, Rule: "resting", First: 7, Runs: 9, Took: 1234567 * time.Nanosecond, Faults: 2},
		{Built: "one", Strategy: "random", Runs: 500},
		{Built: "two", Strategy: "swarm", Found: true, Rule: "panic", First: 123, Took: 2 * time.Second},
		{Built: "two", Strategy: "random", Runs: 500},
	})
	const want = `ENDPOINT  STRATEGY  FOUND BY   RUNS  TIME    FAULTS
one       swarm     resting    7     1.23ms  2
          random    not found  500           
two       swarm     panic      123   2s      0
          random    not found  500           

STRATEGY  FOUND   MEDIAN RUNS  MOST RUNS  TIME  
swarm     2 of 2  123          123        2s    
random    0 of 2                                
`
	if err != nil || b.String() != want {
		t.Errorf("%v, got\n%q\nwant\n%q", err, b.String(), want)
	}
}

// TestKept: in the table that is kept, each known-wrong endpoint is found by a strategy.
func TestKept(t *testing.T) {
	text, err := os.ReadFile("testdata/mutants.txt")
	if err != nil {
		t.Fatal(err)
	}
	found, name := map[string]int{}, ""
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) > 0 && !strings.HasPrefix(line, " ") {
			name = fields[0]
		}
		if len(fields) > 4 && !strings.Contains(line, "not found") {
			found[name]++
		}
	}
	for _, e := range All() {
		if found[e.Name] == 0 {
			t.Errorf("%s is found by no strategy, or not in the table: `halfopen mutants` writes it", e.Name)
		}
	}
}

func TestTable(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: builds a program")
	}
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	o := TableOptions{Root: root, Endpoints: []string{"time-wait-one-msl", "silly-window"}, Seed: huntSeed, Runs: 200, Jobs: 2}
	hunted, err := Hunts(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	n := len(Strategies())
	if len(hunted) != 2*n {
		t.Fatalf("%d hunts, want %d", len(hunted), 2*n)
	}
	for i, h := range hunted {
		built, rule := o.Endpoints[i/n], ""
		if i < n {
			rule = "time-wait-2msl"
		}
		if h.Built != built || h.Strategy != Strategies()[i%n].Name || h.Found != (rule != "") || h.Rule != rule {
			t.Errorf("hunt %d: %+v, want %s of %s", i, h, rule, built)
		}
	}
	o.Endpoints = []string{"no-such"}
	if err := Table(t.Context(), nil, o); err == nil || !strings.Contains(err.Error(), "no-such") {
		t.Errorf("no such endpoint: %v", err)
	}
	o.Endpoints, o.Strategies = nil, []string{"luck"}
	if err := Table(t.Context(), nil, o); err == nil || !strings.Contains(err.Error(), "random, swarm, steered, explore") {
		t.Errorf("no such strategy: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	o.Strategies = nil
	if err := Table(gone, nil, o); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestStrategy: a strategy of somebody else's is asked, and what it brings is
// judged by the hunt.
func TestStrategy(t *testing.T) {
	asked := 0
	mine := Strategy{Name: "mine", Hunt: func(_ context.Context, o search.Options, q *Quarry) (uint64, error) {
		asked++
		if len(o.Offer) != 1 || o.Ends[0] != o.Offer[0].Name || o.Runs != 3 || o.Seed != 5 {
			t.Errorf("%+v", o)
		}
		return 2, nil
	}}
	h, err := Hunt(t.Context(), HuntOptions{Strategy: mine, Seed: 5, Runs: 3})
	if err != nil || asked != 1 || h.Found || h.Runs != 2 || h.Strategy != "mine" {
		t.Errorf("asked %d times: %+v, %v", asked, h, err)
	}
}

func TestEvery(t *testing.T) {
	c := link.Config{Gilbert: link.Gilbert{P: 1, R: 1, LossBad: 1}, FIFO: true, Gap: 3, Cap: 2}
	every(&c)
	if c.Loss == 0 || c.Reorder == 0 || c.Duplicate == 0 || c.Corrupt == 0 || c.FIFO || c.Gilbert != (link.Gilbert{}) || c.Cap != 2 {
		t.Errorf("%+v", c)
	}
}
