// Package matchers holds Gomega matchers over a finished run: what an
// assertion about two TCPs wants to say, in the words of RFC 9293.
//
//	Expect(run).To(FollowRFC9293())
//	Expect(run).To(Visit(endpoint.FinWait1, endpoint.Closing).At(endpoint.A))
//	Expect(run).To(TakeEdge(endpoint.SynReceived, endpoint.Listen))
//	Expect(run).To(EndIn(endpoint.Closed, endpoint.Closed))
//	Expect(run).To(Deliver(1000).At(endpoint.B))
//	Expect(run).To(Emit(endpoint.KindFIN, 2).At(endpoint.A))
//	Expect(run).To(Hear(endpoint.ErrReset).At(endpoint.B))
//
// A run is a *sim.Trace, or anything that has one, such as a *sim.World. A
// failure says what was seen instead, and shows the run as a ladder: nobody
// has to run it again to see what happened.
//
// The matchers need Gomega alone; they work in a plain go test as well as
// under Ginkgo.
package matchers
