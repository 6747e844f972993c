package sim

import "testing"

// Every run of octets that can be handed out is one of the same periodic stream.
func TestContent_IsPeriodic(t *testing.T) {
	for _, offset := range []int64{0, 1, contentLen - 15, contentLen - 1, contentLen} {
		whole := Content(0, offset, contentSlack)
		for i, b := range whole {
			if want := Content(0, offset+int64(i), 1)[0]; b != want {
				t.Fatalf("at offset %d, octet %d is %#x, want %#x", offset, i, b, want)
			}
		}
	}
}
