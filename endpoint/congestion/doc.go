// Package congestion is TCP's congestion control, as a value: slow start,
// congestion avoidance and the restart after idle time (RFC 5681), initial
// windows (RFC 5681 3.1, RFC 6928), fast retransmit and fast recovery with
// NewReno's partial acknowledgments (RFC 5681 3.2, RFC 6582), and limited
// transmit (RFC 3042). With selective acknowledgments the loss recovery is
// package sack's, and this one keeps the windows for it.
//
// A Control knows no clock, segment or buffer. It is told what happened and
// says how much may be outstanding. It holds plain fields alone: an assignment
// copies it, Control{} resets it, and nothing is ever allocated. Its zero value
// is no control at all: the window is Infinite and no event does anything.
//
// # How an endpoint calls it
//
// una and nxt are SND.UNA and SND.NXT after the event, and SND.NXT is above all
// that was ever sent (go-back-N does not pull it back). Our SYN and FIN count
// as octets of sequence space in both, but not in the n of Acked.
//
//	our SYN is acknowledged        Begin(options, ISS, SMSS, how often it was resent)
//	an ACK moves SND.UNA           a := Acked(una, nxt, octets of data in it)
//	                               a.Resend: the segment at SND.UNA goes out now,
//	                               whatever the window (a partial ACK);
//	                               a.KeepTimer: do not restart the retransmission
//	                               timer for this ACK (RFC 6582 3.2 step 3)
//	a duplicate ACK, without SACK  a := DupACK(una, nxt)
//	                               a.Resend: as above (fast retransmit);
//	                               a.SendNew: Window has grown by a segment
//	package sack says Enter        Lost(una, nxt); after Acked, if SND.UNA moved
//	the retransmission timer       Timeout(una, nxt), before anything is resent
//	new data after idle time       Restart(), if nothing is outstanding and nothing
//	                               was sent for more than an RTO
//	the path's MTU has changed     SetSMSS(octets)
//
// New data may go as far as SND.UNA plus the lesser of SND.WND and Window().
// What is resent after a timeout may go as far as SND.UNA plus the lesser of
// SND.WND and CWND(), but for the segment at SND.UNA, which always may. With
// SACK, ask package sack how much new data may go, and hand it CWND().
//
// A duplicate ACK is one for which all of RFC 5681 2 holds: (a) something is
// outstanding, (b) the segment carries no data, (c) no SYN and no FIN, (d) its
// ACK field is SND.UNA, as it was, and (e) its window is what the last one said.
// Where SACK is on, no such ACK is handed to DupACK: RFC 6675 2 counts
// differently.
//
// Timeouts of the SYN and zero-window probes are no business of a Control.
//
// # What it decides
//
// Where the RFCs leave a choice: congestion avoidance counts octets (the way
// that RFC 5681 3.1 recommends), and so it grows by at most one SMSS each time a
// whole window is acknowledged; a window that equals ssthresh is in congestion
// avoidance; a full acknowledgment deflates the window to min(ssthresh,
// max(FlightSize, SMSS)+SMSS), the choice of RFC 6582 3.2 that makes no burst; a
// receiver's duplicate ACKs inflate the window by no more segments than are
// outstanding (RFC 5681 3.2, the MAY against forged ones).
//
// One deviation: recover begins at ISS-1. At ISS, where RFC 6582 3.2 step 1 has
// it, the loss of the very first segment of a connection would be left to the
// timer, for no ACK before it can cover more than ISS. But step 2 asks so that
// what was sent before an earlier loss was seen starts no second repair, and here
// none was seen; RFC 5681 3.2 wants a fast retransmit (SHOULD). A timeout sets
// recover as ever, so that what follows it is not repaired twice.
//
// Not here: congestion window validation (RFC 7661), so that a window also
// grows while the application and not the network limits it; the heuristics of
// RFC 6582 4 for duplicate ACKs after a timeout; ECN, CUBIC, PRR.
//
// The package imports nothing of halfopen and uses the standard library only.
package congestion
