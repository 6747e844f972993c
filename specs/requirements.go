package specs

// Requirements tells what the numbered requirements of RFC 9293 say beyond the
// stories of the other chapters, one by one. It is no chapter of every kit: a
// stack that wants to be held to it has it in Kit.Also.
//
// RFC9293.md lists all 119 requirements, and the specs that are labelled with
// each.
func Requirements(k Kit) {
	Header(k)
	Options(k)
	SegmentSize(k)
	Addresses(k)
	InitialNumbers(k)
	Sending(k)
	Receiving(k)
	SillyWindow(k)
	ShrinkingWindow(k)
	Limits(k)
	KeepAlive(k)
	Urgent(k)
	ICMP(k)
	Congestion(k)
	ManyConnections(k)
}
