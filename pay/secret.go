// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"

	"ecot/fault"
)

// maxSecret is the most bytes of a file that holds a secret.
const maxSecret = 4096

// Secret is a key of the fund. However it is printed, logged or encoded, it shows nothing.
type Secret struct {
	value *string // behind a pointer: fmt prints unexported fields of others without asking Format
}

// NewSecret makes a secret of its text.
func NewSecret(value string) Secret { return Secret{&value} }

// ReadSecret reads a secret from a file that its owner alone can read (mode 0600 or 0400), one
// line. A file that its group or everybody can read is fault.Forbidden, and is not read; one that
// is absent, empty, too large or of several lines is fault.Invalid.
func ReadSecret(path string) (Secret, error) {
	f, err := os.Open(path)
	if err != nil {
		return Secret{}, fault.Wrap(err, fault.Invalid, "The key file %s cannot be opened.", path)
	}
	// The file was only read: closing it loses nothing.
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	switch {
	case err != nil:
		return Secret{}, fault.Wrap(err, fault.Invalid, "The key file %s cannot be examined.", path)
	case !info.Mode().IsRegular():
		return Secret{}, fault.New(fault.Invalid, "The key file %s is not a plain file.", path)
	case info.Mode().Perm()&0o077 != 0:
		return Secret{}, fault.New(fault.Forbidden,
			"Others than its owner can use the key file %s: run chmod 600 on it, and change the key.", path)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return Secret{}, fault.Wrap(err, fault.Invalid, "The key file %s cannot be read.", path)
	}
	text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	if len(text) == 0 || len(text) > maxSecret || bytes.ContainsAny(text, " \t\r\n\x00") {
		return Secret{}, fault.New(fault.Invalid,
			"The key file %s must hold the key on one line, and nothing else.", path)
	}
	return NewSecret(string(text)), nil
}

// Reveal gives the secret itself, for the one place that needs it; the zero Secret is empty.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// hidden is what a secret shows.
const hidden = "[secret]"

// String hides the secret.
func (s Secret) String() string { return hidden }

// Format hides the secret, whatever the verb.
func (s Secret) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, hidden) }

// LogValue hides the secret from log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the secret from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
