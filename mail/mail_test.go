// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"ecot/fault"
	"ecot/locale"
	"ecot/mail/mailtest"
)

func envelope() Envelope {
	return Envelope{
		ID:      "thanks/1204",
		Date:    time.Date(2026, 1, 2, 9, 30, 0, 0, time.FixedZone("", 3600)),
		From:    Mailbox{Name: "Les Ateliers du Léman", Address: "merci@example.org"},
		ReplyTo: "tresor@example.org",
		To:      "lea@example.net",
		Message: Message{
			Lang: locale.French, Subject: "Merci pour vos 1\u202f234,56\u00a0€",
			Text: "Bonjour Léa,\n\n.un point au début\nFrom là\n", HTML: "<p>Bonjour Léa, à bientôt</p>\n",
			Attachments: []Attachment{
				{"preuve-1204.txt", "text/plain; charset=utf-8", []byte("c2sp.org/tlog-proof@v1\nindex 1204\n")},
				{"attestation.pdf", "application/pdf", []byte{'%', 'P', 'D', 'F', 0, 255, 13, 10}},
			},
			List: &List{ID: "news.example.org", Unsubscribe: "https://example.org/leave/" + strings.Repeat("x", 90)},
		},
	}
}

// TestWhatGoesInComesOut composes a letter and reads it with another reader.
func TestWhatGoesInComesOut(t *testing.T) {
	e := envelope()
	raw, err := e.Compose()
	if err != nil {
		t.Fatal(err)
	}
	got := mailtest.Parse(raw)
	if got.Err != nil {
		t.Fatal(got.Err)
	}
	if got.Subject != e.Message.Subject || got.Text != e.Message.Text || got.HTML != e.Message.HTML {
		t.Errorf("reads as %q, %q, %q", got.Subject, got.Text, got.HTML)
	}
	for i, want := range e.Message.Attachments {
		f, ok := got.File(want.Name)
		if !ok || !bytes.Equal(f.Content, want.Content) || !strings.HasPrefix(f.Type, want.Type) {
			t.Errorf("attachment %d is %q of type %q", i, f.Content, f.Type)
		}
	}
	for name, want := range map[string]string{
		"To": "<lea@example.net>", "Reply-To": "<tresor@example.org>", "Date": "Fri, 02 Jan 2026 09:30:00 +0100",
		"Message-Id": "<" + e.MessageID() + ">", "Auto-Submitted": "auto-generated", "Content-Language": "fr",
		"List-Id": "<news.example.org>", "List-Unsubscribe": "<" + e.Message.List.Unsubscribe + ">",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Mime-Version": "1.0",
		"User-Agent": "", "X-Mailer": "", "Bcc": "", "Cc": "",
	} {
		if value := got.Header.Get(name); value != want {
			t.Errorf("%s is %q, want %q", name, value, want)
		}
	}
	from, err := got.Header.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Name != e.From.Name || from[0].Address != string(e.From.Address) {
		t.Errorf("from %v, %v", from, err)
	}
}

// TestOnTheWire holds what every server takes: ASCII, lines ended by CR LF, none beyond 998 bytes, and no
// trace of what wrote the letter.
func TestOnTheWire(t *testing.T) {
	e := envelope()
	e.Message.Text += strings.Repeat("très long ", 500)
	raw, err := e.Compose()
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %.60q", len(line), line)
		}
	}
	for _, b := range raw {
		if b > 126 || b < ' ' && b != '\r' && b != '\n' && b != '\t' {
			t.Fatalf("byte %d", b)
		}
	}
	if lower := strings.ToLower(string(raw)); strings.Contains(lower, "go-mail") || strings.Contains(lower, "wneessen") {
		t.Error("the letter names what wrote it")
	}
}

func TestMessageID(t *testing.T) {
	e := envelope()
	first := e.MessageID()
	later := e
	later.Date, later.Message.Text = e.Date.Add(time.Hour), "another text"
	if later.MessageID() != first {
		t.Error("the identity depends on more than ID, sender and recipient")
	}
	for _, change := range []func(*Envelope){
		func(e *Envelope) { e.ID = "thanks/1205" },
		func(e *Envelope) { e.To = "bo@example.net" },
		func(e *Envelope) { e.From.Address = "merci@example.com" },
	} {
		other := e
		change(&other)
		if other.MessageID() == first {
			t.Errorf("%s to %s from %s is the same letter", other.ID, other.To, other.From.Address)
		}
	}
	if !strings.HasSuffix(first, "@example.org") {
		t.Error(first)
	}
}

