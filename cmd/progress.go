package cmd

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
)

// How often progress is shown: as a bar on a terminal, as lines elsewhere.
const (
	barEvery  = 100 * time.Millisecond
	lineEvery = 10 * time.Second
)

// progress shows how far a sweep has come. The sweep's goroutines only leave
// two numbers; one goroutine of its own shows them.
type progress struct {
	total            uint64
	done, violations atomic.Uint64
	started          time.Time
	w                io.Writer
	bar              *progressbar.ProgressBar
	quit             chan struct{}
	wg               sync.WaitGroup
}

func newProgress(w io.Writer, total uint64) *progress {
	p := &progress{total: total, w: w, started: time.Now(), quit: make(chan struct{})}
	every := lineEvery
	if isTerminal(w) {
		every = barEvery
		p.bar = progressbar.NewOptions64(int64(min(total, 1<<62)),
			progressbar.OptionSetWriter(w), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
			progressbar.OptionSetItsString("runs"), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetPredictTime(true), progressbar.OptionSetWidth(30))
	}
	p.wg.Go(func() { p.show(every) })
	return p
}

// update is for search.Options.Progress: concurrent, and not always in order.
func (p *progress) update(done, violations uint64) {
	raise(&p.done, done)
	raise(&p.violations, violations)
}

func raise(a *atomic.Uint64, n uint64) {
	for {
		old := a.Load()
		if n <= old || a.CompareAndSwap(old, n) {
			return
		}
	}
}

func (p *progress) show(every time.Duration) {
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	for {
		select {
		case <-p.quit:
			return
		case <-ticks.C:
			p.showOnce()
		}
	}
}

func (p *progress) showOnce() {
	done, violations := p.done.Load(), p.violations.Load()
	if p.bar != nil {
		if violations > 0 {
			p.bar.Describe(fmt.Sprintf("%d found", violations))
		}
		_ = p.bar.Set64(int64(done))
		return
	}
	fmt.Fprintf(p.w, "%d of %d runs (%s), %d found\n",
		done, p.total, rate(done, time.Since(p.started)), violations)
}

// stop ends the showing, and clears the bar.
func (p *progress) stop() time.Duration {
	close(p.quit)
	p.wg.Wait()
	if p.bar != nil {
		_ = p.bar.Clear()
		_ = p.bar.Exit()
	}
	return time.Since(p.started)
}

// rate is runs per second, for people.
func rate(runs uint64, d time.Duration) string {
	if d <= 0 {
		return "0/s"
	}
	return fmt.Sprintf("%d/s", uint64(float64(runs)/d.Seconds()))
}
