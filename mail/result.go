// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"errors"
	"net/textproto"
	"strings"
	"unicode"

	"ecot/fault"
)

// Outcome says what became of a letter.
type Outcome string

// The outcomes of a letter.
const (
	Sent      Outcome = "sent"      // the server has taken it
	Temporary Outcome = "temporary" // try again later, as Next says
	Permanent Outcome = "permanent" // never try again, and tell the treasurer
)

// Result is what became of one letter.
type Result struct {
	ID      string // the letter's
	Outcome Outcome
	Ours    bool   // the fund's own settings are at fault, not the letter: tell the treasurer at once
	Doubt   bool   // the server may have taken the letter although it did not say so
	Code    int    // the server's answer, 0 when it gave none
	Reason  string // one sentence for the treasurer, empty when sent; may hold the recipient's address
}

// step is a place in the conversation with the server.
type step int

const (
	atServer    step = iota // connecting, encrypting, signing in
	atSender                // who writes
	atRecipient             // who is written to
	atData                  // handing the letter over
	atAnswer                // waiting for the server to say that it has it
)

// codeClosing is the answer of a server that closes the connection (RFC 5321 §3.8).
const codeClosing = 421

// maxReason bounds what is kept of a server's own words, in runes.
const maxReason = 300

// classify says what a failure at a step means. An answer 5yz to the letter or its recipient is for ever
// (RFC 5321 §4.2.1). An answer 5yz to who we are is not the letter's fault: somebody mends the settings, and
// the letter goes then. Silence is temporary, and doubtful once the letter was handed over.
func classify(at step, err error) Result {
	result := Result{Outcome: Temporary, Reason: reason(err)}
	var answer *textproto.Error
	if !errors.As(err, &answer) {
		var refusal *fault.Error
		result.Ours = errors.As(err, &refusal) // no password, no way to sign in
		result.Doubt = at == atAnswer
		return result
	}
	result.Code = answer.Code
	if answer.Code >= 500 {
		result.Ours = at == atServer || at == atSender
		if !result.Ours {
			result.Outcome = Permanent
		}
	}
	return result
}

// reason puts an error on one line of bounded length.
func reason(err error) string {
	text := err.Error()
	var answer *textproto.Error
	var refusal *fault.Error
	switch {
	case errors.As(err, &answer):
		text = "The mail server answered: " + answer.Error()
	case errors.As(err, &refusal):
		text = refusal.Public
	}
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "?"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	}), " ")
	if runes := []rune(text); len(runes) > maxReason {
		text = string(runes[:maxReason-1]) + "…"
	}
	return text
}
