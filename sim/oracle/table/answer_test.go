package table

import (
	"testing"

	"example.org/halfopen/endpoint"
)

// owed is what a segment may draw from an end that claims RFC 5961 and MAY-12,
// takes no liberty and stays in its state, written down a second time, as
// branches: what has to leave (and may it wait), what else may.
func owed(state endpoint.State, yes Fact) (sends Forms, grace Grace, free Forms) {
	has := func(f Fact) bool { return yes&f == f }
	reset := RSTofZero
	if has(ACK) {
		reset = RSTofACK
	}
	switch {
	case has(RST) && (state < tSYNRECEIVED || !has(SEQInWindow)):
		return 0, Now, 0
	case state == tCLOSED:
		return reset, Now, 0
	case state == tLISTEN && has(ACK):
		return reset, Now, 0
	case state == tSYNSENT && has(ACK) && !has(NewACK):
		return reset, Now, 0
	case state < tSYNRECEIVED:
		return 0, Now, 0
	case has(RST): // not at RCV.NXT: the others do not stay
		return SendACK, UnlessThrottled, 0
	case !has(InWindow) && state == tSYNRECEIVED && has(SYNAgain):
		return SendACK | SendSYNACK, Soon, 0
	case !has(InWindow) && (has(SYN) || !has(LEN)):
		return SendACK, UnlessThrottled, 0
	case !has(InWindow):
		return SendACK, Soon, 0
	case has(SYN | BeforeNXT):
		return 0, Now, 0xff // trimmed or not: not judged here
	case has(SYN) && state == tSYNRECEIVED && has(Passive):
		return 0, Now, SendACK | SendSYNACK | RSTofACK | RSTofZero
	case has(SYN):
		return SendACK, UnlessThrottled, 0
	case !has(ACK):
		return 0, Now, 0
	case state == tSYNRECEIVED:
		return SendACK | RSTofACK, Soon, 0
	case has(ACKHigh) || has(ACKOld):
		return SendACK, UnlessThrottled, 0
	case !has(LEN) && state == tTIMEWAIT:
		return 0, Now, SendACK
	case !has(LEN):
		return 0, Now, 0
	case state >= tCLOSEWAIT && has(FIN) && !has(BeyondNXT):
		return SendACK, Soon, 0
	case state >= tCLOSEWAIT || has(BeyondNXT):
		return 0, Now, SendACK
	}
	return SendACK, Delayed, 0
}

// stays reports whether such a segment leaves the state as it is, if nothing of
// it is taken.
func stays(state endpoint.State, yes Fact) bool {
	has := func(f Fact) bool { return yes&f == f }
	switch {
	case has(RST):
		return state < tSYNSENT || state == tSYNSENT && !has(ACK|NewACK) || state > tSYNSENT && !has(SEQInWindow|AtNXT)
	case state == tLISTEN:
		return !has(SYN) || has(ACK)
	case state == tSYNSENT:
		return !has(SYN) || has(ACK) && !has(NewACK)
	case state == tSYNRECEIVED:
		return !has(NewACK)
	}
	return true
}

// The answers are those of a second reading of 3.10.7, form by form: what is
// owed and absent, and what leaves and is not owed, is explained by no row.
func TestAnswers(t *testing.T) {
	steps := 0
	for flags := range 2 * ACK {
		for _, text := range []int{0, 3} {
			for _, seq := range []int{8, 10, 12, 14, 15} {
				for _, ack := range []int{10, 20, 22, 23} {
					for _, wnd := range []int{0, rcvWND} {
						yes := segment(flags, seq, text, ack, wnd) | RFC5961 | ACKRange
						for state := range endpoint.State(endpoint.NumStates) {
							for _, passive := range []Fact{0, Passive, Passive | Throttled} {
								steps += checkAnswer(t, state, yes|passive)
							}
						}
					}
				}
			}
		}
	}
	if steps < 10_000 {
		t.Errorf("only %d steps", steps)
	}
}

func checkAnswer(t *testing.T, state endpoint.State, yes Fact) int {
	if !stays(state, yes) {
		return 0
	}
	if state >= tCLOSEWAIT {
		yes |= FINTaken
	}
	if state == tFINWAIT2 || state == tTIMEWAIT {
		yes |= OwnFINAcked
	}
	sends, grace, free := owed(state, yes)
	if free == 0xff {
		return 0
	}
	const always = SendText | SendFIN // 3.8: as far as the state sends them
	for sent := Forms(0); sent == 0 || sent&always == 0; sent = max(1, sent<<1) {
		s := Step{From: state, To: state, Event: Segment, Facts: Known(yes), Sent: sent}
		f := Match(&s)
		paid := sends == 0 || sends&sent != 0
		right := sent&^(sends|free) == 0 && (paid || grace != Now)
		if sent == SendSYNACK && state == tFINWAIT1 {
			continue
		}
		if f.Explained() != right {
			t.Fatalf("%v on segment if %v: sent %q: explained %t by %v; owed %q, may %q", state, yes, sent, f.Explained(), f.Row, sends, free)
		}
		debt := grace
		switch {
		case paid || grace == UnlessThrottled && yes&Throttled != 0:
			debt = Now
		case grace == UnlessThrottled:
			debt = Soon
		}
		if right && f.Debt != debt {
			t.Fatalf("%v on segment if %v: sent %q: debt %q, want %q", state, yes, sent, f.Debt, debt)
		}
	}
	return 1
}
