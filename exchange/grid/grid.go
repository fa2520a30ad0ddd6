// SPDX-License-Identifier: AGPL-3.0-or-later

// Package grid reads tables of which nobody said how they are written: exports of banks and of other
// tools, with commas or semicolons, in UTF-8 or Windows-1252, with a title above the header or none.
//
// Look guesses the Shape of a file; Open reads it in a Shape that somebody has seen and kept. What a
// value is (a day, an amount) is for Day and Amount, and no column has a meaning here. Its one
// invariant: a file is read as its Shape says or refused with the line, never half of it; what Look
// guesses only proposes.
package grid

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"ecot/fault"
)

// Limits of a file.
const (
	MaxBytes   = 16 << 20
	MaxRows    = 200_000
	MaxColumns = 200
	MaxCell    = 10_000 // bytes
	maxHeader  = 60     // rows among which the header is looked for
)

// The encodings of a file.
const (
	UTF8        = "utf-8"        // with or without a byte order mark
	Windows1252 = "windows-1252" // what European Windows wrote, a superset of ISO 8859-1 in use
)

// Shape says how a table is written.
type Shape struct {
	Encoding  string   `json:"encoding"`        // UTF8 or Windows1252
	Separator string   `json:"separator"`       // one of Separators
	Names     []string `json:"names,omitempty"` // the header, clean; none when the file has no header
	Columns   int      `json:"columns"`         // how many there are
}

// Row is one record.
type Row struct {
	Line  int // at which it begins, from 1
	Cells []string
}

// Table is a file that was read.
type Table struct {
	Above []Row // what stands above the header: titles, the account, a balance
	Names []string
	Rows  []Row // each with as many cells as there are columns
}

// Separators gives what may stand between two values.
func Separators() []string { return []string{";", ",", "\t", "|"} }

// Refuse makes a fault.Invalid that names a line and a column, from 0, by its name where it has one.
func (t *Table) Refuse(line, column int, format string, args ...any) error {
	name := ""
	if column < len(t.Names) {
		name = shorten(t.Names[column])
	}
	args = append([]any{line, column + 1, name}, args...)
	return fault.New(fault.Invalid, "line %d, column %d “%s”: "+format, args...)
}

// maxLooked bounds the records that are looked at to guess.
const maxLooked = 2000

// Column gives the first values of a column, at most 2000: enough to guess what it holds.
func (t *Table) Column(at int) []string {
	var values []string
	for _, row := range t.Rows[:min(maxLooked, len(t.Rows))] {
		values = append(values, row.Cells[at])
	}
	return values
}

// Open reads a file in the shape given.
func Open(file []byte, shape Shape) (*Table, error) {
	if err := shape.check(); err != nil {
		return nil, err
	}
	rows, err := records(file, shape.Encoding, shape.Separator)
	if err != nil {
		return nil, err
	}
	return shape.table(rows)
}

// check refuses a shape that nothing can be read in.
func (s Shape) check() error {
	switch {
	case s.Encoding != UTF8 && s.Encoding != Windows1252:
		return fault.New(fault.Invalid, "%q is not an encoding that can be read: %s or %s.", shorten(s.Encoding),
			UTF8, Windows1252)
	case !separates(s.Separator):
		return fault.New(fault.Invalid, "%q cannot separate values.", shorten(s.Separator))
	case s.Columns < 1 || s.Columns > MaxColumns || len(s.Names) != 0 && len(s.Names) != s.Columns:
		return fault.New(fault.Invalid, "A table has 1 to %d columns, each of them with its name or none.",
			MaxColumns)
	}
	return nil
}

func separates(separator string) bool {
	for _, known := range Separators() {
		if separator == known {
			return true
		}
	}
	return false
}

// table finds the header among the records and takes what stands below it.
func (s Shape) table(rows []Row) (*Table, error) {
	t := &Table{Names: s.Names}
	if len(s.Names) > 0 {
		at := s.header(rows)
		if at < 0 {
			return nil, fault.New(fault.Invalid, "The header %q is not in the first %d rows of the file: "+
				"this export has other columns than the ones that were chosen.",
				shorten(strings.Join(s.Names, s.Separator)), maxHeader)
		}
		t.Above, rows = rows[:at], rows[at+1:]
	}
	for _, row := range rows {
		cells, fits := fit(row.Cells, s.Columns)
		if !fits {
			return nil, fault.New(fault.Invalid, "line %d: The record has %d values and the table %d columns; it "+
				"begins with %q. Was the file cut?", row.Line, len(row.Cells), s.Columns, shorten(row.Cells[0]))
		}
		t.Rows = append(t.Rows, Row{row.Line, cells})
	}
	return t, nil
}

