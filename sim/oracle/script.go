package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim/scenario"
)

// SetScript tells the judge that the run goes on with another script, one that
// begins with the one so far (World.SetScript).
func (j *Judge) SetScript(s faults.Script) {
	var more troubles
	more.foresee(&scenario.Scenario{Fault: s[len(j.script):]})
	j.troubles.lossy, j.troubles.late = j.troubles.lossy || more.lossy, j.troubles.late || more.late
	j.script = s
}

// SetKeepAlive tells the judge that an end's application has asked for keep-alives
// after an idle interval, or for none with 0 (RFC 9293 3.8.4, MUST-25).
func (j *Judge) SetKeepAlive(e endpoint.End, interval time.Duration) {
	j.profiles[e].KeepAlive = interval
}
