// Command halfopen runs TCP endpoints over a faulty link on a virtual clock and
// judges every run against RFC 9293. It offers halfopen's own endpoint; package
// cmd makes a command that offers others.
package main

import (
	"os"

	"example.org/halfopen/cmd"
	"example.org/halfopen/sim"
)

func main() { os.Exit(cmd.Execute(sim.TCP())) }
