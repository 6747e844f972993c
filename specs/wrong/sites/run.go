package sites

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

// RunOptions say how sites are tried.
type RunOptions struct {
	_ struct{} // no positional literals: fields will be added

	Seed uint64
	Runs uint64 // of each site at most
	Jobs int    // processes; 0 is one

	// Done, if set, is called after each trial, one at a time.
	Done func(Trial)
}

// silence is how long a trial may take before the program is ended. It is no
// verdict: a trial that does not end by its own measures is a mistake in them.
const silence = 5 * time.Minute

// Run tries the sites of these numbers with a program that Build made, and
// returns the trials in the order of the numbers.
func Run(ctx context.Context, program string, numbers []int, o RunOptions) ([]Trial, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan int, len(numbers))
	for _, n := range numbers {
		queue <- n
	}
	close(queue)
	var (
		mu     sync.Mutex
		wg     sync.WaitGroup
		trials []Trial
		first  error
	)
	for range max(o.Jobs, 1) {
		wg.Go(func() {
			err := serve(ctx, program, o, queue, func(t Trial) {
				mu.Lock()
				defer mu.Unlock()
				trials = append(trials, t)
				if o.Done != nil {
					o.Done(t)
				}
			})
			mu.Lock()
			defer mu.Unlock()
			if err != nil && first == nil {
				first = err
				cancel()
			}
		})
	}
	wg.Wait()
	slices.SortFunc(trials, func(a, b Trial) int { return a.Site - b.Site })
	return trials, first
}

// serve keeps one process busy until the queue is empty.
func serve(ctx context.Context, program string, o RunOptions, queue <-chan int, done func(Trial)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-seed", fmt.Sprint(o.Seed), "-runs", fmt.Sprint(o.Runs))
	var said strings.Builder
	cmd.Stderr = &said
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	err = feed(in, out, queue, cancel, done)
	in.Close()
	if ended := cmd.Wait(); err == nil {
		err = ended
	}
	if err != nil {
		return fmt.Errorf("%w\n%s", err, strings.TrimSpace(said.String()))
	}
	return nil
}

// feed hands the process one number at a time and takes its answer.
func feed(in io.Writer, out io.Reader, queue <-chan int, end func(), done func(Trial)) error {
	answers := json.NewDecoder(bufio.NewReader(out))
	for n := range queue {
		if _, err := fmt.Fprintln(in, n); err != nil {
			return fmt.Errorf("sites: site %d: %w", n, err)
		}
		watch := time.AfterFunc(silence, end)
		var t Trial
		err := answers.Decode(&t)
		watch.Stop()
		if err != nil {
			return fmt.Errorf("sites: site %d: no trial came: %w", n, err)
		}
		done(t)
	}
	return nil
}
