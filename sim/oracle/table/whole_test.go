package table

import (
	"testing"

	"example.org/halfopen/endpoint"
)

const (
	tCLOSED      = endpoint.Closed
	tLISTEN      = endpoint.Listen
	tSYNSENT     = endpoint.SynSent
	tSYNRECEIVED = endpoint.SynReceived
	tESTABLISHED = endpoint.Established
	tFINWAIT1    = endpoint.FinWait1
	tFINWAIT2    = endpoint.FinWait2
	tCLOSEWAIT   = endpoint.CloseWait
	tCLOSING     = endpoint.Closing
	tLASTACK     = endpoint.LastAck
	tTIMEWAIT    = endpoint.TimeWait
)

// visitor goes through steps and remembers which rows can explain one.
type visitor struct {
	t    *testing.T
	seen []bool
	n    int
}

// visit asks what may follow from a state, an event and facts, and has every
// outcome matched, with and without what has to leave. It reports whether there
// is any.
func (v *visitor) visit(from endpoint.State, e Event, yes Fact) bool {
	v.n++
	s := Step{From: from, Event: e, Facts: Known(yes)}
	possible := false
	for _, n := range table.whole[from][e].rules {
		r := &table.rules[n]
		if !s.Facts.possible(r.need, r.not) {
			continue
		}
		for id := r.first; id < r.end; id++ {
			c := &table.cells[id-1]
			if !s.Facts.possible(c.need, c.not) {
				continue
			}
			possible = true
			s.To = c.to
			for _, s.Sent = range []Forms{0, c.sends & -c.sends, c.free &^ c.sends & -(c.free &^ c.sends)} {
				if f := Match(&s); f.Row != 0 {
					v.seen[f.Row-1] = true
				}
			}
			if s.Sent = c.sends & -c.sends; Match(&s).Row == 0 {
				v.t.Fatalf("%v on %v if %v: %v does not explain its own outcome", from, e, yes, id)
			}
		}
		if !r.may {
			break // all is known: a clause that is possible is certain
		}
	}
	return possible
}

// Every segment in every state has an outcome, and so has every call and every
// timeout, but for calls that have to be refused. And no row is dead: each
// explains some step.
func TestTableIsWhole(t *testing.T) {
	v := &visitor{t: t, seen: make([]bool, Len())}
	v.calls()
	v.segments()
	for i, seen := range v.seen {
		if r := &table.rows[i]; !seen && !r.Beside {
			t.Errorf("no step is explained by %v", r)
		}
	}
	t.Logf("%d steps", v.n)
}

func (v *visitor) calls() {
	books := [...]Fact{Refused, SENDIssued, Idle, Unread, CLOSECalled, CLOSEQueued, SYNUnacked,
		SNDZero, Hidden, HalfDuplex, Note3}
	for set := range 1 << len(books) {
		var yes Fact
		for i, f := range books {
			if set>>i&1 != 0 {
				yes |= f
			}
		}
		for from := range endpoint.State(endpoint.NumStates) {
			for e := range Event(NumEvents) {
				if e != Segment && v.visit(from, e, yes) == hasToRefuse(from, e, yes) {
					v.t.Fatalf("%v on %v if %v: an outcome: %t", from, e, yes, hasToRefuse(from, e, yes))
				}
			}
		}
	}
}

// hasToRefuse is RFC 9293 3.10.1 to 3.10.5: which calls answer an error.
func hasToRefuse(from endpoint.State, e Event, yes Fact) bool {
	if yes&Refused != 0 {
		return false
	}
	switch e {
	case PassiveOpen, ActiveOpen:
		return from > tLISTEN
	case Send:
		return from == tCLOSED || from > tESTABLISHED && from != tCLOSEWAIT
	case Close, Abort:
		return from == tCLOSED
	}
	return false
}

// The TCB of the small world: the window is 10 to 13, or closed; SND.UNA is 20
// and the own FIN 21, MAX.SND.WND 5. The text of 3 is what reaches into the
// window from 8.
const (
	rcvNXT, rcvWND = 10, 4
	sndUNA, sndNXT = 20, 22
	maxWND         = 5
)

