// Package cmd is the halfopen command as a function, [Main], that takes the
// endpoints to offer. Somebody who has a TCP stack of their own builds a
// halfopen around it in a few lines, with every subcommand in it:
//
//	func main() {
//		offer := sim.Offer{{Name: "mine", New: NewMine}, {Name: "tcp", New: tcp.New}}
//		os.Exit(cmd.Execute(offer))
//	}
//
// The first endpoint of the offer is at both ends, unless a scenario or the
// flags --a and --b say otherwise. The directory example-lossy-fin beside this
// file is such a program.
//
// What people read goes to standard output as plain text; what programs read is
// asked for (fuzz --json, show --as jsonl) and names no path, host, wall clock
// or job count, so that the same options give the same octets. Progress and
// errors go to standard error. The exit status says how it went: see the
// constants of this package.
package cmd
