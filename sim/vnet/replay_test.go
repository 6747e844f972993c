package vnet_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/sim/scenario"
	"example.org/halfopen/sim/vnet"
)

// A connection can be run again as a scenario that is nothing but text.
func TestReplay(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		f      func(t *testing.T, n *vnet.Network)
	}{
		"echo": {"link loss 10%\ndrop server FIN #1", func(t *testing.T, n *vnet.Network) {
			go echo(listen(t, n, "server:80"))
			for range 5 {
				time.Sleep(3 * time.Second)
				c := dial(t, n, "client", "server:80")
				write(t, c, "hello")
				read(t, c, "hello")
				c.Close()
			}
		}},
		"refused": {"", func(t *testing.T, n *vnet.Network) {
			n.Host("server")
			n.Host("client").Dial("tcp", "server:80")
		}},
		"crash": {"crash server at 1s\nrestart server after 2s", func(t *testing.T, n *vnet.Network) {
			go echo(listen(t, n, "server:80"))
			c := dial(t, n, "client", "server:80")
			defer c.Close()
			time.Sleep(time.Second)
			write(t, c, "hello")
			readError(c)
		}},
		"bulk": {"link delay 20ms", func(t *testing.T, n *vnet.Network) {
			go echo(listen(t, n, "server:80"))
			c := dial(t, n, "client", "server:80")
			defer c.Close()
			go c.Write([]byte(strings.Repeat("x", 100_000)))
			io.ReadFull(c, make([]byte, 100_000))
		}},
		"HTTP": {"link delay 20ms loss 5%", func(t *testing.T, n *vnet.Network) {
			go http.Serve(listen(t, n, "server:80"), http.NotFoundHandler())
			c := &http.Client{Transport: &http.Transport{DialContext: n.Host("client").DialContext}}
			defer c.CloseIdleConnections()
			for range 10 {
				res, err := c.Get("http://server/")
				if err != nil {
					t.Fatal(err)
				}
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			vnet.Test(t, c.script, func(t *testing.T, n *vnet.Network) {
				c.f(t, n)
				time.Sleep(10 * time.Minute) // until all is over
				for _, r := range n.Connections() {
					s := r.Scenario()
					if _, err := scenario.Parse("", s.String()); err != nil {
						t.Errorf("%v\n%s", err, s.String())
					}
					if _, same := r.Replay(); !same {
						t.Errorf("%s does something else:\n%s", &r, s.String())
					}
				}
			})
		})
	}
}
