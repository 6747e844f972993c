package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// row is a line of the data file: a transfer and how long it took.
type row struct {
	transfer
	took time.Duration
}

// kbps is the goodput in 1000 bits per second.
func (r row) kbps() int64 { return r.octets * 8 * int64(time.Millisecond) / int64(r.took) }

// head says how the file is made, and names its columns. The goodput is there
// for readers: it follows from the rest.
const head = `# Goodput over a lossy link, in virtual time. Written by "go run . -measure STACK" in cmd/goodput; what it says
# about the link, the ends and the rows netstack-mended stands in that command's documentation.
stack,loss_ppm,delay_each_way,octets,seed,took,goodput_kbps
`

func without(rows []row, stack string) []row {
	return slices.DeleteFunc(rows, func(r row) bool { return r.stack == stack })
}

func readFile(name string) ([]row, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return rows, nil
}

func read(r io.Reader) ([]row, error) {
	lines := csv.NewReader(r)
	lines.Comment = '#'
	lines.FieldsPerRecord = strings.Count(head[strings.Index(head, "stack,"):], ",") + 1
	if _, err := lines.Read(); err != nil { // the names of the columns
		return nil, err
	}
	var rows []row
	for {
		fields, err := lines.Read()
		if err == io.EOF {
			return rows, nil
		} else if err != nil {
			return nil, err
		}
		r, err := parse(fields)
		if err != nil {
			line, _ := lines.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		rows = append(rows, r)
	}
}

func parse(fields []string) (r row, err error) {
	r.stack = fields[0]
	loss, err := strconv.ParseUint(fields[1], 10, 32)
	if err != nil {
		return r, err
	}
	r.loss = uint32(loss)
	if r.delay, err = time.ParseDuration(fields[2]); err != nil {
		return r, err
	}
	if r.octets, err = strconv.ParseInt(fields[3], 10, 64); err != nil {
		return r, err
	}
	if r.seed, err = strconv.ParseUint(fields[4], 10, 64); err != nil {
		return r, err
	}
	if r.took, err = time.ParseDuration(fields[5]); err != nil {
		return r, err
	}
	if r.took <= 0 || strconv.FormatInt(r.kbps(), 10) != fields[6] {
		return r, fmt.Errorf("%d octets in %v are not %s kbit/s", r.octets, r.took, fields[6])
	}
	return r, nil
}

func writeFile(name string, rows []row) error {
	slices.SortStableFunc(rows, func(a, b row) int { return strings.Compare(a.stack, b.stack) })
	var b strings.Builder
	b.WriteString(head)
	for _, r := range rows {
		fmt.Fprintf(&b, "%s,%d,%v,%d,%d,%v,%d\n", r.stack, r.loss, r.delay, r.octets, r.seed, r.took, r.kbps())
	}
	return os.WriteFile(name, []byte(b.String()), 0o666)
}
