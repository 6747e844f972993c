package sim

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/scheduler"
	"example.org/halfopen/scheduler/stream"
)

// future runs a world to its end and tells what it did: times relative to now,
// sequence numbers relative to their ISS (the ISS of a connection to come
// follows from the time), and nothing that only numbers things.
func future(w *World) string {
	var b strings.Builder
	start := w.Now()
	for {
		s, ok := w.Step()
		if !ok {
			fmt.Fprintf(&b, "%v, fair %v, %v", w.Outcome(), w.Fair(), w.Now()-start)
			return b.String()
		}
		c := &s.Cause
		fmt.Fprintf(&b, "%v %v %v %v %v %x at %d %v %v corrupt %v deaf %v fault %d: %v, no deadline %v", s.At-start, s.End, c.Kind, c.Call, c.N, s.Data, s.Offset, c.Err,
			c.EOF, c.Corrupt, c.Deaf, c.Fault, s.After.State, s.After.Deadline == endpoint.Never)
		for i := range s.Emits {
			m := &s.Emits[i]
			fmt.Fprintf(&b, " [%v %d+%d wnd %d", m.Segment.Flags, m.Segment.Seq-m.ISS, len(m.Segment.Text), m.Segment.Wnd)
			for _, f := range m.Fate.Copies[:m.Fate.N] {
				fmt.Fprintf(&b, " %v aside %d flips %d", f.At-s.At, f.Aside, f.NFlips)
			}
			b.WriteByte(']')
		}
		b.WriteByte('\n')
	}
}

// meddle loses one of the copies on their way, lets it be late, or lets two
// change their turns: what no script did, so that many pasts lead to one
// present.
func meddle(w *World, src *stream.Source) {
	entries := w.queue.AppendOrdered(nil)
	var moving []int // those that are not set aside
	for i, e := range entries {
		if e.ID&^idMask == idArrive {
			moving = append(moving, i)
		}
	}
	if len(moving) == 0 {
		return
	}
	i := moving[src.Below(uint64(len(moving)))]
	f := entries[i].ID & idMask
	switch src.Below(3) {
	case 0:
		w.unref(w.flights[f].slot)
		w.landed = append(w.landed, f)
		entries = append(entries[:i], entries[i+1:]...)
	case 1:
		entries[i].At += time.Duration(1+src.Below(3)) * 10 * time.Millisecond
	default:
		j := moving[src.Below(uint64(len(moving)))]
		entries[i].ID, entries[j].ID = entries[j].ID, entries[i].ID
	}
	requeue(w, entries)
}

// requeue makes the queue anew of its entries.
func requeue(w *World, entries []scheduler.Entry) {
	w.queue.Reset()
	for _, e := range entries {
		if timer := w.queue.Schedule(e.At, e.ID); e.ID&^idMask == idRelease {
			w.flights[e.ID&idMask].timer = timer
		}
	}
}

// walks are scenarios in which paths meet again: few octets, and lines of the
// script that wait, strike, and are spent.
var walks = []string{
	plain,
	plain + "drop A SYN #2\ndelay B ACK #3-4 by 20ms\n",
	plain + "hold B ACK #2 until A TIME-WAIT or 60ms\nreorder A FIN #2 behind 1 or 1s\n",
	plain + "drop A FIN #1\n",
	plain + "delay A ANY #2- by 5ms\n",
	plain + "hold B ACK #2 until A TIME-WAIT or 60ms\n",
	plain + "corrupt A DATA #1 bit 160 undetected\nheal at 1s\n",
	plain + "link delay 10ms-30ms loss 20% cap 2\nheal at 2s\n",
	"A: open active; send 3; receive all; close\nA: when FIN-WAIT-1 #1; receive all\nB: open passive; receive 3 by 1 every 5ms; wait 20ms; send 2; close\n" +
		"corrupt A DATA #2- bit 163\nstall B reads when B ESTABLISHED for 100ms\n",
	"A: open active; send 2; close; receive all\nA: when CLOSED #2; open active; close\nB: open passive; close; receive all\nB: when CLOSED; open passive; close\n" +
		"cut A->B when B ESTABLISHED #2 for 2s\nheal at 10s\n",
	"A: open active nowait; send 1; close\nB: open active nowait; send 1; close\n" +
		"inject A->B RST seq=rcv.nxt+1 when B FIN-WAIT-1\ncrash A at 1500ms\nrestart A after 500ms\nduplicate B ANY #2-3 after 30ms\n",
}

// walk is the beginning of one of them: connections come to an end soon.
func walk(t *testing.T, text string) *World {
	return start(t, "A tcp iss=1 msl=100ms r2=3s r2-syn=3s\nB tcp iss=9 msl=100ms r2=3s r2-syn=3s\n"+text)
}

