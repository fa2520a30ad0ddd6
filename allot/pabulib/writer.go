// SPDX-License-Identifier: AGPL-3.0-or-later

package pabulib

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"ecot/allot/election"
)

// Writer writes an approval election, ballot by ballot.
type Writer struct {
	to     *bufio.Writer
	ids    []string
	voters int
	line   []byte
}

// NewWriter writes META and PROJECTS, whose costs have decimals digits after the point, and the
// header of VOTES. META must hold the budget; entries whose fields need it are put in quotes.
func NewWriter(w io.Writer, meta []Entry, projects []election.Project, decimals int) (*Writer, error) {
	out := &Writer{to: bufio.NewWriterSize(w, 1<<18), ids: make([]string, len(projects))}
	out.row("META")
	out.row("key", "value")
	for _, entry := range meta {
		out.row(entry.Key, entry.Value)
	}
	out.row("PROJECTS")
	out.row("project_id", "cost", "name")
	for i, p := range projects {
		out.ids[i] = p.ID
		out.row(p.ID, election.FormatAmount(p.Cost, decimals), p.Name)
	}
	out.row("VOTES")
	return out, out.row("voter_id", "vote")
}

// Ballot writes the next ballot; its voter is numbered from 1.
func (w *Writer) Ballot(approved []uint32) error {
	w.voters++
	line := strconv.AppendInt(w.line[:0], int64(w.voters), 10)
	line = append(line, ';')
	for i, p := range approved {
		if i > 0 {
			line = append(line, ',')
		}
		line = append(line, w.ids[p]...)
	}
	w.line = append(line, '\n')
	_, err := w.to.Write(w.line)
	return err
}

// Flush hands on what is still held back.
func (w *Writer) Flush() error { return w.to.Flush() }

// row writes fields as one line, in quotes where they need it. An error shows again at [Writer.Flush].
func (w *Writer) row(fields ...string) error {
	for i, field := range fields {
		if strings.ContainsAny(field, ";\"\n\r") {
			field = `"` + strings.ReplaceAll(field, `"`, `""`) + `"`
		}
		fields[i] = field
	}
	_, err := w.to.WriteString(strings.Join(fields, ";") + "\n")
	return err
}
