package endpoint

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// TestTransfer opens, sends both ways and closes, on links that lose.
func TestTransfer(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 100_000} {
		for _, loss := range []int{0, 1, 10, 30} {
			t.Run(fmt.Sprintf("%d octets, %d%% lost", n, loss), func(t *testing.T) {
				r := rand.New(rand.NewPCG(uint64(n), uint64(loss)))
				p := newPair(Config{R2: time.Hour, R2SYN: time.Hour}, Config{R2: time.Hour, R2SYN: time.Hour})
				if err := p.transfer(n, func(int, []byte) bool { return r.IntN(100) < loss }); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}
