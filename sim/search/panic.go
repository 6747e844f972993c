package search

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"

	"example.org/halfopen/sim/scenario"

	"example.org/halfopen/sim"
)

// The rules that no RFC has a section for.
const (
	panicRule    = "panic"
	contractRule = "contract"
)

// IsPanic reports whether v says that a stack panicked, or broke the contract of
// endpoint.Endpoint so that there was nothing to go on with.
func IsPanic(v *sim.Violation) bool { return v.Rule.ID == panicRule || v.Rule.ID == contractRule }

// callers stands before each caller of the function that panicked.
const callers = ", called by "

// panicked makes a violation of a stack's panic: of its value, and of the
// functions that were called, innermost first. A panic of the harness itself
// goes on as one: that is no finding.
func panicked(w *sim.World, p any) sim.Violation {
	if broken, ok := p.(*sim.ContractError); ok {
		return breach(w.Abandon(), broken)
	}
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

// ofEndpoint reports whether a panic is an endpoint's. One of the harness is no
// finding.
func ofEndpoint(p any) bool {
	_, broken := p.(*sim.ContractError)
	return broken || len(callsOfStack()) > 0
}

// reset makes a world ready. A stack that panics while it is made has not even
// begun the run: that is an error.
func reset(w *sim.World, s *scenario.Scenario) (err error) {
	defer func() {
		if p := recover(); p != nil {
			calls := callsOfStack()
			if len(calls) == 0 {
				panic(p)
			}
			err = fmt.Errorf("search: an endpoint panicked while it was made: %v; in %s", p, strings.Join(calls, callers))
		}
	}()
	return w.Reset(s)
}

// breach makes a violation of what a stack answered and may not.
func breach(s *sim.Step, broken *sim.ContractError) sim.Violation {
	return sim.Violation{
		Rule: sim.Rule{ID: contractRule, Name: "endpoint-contract", Section: "no RFC: the contract of endpoint.Endpoint"},
		Step: s.N, At: s.At, End: s.End, State: s.Before.State,
		Text: fmt.Sprintf("%v broke the contract of an endpoint in %v: %s answered %s, want %s", s.End, s.Before.State,
			broken.Call, broken.Got, broken.Want),
		Got: broken.Got, Want: broken.Want,
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
