// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ecot/fault"
	"ecot/mail/mailtest"
)

func newSender(t *testing.T, settings Settings) *Sender {
	t.Helper()
	if settings.Timeout == 0 {
		settings.Timeout = 5 * time.Second
	}
	s, err := NewSender(settings)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// letters gives n envelopes to different people.
func letters(n int) []Envelope {
	all := make([]Envelope, n)
	for i := range all {
		all[i] = envelope()
		all[i].ID = fmt.Sprintf("thanks/%d", i)
		all[i].To = Address(fmt.Sprintf("person%d@example.org", i))
	}
	return all
}

func outcomes(results []Result) string {
	var words []string
	for _, r := range results {
		word := string(r.Outcome)
		if r.Ours {
			word += "+ours"
		}
		if r.Doubt {
			word += "+doubt"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestSeveralLettersOverOneConnection(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	results := newSender(t, Settings{Server: server.Address()}).Send(t.Context(), letters(20))
	for i, r := range results {
		if r != (Result{ID: fmt.Sprintf("thanks/%d", i), Outcome: Sent}) {
			t.Errorf("result %d is %+v", i, r)
		}
	}
	got := server.Letters()
	if len(got) != 20 || server.Sessions() != 1 {
		t.Fatalf("%d letters in %d conversations", len(got), server.Sessions())
	}
	for i, l := range got {
		if want := letters(20)[i].MessageID(); l.Err != nil || l.MessageID() != want {
			t.Errorf("letter %d: %v, %s", i, l.Err, l.MessageID())
		}
	}
}

// TestEveryStepAndAnswer plays each refusal of the middle letter of three; its neighbours must arrive.
func TestEveryStepAndAnswer(t *testing.T) {
	for _, c := range []struct {
		step mailtest.Step
		code int // 0 cuts the connection
		want string
	}{
		{mailtest.AtConnect, 421, "temporary temporary temporary"},
		{mailtest.AtConnect, 554, "temporary+ours temporary+ours temporary+ours"},
		{mailtest.AtConnect, 0, "temporary temporary temporary"},
		{mailtest.AtSender, 451, "temporary sent sent"},
		{mailtest.AtSender, 550, "temporary+ours sent sent"},
		{mailtest.AtSender, 0, "temporary sent sent"},
		{mailtest.AtRecipient, 450, "temporary sent sent"},
		{mailtest.AtRecipient, 550, "permanent sent sent"},
		{mailtest.AtRecipient, 421, "temporary sent sent"},
		{mailtest.AtRecipient, 0, "temporary sent sent"},
		{mailtest.AtData, 451, "temporary sent sent"},
		{mailtest.AtData, 554, "permanent sent sent"},
		{mailtest.AtData, 0, "temporary sent sent"},
		{mailtest.AtEnd, 452, "temporary sent sent"},
		{mailtest.AtEnd, 554, "permanent sent sent"},
		{mailtest.AtEnd, 421, "temporary sent sent"},
		{mailtest.AtEnd, 0, "temporary+doubt sent sent"},
	} {
		server := mailtest.Start(t, mailtest.Options{})
		if c.code == 0 {
			server.Cut(c.step, 1)
		} else {
			server.Answer(c.step, c.code, "as planned", 1)
		}
		results := newSender(t, Settings{Server: server.Address()}).Send(t.Context(), letters(3))
		if got := outcomes(results); got != c.want {
			t.Errorf("%s %d: %s, want %s", c.step, c.code, got, c.want)
		}
		if results[0].Code != c.code || results[0].Reason == "" {
			t.Errorf("%s %d: the first result is %+v", c.step, c.code, results[0])
		}
		want := 0
		for _, r := range results {
			if r.Outcome == Sent || r.Doubt {
				want++
			}
		}
		if got := len(server.Letters()); got != want {
			t.Errorf("%s %d: the server has %d letters, want %d", c.step, c.code, got, want)
		}
	}
}

func TestADoubtfulLetterIsTheSameAgain(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	server.Cut(mailtest.AtEnd, 1)
	sender := newSender(t, Settings{Server: server.Address()})
	if got := outcomes(sender.Send(t.Context(), letters(1))); got != "temporary+doubt" {
		t.Fatal(got)
	}
	if got := outcomes(sender.Send(t.Context(), letters(1))); got != "sent" {
		t.Fatal(got)
	}
	if all, distinct := len(server.Letters()), len(server.Distinct()); all != 2 || distinct != 1 {
		t.Errorf("%d letters, %d of them distinct: a receiving server cannot drop the double", all, distinct)
	}
}

func TestAnHourWithoutServer(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	sender := newSender(t, Settings{Server: server.Address()})
	server.Down()
	waiting := letters(5)
	now, tries := time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC), 0
	up := now.Add(time.Hour)
	for {
		results := sender.Send(t.Context(), waiting)
		if outcomes(results) == "sent sent sent sent sent" {
			break
		}
		if outcomes(results) != "temporary temporary temporary temporary temporary" {
			t.Fatal(outcomes(results))
		}
		tries++
		at, again := Next(tries, now)
		if !again {
			t.Fatal("given up")
		}
		if now = at; !now.Before(up) {
			if err := server.Up(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if all, distinct := len(server.Letters()), len(server.Distinct()); all != 5 || distinct != 5 {
		t.Errorf("%d letters, %d distinct, want each of 5 once", all, distinct)
	}
	if late := now.Sub(up); late > 30*time.Minute {
		t.Errorf("they left %v after the server came back", late)
	}
}

func TestGivesUpOnAServerThatKeepsBreakingOff(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	server.Cut(mailtest.AtSender, mailtest.Always)
	results := newSender(t, Settings{Server: server.Address()}).Send(t.Context(), letters(50))
	if got := server.Sessions(); got != maxBroken {
		t.Errorf("%d conversations for 50 letters", got)
	}
	for _, r := range results {
		if r.Outcome != Temporary || r.ID == "" {
			t.Errorf("%+v", r)
		}
	}
}

func passwordFile(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestEncryptsAndSignsIn(t *testing.T) {
	for _, implicit := range []bool{false, true} {
		server := mailtest.Start(t, mailtest.Options{
			STARTTLS: !implicit, Implicit: implicit, User: "fund", Password: "a secret"})
		sender := newSender(t, Settings{Server: server.Address(), AlwaysTLS: true, Roots: server.Roots(),
			User: "fund", PasswordFile: passwordFile(t, "a secret\r\nnot this\n")})
		sender.implicit = implicit
		if got := outcomes(sender.Send(t.Context(), letters(2))); got != "sent sent" {
			t.Fatalf("implicit %v: %s", implicit, got)
		}
		for _, l := range server.Letters() {
			if !l.Encrypted || l.User != "fund" {
				t.Errorf("encrypted %v, signed in as %q", l.Encrypted, l.User)
			}
		}
		if err := sender.Check(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// TestNoWordInTheClear names the server as another machine: without encryption nothing is said to it.
func TestNoWordInTheClear(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{User: "fund", Password: "a secret"})
	sender := newSender(t, Settings{Server: "mail.example.org:587",
		User: "fund", PasswordFile: passwordFile(t, "a secret")})
	sender.dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Address())
	}
	if got := outcomes(sender.Send(t.Context(), letters(1))); got != "temporary" {
		t.Error(got)
	}
	if len(server.Letters()) != 0 {
		t.Error("a letter went in the clear")
	}
	encrypted := mailtest.Start(t, mailtest.Options{STARTTLS: true})
	sender = newSender(t, Settings{Server: encrypted.Address(), AlwaysTLS: true}) // nobody vouches for it
	if got := outcomes(sender.Send(t.Context(), letters(1))); got != "temporary" {
		t.Error(got)
	}
	if err := sender.Check(t.Context()); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("the check says %v", err)
	}
}

func TestOnlyThisMachineIsSpokenToInTheClear(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": false, "127.0.0.1": false, "127.8.8.8": false, "[::1]": false,
		"mail.example.org": true, "10.0.0.1": true, "localhost.example.org": true, "127.0.0.1.example.org": true,
	} {
		if got := newSender(t, Settings{Server: host + ":587"}).encrypts(); got != want {
			t.Errorf("%s: encrypts %v", host, got)
		}
	}
}

func TestAWrongPasswordIsOurFault(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{User: "fund", Password: "a secret"})
	for _, file := range []string{passwordFile(t, "wrong"), passwordFile(t, "\n"), passwordFile(t, "x") + ".none"} {
		sender := newSender(t, Settings{Server: server.Address(), User: "fund", PasswordFile: file})
		results := sender.Send(t.Context(), letters(1))
		if got := outcomes(results); got != "temporary+ours" {
			t.Error(got)
		}
		if strings.Contains(results[0].Reason, file) || strings.Contains(results[0].Reason, "secret") {
			t.Errorf("the reason tells too much: %s", results[0].Reason)
		}
	}
}

func TestCancelCutsTheConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // accepts and never says a word
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	sender := newSender(t, Settings{Server: listener.Addr().String(), Timeout: time.Minute})
	if got := outcomes(sender.Send(ctx, letters(2))); got != "temporary temporary" {
		t.Error(got)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("cancelling took %v", took)
	}
}

func TestSilenceEndsByTheTimeout(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	began := time.Now()
	sender := newSender(t, Settings{Server: listener.Addr().String(), Timeout: 50 * time.Millisecond})
	if got := outcomes(sender.Send(t.Context(), letters(1))); got != "temporary" {
		t.Error(got)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the timeout took %v", took)
	}
}

func TestABadLetterIsNeverSaid(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	all := letters(3)
	all[1].To = "lea@example.org>\r\nRCPT TO:<everybody@example.org"
	results := newSender(t, Settings{Server: server.Address()}).Send(t.Context(), all)
	if got := outcomes(results); got != "sent permanent sent" {
		t.Error(got)
	}
	for _, l := range server.Letters() {
		if len(l.To) != 1 {
			t.Errorf("to %q", l.To)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for _, s := range []Settings{
		{}, {Server: "mail.example.org"}, {Server: ":25"}, {Server: "a:0"}, {Server: "a:99999"},
		{Server: "a:25", User: "fund"}, {Server: "a:25", PasswordFile: "f"},
		{Server: "a:25", Timeout: -1}, {Server: "a:25", Hello: "a b"}, {Server: "a:25", Hello: "a\r\nb"},
	} {
		if _, err := NewSender(s); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", s, err)
		}
	}
}
