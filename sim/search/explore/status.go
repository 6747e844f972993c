package explore

import (
	"encoding/binary"
	"time"

	"example.org/halfopen/endpoint"
)

// appendStatus encodes what an end told last, for the judge holds the next step
// against that: its deadline relative to now, all else as it is.
func appendStatus(b []byte, st *endpoint.Status, now time.Duration) []byte {
	eof := uint64(0)
	if st.EOF {
		eof = 1
	}
	for _, n := range [...]uint64{
		uint64(st.State), uint64(st.Known), uint64(st.Err), eof, uint64(st.ISS), uint64(st.IRS),
		uint64(st.SND.UNA), uint64(st.SND.NXT), uint64(st.SND.MAX), uint64(st.SND.WND), uint64(st.SND.WL1), uint64(st.SND.WL2),
		uint64(st.RCV.NXT), uint64(st.RCV.WND), uint64(st.Readable), uint64(st.Room), uint64(st.Unsent),
	} {
		b = binary.AppendUvarint(b, n)
	}
	if st.Deadline == endpoint.Never {
		return append(b, 0)
	}
	return binary.AppendVarint(append(b, 1), int64(st.Deadline-now))
}
