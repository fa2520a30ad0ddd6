// SPDX-License-Identifier: AGPL-3.0-or-later

package mailtest

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

const small = "Message-ID: <1@example.org>\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n" +
	"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
	"D=C3=A9j=C3=A0 vu\r\n.a line with a point\r\n"

func send(s *Server, to ...string) error {
	return smtp.SendMail(s.Address(), nil, "fund@example.org", to, []byte(small))
}

func TestKeepsWhatItTakes(t *testing.T) {
	s := Start(t, Options{})
	if err := send(s, "lea@example.org", "bo@example.org"); err != nil {
		t.Fatal(err)
	}
	got := s.Wait(t, 1, time.Second)[0]
	if got.Err != nil || got.Subject != "Café" || got.Text != "Déjà vu\n.a line with a point\n" {
		t.Errorf("read %q, %q, %v", got.Subject, got.Text, got.Err)
	}
	if got.From != "fund@example.org" || strings.Join(got.To, " ") != "lea@example.org bo@example.org" {
		t.Errorf("from %q to %q", got.From, got.To)
	}
}

// dialogue says each line and wants an answer that begins so; an answer of several lines counts as its last.
func dialogue(t *testing.T, s *Server, lines ...[2]string) {
	t.Helper()
	conn, err := net.Dial("tcp", s.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for _, line := range append([][2]string{{"", "220 "}}, lines...) {
		if line[0] != "" {
			if _, err := io.WriteString(conn, line[0]+"\r\n"); err != nil {
				t.Fatal(err)
			}
		}
		answer := "-"
		for len(answer) < 4 || answer[3] == '-' {
			if answer, err = in.ReadString('\n'); err != nil {
				t.Fatalf("after %q: %v", line[0], err)
			}
		}
		if !strings.HasPrefix(answer, line[1]) {
			t.Errorf("%q is answered %q, want %q", line[0], answer, line[1])
		}
	}
}

func TestKeepsTheOrderOfCommands(t *testing.T) {
	s := Start(t, Options{})
	dialogue(t, s,
		[2]string{"MAIL FROM:<a@example.org>", "503"},
		[2]string{"EHLO here", "250"},
		[2]string{"RCPT TO:<b@example.org>", "503"},
		[2]string{"DATA", "503"},
		[2]string{"MAIL FROM:a@example.org", "501"},
		[2]string{"MAIL FROM:<a@example.org> SMTPUTF8", "555"},
		[2]string{"MAIL FROM:<é@example.org>", "501"},
		[2]string{"MAIL FROM:<a@example.org> BODY=8BITMIME", "250"},
		[2]string{"MAIL FROM:<a@example.org>", "503"},
		[2]string{"RCPT TO:<>", "501"},
		[2]string{"STARTTLS", "502"},
		[2]string{"AUTH PLAIN AAAA", "504"},
		[2]string{"EXPN everybody", "502"},
		[2]string{"RSET", "250"},
		[2]string{"DATA", "503"},
		[2]string{"QUIT", "221"})
}

// TestPipelining says a whole letter without waiting for an answer (RFC 2920).
func TestPipelining(t *testing.T) {
	s := Start(t, Options{})
	conn, err := net.Dial("tcp", s.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	all := "EHLO here\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nRCPT TO:<c@example.org>\r\n" +
		"DATA\r\n" + strings.ReplaceAll(small, "\r\n.", "\r\n..") + ".\r\nQUIT\r\n"
	if _, err := io.WriteString(conn, all); err != nil {
		t.Fatal(err)
	}
	text := textproto.NewConn(conn)
	for _, code := range []int{220, 250, 250, 250, 250, 354, 250, 221} {
		if _, _, err := text.ReadResponse(code); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Letters(); len(got) != 1 || len(got[0].To) != 2 {
		t.Errorf("%d letters", len(got))
	}
}

func TestPlans(t *testing.T) {
	for _, step := range []Step{AtConnect, AtHello, AtSender, AtRecipient, AtData, AtEnd} {
		for _, code := range []int{421, 450, 550} {
			s := Start(t, Options{})
			s.Answer(step, code, "as planned", 1)
			err := send(s, "lea@example.org")
			var answer *textproto.Error
			helo := step == AtHello && code != 421   // net/smtp says HELO when EHLO is refused
			closed := step == AtHello && code == 421 // and then finds nobody
			if helo != (err == nil) || !helo && !closed && (!errors.As(err, &answer) || answer.Code != code) {
				t.Errorf("%s %d: %v", step, code, err)
			}
			if kept := len(s.Letters()); kept != 0 && !helo {
				t.Errorf("%s %d: %d letters are kept", step, code, kept)
			}
			if err := send(s, "lea@example.org"); err != nil {
				t.Errorf("%s %d: a plan for one time holds a second time: %v", step, code, err)
			}
		}
	}
}

func TestCutAtTheEndLeavesADoubt(t *testing.T) {
	s := Start(t, Options{})
	s.Cut(AtEnd, 1)
	if err := send(s, "lea@example.org"); err == nil {
		t.Fatal("the client heard an answer")
	}
	if err := send(s, "lea@example.org"); err != nil {
		t.Fatal(err)
	}
	if all, distinct := len(s.Letters()), len(s.Distinct()); all != 2 || distinct != 1 {
		t.Errorf("%d letters, %d of them distinct", all, distinct)
	}
}

func TestAnswerToOne(t *testing.T) {
	s := Start(t, Options{})
	s.AnswerTo("gone@example.org", 550, "5.1.1 nobody", Always)
	if err := send(s, "gone@example.org"); err == nil {
		t.Error("taken for the one who is gone")
	}
	if err := send(s, "lea@example.org"); err != nil {
		t.Error(err)
	}
	s.Forget()
	if err := send(s, "gone@example.org"); err != nil {
		t.Error(err)
	}
}

func TestDownAndUp(t *testing.T) {
	s := Start(t, Options{})
	s.Down()
	if err := send(s, "lea@example.org"); err == nil {
		t.Fatal("a server that is down takes letters")
	}
	if err := s.Up(); err != nil {
		t.Fatal(err)
	}
	if err := send(s, "lea@example.org"); err != nil {
		t.Error(err)
	}
}

func TestParseSaysWhatItCannotRead(t *testing.T) {
	for _, raw := range []string{"", "no header", "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhalf",
		"Content-Type: ;\n\nx", "Subject: =?x?q?y?=\n\nx"} {
		if Parse([]byte(raw)).Err == nil {
			t.Errorf("%q reads as a letter", raw)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nhi\n--x--\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		letter := Parse(raw)
		if letter.Err == nil && letter.Header == nil {
			t.Error("neither header nor error")
		}
	})
}
