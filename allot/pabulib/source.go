// SPDX-License-Identifier: AGPL-3.0-or-later

package pabulib

import (
	"bytes"
	"errors"
	"io"

	"ecot/fault"
)

// slack is how many bytes after every line may be read (not used) by whoever scans it in words.
const slack = 8

// source gives the lines and records of a file, and counts the lines.
type source struct {
	from   io.Reader
	buffer []byte // buffer[next:filled] is read ahead; slack bytes stay free at the end
	next   int
	filled int
	ended  bool
	quotes bool // whether a quote may be in what is read ahead
	line   int  // number of the line given last, from 1
}

// newSource begins at the first byte of r.
func newSource(r io.Reader) *source {
	return &source{from: r, buffer: make([]byte, 1<<18+slack)}
}

// nextLine gives the next line without its end, io.EOF after the last. The line is valid until the
// next call, and slack bytes may be read beyond it.
func (s *source) nextLine() ([]byte, error) {
	searched := 0
	for {
		ahead := s.buffer[s.next:s.filled]
		if i := bytes.IndexByte(ahead[searched:], '\n'); i >= 0 {
			line := ahead[:searched+i]
			s.next += searched + i + 1
			s.line++
			return withoutReturn(line), nil
		}
		searched = len(ahead)
		if s.ended {
			return s.lastLine(ahead)
		}
		if searched > MaxRecord {
			return nil, refuse(s.line+1, "the line is longer than %d bytes.", MaxRecord)
		}
		if err := s.fill(); err != nil {
			return nil, err
		}
	}
}

// lastLine gives what follows the last line end, if anything does.
func (s *source) lastLine(rest []byte) ([]byte, error) {
	if len(rest) == 0 {
		return nil, io.EOF
	}
	s.next = s.filled
	s.line++
	return withoutReturn(rest), nil
}

// withoutReturn takes a carriage return off the end of a line.
func withoutReturn(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

// fill reads more bytes, moving or growing the buffer when it is full.
func (s *source) fill() error {
	if s.next > 0 {
		copy(s.buffer, s.buffer[s.next:s.filled])
		s.filled -= s.next
		s.next = 0
	}
	if s.filled == len(s.buffer)-slack {
		grown := make([]byte, 2*len(s.buffer))
		copy(grown, s.buffer[:s.filled])
		s.buffer = grown
	}
	s.quotes = bytes.IndexByte(s.buffer[:s.filled], '"') >= 0
	for range 100 {
		n, err := s.from.Read(s.buffer[s.filled : len(s.buffer)-slack])
		s.quotes = s.quotes || bytes.IndexByte(s.buffer[s.filled:s.filled+n], '"') >= 0
		s.filled += n
		if errors.Is(err, io.EOF) {
			s.ended = true
			return nil
		}
		if err != nil {
			return fault.Wrap(err, fault.Unavailable, "The file could not be read after line %d.", s.line)
		}
		if n > 0 {
			return nil
		}
	}
	return fault.Wrap(io.ErrNoProgress, fault.Unavailable, "The file could not be read after line %d.", s.line)
}

// record gives the fields of the record that begins with line, reading on while a quote is open.
// A quote opens only at the beginning of a field; two quotes inside are one.
func (s *source) record(line []byte) ([]string, error) {
	if bytes.IndexByte(line, '"') < 0 {
		return splitPlain(line), nil
	}
	begun := s.line
	q := quoted{}
	for {
		q.scan(line)
		if !q.open {
			return q.fields, nil
		}
		q.field = append(q.field, '\n')
		q.size += len(line) + 1
		if q.size > MaxRecord {
			return nil, refuse(begun, "a field in quotes is longer than %d bytes.", MaxRecord)
		}
		var err error
		if line, err = s.nextLine(); errors.Is(err, io.EOF) {
			return nil, refuse(begun, "a quote is opened here and never closed.")
		} else if err != nil {
			return nil, err
		}
	}
}

// splitPlain gives the fields of a line that has no quotes.
func splitPlain(line []byte) []string {
	fields := make([]string, 0, 8)
	for {
		i := bytes.IndexByte(line, ';')
		if i < 0 {
			return append(fields, string(line))
		}
		fields = append(fields, string(line[:i]))
		line = line[i+1:]
	}
}

// quoted collects the fields of a record with quotes.
type quoted struct {
	fields []string
	field  []byte
	size   int
	open   bool // inside quotes at the end of what was scanned
}

// scan takes one line of the record.
func (q *quoted) scan(line []byte) {
	atStart := !q.open
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case q.open && c == '"' && i+1 < len(line) && line[i+1] == '"':
			q.field = append(q.field, '"')
			i++
		case q.open && c == '"':
			q.open = false
		case q.open:
			q.field = append(q.field, c)
		case c == ';':
			q.fields = append(q.fields, string(q.field))
			q.field, atStart = q.field[:0], true
			continue
		case c == '"' && atStart:
			q.open = true
		default:
			q.field = append(q.field, c)
		}
		atStart = false
	}
	if !q.open {
		q.fields = append(q.fields, string(q.field))
	}
}
