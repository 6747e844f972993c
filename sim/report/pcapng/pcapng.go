// Package pcapng writes a run as a capture file that Wireshark opens: each
// segment as a whole datagram, with what became of it as its comment.
//
// There is one vantage point, what each sender put on the wire: with arrivals
// as well, an analyser would take every one for a retransmission. So lost
// segments are in the file too. Interface A has what A sent, interface B what
// B did. Time 0 of the run is time 0 of the file.
//
// This room is the only one below specs that may import a module of somebody
// else, github.com/gopacket/gopacket. Whoever does not import this package pays
// for none.
package pcapng

import (
	"fmt"
	"io"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
	"example.org/halfopen/sim/scenario"
)

// FileName is what the file is called in the folder of a counterexample.
const FileName = "trace.pcapng"

// Write writes the run as a pcapng file. The same trace gives the same octets
// on every system. Every segment is written as its record says: one that did
// not decode is there with the checksum made good, and its comment says so.
func Write(w io.Writer, t *sim.Trace) error {
	// Every field that pcapgo would fill in from the system it runs on is set.
	section := pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{
		Application: "halfopen", Comment: sectionComment(t),
	}}
	ng, err := pcapgo.NewNgWriterInterface(w, face(t, endpoint.A), section)
	if err != nil {
		return fmt.Errorf("pcapng: %w", err)
	}
	if _, err := ng.AddInterface(face(t, endpoint.B)); err != nil {
		return fmt.Errorf("pcapng: %w", err)
	}
	c := newCommenter(t)
	var buf [endpoint.MTU + 1<<16]byte
	for i := range t.Segments {
		s := &t.Segments[i]
		data, err := report.Datagram(buf[:], t, s)
		if err != nil {
			return fmt.Errorf("pcapng: segment #%d: %w", s.ID, err)
		}
		info := gopacket.CaptureInfo{
			Timestamp: time.Unix(0, int64(s.At)).UTC(), CaptureLength: len(data), Length: len(data),
			InterfaceIndex: int(s.End),
		}
		o := pcapgo.NgPacketOptions{Comments: []string{c.comment(s)}}
		if err := ng.WritePacketWithOptions(info, data, o); err != nil {
			return fmt.Errorf("pcapng: segment #%d: %w", s.ID, err)
		}
	}
	if err := ng.Flush(); err != nil {
		return fmt.Errorf("pcapng: %w", err)
	}
	return nil
}

// face is the interface of an end.
func face(t *sim.Trace, e endpoint.End) pcapgo.NgInterface {
	name := t.Scenario.Ends[e].Endpoint
	if name == "" {
		name = scenario.DefaultEndpoint
	}
	return pcapgo.NgInterface{
		Name: e.String(), Description: "what " + e.String() + " (" + name + ") sent",
		LinkType: layers.LinkTypeRaw, TimestampResolution: 9,
	}
}

// sectionComment is what the file is about.
func sectionComment(t *sim.Trace) string {
	v := &t.Violation
	if !v.Found() {
		return report.Name(t) + ": no violation, " + t.Outcome.String()
	}
	return fmt.Sprintf("%s: %s at step %d, t=%s: %s (%s)",
		report.Name(t), v.Rule.Name, v.Step, report.Clock(v.At), v.Text, v.Rule.Section)
}
