package tcp

import (
	"time"

	"example.org/halfopen/endpoint"
)

// SetKeepAlive is endpoint.Tunable's: the program decides, for each connection
// (MUST-25). An interval begins anew.
func (t *TCP) SetKeepAlive(now time.Duration, on bool, interval time.Duration) {
	if t.cfg.KeepAlive = on; interval > 0 {
		t.cfg.KeepAliveInterval = interval
	}
	t.timer[timerKeepAlive], t.asked = endpoint.Never, 0
	if on {
		t.settleKeepAlive(now)
	}
}

// SetNoDelay is endpoint.Tunable's (MUST-17).
func (t *TCP) SetNoDelay(on bool) { t.cfg.NoNagle = on }

// settleKeepAlive runs the keep-alive timer while the connection is idle: all
// that was sent is acknowledged, and the peer may still say something (RFC 9293
// 3.8.4, MUST-26).
func (t *TCP) settleKeepAlive(now time.Duration) {
	switch t.state {
	case endpoint.Established, endpoint.FinWait2, endpoint.CloseWait:
		if !t.unfinished() {
			if t.timer[timerKeepAlive] == endpoint.Never {
				t.timer[timerKeepAlive] = now + t.cfg.KeepAliveInterval
			}
			return
		}
	}
	t.timer[timerKeepAlive], t.asked = endpoint.Never, 0
}

// timeoutKeepAlive sends a keep-alive: a segment without text that stands before
// the peer's window, so that it has to be answered (SHLD-12). No single one
// that goes unanswered ends the connection, for a bare ACK may be lost
// (MUST-29): they go on as retransmissions would, until R2 has passed.
func (t *TCP) timeoutKeepAlive(now time.Duration) bool {
	switch {
	case t.asked == 0:
		t.asked, t.alive = t.rto, now
	case now-t.alive >= t.cfg.R2:
		t.end(endpoint.ErrTimeout)
		return false
	default:
		t.asked = min(2*t.asked, t.cfg.RTOMax)
	}
	t.timer[timerKeepAlive] = now + t.asked
	t.owe.alive = true
	return true
}
