package cells

import (
	"bytes"
	"os"
	"testing"
)

// The page shows the table as it is.
func TestPage(t *testing.T) {
	const file = "CELLS.md"
	var b bytes.Buffer
	if err := WritePage(&b); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("HALFOPEN_UPDATE") != "" {
		if err := os.WriteFile(file, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, b.Bytes()) {
		t.Errorf("%s is not what the table says now: HALFOPEN_UPDATE=1 go test ./specs/cells writes it anew", file)
	}
}
