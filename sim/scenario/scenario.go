package scenario

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/link"
	"example.org/halfopen/scheduler"
)

// Scenario is everything that a run needs. Two runs of one scenario are the
// same, octet for octet. Its text form (Parse, String) is the durable one.
type Scenario struct {
	_ struct{} // no positional literals: fields will be added

	Seed  uint64 // of the link's models, the application data and the ISS
	IPv6  bool   // datagrams are IPv6
	Ends  [2]Host
	Link  [2]link.Config // by the end that a direction leaves
	Apps  []App
	Fault faults.Script

	// Heal is when link and script stop doing anything, and what was set aside
	// is released. 0 is DefaultHeal.
	Heal time.Duration

	// Limits are the run's budgets. Zeros are scheduler's defaults.
	Limits scheduler.Limits
}

// DefaultEndpoint is the name that an empty Host.Endpoint stands for.
const DefaultEndpoint = "tcp"

// DefaultHeal is the Heal of a scenario that names none.
const DefaultHeal = time.Minute

// Host is one end: which stack it runs, and how it is configured. Local,
// Remote and ISSKey of the Config are set by the world.
type Host struct {
	Endpoint string // the name of a factory; "" is "tcp"
	Config   endpoint.Config
}

// App is one line of an application: calls made one after the other. A call
// that cannot finish waits; one that fails ends the line.
type App struct {
	End  endpoint.End
	Acts []Act
}

// ActOp is what an application does.
type ActOp uint8

// The acts.
const (
	ActOpen    ActOp = iota // OPEN; waits until synchronized, or CLOSED again, unless NoWait
	ActSend                 // SEND N octets, as many calls as it takes
	ActReceive              // RECEIVE N octets, or all (N 0) up to the end of the stream; Chunk octets every Every, if set
	ActClose                // CLOSE
	ActAbort                // ABORT
	ActWait                 // nothing, for Every
	ActWhen                 // nothing, until State has been entered N times since the scenario began (0: once)
	NumActOps  = int(ActWhen) + 1
)

// Act is one step of an application. Which fields mean something depends on
// Op.
type Act struct {
	Op      ActOp
	Passive bool           // ActOpen
	NoWait  bool           // ActOpen
	N       int64          // ActSend, ActReceive: octets; ActWhen: the n-th entry
	Chunk   int            // ActReceive: read slowly, so many octets at once
	Every   time.Duration  // ActReceive: the pause between two reads; ActWait
	State   endpoint.State // ActWhen
}
