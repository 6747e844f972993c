package vantage_test

import (
	"fmt"
	"os"

	"example.org/halfopen/sim/capture"
	"example.org/halfopen/sim/oracle/vantage"
)

// Judging every connection of a capture.
func Example() {
	f, err := os.Open("../../../testdata/captures/linux-plain.pcap.gz")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	r, err := capture.NewReader(f)
	if err != nil {
		fmt.Println(err)
		return
	}
	illegal := 0
	table := vantage.NewTable(vantage.TableOptions{Done: func(c *vantage.Conn) {
		for _, f := range c.Findings() {
			fmt.Printf("%v: frame %d: %s (%s)\n", c.Ends, f.Frame, f.Text, f.Rule.Section)
			illegal++
		}
	}})
	var p capture.Packet
	var s capture.Segment
	for r.Next(&p) == nil {
		if capture.Decode(&p, &s) == capture.Taken {
			table.Segment(&s)
		}
	}
	table.End()
	fmt.Println(table.Connections(), "connections,", illegal, "illegal")
	// Output: 37 connections, 0 illegal
}
