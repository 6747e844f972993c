package specs

import (
	"time"

	. "github.com/onsi/gomega"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// rewriting is an endpoint whose segments are changed when they leave: as if
// it spoke a little differently.
type rewriting struct {
	endpoint.Endpoint
	change func(*endpoint.Segment)
	buf    [2 * endpoint.MTU]byte
}

// rewritten is the kit with one end whose segments are changed.
func (k Kit) rewritten(e endpoint.End, change func(*endpoint.Segment)) Kit {
	plain := k.New
	k.New = func(c endpoint.Config) (endpoint.Endpoint, error) {
		ep, err := plain(c)
		if err != nil || c.Local.Port() != sim.Sockets(false)[e].Port() {
			return ep, err
		}
		return &rewriting{Endpoint: ep, change: change}, nil
	}
	return k
}

// Profile is the endpoint's own.
func (r *rewriting) Profile() endpoint.Profile {
	if p, ok := r.Endpoint.(endpoint.Profiler); ok {
		return p.Profile()
	}
	return endpoint.Profile{}
}

func (r *rewriting) Emit(now time.Duration, buf []byte) (int, bool) {
	n, ok := r.Endpoint.Emit(now, r.buf[:endpoint.MTU])
	if !ok {
		return n, ok
	}
	var h endpoint.Header
	var s endpoint.Segment
	Expect(endpoint.Decode(r.buf[:n], &h, &s)).To(Succeed())
	r.change(&s)
	n, err := endpoint.Encode(buf, &h, &s)
	Expect(err).NotTo(HaveOccurred())
	return n, true
}

// witness is an endpoint whose headers are noted when its datagrams leave.
type witness struct {
	endpoint.Endpoint
	headers *[]endpoint.Header
}

// witnessed is the kit with one end whose headers are noted.
func (k Kit) witnessed(e endpoint.End, headers *[]endpoint.Header) Kit {
	plain := k.New
	k.New = func(c endpoint.Config) (endpoint.Endpoint, error) {
		ep, err := plain(c)
		if err != nil || c.Local.Port() != sim.Sockets(false)[e].Port() {
			return ep, err
		}
		return &witness{Endpoint: ep, headers: headers}, nil
	}
	return k
}

// Profile is the endpoint's own.
func (w *witness) Profile() endpoint.Profile {
	return (&rewriting{Endpoint: w.Endpoint}).Profile()
}

func (w *witness) Emit(now time.Duration, buf []byte) (int, bool) {
	n, ok := w.Endpoint.Emit(now, buf)
	if ok {
		var h endpoint.Header
		var s endpoint.Segment
		Expect(endpoint.Decode(buf[:n], &h, &s)).To(Succeed())
		*w.headers = append(*w.headers, h)
	}
	return n, ok
}
