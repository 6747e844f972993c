package specs_test

import (
	"fmt"

	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/specs"
)

// A Kit is a name and a factory. In a test, specs.Run(t, kit) runs the specs;
// what the stack claims about itself decides which of the RFC's choices it is
// held to.
func ExampleKit() {
	kit := specs.Kit{Name: "tcp", New: tcp.New}
	fmt.Println(kit.Name, "answers a doubtful RST with a challenge:", kit.Profile().RFC5961)
	// Output: tcp answers a doubtful RST with a challenge: true
}
