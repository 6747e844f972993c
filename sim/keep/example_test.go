package keep_test

import (
	"fmt"
	"os"
	"path/filepath"

	"example.org/halfopen/sim/keep"
)

// A folder is replaced by a later one of its kind, and by nothing else.
func ExampleFolder() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "finding")
	fmt.Println(keep.Folder(path, "trace.jsonl", []keep.Entry{{Name: "trace.jsonl"}}))
	fmt.Println(keep.Folder(path, "trace.jsonl", []keep.Entry{{Name: "trace.jsonl"}, {Name: "README.md"}}))
	entries, err := os.ReadDir(path)
	fmt.Println(len(entries), err)
	// Output:
	// <nil>
	// <nil>
	// 2 <nil>
}
