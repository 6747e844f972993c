// Package page makes pictures and pages of a finished run, a [sim.Trace]: an
// HTML page that needs nothing else ([WriteHTML]), a picture for slides
// ([WriteSVG]), and a sequence diagram that GitHub draws ([WriteMermaid]).
// [WriteDiagram] draws the state diagram with what a
// sweep has visited.
//
// Each is a pure function of the trace, and says the same words as the ladder
// of sim/report, with the same numbers of lines, segments and faults. Whatever
// a scenario or a stack has written is escaped.
package page