func (v *visitor) segments() {
	profiles := [...]Fact{0, RFC5961, RFC5961 | ACKRange, RFC1337, RFC7323, HalfDuplex, HalfDuplex | Note3, Note3,
		HidesSYNReceived, RFC5961 | ACKRange | RFC1337 | RFC7323 | HalfDuplex | Note3}
	books := [...]Fact{0, Passive, CLOSECalled | CLOSEQueued, Passive | CLOSECalled | CLOSEQueued, Passive | Reopened,
		Reopens, Hidden, BadChecksum, Unclear, SYNUnacked, Throttled}
	for flags := range 2 * ACK {
		for _, text := range []int{0, 3} {
			for _, seq := range []int{8, 10, 12, 14, 15} {
				for _, ack := range []int{10, 20, 22, 23} {
					for _, wnd := range []int{0, rcvWND} {
						yes := segment(flags, seq, text, ack, wnd)
						for from := range endpoint.State(endpoint.NumStates) {
							for _, p := range profiles {
								for _, b := range books {
									v.outcomes(from, yes|p|b, ack)
								}
							}
						}
					}
				}
			}
		}
	}
}

// segment works out the facts of a segment, as whoever calls Match has to.
func segment(flags Fact, seq, text, ack, wnd int) Fact {
	when := func(cond bool, f Fact) Fact {
		if cond {
			return f
		}
		return 0
	}
	n := text
	if flags&SYN != 0 {
		n++
	}
	if flags&FIN != 0 {
		n++
	}
	first := seq >= rcvNXT && seq < rcvNXT+wnd
	last := seq+n-1 >= rcvNXT && seq+n-1 < rcvNXT+wnd
	in := n == 0 && (first || seq == rcvNXT) || n > 0 && wnd > 0 && (first || last)
	yes := flags | when(text > 0, Text) | when(n > 0, LEN) | when(in, InWindow) |
		when(!in && (seq < rcvNXT || seq == rcvNXT+wnd || wnd == 0), NearWindow) |
		when(first || seq == rcvNXT, SEQInWindow) | when(seq == rcvNXT, AtNXT) |
		when(seq < rcvNXT, BeforeNXT) | when(seq > rcvNXT, BeyondNXT) |
		when(flags&SYN != 0 && seq == 8, SYNAgain) | when(wnd == 0, WindowZero)
	if flags&ACK != 0 {
		yes |= when(ack > sndUNA && ack <= sndNXT, NewACK) | when(ack > sndNXT, ACKHigh) | when(ack < sndUNA-maxWND, ACKOld)
	}
	return yes
}

// outcomes visits a segment with all that it can have done.
func (v *visitor) outcomes(from endpoint.State, yes Fact, ack int) {
	usable := yes&ACK != 0 && yes&(RST|ACKHigh) == 0 && (from != tSYNRECEIVED || yes&NewACK != 0) &&
		(yes&InWindow != 0 && (yes&SYN == 0 || yes&BeforeNXT != 0) || yes&NearWindow != 0)
	takes := usable && yes&InWindow != 0 && yes&LEN != 0 && from >= tSYNRECEIVED && from <= tFINWAIT2 ||
		from == tSYNSENT && yes&FIN != 0
	acks := usable && ack == sndNXT && (from == tFINWAIT1 || from == tCLOSING || from == tLASTACK)
	if from >= tCLOSEWAIT {
		yes |= FINTaken
	}
	if from == tFINWAIT2 || from == tTIMEWAIT {
		yes |= OwnFINAcked
	}
	for set := range 8 {
		did := Fact(0)
		if set&1 != 0 {
			did |= Advanced
		}
		if set&2 != 0 {
			did |= Advanced | FINTaken
		}
		if set&4 != 0 {
			did |= OwnFINAcked
		}
		if set&3 != 0 && !takes || set&4 != 0 && !acks {
			continue
		}
		if !v.visit(from, Segment, yes|did) {
			v.t.Fatalf("%v on segment if %v: no outcome", from, yes|did)
		}
	}
}