// TestEqualEncodingsGoOnAlike walks through scenarios with chance instead of a
// link's models, and compares the futures of worlds that are encoded alike,
// whatever led to them, while the script is in force.
func TestEqualEncodingsGoOnAlike(t *testing.T) {
	paths := 150
	if testing.Short() {
		paths = 40
	}
	c := NewWorld(TCP())
	for n, text := range walks {
		base := walk(t, text)
		w := NewWorld(TCP())
		seen, met := map[string]string{}, map[string]bool{}
		for path := range uint64(paths) {
			src := stream.New(uint64(n), "walk").Sequence(path)
			w.CopyFrom(base)
			past := "" // what it did, to tell paths apart
			for more, left := true, 3; more; _, more = w.Step() {
				if left > 0 && src.Below(8) == 0 {
					meddle(w, &src)
					past, left = past+fmt.Sprint(w.steps, left), left-1
				}
				b := string(encoding(t, w))
				c.CopyFrom(w)
				f := future(c)
				old, ok := seen[b]
				if ok && old[strings.IndexByte(old, '|')+1:] != f {
					t.Fatalf("equal encodings, then\n%s\nand\n%s\n%s", old, f, text)
				}
				if ok && past != old[:strings.IndexByte(old, '|')] {
					met[b] = true
				} else if !ok {
					seen[b] = past + "|" + f
				}
			}
		}
		if t.Logf("%d states, %d of them reached on more paths than one", len(seen), len(met)); len(met) < paths/2 {
			t.Errorf("%d states are reached on more paths than one: the test tests nothing", len(met))
		}
	}
}

// changes are what a world can be made to differ in, one at a time, by the end
// whose it is.
var changes = map[string]func(w *World, e endpoint.End){
	"cut":      func(w *World, e endpoint.End) { w.ends[e].cut = w.Now() + 15*time.Millisecond },
	"stalled":  func(w *World, e endpoint.End) { w.ends[e].stalled = w.Now() + 15*time.Millisecond },
	"down":     func(w *World, e endpoint.End) { w.ends[e].down = !w.ends[e].down },
	"poll":     func(w *World, e endpoint.End) { w.ends[e].poll = !w.ends[e].poll },
	"sent":     func(w *World, e endpoint.End) { w.ends[e].sent++ },
	"received": func(w *World, e endpoint.End) { w.ends[e].received++ },
	"entries": func(w *World, e endpoint.End) {
		for s := range w.ends[e].entries {
			w.ends[e].entries[s]++
		}
	},
	"pc": func(w *World, e endpoint.End) {
		if w.live(int(e)) {
			w.lines[e].pc++
		}
	},
	"done":  func(w *World, e endpoint.End) { w.lines[e].done++ },
	"asked": func(w *World, e endpoint.End) { w.lines[e].asked = !w.lines[e].asked },
	"over":  func(w *World, e endpoint.End) { w.lines[e].over = true },
	"pause": func(w *World, e endpoint.End) {
		if i := len(w.lines) - 1 - int(e); w.live(i) {
			w.sleep(&w.lines[i], w.scenario.Apps[i].End, w.Now()+15*time.Millisecond)
		}
	},
	"emitted": func(w *World, e endpoint.End) {
		for k := range endpoint.Kind(endpoint.NumKinds) {
			w.script.Emitted(e, k)
		}
	},
	"entered": func(w *World, e endpoint.End) {
		for s := range endpoint.State(endpoint.NumStates) {
			w.script.Entered(e, s)
		}
	},
	"crashed": func(w *World, e endpoint.End) { w.script.Crashed(e, w.Now()) },
	"struck":  func(w *World, e endpoint.End) { w.strike() },
	"heal":    func(w *World, e endpoint.End) { w.heal = w.Now() + 15*time.Millisecond },
	"healed":  func(w *World, e endpoint.End) { w.heal = w.Now() },
	"outcome": func(w *World, e endpoint.End) { w.outcome = OverTime },
	"unfair":  func(w *World, e endpoint.End) { w.unfair = true },
	"late": func(w *World, e endpoint.End) {
		if q := w.queue.AppendOrdered(nil); len(q) > int(e) {
			q[len(q)-1-int(e)].At += 15 * time.Millisecond
			requeue(w, q)
		}
	},
	"turn": func(w *World, e endpoint.End) {
		if q := w.queue.AppendOrdered(nil); len(q) > 1 {
			q[0].ID, q[1].ID = q[1].ID, q[0].ID
			requeue(w, q)
		}
	},
	"flips": func(w *World, e endpoint.End) {
		if q := w.queue.AppendOrdered(nil); len(q) > 0 {
			f := &w.flights[q[0].ID&idMask]
			c := &w.slots[f.slot].fate.Copies[f.copy]
			if c.NFlips == 0 || e == endpoint.A {
				c.NFlips, c.Flips[0] = 1, c.Flips[0]^1
			} else {
				c.Undetected = !c.Undetected
			}
		}
	},
	"text": func(w *World, e endpoint.End) {
		if q := w.queue.AppendOrdered(nil); len(q) > int(e) {
			s := w.slots[w.flights[q[e].ID&idMask].slot]
			s.buf[27] ^= 1 // of SEG.SEQ
			endpoint.FixChecksum(s.buf[:s.size])
		}
	},
}

// TestEncodingTellsWhatDecides changes one thing in a world. Where its future is
// another one then, its encoding has to be another one, too.
func TestEncodingTellsWhatDecides(t *testing.T) {
	c := NewWorld(TCP())
	decides := map[string]int{}
	for _, text := range walks {
		w := walk(t, text)
		for more := true; more && w.steps < 60; _, more = w.Step() {
			whole, goesOn := encoding(t, w), future(fork(t, w, func(*World) {}))
			for name, change := range changes {
				for e := range endpoint.End(2) {
					c.CopyFrom(w)
					change(c, e)
					b := encoding(t, c)
					if future(c) == goesOn {
						continue
					}
					decides[name]++
					if bytes.Equal(whole, b) {
						t.Errorf("%q of %v decides in step %d and is not told\n%s", name, e, w.steps, text)
					}
				}
			}
		}
	}
	for name := range changes {
		if decides[name] == 0 {
			t.Errorf("%q decides nothing: the test tests nothing of it", name)
		}
	}
}