func TestNothingSlipsIntoAHeader(t *testing.T) {
	const evil = "x\r\nBcc: everybody@example.org"
	for name, change := range map[string]func(*Envelope){
		"id":              func(e *Envelope) { e.ID = evil },
		"no id":           func(e *Envelope) { e.ID = "" },
		"no date":         func(e *Envelope) { e.Date = time.Time{} },
		"subject":         func(e *Envelope) { e.Message.Subject = evil },
		"subject, LF":     func(e *Envelope) { e.Message.Subject = "a\nb" },
		"subject, U+2028": func(e *Envelope) { e.Message.Subject = "a\u2028b" },
		"subject, turned": func(e *Envelope) { e.Message.Subject = "a\u202eb" },
		"long subject":    func(e *Envelope) { e.Message.Subject = strings.Repeat("é", maxSubject+1) },
		"no subject":      func(e *Envelope) { e.Message.Subject = "" },
		"name":            func(e *Envelope) { e.From.Name = evil },
		"name, address":   func(e *Envelope) { e.From.Name = "bank@example.com" },
		"name, brackets":  func(e *Envelope) { e.From.Name = "a <b>" },
		"no sender":       func(e *Envelope) { e.From.Address = "" },
		"no recipient":    func(e *Envelope) { e.To, e.ReplyTo = "", "" },
		"recipient":       func(e *Envelope) { e.To = Address("a@example.org" + evil) },
		"two recipients":  func(e *Envelope) { e.To = "a@example.org, b@example.org" },
		"reply":           func(e *Envelope) { e.ReplyTo = "a@b@example.org" },
		"no text":         func(e *Envelope) { e.Message.Text = " \n" },
		"text":            func(e *Envelope) { e.Message.Text = "\xff" },
		"language":        func(e *Envelope) { e.Message.Lang = "tlh" },
		"attachment":      func(e *Envelope) { e.Message.Attachments[0].Name = "../x" },
		"hidden file":     func(e *Envelope) { e.Message.Attachments[0].Name = ".bashrc" },
		"type":            func(e *Envelope) { e.Message.Attachments[0].Type = "text/html\r\nX: y" },
		"heavy":           func(e *Envelope) { e.Message.Attachments[0].Content = make([]byte, maxAttached+1) },
		"many":            func(e *Envelope) { e.Message.Attachments = make([]Attachment, maxAttachments+1) },
		"unsubscribe":     func(e *Envelope) { e.Message.List.Unsubscribe = "https://example.org/>, <mailto:x@example.org" },
		"script":          func(e *Envelope) { e.Message.List.Unsubscribe = "javascript:alert(1)" },
		"relative":        func(e *Envelope) { e.Message.List.Unsubscribe = "/leave" },
		"list":            func(e *Envelope) { e.Message.List.ID = "news> x" },
	} {
		e := envelope()
		change(&e)
		if _, err := e.Compose(); fault.CodeOf(err) != fault.Invalid || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOneClickWantsEncryption(t *testing.T) {
	e := envelope()
	e.Message.List.Unsubscribe = "http://localhost:8080/leave"
	raw, err := e.Compose()
	if err != nil {
		t.Fatal(err)
	}
	got := mailtest.Parse(raw)
	if got.Header.Get("List-Unsubscribe") == "" || got.Header.Get("List-Unsubscribe-Post") != "" {
		t.Error("RFC 8058 wants https for the post, and the address all the same")
	}
}

func TestNext(t *testing.T) {
	start := time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC)
	if at, again := Next(0, start); !again || !at.Equal(start) {
		t.Error("a new letter is not due")
	}
	now, last := start, time.Duration(0)
	for tries, minutes := range []int{1, 5, 15, 60, 240, 360, 360} {
		at, again := Next(tries+1, now)
		if !again || at.Sub(now) != time.Duration(minutes)*time.Minute {
			t.Errorf("after %d tries: %v, %v", tries+1, at.Sub(now), again)
		}
		now = at
	}
	now = start
	tries := 1
	for ; ; tries++ {
		at, again := Next(tries, now)
		if !again {
			break
		}
		if at.Sub(now) < last {
			t.Errorf("after %d tries it waits less than before", tries)
		}
		now, last = at, at.Sub(now)
	}
	if whole := now.Sub(start); whole > patience || whole < patience-6*time.Hour {
		t.Errorf("given up after %v and %d tries", whole, tries)
	}
	if _, again := Next(1<<62, start); again {
		t.Error("tried for ever")
	}
}
