// SPDX-License-Identifier: AGPL-3.0-or-later

package proof

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"ecot/fault"
)

// OpenNote checks a signed note and gives its body, a part of text that ends in a newline. The
// note must be signed by vkey first, then by any of the witnesses, each at most once and in the
// order given, and by nobody else. Every byte must be as a signer writes it: note.Open of
// golang.org/x/mod skips signatures by unknown keys and slack bits of base64, so that damage there
// goes unseen. A note that is not so is an invalid fault.
func OpenNote(text []byte, vkey string, witnesses ...string) ([]byte, error) {
	keys, err := parseVKeys(append([]string{vkey}, witnesses...))
	if err != nil {
		return nil, err
	}
	if err := checkNoteText(text); err != nil {
		return nil, err
	}
	split := bytes.LastIndex(text, []byte("\n\n"))
	if split < 0 {
		return nil, fault.New(fault.Invalid, "A note has no signatures.")
	}
	body, lines := text[:split+1], text[split+2:]
	for i, key := range keys {
		end := bytes.IndexByte(lines, '\n') + 1
		switch {
		case isSignature(lines[:end], body, key):
			lines = lines[end:]
		case i == 0:
			return nil, fault.New(fault.Invalid, "A note is not signed by %.200s.", vkey)
		}
	}
	if len(lines) > 0 {
		return nil, fault.New(fault.Invalid, "A note has a signature that is false, unknown or out of order.")
	}
	return body, nil
}

func parseVKeys(vkeys []string) ([]note.Verifier, error) {
	keys := make([]note.Verifier, len(vkeys))
	for i, vkey := range vkeys {
		key, err := parseVKey(vkey)
		if err != nil {
			return nil, err
		}
		for _, other := range keys[:i] {
			if other.Name() == key.Name() && other.KeyHash() == key.KeyHash() {
				return nil, fault.New(fault.Invalid, "The key %.200s is given twice.", vkey)
			}
		}
		keys[i] = key
	}
	return keys, nil
}

// checkNoteText refuses what no part of a note may hold: control characters and broken UTF-8. It
// must end in a newline.
func checkNoteText(text []byte) error {
	if len(text) == 0 || text[len(text)-1] != '\n' {
		return fault.New(fault.Invalid, "A note does not end in a newline.")
	}
	for i, c := range text {
		if c < ' ' && c != '\n' {
			return fault.New(fault.Invalid, "A note has a control character at byte %d.", i)
		}
	}
	if !utf8.Valid(text) {
		return fault.New(fault.Invalid, "A note is not UTF-8.")
	}
	return nil
}

// isSignature tells whether line is, byte for byte, the signature line of key under body.
func isSignature(line, body []byte, key note.Verifier) bool {
	prefix := []byte("— " + key.Name() + " ")
	b64, ok := bytes.CutPrefix(line, prefix)
	if !ok {
		return false
	}
	raw, err := base64.StdEncoding.AppendDecode(nil, bytes.TrimSuffix(b64, []byte("\n")))
	if err != nil || len(raw) < 5 || binary.BigEndian.Uint32(raw) != key.KeyHash() {
		return false
	}
	again := append(base64.StdEncoding.AppendEncode(prefix, raw), '\n')
	return bytes.Equal(again, line) && key.Verify(body, raw[4:])
}
