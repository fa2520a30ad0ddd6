// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"bytes"
	netmail "net/mail"

	gomail "github.com/wneessen/go-mail"

	"ecot/fault"
)

// Compose gives the letter's bytes as they go to a mail server (RFC 5322, MIME): multipart/alternative when
// there is an HTML text, within multipart/mixed when there are attachments. Nothing in them names this
// program. A letter that Check refuses is fault.Invalid.
func (e Envelope) Compose() ([]byte, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithCharset(gomail.CharsetUTF8),
		gomail.WithEncoding(gomail.EncodingQP))
	m.SetDateWithValue(e.Date)
	m.SetMessageIDWithValue(e.MessageID())
	m.FromMailAddress(&netmail.Address{Name: e.From.Name, Address: string(e.From.Address)})
	m.ToMailAddress(&netmail.Address{Address: string(e.To)})
	if e.ReplyTo != "" {
		m.ReplyToMailAddress(&netmail.Address{Address: string(e.ReplyTo)})
	}
	m.Subject(e.Message.Subject)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers, please
	m.SetGenHeader(gomail.HeaderContentLang, string(e.Message.Lang))
	e.Message.List.write(m)
	m.SetBodyString(gomail.TypeTextPlain, e.Message.Text)
	if e.Message.HTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, e.Message.HTML)
	}
	for _, f := range e.Message.Attachments {
		m.AttachReadSeeker(f.Name, bytes.NewReader(f.Content),
			gomail.WithFileContentType(gomail.ContentType(f.Type)))
	}
	var out bytes.Buffer
	if _, err := m.WriteTo(&out); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "The letter could not be composed.")
	}
	return out.Bytes(), nil
}

// write puts the list's name and the way out of it into the header (RFC 2919, RFC 2369, RFC 8058).
func (l *List) write(m *gomail.Msg) {
	if l == nil {
		return
	}
	m.SetGenHeader("List-Id", "<"+l.ID+">")
	m.SetListUnsubscribe(l.Unsubscribe)
	if l.oneClick() {
		m.SetListUnsubscribePost()
	}
}
