// SPDX-License-Identifier: AGPL-3.0-or-later

package mailtest

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"
)

// The limits of a session.
const (
	maxLine   = 2048     // bytes of a command
	maxLetter = 16 << 20 // bytes of a letter
	silence   = 30 * time.Second
)

// errEnd ends a session: the client has left, or a plan says so.
var errEnd = errors.New("the conversation is over")

// session is one conversation.
type session struct {
	server *Server
	wire   net.Conn
	in     *bufio.Reader
	out    *bufio.Writer

	greeted, encrypted bool
	user               string
	sender             *string // nil outside of a letter
	recipients         []string
}

func newSession(s *Server, wire net.Conn) *session {
	c := &session{server: s}
	c.use(wire)
	_, c.encrypted = wire.(*tls.Conn)
	return c
}

// use makes wire what the session reads and writes; what was read ahead is dropped (RFC 3207 §4.2).
func (c *session) use(wire net.Conn) {
	c.wire, c.in, c.out = wire, bufio.NewReaderSize(wire, maxLine), bufio.NewWriter(wire)
}

// talk holds the conversation to its end. What breaks it off is the client's doing or a plan's: the client
// notices, and there is nobody else to tell.
func (c *session) talk() {
	err := c.answer(AtConnect, "", 220, "localhost ESMTP for tests")
	for err == nil {
		var line string
		if line, err = c.read(); err == nil {
			err = c.command(line)
		}
	}
	_ = c.out.Flush()
}

// read gives the next line. Answers wait in the buffer for as long as the client has said more already:
// that is pipelining (RFC 2920).
func (c *session) read() (string, error) {
	if c.in.Buffered() == 0 {
		if err := c.out.Flush(); err != nil {
			return "", err
		}
	}
	if err := c.wire.SetDeadline(time.Now().Add(silence)); err != nil {
		return "", err
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return "", err
	}
	text := strings.TrimRight(string(line), "\r\n")
	c.log("C: %s", text)
	return text, nil
}

func (c *session) log(format string, args ...any) {
	if c.server.options.Logf != nil {
		c.server.options.Logf(format, args...)
	}
}

// say writes one answer, of one line or several.
func (c *session) say(code int, lines ...string) error {
	for i, line := range lines {
		mark := "-"
		if i == len(lines)-1 {
			mark = " "
		}
		c.log("S: %d%s%s", code, mark, line)
		if _, err := fmt.Fprintf(c.out, "%d%s%s\r\n", code, mark, line); err != nil {
			return err
		}
	}
	return nil
}

// answer gives what is planned for the step, or else the usual code and lines. The error is errEnd when the
// connection must be closed, errPlanned when an answer of refusal was given, and both when it was the last.
func (c *session) answer(step Step, address string, code int, lines ...string) error {
	p, found := c.server.planned(step, address)
	if !found {
		return c.say(code, lines...)
	}
	if p.code == 0 {
		return errEnd
	}
	if err := c.say(p.code, p.text); err != nil {
		return err
	}
	if p.code == 421 || step == AtConnect && p.code >= 400 {
		return errors.Join(errPlanned, errEnd)
	}
	if p.code >= 400 {
		return errPlanned
	}
	return nil
}

// errPlanned says that a planned refusal took the place of the usual answer.
var errPlanned = errors.New("a planned refusal was given")

// command does one command. Its error ends the session.
func (c *session) command(line string) error {
	verb, rest, _ := strings.Cut(line, " ")
	var err error
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		err = c.hello(strings.ToUpper(verb) == "EHLO")
	case "STARTTLS":
		err = c.startTLS()
	case "AUTH":
		err = c.auth(rest)
	case "MAIL":
		err = c.mail(rest)
	case "RCPT":
		err = c.rcpt(rest)
	case "DATA":
		err = c.data()
	case "RSET":
		c.sender, c.recipients = nil, nil
		err = c.answer(AtReset, "", 250, "2.0.0 forgotten")
	case "NOOP":
		err = c.say(250, "2.0.0 nothing done")
	case "QUIT":
		return errors.Join(c.say(221, "2.0.0 goodbye"), errEnd)
	default:
		err = c.say(502, "5.5.1 not a command of this server")
	}
	if errors.Is(err, errPlanned) && !errors.Is(err, errEnd) {
		return nil
	}
	return err
}

func (c *session) hello(extended bool) error {
	c.greeted, c.sender, c.recipients = true, nil, nil
	lines := []string{"localhost"}
	if extended {
		lines = append(lines, "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", fmt.Sprintf("SIZE %d", maxLetter))
		if c.server.options.STARTTLS && !c.encrypted {
			lines = append(lines, "STARTTLS")
		}
		if c.server.options.User != "" {
			lines = append(lines, "AUTH PLAIN")
		}
	}
	return c.answer(AtHello, "", 250, lines...)
}

