// SPDX-License-Identifier: AGPL-3.0-or-later

package mailtest

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"strings"
)

// maxNesting bounds how deep the parts of a letter may lie in one another.
const maxNesting = 5

// Letter is one letter that the server took, as it came and as it reads.
type Letter struct {
	From      string   // the envelope's sender
	To        []string // the envelope's recipients
	User      string   // who was signed in; empty for nobody
	Encrypted bool     // the conversation was
	Raw       []byte   // header and body, lines ended by LF

	Header  netmail.Header
	Subject string // decoded
	Text    string // the first plain text
	HTML    string // the first HTML
	Files   []File // everything with a file name
	Err     error  // why the letter could not be read to its end; nil for a good one
}

// File is an attachment.
type File struct {
	Name, Type string
	Content    []byte
}

// MessageID gives what stands in Message-ID, without angle brackets.
func (l Letter) MessageID() string {
	return strings.Trim(l.Header.Get("Message-ID"), "<> ")
}

// File gives the attachment of that name, false when there is none.
func (l Letter) File(name string) (File, bool) {
	for _, f := range l.Files {
		if f.Name == name {
			return f, true
		}
	}
	return File{}, false
}

// Parse reads a letter from its bytes; what cannot be read is told in Err.
func Parse(raw []byte) Letter {
	letter := Letter{Raw: raw}
	letter.parse()
	return letter
}

func (l *Letter) parse() {
	message, err := netmail.ReadMessage(bytes.NewReader(l.Raw))
	if err != nil {
		l.Err = err
		return
	}
	l.Header = message.Header
	l.Subject, err = new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	l.Err = errors.Join(err, l.part(textproto.MIMEHeader(message.Header), message.Body, 0))
}

// part reads one part of a letter and those within it.
func (l *Letter) part(header textproto.MIMEHeader, body io.Reader, depth int) error {
	if depth > maxNesting {
		return errors.New("the parts of the letter lie too deep in one another")
	}
	contentType := header.Get("Content-Type")
	if contentType == "" {
		contentType = "text/plain" // RFC 2045 §5.2
	}
	kind, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("reading the type %q: %w", contentType, err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		return l.parts(multipart.NewReader(body, parameters["boundary"]), depth)
	}
	content, err := io.ReadAll(decoded(body, header.Get("Content-Transfer-Encoding")))
	if err != nil {
		return fmt.Errorf("reading a part of type %s: %w", kind, err)
	}
	_, disposition, err := mime.ParseMediaType(header.Get("Content-Disposition"))
	switch {
	case err == nil && disposition["filename"] != "":
		l.Files = append(l.Files, File{disposition["filename"], contentType, content})
	case kind == "text/plain" && l.Text == "":
		l.Text = lineFeeds(content)
	case kind == "text/html" && l.HTML == "":
		l.HTML = lineFeeds(content)
	}
	return nil
}

func (l *Letter) parts(reader *multipart.Reader, depth int) error {
	for {
		next, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the parts of the letter: %w", err)
		}
		if err := l.part(next.Header, next, depth+1); err != nil {
			return err
		}
	}
}

// decoded undoes a transfer encoding (RFC 2045 §6).
func decoded(body io.Reader, encoding string) io.Reader {
	switch strings.ToLower(encoding) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}

func lineFeeds(content []byte) string { return strings.ReplaceAll(string(content), "\r\n", "\n") }
