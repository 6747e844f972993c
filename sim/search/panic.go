package search

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"

	"example.org/halfopen/sim"
)

// panicRule marks a violation that no RFC has a section for.
const panicRule = "panic"

// IsPanic reports whether v says that a stack panicked.
func IsPanic(v *sim.Violation) bool { return v.Rule.ID == panicRule }

// callers stands before each caller of the function that panicked.
const callers = ", called by "

// panicked makes a violation of a stack's panic: of its value, and of the
// functions that were called, innermost first. A panic of the harness itself
// goes on as one: that is no finding.
func panicked(w *sim.World, p any) sim.Violation {
	calls := callsOfStack()
	if len(calls) == 0 {
		panic(p)
	}
	s := w.Abandon()
	return sim.Violation{
		Rule: sim.Rule{ID: panicRule, Name: panicRule, Section: "no RFC: a stack must not panic, whatever arrives"},
		Step: s.N, At: s.At, End: s.End, State: s.Before.State,
		Text: fmt.Sprintf("%v panicked in %v: %v; in %s", s.End, s.Before.State, p, strings.Join(calls, callers)),
		Got:  fmt.Sprint("panic: ", p), Want: "no panic",
	}
}

// mostCalls is how many functions of a stack a violation names.
const mostCalls = 8

// callsOfStack lists the functions between the panic and the World that called
// the endpoint; none if it was no endpoint that panicked. No line numbers and
// no paths: the same panic reads the same everywhere.
func callsOfStack() (calls []string) {
	var counters [128]uintptr
	frames := runtime.CallersFrames(counters[:runtime.Callers(0, counters[:])])
	inPanic := false
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			inPanic, calls = true, nil
		case !inPanic || strings.HasPrefix(f.Function, "runtime."):
		case strings.HasPrefix(f.Function, worldMethods):
			return calls
		case len(calls) < mostCalls:
			calls = append(calls, f.Function[strings.LastIndexByte(f.Function, '/')+1:])
		}
	}
	return nil
}

// worldMethods is how the names of World's methods begin.
var worldMethods = strings.TrimSuffix(runtime.FuncForPC(reflect.ValueOf((*sim.World).Step).Pointer()).Name(), "Step")