func (c *session) startTLS() error {
	if !c.server.options.STARTTLS || c.encrypted {
		return c.say(502, "5.5.1 no encryption here")
	}
	if err := c.answer(AtSTARTTLS, "", 220, "2.0.0 go ahead"); err != nil {
		return err
	}
	if err := c.out.Flush(); err != nil {
		return err
	}
	c.use(tls.Server(c.wire, c.server.certificate.config()))
	c.greeted, c.encrypted = false, true
	return nil
}

// auth reads AUTH PLAIN, with its proof on the same line or on the next (RFC 4954 §4, RFC 4616).
func (c *session) auth(rest string) error {
	way, proof, _ := strings.Cut(rest, " ")
	if c.server.options.User == "" || !strings.EqualFold(way, "PLAIN") {
		return c.say(504, "5.5.4 not a way to sign in")
	}
	if proof == "" {
		if err := c.say(334, ""); err != nil {
			return err
		}
		var err error
		if proof, err = c.read(); err != nil {
			return err
		}
	}
	decoded, err := base64.StdEncoding.DecodeString(proof)
	want := "\x00" + c.server.options.User + "\x00" + c.server.options.Password
	if err != nil || string(decoded) != want {
		return c.say(535, "5.7.8 wrong user or password")
	}
	if err := c.answer(AtAuth, "", 235, "2.7.0 welcome"); err != nil {
		return err
	}
	c.user = c.server.options.User
	return nil
}

func (c *session) mail(rest string) error {
	path, parameters, ok := path(rest, "FROM:")
	switch {
	case !c.greeted:
		return c.say(503, "5.5.1 say EHLO first")
	case c.server.options.User != "" && c.user == "":
		return c.say(530, "5.7.0 sign in first")
	case c.sender != nil:
		return c.say(503, "5.5.1 one letter at a time")
	case !ok:
		return c.say(501, "5.1.7 no sender in angle brackets")
	}
	for _, p := range strings.Fields(parameters) {
		name, _, _ := strings.Cut(strings.ToUpper(p), "=")
		if name != "BODY" && name != "SIZE" {
			return c.say(555, "5.5.4 this parameter is not taken: "+name) // SMTPUTF8 among them
		}
	}
	if err := c.answer(AtSender, "", 250, "2.1.0 noted"); err != nil {
		return err
	}
	c.sender = &path
	return nil
}

func (c *session) rcpt(rest string) error {
	address, _, ok := path(rest, "TO:")
	switch {
	case c.sender == nil:
		return c.say(503, "5.5.1 say MAIL first")
	case !ok || address == "":
		return c.say(501, "5.1.3 no recipient in angle brackets")
	}
	if err := c.answer(AtRecipient, address, 250, "2.1.5 noted"); err != nil {
		return err
	}
	c.recipients = append(c.recipients, address)
	return nil
}

// path reads `FROM:<a@b> PARAMETERS`. Bytes beyond ASCII are refused: SMTPUTF8 is not offered.
func path(rest, word string) (address, parameters string, ok bool) {
	if len(rest) < len(word) || !strings.EqualFold(rest[:len(word)], word) {
		return "", "", false
	}
	address, parameters, ok = strings.Cut(strings.TrimLeft(rest[len(word):], " "), ">")
	address, opened := strings.CutPrefix(address, "<")
	for _, b := range []byte(address) {
		if b <= ' ' || b > '~' || b == '<' {
			return "", "", false
		}
	}
	return address, parameters, ok && opened
}

// data takes a letter. It is kept before the answer, so that a cut at AtEnd leaves it here and the client in
// doubt, as it happens in life.
func (c *session) data() error {
	if len(c.recipients) == 0 {
		return c.say(503, "5.5.1 say RCPT first")
	}
	if err := c.answer(AtData, "", 354, "end with a point on a line"); err != nil {
		return err
	}
	if err := c.out.Flush(); err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(textproto.NewReader(c.in).DotReader(), maxLetter+1))
	if err != nil {
		return err
	}
	from, to := *c.sender, c.recipients
	c.sender, c.recipients = nil, nil
	if len(raw) > maxLetter {
		return errors.Join(c.say(552, "5.3.4 too large"), errEnd)
	}
	letter := Letter{From: from, To: to, User: c.user, Encrypted: c.encrypted, Raw: raw}
	letter.parse()
	err = c.answer(AtEnd, "", 250, "2.0.0 taken")
	if !errors.Is(err, errPlanned) {
		c.server.keep(letter)
	}
	return err
}

func (s *Server) keep(letter Letter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.letters = append(s.letters, letter)
}
