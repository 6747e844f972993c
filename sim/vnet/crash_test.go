package vnet_test

import (
	"net/http"
	"testing"
	"time"

	"example.org/halfopen/sim/vnet"
)

// The test of the README: a client asks a server that crashes before it answers.
// Without a time limit of its own the client waits for ever (the victim "hangs");
// with one it gets an error.
func TestClientSurvivesCrash(t *testing.T) { getFromDeadServer(t, 10*time.Second) }

func getFromDeadServer(t *testing.T, timeout time.Duration) {
	vnet.Test(t, "link delay 20ms loss 5%\ncrash server at 500ms", func(t *testing.T, n *vnet.Network) {
		l, _ := n.Host("server").Listen("tcp", ":80")
		go http.Serve(l, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(time.Second) }))
		transport := &http.Transport{DialContext: n.Host("client").DialContext}
		client := &http.Client{Transport: transport, Timeout: timeout}
		if res, err := client.Get("http://server/"); err == nil {
			t.Errorf("a server that has crashed answered %s", res.Status)
		}
	})
}
