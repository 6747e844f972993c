package vnet

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report/bundle"
)

// grace is how long, in virtual time, a network goes on when a test is over: FINs
// are answered, TIME-WAIT ends.
const grace = 15 * time.Minute

// Test runs f in a bubble of synctest, with a network that does what the script
// says. It must not be called from inside a bubble.
//
// When f and the cleanups it has asked for are over, the network goes on until
// its connections are. The test fails if a rule of TCP was broken, if a
// connection was left open or a goroutine behind, if
// the program waits for what never comes, or if a line of the script is
// about a host that there was not. Whenever the test has failed it logs what was
// on the wire of the connections that matter: the one that broke a rule, those
// left open, or the last ones; and where the bundle is (see bundle.OnFailure).
func Test(t *testing.T, script string, f func(*testing.T, *Network)) {
	t.Helper()
	test(t, script, f, nil)
}

// test is Test; over, if it is not nil, is asked when the network has come to its
// end.
func test(t *testing.T, script string, f func(*testing.T, *Network), over func(*Network)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		t.Helper()
		n, err := New(script)
		if err != nil {
			t.Fatal(err)
		}
		o := oversight{t: t, n: n, over: over}
		t.Cleanup(o.end)
		f(t, n)
	})
}

// oversight is what a test looks at when it is over.
type oversight struct {
	t    *testing.T
	n    *Network
	over func(*Network) // nil, or asked when the network has come to its end
}

// end lets the network come to its end, and says what is wrong with that.
func (o *oversight) end() {
	t, n := o.t, o.n
	t.Helper()
	n.closeListeners()
	n.rest()
	if o.over != nil {
		o.over(n)
	}
	open := n.Connections()
	if n.hung {
		t.Errorf("the program waits for ever: nothing happened any more, and what waited for the network got net.ErrClosed")
	}
	if n.spent != "" {
		t.Error(n.spent)
	}
	for i := range open {
		if r := &open[i]; r.Open[0] || r.Open[1] {
			t.Errorf("%s: left open by %s", r, strings.Join(openAt(r), " and "))
		}
	}
	if number, name := n.script.unknown(func(name string) bool { return n.byName(name) != nil }); number > 0 {
		t.Errorf("script:%d: no host is called %s", number, name)
	}
	if r, ok := n.Broken(); ok {
		v := &r.Trace.Violation
		t.Errorf("%s: %s (%s)", &r, v.Text, v.Rule.Section)
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	left := strays()
	for range 60 { // who only sleeps may come to its end
		if len(left) == 0 {
			break
		}
		time.Sleep(time.Second)
		left = strays()
	}
	for _, stack := range left {
		t.Errorf("a goroutine is left behind:\n%s", stack)
	}
	if t.Failed() {
		o.show(open)
	}
}

func openAt(r *Record) (hosts []string) {
	for e, open := range r.Open {
		if open {
			hosts = append(hosts, r.Hosts[e])
		}
	}
	return hosts
}

// mostShown is how many ladders a test that has failed logs.
const mostShown = 3

// show logs the ladders of the connections that matter; the last one's with its
// bundle.
func (o *oversight) show(all []Record) {
	o.t.Helper()
	list := o.matter(all)
	for i := range list {
		r := &list[i]
		if i == len(list)-1 {
			o.hand(r)
			return
		}
		var b strings.Builder
		if err := r.Ladder(&b); err != nil {
			o.t.Log(err)
		}
		o.t.Logf("%s", b.String())
	}
}

// matter are the connections to look at: the one that broke a rule, those that
// were left open, or the last ones.
func (o *oversight) matter(all []Record) (list []Record) {
	if r, ok := o.n.Broken(); ok {
		return []Record{r}
	}
	for _, r := range all {
		if r.Open[0] || r.Open[1] {
			list = append(list, r)
		}
	}
	if len(list) == 0 {
		list = all[max(0, len(all)-mostShown):]
	}
	return list[:min(len(list), mostShown)]
}

// hand has OnFailure log a connection and write its bundle.
func (o *oversight) hand(r *Record) {
	o.t.Helper()
	o.t.Logf("%s:", r)
	trace, same := r.Replay()
	if !same {
		o.t.Log("the scenario in the bundle does not make the programs' calls as they were made: it cannot replay this run")
	}
	options := bundle.Options{Program: r.program()}
	for _, face := range o.n.faces {
		options.Faces = append(options.Faces, face(r))
	}
	bundle.OnFailure(o.t, func() *sim.Trace { return trace }, options)
}

// closeListeners lets those that wait in Accept go.
func (n *Network) closeListeners() {
	n.mu.Lock()
	var all []*Listener
	for _, h := range n.hosts {
		all = append(all, h.listeners...)
	}
	n.mu.Unlock()
	for _, l := range all {
		l.Close()
	}
}

// rest lets time go on until no connection can change any more, and nobody is
// left who may still close one; or for grace.
func (n *Network) rest() {
	patience := time.Minute
	for until := n.Now() + grace; n.Now() < until && patience > 0; time.Sleep(time.Second) {
		n.Wait()
		busy, held := n.left()
		switch {
		case busy:
		case !held || len(strays()) == 0:
			return
		default:
			patience -= time.Second
		}
	}
}

// left says whether connections may still change by themselves, and whether
// programs hold any.
func (n *Network) left() (busy, held bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stopped {
		return false, false
	}
	for _, c := range n.queue {
		if !c.over {
			holds := c.ends[0].held() || c.ends[1].held()
			busy, held = busy || !isNever(c.due) || !holds, held || holds
		}
	}
	return busy, held
}
