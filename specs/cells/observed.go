package cells

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// observed is what an end did about an event.
type observed struct {
	before, after endpoint.State
	finally       endpoint.State // when the time of the answer is over
	sent          []sim.SegmentRecord
	later         []sim.SegmentRecord // not in the step of the event: what carries nothing
	resent        []sim.SegmentRecord // at any time after the way to the state: what carries something
	high          endpoint.Seq        // the next sequence number after all that left on the way
	spoke         bool                // anything left on the way
	told          []endpoint.Error
	delivered     int64
	eof           bool
}

// observe reads the run of a cell.
func (c *Cell) observe(t *sim.Trace) observed {
	var o observed
	stepped := false
	for i := range t.Events {
		e := &t.Events[i]
		if e.End != endpoint.A || e.At > c.end() {
			continue
		}
		read := e.Cause.Kind == sim.Call && e.Cause.Call == sim.CallReceive
		if read {
			o.delivered += int64(e.Cause.N)
			o.eof = o.eof || e.Cause.EOF || e.Cause.Err == endpoint.ErrClosing
		}
		o.finally = e.After
		emits := t.EmitsOf(e)
		switch reader := read && e.At == c.end(); {
		case e.At < eventTime:
			o.before, o.after = e.After, e.After
			o.way(c, e.At, emits)
		case e.At == eventTime && !reader && !stepped && e.Cause.Kind != sim.Timeout:
			stepped = true
			o.after = e.After
			o.sent = append(o.sent, emits...)
			o.hear(e.Cause.Err)
		case reader:
			if e.Cause.Err != endpoint.ErrNotExist && e.Cause.Err != endpoint.ErrClosing {
				o.hear(e.Cause.Err)
			}
		default:
			o.afterwards(emits)
		}
		if e.At >= eventTime {
			o.hear(e.TCB.Err)
		}
	}
	if !stepped {
		o.after = o.finally
	}
	return o
}

// way notes what left on the way to the state.
func (o *observed) way(c *Cell, at time.Duration, emits []sim.SegmentRecord) {
	if at > c.arrived() {
		o.afterwards(emits)
		o.later = nil // a delayed acknowledgment of the way
		return
	}
	for i := range emits {
		if end := emits[i].Seq + length(&emits[i]); !o.spoke || o.high.Less(end) {
			o.spoke, o.high = true, end
		}
	}
}

// afterwards notes what left without the event.
func (o *observed) afterwards(emits []sim.SegmentRecord) {
	for _, g := range emits {
		if length(&g) > 0 {
			o.resent = append(o.resent, g)
		} else {
			o.later = append(o.later, g)
		}
	}
}

func (o *observed) hear(err endpoint.Error) {
	if err == endpoint.ErrRefused {
		err = endpoint.ErrReset // 3.10.7.3 and 3.10.7.4 have two names for the same news
	}
	if err != 0 && !slices.Contains(o.told, err) {
		o.told = append(o.told, err)
	}
}

func length(g *sim.SegmentRecord) endpoint.Seq {
	s := endpoint.Segment{Flags: g.Flags, Text: make([]byte, g.Len)}
	return endpoint.Seq(s.Len())
}

// unfit says why the event did not meet the end in the cell's state.
func (o *observed) unfit(c *Cell, v variables) string {
	switch {
	case o.before != c.State.Is:
		return fmt.Sprintf("the way to %s led to %v", c.State.Name, o.before)
	case o.spoke && o.high != v["SND.NXT"]:
		return fmt.Sprintf("on the way to %s it has sent up to %s, want SND.NXT", c.State.Name, v.name(o.high))
	}
	return ""
}

