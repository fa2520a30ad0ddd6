// SPDX-License-Identifier: AGPL-3.0-or-later

// Package id makes opaque names for people, out of what they are known by.
//
// Its one invariant: an id says nothing about its person to anyone who does not hold the instance's
// secret, and the same person has the same id for as long as the secret lasts.
package id

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// Party names a person or body in the vault; it never enters the journal. It is 32 hexadecimal digits.
type Party string

// PartyOf gives the id of the party that is known by a handle, such as a mail address. Handles that
// differ in case alone are one party. The secret has 32 bytes.
func PartyOf(secret []byte, handle string) Party {
	return Party(hex.EncodeToString(Keyed(secret, "party", strings.ToLower(handle)))[:32])
}

// Keyed computes HMAC-SHA256 of a purpose and parts under a secret. Each part goes in with its length
// before it, so that no two lists of parts give the same bytes.
func Keyed(secret []byte, purpose string, parts ...string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(purpose))
	var length [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		mac.Write(length[:])
		mac.Write([]byte(part))
	}
	return mac.Sum(nil)
}

// Valid says whether p has the form of a party's id.
func (p Party) Valid() bool {
	raw, err := hex.DecodeString(string(p))
	return err == nil && len(raw) == 16 && string(p) == strings.ToLower(string(p))
}
