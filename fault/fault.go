// SPDX-License-Identifier: AGPL-3.0-or-later

// Package fault gives every error that may reach a person a code and a public sentence.
//
// A door (pages, JSON, command line) maps the code to its own status in one place and shows
// Public; Err is for the log. Its one invariant: Public is a full sentence that its reader can
// act on, and never carries a name, a secret or a stack.
package fault

import (
	"errors"
	"fmt"
)

// Code says what kind of refusal an error is.
type Code string

// The codes, from the caller's own mistake to ours.
const (
	Invalid     Code = "invalid"     // the input is wrong; correcting it helps
	Conflict    Code = "conflict"    // the input is well formed, the state refuses it
	NotFound    Code = "not_found"   // what the input names does not exist
	Forbidden   Code = "forbidden"   // the caller may not do this
	Unavailable Code = "unavailable" // try again later: disk full, database away, locked
	Internal    Code = "internal"    // our own defect
)

// Error is an error with a code and a sentence for the person who caused or met it.
type Error struct {
	Code   Code
	Public string // full sentence, in English
	Err    error  // cause for the log; may be nil

	Key   string   // of the same sentence in the catalogue of messages; empty when it is in none
	Pairs []string // its values: name, value, name, value
}

// In names the message that says the same in the reader's language, with its values as name, value
// pairs. It returns e.
func (e *Error) In(key string, pairs ...string) *Error {
	e.Key, e.Pairs = key, pairs
	return e
}

// Error gives the public sentence, and the cause after it when there is one.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Public
	}
	return e.Public + " (" + e.Err.Error() + ")"
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes an error with a code and a formatted public sentence.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Public: fmt.Sprintf(format, args...)}
}

// Wrap makes an error with a code, a public sentence and the cause behind it.
func Wrap(err error, code Code, format string, args ...any) *Error {
	return &Error{Code: code, Public: fmt.Sprintf(format, args...), Err: err}
}

// CodeOf gives the code of the first Error in err's chain, and Internal for any other error.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// PublicOf gives the public sentence of the first Error in err's chain; for any other error a
// sentence that gives nothing away.
func PublicOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Public
	}
	return "Something went wrong on our side; the log has the details."
}
