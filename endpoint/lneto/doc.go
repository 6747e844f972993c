// Package lneto puts the TCP of github.com/soypat/lneto under test: a
// tcp.Handler, which is lneto's control block with its transmit and receive
// buffers, its reassembly and its retransmission timer (tcp.RTO), as an
// endpoint.Endpoint.
//
// A Handler has no goroutine and reads no clock: it is told the time through
// the Nanotime function that goes with its LossRecovery, and that is the
// world's. (Its Conn, one level up, blocks in Read and Write and takes
// deadlines from the wall clock; nothing of it is used.)
//
// lneto leaves to its user what has to do with time, hosts and IP. On its
// behalf the adapter does this, and no more:
//
//   - It chooses the initial send sequence number, as RFC 9293 3.4.1 says.
//   - It reads and writes the IP header and the TCP checksum, with lneto's own
//     checksum on the way in, as lneto's IP stack does around a Handler.
//   - It polls Send after every call, until two polls in a row have nothing to
//     say: a user's loop polls for ever.
//   - It polls Send when Handler.NextDeadline is due.
//   - It asks for the SYN, or the SYN,ACK, again (Handler.RequeueControl), after
//     1, 2, 4 ... 60 s, and calls Handler.Abort after R2 for a SYN. A Handler
//     has no timer for them; lneto's DoDialTCP does the same in its caller's
//     time.
//   - It calls Handler.Abort 2 MSL after the Handler has come to TIME-WAIT:
//     there is no timer for that either.
//   - It lets go of the Handler, and gives it no more segments, once Recv or
//     Send has answered net.ErrClosed and the state is CLOSED, as lneto's
//     stacks do. What came after that, or before an OPEN, goes to lneto's
//     internet.StackPorts with no port registered: what the host answers.
//   - SEND before ESTABLISHED waits, and so does RECEIVE: a Handler answers both
//     with an error that means "not yet".
//
// It repairs nothing: what lneto does not answer, resend or time is not
// answered, resent or timed. What is known to be wrong is told in FINDINGS.md
// and pinned in testdata/findings.
//
// Status tells lneto's own variables, which are read, by reflection, from the
// Handler's control block. Two are not lneto's: SND.MAX, which it does not
// keep, is the highest number that was seen to leave; Unsent is its
// BufferedUnsent less what a retransmission has put back there. RCV.WND is as
// last advertised, and does not shrink with what comes. Err is not known: a
// Handler does not say why its connection ended.
//
// Of Config it has no use for the RTO's constants, R1, R2, UserTimeout,
// DelayedACK, NoNagle, OverrideTimeout, ChallengeACKs and NoMSSOption: lneto
// has no such switches, and always announces its MSS.
package lneto
