// SPDX-License-Identifier: AGPL-3.0-or-later

// Package sheet reads tables that other programs exported as CSV (RFC 4180), strictly and one
// record at a time.
//
// A record may be quoted and hold line ends within its quotes; its lines end in LF or CRLF; a byte
// order mark and empty lines are passed over. Whatever else a lenient reader would guess at is
// refused: a quote in the wrong place, a record that is shorter or longer than the header, text
// that is not UTF-8. Its one invariant: it never holds more than one record of at most MaxRecord
// bytes, however long the lines of a file are, and every refusal is a fault.Invalid that names the
// line, and the column where there is one.
package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"ecot/fault"
)

// MaxRecord bounds the bytes of one record.
const MaxRecord = 1 << 20

// Reader reads one table. It is for one goroutine.
type Reader struct {
	in     *bufio.Reader
	header []string
	line   int // at which the last record begins, from 1
	next   int // at which the next one begins
	raw    []byte
	fields [][]byte
}

// NewReader reads the header of a table. A header that names a column twice is refused.
func NewReader(in io.Reader) (*Reader, error) {
	r := &Reader{in: bufio.NewReaderSize(in, 1<<16), next: 1}
	fields, err := r.record()
	if errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "The file is empty; a table with a header is wanted.")
	}
	if err != nil {
		return nil, err
	}
	met := map[string]int{}
	for i, field := range fields {
		name := string(field)
		if first, twice := met[name]; twice {
			return nil, fault.New(fault.Invalid, "line %d: The columns %d and %d are both named “%s”.",
				r.line, first+1, i+1, name)
		}
		met[name] = i
		r.header = append(r.header, name)
	}
	return r, nil
}

// Header gives the names of the columns.
func (r *Reader) Header() []string { return r.header }

// Line gives the line at which the last record that was read begins.
func (r *Reader) Line() int { return r.line }

// Refuse makes a fault.Invalid that names a line and a column.
func Refuse(line int, column, format string, args ...any) error {
	return fault.New(fault.Invalid, "line %d, column “%s”: %s", line, column, fmt.Sprintf(format, args...))
}

// Read gives the next record: as many fields as the header has, valid until the next call. At the
// end of the table it gives io.EOF.
func (r *Reader) Read() ([][]byte, error) {
	fields, err := r.record()
	if err != nil {
		return nil, err
	}
	if len(fields) != len(r.header) {
		return nil, fault.New(fault.Invalid, "line %d: The record has %d values and the header %d columns; "+
			"it begins with %q. Was the file cut?", r.line, len(fields), len(r.header), shorten(fields[0]))
	}
	return fields, nil
}

// record reads the lines of the next record and splits them.
func (r *Reader) record() ([][]byte, error) {
	for {
		if err := r.gather(); err != nil {
			return nil, err
		}
		if len(r.raw) > 0 {
			return r.split()
		}
	}
}

// gather reads lines until every quote that they open is closed, and drops the end of the last.
func (r *Reader) gather() error {
	r.raw, r.line = r.raw[:0], r.next
	quotes := 0
	for {
		piece, err := r.in.ReadSlice('\n')
		if r.next == 1 && len(r.raw) == 0 {
			piece = bytes.TrimPrefix(piece, []byte("\uFEFF"))
		}
		r.raw = append(r.raw, piece...)
		quotes += bytes.Count(piece, []byte{'"'})
		if len(r.raw) > MaxRecord {
			return fault.New(fault.Invalid, "line %d: The record is longer than %d bytes.", r.line, MaxRecord)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(r.raw) == 0:
			return io.EOF
		case errors.Is(err, io.EOF) && quotes%2 == 1:
			return fault.New(fault.Invalid, "line %d: A quote that this record opens is never closed. "+
				"Was the file cut?", r.line)
		case err != nil && !errors.Is(err, io.EOF):
			return fault.Wrap(err, fault.Unavailable, "The file cannot be read beyond line %d.", r.line)
		}
		r.next++
		if quotes%2 == 0 {
			r.raw = bytes.TrimSuffix(bytes.TrimSuffix(r.raw, []byte{'\n'}), []byte{'\r'})
			return nil
		}
	}
}

// split cuts the record into fields, in place.
func (r *Reader) split() ([][]byte, error) {
	r.fields = r.fields[:0]
	for rest, more := r.raw, true; more; {
		var field []byte
		var fits bool
		if len(rest) > 0 && rest[0] == '"' {
			field, rest, fits = unquote(rest)
			more = len(rest) > 0
			if more {
				fits = fits && rest[0] == ','
				rest = rest[1:]
			}
		} else {
			field, rest, more = bytes.Cut(rest, []byte{','})
			fits = bytes.IndexByte(field, '"') < 0
		}
		if !fits {
			return nil, r.refuse("A quote stands where none may; a value with quotes is quoted whole, " +
				"and its quotes are doubled.")
		}
		if !utf8.Valid(field) {
			return nil, r.refuse("This is not text in UTF-8.")
		}
		if bytes.IndexByte(field, 0) >= 0 {
			return nil, r.refuse("A text cannot hold the byte zero.")
		}
		r.fields = append(r.fields, field)
	}
	return r.fields, nil
}

// refuse refuses the field that comes behind those already split.
func (r *Reader) refuse(why string) error {
	if n := len(r.fields); n < len(r.header) {
		return Refuse(r.line, r.header[n], "%s", why)
	}
	return fault.New(fault.Invalid, "line %d, value %d: %s", r.line, len(r.fields)+1, why)
}

// unquote gives the value of the quoted field at the beginning of b, written over its quotes, and
// what comes behind the closing quote.
func unquote(b []byte) (field, rest []byte, closed bool) {
	end := 0
	for i := 1; i < len(b); {
		if b[i] != '"' {
			next := bytes.IndexByte(b[i:], '"')
			if next < 0 {
				return nil, nil, false
			}
			end += copy(b[end:], b[i:i+next])
			i += next
			continue
		}
		if i+1 < len(b) && b[i+1] == '"' {
			b[end] = '"'
			end++
			i += 2
			continue
		}
		return b[:end], b[i+1:], true
	}
	return nil, nil, false
}

// shorten keeps a quoted piece of input short enough for a sentence.
func shorten(b []byte) string {
	const most = 40
	runes := []rune(string(b[:min(len(b), 4*most)]))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "…"
}
