package vantage

import "math/bits"

// Blind is a set of reasons why a connection could not be judged in full.
type Blind uint16

// The reasons.
const (
	Midstream Blind = 1 << iota // its beginning is not in the capture
	OneWay                      // only one end was seen to send
	Gaps                        // the capture has missed segments of it
	Disorder                    // segments stand in the capture before what they answer
	Short                       // segments were not captured whole
	Offload                     // checksums are left to the network card
	Large                       // so are segments above the MSS
	Damaged                     // segments with a wrong checksum
	Strange                     // segments that fit no incarnation that was seen
	Forgotten                   // octets sent again that were remembered no more
	Evicted                     // given up to make room
	Restarted                   // a SYN was answered with several ISS
	Mixed                       // segments with numbers of two incarnations

	numBlinds = 13

	// unsure: what was not seen may have been sent.
	unsure = Midstream | Gaps | Restarted | Mixed
)

var blindTexts = [numBlinds]struct{ what, why string }{
	{"begun before the capture", "window scale, MSS and options are not known: no I-25, I-34, I-35, I-37, I-52, and nothing that rests on what was sent before"},
	{"one direction only", "what the other end has sent or acknowledged is not known"},
	{"gaps: somebody must have sent what is not in the capture", "nothing that rests on something not having been sent"},
	{"an impossible order in the capture", "what seemed to be acknowledged before it was sent is held against nobody"},
	{"segments that were cut short (snaplen)", "their checksums, and octets beyond the cut, are not compared"},
	{"checksums that the network card still had to fill in", "these are not verified"},
	{"segments above the MSS that a network card cuts up, or has put together", "no I-34 for these"},
	{"segments with a wrong checksum", "taken for damaged on their way, and left out; --checksums ignore takes them as they are"},
	{"segments that fit no incarnation in the capture", "only their flags were judged"},
	{"octets sent again that were not remembered any more", "no I-12 for these"},
	{"given up to make room for others", "what came of it later counts as another connection"},
	{"several answers to a SYN, each with its own ISS", "which of them is meant later is not known: nothing that rests on something not having been sent"},
	{"segments with numbers of two incarnations", "which of them an end was in is not known: nothing that rests on something not having been sent"},
}

// Has reports whether one of the reasons is in the set.
func (b Blind) Has(any Blind) bool { return b&any != 0 }

// Each calls do for each reason: what there is ("one direction only"), and what
// follows from it.
func (b Blind) Each(do func(reason Blind, what, why string)) {
	for ; b != 0; b &= b - 1 {
		i := bits.TrailingZeros16(uint16(b))
		do(1<<i, blindTexts[i].what, blindTexts[i].why)
	}
}
