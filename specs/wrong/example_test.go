package wrong_test

import (
	"fmt"

	"example.org/halfopen/specs/wrong"
)

func ExampleFind() {
	e, err := wrong.Find("syn-dropped")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.Title)
	fmt.Println("found by", e.Rule)
	// Output:
	// A SYN in a synchronized state is dropped without a word
	// found by owed-answer
}
