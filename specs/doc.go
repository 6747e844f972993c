// Package specs is RFC 9293 as prose that runs: Ginkgo specs that describe a
// TCP, one file a topic, for anybody's endpoint.Endpoint. One call in a plain
// go test runs them all:
//
//	func TestMyStack(t *testing.T) {
//		specs.Run(t, specs.Kit{Name: "mystack", New: mystack.New})
//	}
//
// A stack that is known to fail some of them has those in a file, and RunListed
// in the place of Run: it wants these to fail, and no others.
//
// Each spec is a scenario in the language of the fault scripts, two ends of
// the stack under one virtual clock, and what RFC 9293 says of it. Every run
// is judged step by step as well, so a spec asserts only its own point; a spec
// that fails shows the ladder of its run.
//
// Labels name what a spec is about: the section ("RFC 9293 3.5"), the numbered
// requirement ("MUST-11") and the edges of the state diagram that it takes
// ("SYN-SENT -> ESTABLISHED"). A spec that is labelled with an edge has to take
// it, and each of the 29 edges that any TCP may take has one. Ginkgo's flags
// choose among them:
//
//	go test ./specs -ginkgo.v -ginkgo.label-filter='MUST-11'
//
// RFC9293.md lists the RFC's 119 numbered requirements with the specs that are
// labelled with them; Requirements is a chapter more, for stacks that want to be
// held to each. What every state answers to every event is told by package cells,
// in tests of its own.
//
// Ginkgo runs one suite a process, and refuses go test -count.
package specs
