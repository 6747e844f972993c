package oracle

import (
	"fmt"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// TestEveryRuleHasNeeds: a rule of which nobody knows what it needs would pass
// as judged.
func TestEveryRuleHasNeeds(t *testing.T) {
	for r := range needs {
		if len(needs[r]) == 0 {
			t.Errorf("%s has no needs", rules[r].ID)
		}
	}
	if lackNames[numLacks-1] == "" || 1<<(numLacks-1) != lackSACK {
		t.Error("the names and the bits do not fit")
	}
}

// TestNotJudged has, for each thing that an end may keep to itself, what is not
// judged then.
func TestNotJudged(t *testing.T) {
	all := endpoint.KnowAll
	for _, c := range []struct {
		known   endpoint.Known
		profile endpoint.Profile
		want    string
	}{
		{all, playProfile, "whole [] part []"},
		{all &^ endpoint.KnowSND, playProfile, "whole [I-7 (needs SND) I-9 (needs SND) I-29 (needs SND) I-35 (needs SND) I-45 (needs SND) I-62 (needs SND) una (needs SND) ack-taken (needs SND) ack-seq (needs SND) unsent (needs SND) earned-give-up (needs SND) user-timeout (needs SND)] part [I-2 (needs SND) I-8 (needs SND) I-10 (needs SND) I-19 (needs SND) I-20 (needs SND) I-25 (needs SND) I-27 (needs SND) I-40 (needs SND) I-41 (needs SND) no-ack (needs SND) resting (needs SND) stranger (needs SND) ack-range (needs SND)]"},
		{all &^ endpoint.KnowWindow, playProfile, "whole [I-35 (needs SND.WND) I-38 (needs SND.WND) I-45 (needs SND.WND) I-62 (needs SND.WND) window-taken (needs SND.WND) rto-after-syn (needs SND.WND)] part [I-2 (needs SND.WND) I-40 (needs SND.WND) I-41 (needs SND.WND) no-ack (needs SND.WND) earned-give-up (needs SND.WND) stranger (needs SND.WND)]"},
		{all &^ endpoint.KnowRCV, playProfile, "whole [I-11 (needs RCV) I-24 (needs RCV) I-28 (needs RCV) I-32 (needs RCV) I-38 (needs RCV) I-39 (needs RCV) I-40 (needs RCV) I-51 (needs RCV) no-ack (needs RCV) in-order (needs RCV) ack-taken (needs RCV) window-taken (needs RCV) delivered-all (needs RCV) syn-text (needs RCV) ack-range (needs RCV)] part [I-1 (needs RCV) I-2 (needs RCV) I-8 (needs RCV) I-10 (needs RCV) I-20 (needs RCV) I-22 (needs RCV) I-41 (needs RCV) owed-answer (needs RCV) unowed-answer (needs RCV) stranger (needs RCV)]"},
		{all &^ endpoint.KnowISS, playProfile, "whole [I-5 (needs ISS) I-10 (needs ISS) I-11 (needs ISS) I-24 (needs ISS) I-26 (needs ISS) I-28 (needs ISS) I-32 (needs ISS) I-33 (needs ISS) I-35 (needs ISS) I-38 (needs ISS) I-39 (needs ISS) I-40 (needs ISS) I-45 (needs ISS) I-51 (needs ISS) I-62 (needs ISS) no-ack (needs ISS) in-order (needs ISS) ack-taken (needs ISS) window-taken (needs ISS) ack-seq (needs ISS) unsent (needs ISS) user-timeout (needs ISS) delivered-all (needs ISS) syn-text (needs ISS) ack-range (needs ISS)] part [I-1 (needs ISS) I-2 (needs ISS) I-3 (needs ISS) I-8 (needs ISS) I-13 (needs ISS) I-20 (needs ISS) I-22 (needs ISS) I-25 (needs ISS) owed-answer (needs ISS) unowed-answer (needs ISS)]"},
		{all &^ endpoint.KnowBuffers, playProfile, "whole [I-45 (needs buffers) unread (needs buffers) unsent (needs buffers)] part [I-2 (needs buffers) I-40 (needs buffers) I-41 (needs buffers) I-47 (needs buffers) no-ack (needs buffers) earned-give-up (needs buffers) resting (needs buffers) delivered-all (needs buffers) ack-range (needs buffers)]"},
		{all &^ endpoint.KnowDeadline, playProfile, "whole [I-45 (needs Deadline) resting (needs Deadline) delivered-all (needs Deadline) settle (needs Deadline)] part [I-47 (needs Deadline)]"},
		{all &^ endpoint.KnowErr, playProfile, "whole [I-6 (needs Err) earned-give-up (needs Err)] part [I-31 (needs Err) I-41 (needs Err)]"},
		{all, endpoint.Profile{}, "whole [I-31 (needs MSL) I-45 (needs RTOMax) I-62 (needs RTOMax, R2, R2SYN) settle (needs MSL, RTOMax, R2, R2SYN)] part [I-22 (needs RFC5961) owed-answer (needs RFC5961) earned-give-up (needs R2, R2SYN)]"},
		{all, claiming(func(c *endpoint.Profile) { c.HidesSynReceived = true }), "whole [I-24 (needs SYN-RECEIVED)] part [I-19 (needs SYN-RECEIVED) I-20 (needs SYN-RECEIVED) I-47 (needs SYN-RECEIVED) I-58 (needs SYN-RECEIVED) I-59 (needs SYN-RECEIVED) close (needs SYN-RECEIVED) rto-after-syn (needs SYN-RECEIVED) owed-answer (needs SYN-RECEIVED) unowed-answer (needs SYN-RECEIVED) resting (needs SYN-RECEIVED)]"},
		{all, claiming(func(c *endpoint.Profile) { c.Timestamps = true }), "whole [] part [I-32 (needs no timestamps) in-order (needs no timestamps) ack-taken (needs no timestamps) window-taken (needs no timestamps) owed-answer (needs no timestamps) unowed-answer (needs no timestamps)]"},
		{all, claiming(func(c *endpoint.Profile) { c.SACK = true }), "whole [] part [rto-after-syn (needs no SACK)]"},
	} {
		var whole, part []Unjudged
		for _, u := range NotJudged(c.known, c.profile) {
			if u.Part {
				part = append(part, u)
			} else {
				whole = append(whole, u)
			}
		}
		if got := fmt.Sprint("whole ", whole, " part ", part); got != c.want {
			t.Errorf("known %b:\n got %s\nwant %s", c.known, got, c.want)
		}
	}
	if n := len(NotJudged(all&^endpoint.KnowState, playProfile)); n != stateless {
		t.Errorf("without its state %d of %d rules are not judged, want %d", n, numRules, stateless)
	}
}

// stateless is how many rules are not judged of an end that does not tell its state:
// all but two, and but those of a promise that it does not give.
var stateless = func() int {
	n := numRules - 2
	for r := range numRules {
		if claimsFirst[r] == goesByTheBook {
			n--
		}
	}
	return n
}()

// TestJudgedMerges: the order in which judges are merged does not matter.
func TestJudgedMerges(t *testing.T) {
	var parts [3]Judged
	for i, hides := range []endpoint.Known{endpoint.KnowSND, endpoint.KnowDeadline, 0} {
		w := sim.NewWorld(strangers(hides))
		var j Judge
		if err := runBetween(w, &j, closeBoth, [2]string{"tcp", "stranger"}); err != nil || j.v.Found() {
			t.Fatal(err, j.Violation().Text)
		}
		parts[i] = *j.Judged()
	}
	var want Judged
	for _, order := range [][3]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}, {0, 2, 1}} {
		var left, right Judged
		left.Merge(&parts[order[0]])
		right.Merge(&parts[order[1]])
		right.Merge(&parts[order[2]])
		left.Merge(&right)
		if want == (Judged{}) {
			want = left
		}
		if left != want {
			t.Errorf("%v: %+v, want %+v", order, left, want)
		}
	}
	// What only some of the runs lacked is judged in part.
	for _, u := range want.Of(endpoint.B) {
		if u.Rule.ID == "I-7" && !u.Part {
			t.Error("one run told SND, but I-7 counts as never judged")
		}
	}
	if got := fmt.Sprint(want.Of(endpoint.A)); got != "[resting (needs Deadline of the peer) delivered-all (needs Deadline of the peer) settle (needs Deadline of the peer, MSL of the peer, RTOMax of the peer, R2 of the peer, R2SYN of the peer)]" {
		t.Error(got)
	}
}
