package gen_test

import (
	"fmt"

	"example.org/halfopen/specs/gen"
)

// What a generator draws can be looked at outside a test, too.
func Example() {
	s := gen.Fair().Example(1)
	fmt.Println(s.Check(), s.Hostile())
	// Output: <nil> false
}
