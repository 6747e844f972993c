package table

// Memo is Match with a memory: runs are made of few kinds of step, and of one that
// it has met lately it knows the answer, which is that of Match. The zero value is
// ready; it is not for two goroutines at a time.
type Memo struct {
	met [1 << memoBits]memory
}

// memoBits make more places than a sweep has kinds of step. Two that share a place
// drive each other out.
const memoBits = 9

// memory is a kind of step and what explains it.
type memory struct {
	facts Facts
	rest  uint64 // of the step: 0 in an empty place only
	found Found
}

// Match finds what explains a step. It allocates nothing.
func (m *Memo) Match(s *Step) Found {
	rest := 1 | uint64(s.From)<<8 | uint64(s.To)<<16 | uint64(s.Event)<<24 | uint64(s.Sent)<<32
	p := &m.met[place(s.Facts, rest)]
	if p.rest != rest || p.facts != s.Facts {
		*p = memory{s.Facts, rest, Match(s)}
	}
	return p.found
}

// place is where a step is remembered: a hash, by Fibonacci's way.
func place(f Facts, rest uint64) uint64 {
	const golden = 0x9e3779b97f4a7c15
	return ((uint64(f.Yes)^rest)*golden ^ uint64(f.No)) * golden >> (64 - memoBits)
}
