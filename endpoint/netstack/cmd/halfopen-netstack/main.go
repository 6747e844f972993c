// Command halfopen-netstack is halfopen with gVisor's netstack to choose from.
//
//	go run ./cmd/halfopen-netstack fuzz --a netstack --b tcp
package main

import (
	"os"

	"example.org/halfopen/cmd"
	"example.org/halfopen/endpoint/netstack"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
)

func main() {
	os.Exit(cmd.Execute(sim.Offer{{Name: "netstack", New: netstack.New}, {Name: "tcp", New: tcp.New}}))
}
