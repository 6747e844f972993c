package vnet_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"example.org/halfopen/sim/vnet"
)

func TestHTTP(t *testing.T) {
	vnet.Test(t, "link delay 20ms loss 5%\ndrop server FIN #1-2", func(t *testing.T, n *vnet.Network) {
		l, _ := n.Host("server").Listen("tcp", ":80")
		count := 0
		go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			count++
			fmt.Fprintf(w, "answer to %s", r.URL.Path)
		}))
		c := &http.Client{Transport: &http.Transport{DialContext: n.Host("client").DialContext}}
		defer c.CloseIdleConnections()
		const requests = 1000
		for i := range requests {
			res, err := c.Get(fmt.Sprintf("http://server/%d", i))
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(res.Body)
			res.Body.Close()
			if want := fmt.Sprintf("answer to /%d", i); err != nil || string(b) != want {
				t.Fatalf("%q, %v, want %q", b, err, want)
			}
		}
		if count != requests {
			t.Errorf("%d requests were served", count)
		}
		t.Log(n.Now())
	})
}
