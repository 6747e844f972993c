package wrong

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// TableOptions say what a table compares. The zero value but for Root and Runs
// is every known-wrong endpoint and every strategy.
type TableOptions struct {
	_ struct{} // no positional literals: fields will be added

	Root       string   // of a checkout of halfopen: see Root
	Endpoints  []string // names of known-wrong endpoints; nil: all
	Strategies []string // names of strategies; nil: all
	Seed       uint64
	Runs       uint64 // of each strategy on each endpoint at most
	Jobs       int    // endpoints at a time; 0 is one

	// Progress, if set, is called after each endpoint, one at a time.
	Progress func(done, all int)
}

// huntPackage is what is built with each known-wrong endpoint.
const huntPackage = "./specs/wrong/hunt"

// Table has each strategy hunt each known-wrong endpoint for a run that breaks
// any rule, and writes what came of it: found or not, by which rule, after how
// many runs and how much time, and how many faults were left after shrinking.
// Times are by the clock on the wall; all else is the same each time.
func Table(ctx context.Context, w io.Writer, o TableOptions) error {
	hunted, err := Hunts(ctx, o)
	if err != nil {
		return err
	}
	return WriteTable(w, hunted)
}

// Hunts is what a Table is made of: for each endpoint in turn what each strategy
// came to.
func Hunts(ctx context.Context, o TableOptions) ([]Hunted, error) {
	endpoints, strategies, err := o.resolve()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		all   = make([]Hunted, len(endpoints)*len(strategies))
		next  = make(chan int, len(endpoints))
		done  int
		first error
	)
	for i := range endpoints {
		next <- i
	}
	close(next)
	for range max(o.Jobs, 1) {
		wg.Go(func() {
			for i := range next {
				rows := all[i*len(strategies):][:len(strategies)]
				err := o.huntOne(ctx, endpoints[i], strategies, rows)
				mu.Lock()
				done++
				if err != nil && first == nil {
					first = err
					cancel()
				}
				if o.Progress != nil && first == nil {
					o.Progress(done, len(endpoints))
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return all, first
}

// resolve returns the names that are meant.
func (o *TableOptions) resolve() (endpoints, strategies []string, err error) {
	endpoints, strategies = o.Endpoints, o.Strategies
	if endpoints == nil {
		for _, e := range All() {
			endpoints = append(endpoints, e.Name)
		}
	}
	if strategies == nil {
		for _, s := range Strategies() {
			strategies = append(strategies, s.Name)
		}
	}
	for _, name := range endpoints {
		if _, err := Find(name); err != nil {
			return nil, nil, err
		}
	}
	for _, name := range strategies {
		if _, err := FindStrategy(name); err != nil {
			return nil, nil, err
		}
	}
	return endpoints, strategies, nil
}

// huntOne builds one endpoint and hunts it with each strategy.
func (o *TableOptions) huntOne(ctx context.Context, name string, strategies []string, rows []Hunted) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	dir, err := os.MkdirTemp("", "halfopen-table-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "hunt")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if err := Build(ctx, o.Root, name, huntPackage, program); err != nil {
		return err
	}
	for i, strategy := range strategies {
		rows[i], err = runHunt(ctx, program, "-strategy", strategy,
			"-seed", strconv.FormatUint(o.Seed, 10), "-runs", strconv.FormatUint(o.Runs, 10))
		if err != nil {
			return fmt.Errorf("wrong: %s, %s: %w", name, strategy, err)
		}
		if rows[i].Built != name {
			return fmt.Errorf("wrong: %q was built in, want %q: the overlay did not take", rows[i].Built, name)
		}
	}
	return nil
}

// runHunt runs the program that hunts, and reads what it says.
func runHunt(ctx context.Context, program string, args ...string) (h Hunted, err error) {
	said, err := exec.CommandContext(ctx, program, args...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return h, fmt.Errorf("hunt: %w\n%s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		return h, err
	}
	if err := json.Unmarshal(said, &h); err != nil {
		return h, fmt.Errorf("hunt said %q: %w", said, err)
	}
	return h, nil
}

// WriteTable writes hunts as a table, and a line of sums for each strategy.
func WriteTable(w io.Writer, hunted []Hunted) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ENDPOINT\tSTRATEGY\tFOUND BY\tRUNS\tTIME\tFAULTS")
	var names []string
	last := ""
	for i := range hunted {
		h := &hunted[i]
		if !slices.Contains(names, h.Strategy) {
			names = append(names, h.Strategy)
		}
		name := h.Built
		if name == last {
			name = ""
		}
		last = h.Built
		if h.Found {
			fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%v\t%d\n", name, h.Strategy, h.Rule, h.First, brief(h.Took), h.Faults)
		} else {
			fmt.Fprintf(t, "%s\t%s\tnot found\t%d\t\t\n", name, h.Strategy, h.Runs)
		}
	}
	fmt.Fprintln(t)
	fmt.Fprintln(t, "STRATEGY\tFOUND\tMEDIAN RUNS\tMOST RUNS\tTIME\t")
	for _, name := range names {
		sum(t, name, hunted)
	}
	return t.Flush()
}

// sum writes what a strategy found of all.
func sum(w io.Writer, name string, hunted []Hunted) {
	var runs []uint64
	var took time.Duration
	all := 0
	for i := range hunted {
		h := &hunted[i]
		if h.Strategy != name {
			continue
		}
		all++
		if h.Found {
			runs = append(runs, h.First)
			took += h.Took
		}
	}
	slices.Sort(runs)
	if len(runs) == 0 {
		fmt.Fprintf(w, "%s\t0 of %d\t\t\t\t\n", name, all)
		return
	}
	fmt.Fprintf(w, "%s\t%d of %d\t%d\t%d\t%v\t\n", name, len(runs), all, runs[len(runs)/2], runs[len(runs)-1], brief(took))
}

// brief is a time with about three digits.
func brief(d time.Duration) time.Duration {
	if d > time.Second {
		return d.Round(10 * time.Millisecond)
	}
	return d.Round(10 * time.Microsecond)
}
