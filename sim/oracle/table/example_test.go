package table_test

import (
	"fmt"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/oracle/table"
)

// A FIN arrives in order: the end goes to CLOSE-WAIT, and its ACK may wait.
func ExampleMatch() {
	s := table.Step{
		From: endpoint.Established, To: endpoint.CloseWait, Event: table.Segment,
		Facts: table.Known(table.FIN | table.ACK | table.LEN | table.InWindow | table.AtNXT |
			table.Advanced | table.FINTaken),
	}
	f := table.Match(&s)
	fmt.Println(f.Row.Row())
	fmt.Println("still owed: an ACK,", f.Debt)

	s.To = endpoint.LastAck
	fmt.Println(table.Match(&s).Explained())
	// Output:
	// 3.10.7.4-8a/ESTABLISHED: ESTABLISHED on segment if FIN taken -> CLOSE-WAIT; sends ACK delayed
	// still owed: an ACK, delayed
	// false
}
