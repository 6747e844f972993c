// Command halfopen-lneto is halfopen around lneto's TCP.
//
//	go run ./cmd/halfopen-lneto fuzz --a lneto --b tcp --runs 20000
package main

import (
	"os"

	"example.org/halfopen/cmd"
	"example.org/halfopen/endpoint/lneto"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

func main() { os.Exit(cmd.Execute(offer())) }

// offer is what the command can choose from; the first is at both ends where
// nothing is chosen.
func offer() sim.Offer {
	return sim.Offer{{Name: "lneto", New: lneto.New}, {Name: "tcp", New: tcp.New}}
}