// fits reports whether what was observed is an answer.
func (o *observed) fits(c *Cell, a *Answer, v variables) bool {
	to := a.to
	if a.stays {
		to = c.State.Is
	}
	if o.after != to || o.finally != to || o.delivered != a.delivers || o.eof != (a.eof || c.State.fin && o.eof) {
		return false
	}
	tells := a.tells
	if tells == endpoint.ErrRefused {
		tells = endpoint.ErrReset
	}
	heard := slices.Equal(o.told, []endpoint.Error{tells})
	if tells == 0 {
		heard = len(o.told) == 0 || a.mayTell
	}
	return heard && o.sentFits(c, a, v)
}

// sentFits compares what left with what the answer wants.
func (o *observed) sentFits(c *Cell, a *Answer, v variables) bool {
	timeout := c.Event.Step.Call == "" && !c.Event.Step.Rcv.set
	switch {
	case c.Event.Until && len(a.segments) > 0:
		return len(o.resent) > 0 && a.segments[0].fits(&o.resent[0], v)
	case c.Event.Until:
		return len(o.resent)+len(o.later) == 0
	case timeout:
		// What is sent again says nothing here; and who gives up may say so by
		// a RST (RFC 9293 3.9.1.1).
		resets := func(g sim.SegmentRecord) bool {
			return a.to == endpoint.Closed && !a.stays && g.Kind == endpoint.KindRST
		}
		return !slices.ContainsFunc(o.later, func(g sim.SegmentRecord) bool { return !resets(g) }) &&
			(len(o.resent) == 0 || unfinished(v))
	}
	got := o.sent
	if a.within {
		got = append(slices.Clip(got), o.later...)
	} else if len(o.later) > 0 {
		return false
	}
	return slices.EqualFunc(a.segments, got, func(f Form, g sim.SegmentRecord) bool { return f.fits(&g, v) })
}

// unfinished reports whether something waits for an acknowledgment.
func unfinished(v variables) bool { return v["SND.UNA"] != v["SND.NXT"] }

// fits reports whether a segment is of the form. PSH is no control of the
// connection (RFC 9293 3.9.1.2).
func (f *Form) fits(g *sim.SegmentRecord, v variables) bool {
	return g.Flags&^endpoint.PSH == f.Flags&^endpoint.PSH && int(g.Len) == f.Text &&
		(f.any || g.Seq == f.seq.in(v)) && (f.ack == nil || g.Ack == f.ack.in(v)) && !g.Malformed
}

// text is what was observed, in the words of the table.
func (o *observed) text(v variables) string {
	parts := []string{o.after.String()}
	if o.finally != o.after {
		parts = append(parts, "then "+o.finally.String())
	}
	add := func(list []sim.SegmentRecord, when string) {
		for i := range list {
			parts = append(parts, v.form(&list[i])+when)
		}
	}
	add(o.sent, "")
	add(o.later, " later")
	add(o.resent[:min(1, len(o.resent))], " resent")
	for _, e := range o.told {
		parts = append(parts, "tells "+e.Error())
	}
	if o.delivered > 0 {
		parts = append(parts, fmt.Sprintf("delivers %d", o.delivered))
	}
	if o.eof {
		parts = append(parts, "end of stream")
	}
	return strings.Join(parts, "; ")
}

// form is a segment in the notation of the table.
func (v variables) form(g *sim.SegmentRecord) string {
	s := "<SEQ=" + v.name(g.Seq) + ">"
	if g.Flags.Has(endpoint.ACK) {
		s += "<ACK=" + v.name(g.Ack) + ">"
	}
	s += "<CTL=" + g.Flags.String() + ">"
	if g.Len > 0 {
		s += fmt.Sprintf(" LEN=%d", g.Len)
	}
	return s
}

// name is a number by the variable that it is near to.
func (v variables) name(n endpoint.Seq) string {
	for _, near := range []int{0, 200} {
		for _, name := range []string{"SND.NXT", "SND.UNA", "RCV.NXT", "ISS", "IRS"} {
			switch d := n.Sub(v[name]); {
			case d == 0:
				return name
			case d >= -near && d <= near:
				return fmt.Sprintf("%s%+d", name, d)
			}
		}
	}
	return fmt.Sprint(uint32(n))
}
