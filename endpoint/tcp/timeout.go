package tcp

import (
	"time"

	"example.org/halfopen/endpoint"
)

// Timeout runs the timers that are due (RFC 9293 3.10.8).
func (t *TCP) Timeout(now time.Duration) {
	if t.due(now, timerUser) {
		t.end(endpoint.ErrUserTimeout)
		return
	}
	if t.due(now, timerTimeWait) {
		t.end(0)
		return
	}
	if t.due(now, timerRetransmit) && !t.timeoutRetransmit(now) {
		return
	}
	if t.due(now, timerPersist) && !t.timeoutPersist(now) {
		return
	}
	if t.due(now, timerKeepAlive) && !t.timeoutKeepAlive(now) {
		return
	}
	if t.due(now, timerDelayedACK) {
		t.owe.ack = true
	}
	if t.due(now, timerOverride) {
		t.owe.override = true
	}
}

// due reports whether a timer has expired, and stops it if so.
func (t *TCP) due(now time.Duration, timer int) bool {
	if t.timer[timer] > now {
		return false
	}
	t.timer[timer] = endpoint.Never
	return true
}

// timeoutRetransmit is RETRANSMISSION TIMEOUT: RFC 6298 5.4 to 5.7, and R2. It
// returns false if the connection was given up, which sends nothing.
func (t *TCP) timeoutRetransmit(now time.Duration) bool {
	r2 := t.cfg.R2
	if t.synUnacked() {
		r2 = t.cfg.R2SYN // MUST-23
		t.resent.lost = true
	}
	if now-t.alive >= r2 {
		t.end(endpoint.ErrTimeout) // MUST-20
		return false
	}
	t.resent.count++
	if t.cfg.PathMTU && t.resent.count == t.cfg.R1 && !t.synUnacked() {
		t.suspectBlackHole(now)
	}
	t.rto = min(2*t.rto, t.cfg.RTOMax)
	t.timer[timerRetransmit] = now + t.rto
	if !t.synUnacked() {
		t.network.Timeout(uint32(t.snd.UNA), uint32(t.snd.NXT))
		t.board.Timeout(uint32(t.snd.NXT))
	}
	// What left after the timer was started has not had its RTO (RFC 6298 5).
	t.resendFirst(t.armed)
	t.armed = t.snd.NXT
	return true
}

// timeoutPersist sends a probe (3.8.6.1). As long as probes are answered the
// window may stay shut (MUST-37); a peer that is silent for R2 is given up.
func (t *TCP) timeoutPersist(now time.Duration) bool {
	if !t.probed { // R2 is the time since this probe left first (3.8.3)
		t.probed, t.alive = true, now
	}
	if now-t.alive >= t.cfg.R2 {
		t.end(endpoint.ErrTimeout)
		return false
	}
	t.persist = min(2*t.persist, t.cfg.RTOMax) // SHLD-30
	t.timer[timerPersist] = now + t.persist
	t.owe.probe = true
	return true
}

// settle sets the timers for what could not be sent, once Emit has nothing
// more to send.
func (t *TCP) settle(now time.Duration) {
	t.owe.override = false
	if t.state <= endpoint.Listen || t.state == endpoint.TimeWait {
		return
	}
	t.settlePersist(now)
	if t.cfg.KeepAlive {
		t.settleKeepAlive(now)
	}
	held := t.snd.WND > 0 && t.unsent() > 0 && t.usable() > 0 && !t.nagled() && t.state != endpoint.SynReceived
	if !held {
		t.timer[timerOverride] = endpoint.Never
	} else if t.timer[timerOverride] == endpoint.Never {
		t.timer[timerOverride] = now + t.cfg.OverrideTimeout
	}
	if t.cfg.UserTimeout == 0 {
		return
	}
	if !t.unfinished() {
		t.timer[timerUser] = endpoint.Never
	} else if t.timer[timerUser] == endpoint.Never {
		t.timer[timerUser] = now + t.cfg.UserTimeout
	}
}

// settlePersist runs the persist timer in the place of the retransmission
// timer while the peer's window is shut.
func (t *TCP) settlePersist(now time.Duration) {
	if t.snd.WND > 0 || t.synUnacked() || !t.unfinished() {
		t.timer[timerPersist], t.persist, t.probed = endpoint.Never, 0, false
		return
	}
	t.timer[timerRetransmit] = endpoint.Never
	if t.timer[timerPersist] != endpoint.Never {
		return
	}
	if t.persist == 0 {
		t.persist = t.rto // SHLD-29
	}
	t.timer[timerPersist] = now + t.persist
}

// unfinished reports whether anything waits to be sent or acknowledged.
func (t *TCP) unfinished() bool {
	return t.snd.UNA != t.snd.NXT || t.out.n > 0 || t.closing && !t.finSent
}

func (t *TCP) stopTimers() {
	for i := range t.timer {
		t.timer[i] = endpoint.Never
	}
}
