// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// The purposes of what is handed out. A secret that was made for one is worth nothing for another.
const (
	forSignIn  = "sign-in"
	forInvite  = "invite"
	forSession = "session"
	forAdding  = "passkey-add"
	forPasskey = "passkey-in"
)

// tokenBytes is the length of a secret: 256 bits that nobody guesses.
const tokenBytes = 32

// newToken makes a secret as it is handed out: 43 characters of the alphabet of addresses.
func newToken() string {
	secret := make([]byte, tokenBytes)
	rand.Read(secret) // never fails: it ends the program instead
	return encode(secret)
}

func encode(secret []byte) string { return base64.RawURLEncoding.EncodeToString(secret) }

// hash gives what is stored of a secret, and false when the text cannot be one. Rows are found by this
// hash: how long that takes says nothing about a secret that is not hashed to it.
func hash(purpose, token string) ([]byte, bool) {
	secret, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(secret) != tokenBytes {
		return nil, false
	}
	h := sha256.New()
	h.Write([]byte("ecot/token/v1\x00" + purpose + "\x00"))
	h.Write(secret)
	return h.Sum(nil), true
}
