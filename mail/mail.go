// SPDX-License-Identifier: AGPL-3.0-or-later

// Package mail composes letters, plain text and HTML side by side, and hands them to a mail server.
//
// An Envelope is one letter to one person. Compose makes its bytes; a Sender carries several over one
// connection and says of each whether it is sent, to be tried again, or never to be tried again; Next says
// when to try again. Whoever keeps the letters until they are sent is elsewhere (an outbox).
//
// Its one invariant: an envelope's Message-ID follows from its ID, its sender and its recipient alone. A
// letter that is tried again because nobody knows whether it arrived is the same letter to the server that
// receives it, which can drop the double.
package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ecot/fault"
	"ecot/locale"
)

// The limits of a letter, in bytes unless said otherwise.
const (
	maxID          = 200
	maxName        = 100 // runes
	maxSubject     = 200 // runes
	maxBody        = 256 << 10
	maxAttachments = 8
	maxAttached    = 4 << 20 // all attachments together
	maxURL         = 500
)

// Message is what a letter says, in one language.
type Message struct {
	Lang        locale.Lang
	Subject     string
	Text        string // plain text, lines ended by LF
	HTML        string // a whole document; empty when there is only text
	Attachments []Attachment
	List        *List // set when the letter goes to those who asked for a list
}

// Attachment is a file that comes with a letter.
type Attachment struct {
	Name    string // letters, digits, point, dash and underscore: "proof-12.txt"
	Type    string // media type: "text/plain; charset=utf-8"
	Content []byte
}

// List says which list a letter belongs to, and how to leave it.
type List struct {
	ID          string // dotted name, as RFC 2919 asks: "news.fund.example.org"
	Unsubscribe string // absolute address that leaves the list on a POST (RFC 8058), without signing in
}

// Mailbox is a sender: a name to show and an address.
type Mailbox struct {
	Name    string // may be empty
	Address Address
}

// Envelope is one letter to one person, ready to be sent. It has no copy and no second recipient, so that
// nobody ever reads the address of another.
type Envelope struct {
	ID      string    // unique within the instance, the same each time the letter is tried: "thanks/1204"
	Date    time.Time // when the letter was written, not when it was sent
	From    Mailbox
	ReplyTo Address // may be empty
	To      Address
	Message Message
}

// MessageID gives the identity under which mail servers know the letter, without angle brackets. It is the
// same at each try, and another for another sender, recipient or ID.
func (e Envelope) MessageID() string {
	digest := sha256.New()
	for _, part := range []string{"ecot/mail/v1", e.ID, string(e.From.Address), string(e.To)} {
		digest.Write([]byte(part))
		digest.Write([]byte{0})
	}
	return hex.EncodeToString(digest.Sum(nil)[:16]) + "@" + e.From.Address.Domain()
}

// Check tells what a letter may not be sent with, as fault.Invalid: an address that is none, a control
// character in a header, a missing text, an attachment or an address beyond the limits.
func (e Envelope) Check() error {
	switch {
	case !plain(e.ID, maxID) || e.ID == "":
		return fault.New(fault.Invalid, "A letter needs an identifier of at most %d characters.", maxID)
	case e.Date.IsZero():
		return fault.New(fault.Invalid, "A letter needs the date on which it was written.")
	case !plainName(e.From.Name):
		return fault.New(fault.Invalid, "The sender's name is too long, or holds what a name does not hold.")
	}
	for _, a := range []Address{e.From.Address, e.To, e.ReplyTo} {
		if a == "" && e.ReplyTo == "" {
			continue // no reply address is asked for; the other two are refused below
		}
		if err := a.Check(); err != nil {
			return err
		}
	}
	if e.From.Address == "" || e.To == "" {
		return fault.New(fault.Invalid, "A letter needs a sender and a recipient.")
	}
	return e.Message.check()
}

func (m Message) check() error {
	switch {
	case m.Subject == "" || utf8.RuneCountInString(m.Subject) > maxSubject || !plain(m.Subject, 4*maxSubject):
		return fault.New(fault.Invalid,
			"A letter needs a subject of at most %d characters, on one line.", maxSubject)
	case strings.TrimSpace(m.Text) == "":
		return fault.New(fault.Invalid, "A letter needs a plain text.")
	case len(m.Text) > maxBody || len(m.HTML) > maxBody || !utf8.ValidString(m.Text+m.HTML):
		return fault.New(fault.Invalid, "The letter is too long, or is not written in UTF-8.")
	}
	if _, ok := locale.ParseLang(string(m.Lang)); !ok {
		return fault.New(fault.Invalid, "The letter's language %q is not spoken here.", m.Lang)
	}
	if err := checkAttachments(m.Attachments); err != nil {
		return err
	}
	return m.List.check()
}

// attachmentName is a name that no system reads as a path, an option or a hidden file.
var attachmentName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$`)

// mediaType is a media type with at most one parameter (RFC 2045 §5.1).
var mediaType = regexp.MustCompile(`^[a-z]+/[a-z0-9.+-]{1,60}(; [a-z]+=[A-Za-z0-9-]{1,30})?$`)

func checkAttachments(files []Attachment) error {
	if len(files) > maxAttachments {
		return fault.New(fault.Invalid, "A letter carries at most %d attachments.", maxAttachments)
	}
	size := 0
	for _, f := range files {
		size += len(f.Content)
		if !attachmentName.MatchString(f.Name) || !mediaType.MatchString(f.Type) {
			return fault.New(fault.Invalid, "The attachment %q has a name or a type that is not accepted.", f.Name)
		}
	}
	if size > maxAttached {
		return fault.New(fault.Invalid, "The attachments of a letter weigh at most %d bytes.", maxAttached)
	}
	return nil
}

// listName is a dotted name (RFC 2919 §2).
var listName = regexp.MustCompile(`^[a-z0-9-]{1,60}(\.[a-z0-9-]{1,60}){1,8}$`)

func (l *List) check() error {
	if l == nil {
		return nil
	}
	u, err := url.Parse(l.Unsubscribe)
	if err != nil || len(l.Unsubscribe) > maxURL || !plain(l.Unsubscribe, maxURL) ||
		strings.ContainsAny(l.Unsubscribe, " <>,") || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return fault.New(fault.Invalid, "The address that leaves the list is not a web address.")
	}
	if !listName.MatchString(l.ID) {
		return fault.New(fault.Invalid, "The list's name %q is not a dotted name.", l.ID)
	}
	return nil
}

// oneClick tells whether a mail reader may leave the list by itself: RFC 8058 wants https.
func (l *List) oneClick() bool { return l != nil && strings.HasPrefix(l.Unsubscribe, "https://") }

// plain tells whether s fits on a header's line: UTF-8, at most limit bytes, nothing that ends a line,
// hides or turns the direction of writing.
func plain(s string, limit int) bool {
	if len(s) > limit || !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
	})
}

// plainName tells whether s may stand before a sender's address: a mark that belongs to addresses would
// let a name pass for one.
func plainName(s string) bool {
	return plain(s, 4*maxName) && utf8.RuneCountInString(s) <= maxName && !strings.ContainsAny(s, `@<>"\`)
}
