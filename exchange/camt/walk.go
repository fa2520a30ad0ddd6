// SPDX-License-Identifier: AGPL-3.0-or-later

package camt

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"ecot/fault"
)

// namespace is what the namespaces of all these messages begin with.
const namespace = "urn:iso:std:iso:20022:tech:xsd:camt."

// supported is the rest of a namespace that is read.
var supported = regexp.MustCompile(`^05[34]\.001\.(0[2-9]|1[0-2])$`)

// refuse makes a fault.Invalid that names a line and an element.
func refuse(line int, element, format string, args ...any) error {
	return fault.New(fault.Invalid, "line %d, element “%s”: %s", line, element, fmt.Sprintf(format, args...))
}

// bounded gives at most MaxBytes, and then a refusal.
type bounded struct {
	in     io.Reader
	left   int
	failed bool // the file could not be read, whatever it holds
}

// Read reads from the file while it is within its limit.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.in.Read(p)
	b.failed = err != nil && !errors.Is(err, io.EOF)
	if b.left -= n; b.left < 0 {
		return 0, fault.New(fault.Invalid, "The file is longer than %d MiB.", MaxBytes>>20)
	}
	return n, err
}

// reader walks one document. It is for one goroutine.
type reader struct {
	file    *bounded
	dec     *xml.Decoder
	space   string   // namespace of the document, once its root is open
	open    []string // names of the elements that are open
	line    int      // at which the last token begins
	nodes   int      // kept of the element that is being read
	entries int      // read so far, of all statements
}

// newReader begins a document, behind its byte order mark if it has one.
func newReader(in io.Reader) (*reader, error) {
	file := &bounded{in: in, left: MaxBytes}
	buffered := bufio.NewReaderSize(file, 1<<16)
	mark := []byte("\uFEFF")
	if begin, err := buffered.Peek(len(mark)); err == nil && bytes.Equal(begin, mark) {
		if _, err := buffered.Discard(len(mark)); err != nil {
			return nil, err
		}
	}
	r := &reader{file: file, dec: xml.NewDecoder(buffered)}
	r.dec.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		if strings.EqualFold(charset, "us-ascii") {
			return in, nil
		}
		return nil, fault.New(fault.Invalid, "line 1: The file is written in %q; ISO 20022 wants UTF-8.", charset)
	}
	return r, nil
}

// next gives the next token, having refused what no document of this kind holds. At the end of the
// file, when nothing is open, it gives io.EOF.
func (r *reader) next() (xml.Token, error) {
	r.line, _ = r.dec.InputPos()
	start := r.dec.InputOffset()
	token, err := r.dec.Token()
	if err != nil {
		return nil, r.broken(err)
	}
	switch t := token.(type) {
	case xml.StartElement:
		return t, r.enter(t)
	case xml.EndElement:
		r.open = r.open[:len(r.open)-1]
	case xml.Directive:
		return nil, r.refuse("A document type is not accepted: a bank's file has none.")
	case xml.ProcInst:
		if t.Target == "xml" && start > 0 {
			return nil, r.refuse("This is not well-formed XML (a declaration stands in the middle).")
		}
	case xml.CharData:
		if len(r.open) == 0 && r.speaks(t) {
			return nil, r.refuse("This is not well-formed XML (text stands outside of it).")
		}
	}
	return token, nil
}

// speaks says whether the text that was just read is more than blanks, and goes to the line where it is.
func (r *reader) speaks(text []byte) bool {
	words := bytes.TrimLeft(text, " \t\r\n")
	r.line += bytes.Count(text[:len(text)-len(words)], []byte{'\n'})
	return len(words) > 0
}

// enter opens an element.
func (r *reader) enter(t xml.StartElement) error {
	foreign := slices.Contains(r.open, "SplmtryData")
	r.open = append(r.open, t.Name.Local)
	if len(r.open) > maxDepth {
		return r.refuse("More than %d elements are open at once.", maxDepth)
	}
	if r.space != "" && t.Name.Space != r.space && !foreign {
		return r.refuse("It belongs to %q, not to %q.", shorten(t.Name.Space), r.space)
	}
	for i, a := range t.Attr {
		if slices.ContainsFunc(t.Attr[:i], func(b xml.Attr) bool { return a.Name == b.Name }) {
			return r.refuse("This is not well-formed XML (the attribute %s stands twice).", shorten(a.Name.Local))
		}
	}
	return nil
}

// refuse refuses at the last token, in the innermost element that is open.
func (r *reader) refuse(format string, args ...any) error {
	if len(r.open) == 0 {
		return fault.New(fault.Invalid, "line %d: %s", r.line, fmt.Sprintf(format, args...))
	}
	return refuse(r.line, shorten(r.open[len(r.open)-1]), format, args...)
}

// broken says why no further token can be read.
func (r *reader) broken(err error) error {
	var syntax *xml.SyntaxError
	var limit *fault.Error
	switch {
	case errors.As(err, &limit):
		return limit
	case r.file.failed:
		return fault.Wrap(err, fault.Unavailable, "The file cannot be read beyond line %d.", r.line)
	case errors.Is(err, io.EOF):
		return io.EOF
	case !errors.As(err, &syntax):
		return r.refuse("This cannot be read as XML (%s).", shorten(err.Error()))
	}
	r.line = syntax.Line
	if syntax.Msg == "unexpected EOF" {
		return r.refuse("The file ends before this does. Was it cut?")
	}
	return r.refuse("This is not well-formed XML (%s).", shorten(syntax.Msg))
}

// root opens the document and gives the line at which it begins.
func (r *reader) root() (line int, err error) {
	for {
		token, err := r.next()
		if errors.Is(err, io.EOF) {
			return 0, r.refuse("The file is empty; a bank statement in XML is wanted.")
		}
		if err != nil {
			return 0, err
		}
		t, begins := token.(xml.StartElement)
		if !begins {
			continue
		}
		version, known := strings.CutPrefix(t.Name.Space, namespace)
		if t.Name.Local != "Document" || !known || !supported.MatchString(version) {
			return 0, r.refuse("This begins a %q; a Document of camt.053 or camt.054, version 001.02 to 001.12, "+
				"is wanted.", shorten(t.Name.Space))
		}
		r.space = t.Name.Space
		return r.line, nil
	}
}

// end reads what comes behind the document: comments and blanks.
func (r *reader) end() error {
	for {
		token, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, begins := token.(xml.StartElement); begins {
			return r.refuse("This is not well-formed XML (a second document begins).")
		}
	}
}

// each calls fn for every element within the one that is open, until that ends. fn reads its
// element to the end.
func (r *reader) each(fn func(name string, line int) error) error {
	for {
		token, err := r.next()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := fn(t.Name.Local, r.line); err != nil {
				return err
			}
		case xml.CharData:
			if r.speaks(t) {
				return r.refuse("Text stands where elements are wanted.")
			}
		}
	}
}

// skip reads to the end of the element that is open.
func (r *reader) skip() error {
	for depth := len(r.open); len(r.open) >= depth; {
		if _, err := r.next(); err != nil {
			return err
		}
	}
	return nil
}

// shorten keeps a piece of input short enough for a sentence.
func shorten(s string) string {
	const most = 60
	runes := []rune(clean(s))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "…"
}

// clean collapses blanks, and makes one of whatever would steer a terminal.
func clean(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(c rune) bool {
		return unicode.IsSpace(c) || unicode.IsControl(c)
	}), " ")
}
