package page

import (
	"bytes"
	"io"

	"example.org/halfopen/sim"
	"example.org/halfopen/sim/report"
)

// Files are the faces of this package as files for report.WriteFolder:
// trace.html, trace.svg and trace.mmd.
func Files(t *sim.Trace) ([]report.File, error) {
	var files []report.File
	for _, face := range [...]struct {
		name  string
		write func(io.Writer, *sim.Trace) error
	}{{HTMLFile, WriteHTML}, {SVGFile, WriteSVG}, {MermaidFile, WriteMermaid}} {
		var b bytes.Buffer
		if err := face.write(&b, t); err != nil {
			return nil, err
		}
		files = append(files, report.File{Name: face.name, Data: b.Bytes()})
	}
	return files, nil
}
