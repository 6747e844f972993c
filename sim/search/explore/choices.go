package explore

import "example.org/halfopen/faults"

// combo is what the datagrams of one step meet: for each the number of a kind of
// fault, from 1, or 0 for none.
type combo struct {
	of   []uint8
	cost int // faults
}

// choices lists every combo of up to so many faults on n datagrams, those with
// fewer faults first: so what may be placed with fewer left is the beginning of
// what may be placed with more. The first is no fault.
type choices struct {
	combos []combo
	upTo   []uint32 // how many of them have so many faults, or fewer
}

// maxEmits is how many datagrams of one step may meet faults. The applications
// of the models write an octet each: a step emits a few at most.
const maxEmits = 6

func choicesOf(n, kinds, most int) *choices {
	c := &choices{}
	for cost := range most + 1 {
		c.place(make([]uint8, n), 0, cost, cost, kinds)
		c.upTo = append(c.upTo, uint32(len(c.combos)))
	}
	return c
}

// place adds every way of placing so many faults on the datagrams from one on.
func (c *choices) place(of []uint8, from, faults, cost, kinds int) {
	if faults == 0 {
		c.combos = append(c.combos, combo{append([]uint8(nil), of...), cost})
		return
	}
	for i := from; i+faults <= len(of); i++ {
		for kind := 1; kind <= kinds; kind++ {
			of[i] = uint8(kind)
			c.place(of, i+1, faults-1, cost, kinds)
		}
		of[i] = 0
	}
}

// lines appends the lines of a script that make a step's datagrams meet a
// combo.
func (c *combo) lines(script faults.Script, kinds []faults.Fault, emits []emitted) faults.Script {
	for i, kind := range c.of {
		if kind == 0 {
			continue
		}
		f := kinds[kind-1]
		e := &emits[i]
		f.End, f.Kind, f.First, f.Last = e.end, e.kind, e.nth, e.nth
		script = append(script, f)
	}
	return script
}
