package report

// Program is what is known of the programs whose calls a run made.
type Program struct {
	Names [2]string // of the hosts that are A and B
	// Said quotes what was written or read in the event with that index; "" if
	// nothing was.
	Said func(event int) string
}

// said is the comment that stands behind a call: ": ..." or nothing.
func (p *Program) said(event int) string {
	if p == nil || p.Said == nil {
		return ""
	}
	if s := p.Said(event); s != "" {
		return ": " + ascii(s)
	}
	return ""
}

// head is what stands above the states of an end: "A client".
func (p *Program) head(e int) string {
	head := [2]string{"A", "B"}[e]
	if p == nil || p.Names[e] == "" {
		return head
	}
	name := ascii(p.Names[e])
	return head + " " + name[:min(len(name), stateWidth-2)]
}
