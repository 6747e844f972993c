package vnet_test

import (
	"testing"

	"example.org/halfopen/sim/vnet"
)

// tooMuch is a program that says more on one connection than its budget allows:
// it gets an error, and the test says which budget.
func tooMuch(t *testing.T) {
	vnet.SetMostEvents(20)
	talk(t, "link delay 1us\nclient tcp no-delayed-ack\nserver tcp no-delayed-ack", func(t *testing.T, n *vnet.Network, client, server *vnet.Conn) {
		b := make([]byte, 1)
		for {
			if _, err := client.Write(b); err != nil {
				break
			}
			if _, err := server.Read(b); err != nil {
				break
			}
		}
		client.Write(b)
		client.Read(b)
	})
}
