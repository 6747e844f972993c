package oracle

import (
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