// header gives the place of the row that holds the names, or -1.
func (s Shape) header(rows []Row) int {
	for i, row := range rows[:min(len(rows), maxHeader)] {
		cells, fits := fit(row.Cells, s.Columns)
		same := fits
		for j := range cells {
			same = same && cells[j] == s.Names[j]
		}
		if same {
			return i
		}
	}
	return -1
}

// fit gives a record as many cells as there are columns: a separator at the end of a line adds empty
// ones, which are dropped. A record that is shorter does not fit.
func fit(cells []string, columns int) ([]string, bool) {
	if len(cells) < columns {
		return nil, false
	}
	for _, cell := range cells[columns:] {
		if cell != "" {
			return nil, false
		}
	}
	return cells[:columns], true
}

// records splits a file into records of clean values. Records without any value are passed over.
func records(file []byte, encoding, separator string) ([]Row, error) {
	text, err := decode(file, encoding)
	if err != nil {
		return nil, err
	}
	in := csv.NewReader(strings.NewReader(text))
	in.Comma, in.FieldsPerRecord = rune(separator[0]), -1
	var rows []Row
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, unreadable(err)
		}
		line, _ := in.FieldPos(0)
		if len(rows) == MaxRows || len(cells) > MaxColumns {
			return nil, fault.New(fault.Invalid, "line %d: A table has at most %d rows and %d columns.", line,
				MaxRows, MaxColumns)
		}
		said := false
		for i := range cells {
			if len(cells[i]) > MaxCell {
				return nil, fault.New(fault.Invalid, "line %d, value %d: A value has at most %d bytes.", line, i+1,
					MaxCell)
			}
			cells[i] = Clean(cells[i])
			said = said || cells[i] != ""
		}
		if said {
			rows = append(rows, Row{line, cells})
		}
	}
	if len(rows) == 0 {
		return nil, fault.New(fault.Invalid, "The file holds no table.")
	}
	return rows, nil
}

// unreadable says why a record cannot be split.
func unreadable(err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return fault.Wrap(err, fault.Internal, "The file cannot be split into records.")
	}
	if errors.Is(parse.Err, csv.ErrQuote) || errors.Is(parse.Err, csv.ErrBareQuote) {
		return fault.New(fault.Invalid, "line %d: A quote stands where none may, or one that is opened is never "+
			"closed; a value with quotes is quoted whole, and its quotes are doubled.", parse.Line)
	}
	return fault.New(fault.Invalid, "line %d: This is not a record of a table.", parse.Line)
}

// decode gives the file as text in UTF-8.
func decode(file []byte, encoding string) (string, error) {
	if len(file) > MaxBytes {
		return "", fault.New(fault.Invalid, "The file is longer than %d MiB.", MaxBytes>>20)
	}
	if bytes.HasPrefix(file, []byte{0xFF, 0xFE}) || bytes.HasPrefix(file, []byte{0xFE, 0xFF}) {
		return "", fault.New(fault.Invalid, "The file is written in UTF-16: export it again as CSV in UTF-8.")
	}
	if at := bytes.IndexByte(file, 0); at >= 0 {
		return "", fault.New(fault.Invalid, "line %d: This is not text: is it a workbook? Export it as CSV.",
			1+bytes.Count(file[:at], []byte{'\n'}))
	}
	if encoding == Windows1252 {
		return fromWindows(file)
	}
	file = bytes.TrimPrefix(file, []byte("\uFEFF"))
	if !utf8.Valid(file) {
		good := file
		for len(good) > 0 {
			r, size := utf8.DecodeRune(good)
			if r == utf8.RuneError && size == 1 {
				break
			}
			good = good[size:]
		}
		return "", fault.New(fault.Invalid, "line %d: This is not text in UTF-8.",
			1+bytes.Count(file[:len(file)-len(good)], []byte{'\n'}))
	}
	return string(file), nil
}

// fromWindows reads Windows-1252. Five of its bytes mean nothing.
func fromWindows(file []byte) (string, error) {
	const upper = "€�‚ƒ„…†‡ˆ‰Š‹Œ�Ž��‘’“”•–—˜™š›œ�žŸ"
	table := []rune(upper)
	var text strings.Builder
	text.Grow(len(file) + len(file)/8)
	for i, b := range file {
		r := rune(b)
		if b >= 0x80 && b < 0xA0 {
			r = table[b-0x80]
		}
		if r == utf8.RuneError {
			return "", fault.New(fault.Invalid, "line %d: The byte %X means nothing in Windows-1252.",
				1+bytes.Count(file[:i], []byte{'\n'}), b)
		}
		text.WriteRune(r)
	}
	return text.String(), nil
}
