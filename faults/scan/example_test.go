package scan_test

import (
	"fmt"

	"example.org/halfopen/faults/scan"
)

// A line is read word by word; the first thing that does not fit is kept, with
// its place.
func Example() {
	line := scan.New("scenario.txt", 7, "drop A SNY #1")
	line.Must("drop")
	line.EndAB()
	line.Kind()
	fmt.Println(line.Err())
	// Output: scenario.txt:7:8: found "SNY", want a kind of segment: ANY, RST, SYN,ACK, SYN, FIN, DATA or ACK
}
