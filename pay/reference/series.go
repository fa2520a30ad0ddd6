// SPDX-License-Identifier: AGPL-3.0-or-later

package reference

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"
	"strings"

	"ecot/fault"
)

// letters spells a body: digits and capitals without I, L, O and U, which are misread (Crockford).
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// capitals is what a prefix is made of.
const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// keyedLetters is how long the keyed part of a body is: 12 letters of 5 bits. Among a million
// references the chance that two are alike is below one in two million.
const keyedLetters = 12

// minSecret is the shortest secret that a series takes, in bytes.
const minSecret = 16

// Series makes the references of one fund. It is immutable and safe for concurrent use.
type Series struct {
	secret []byte
	prefix string
}

// NewSeries gives the series of a fund with its secret of at least 16 bytes and a prefix that its
// people recognise, such as DON: none, or 3 or 4 letters.
func NewSeries(secret []byte, prefix string) (Series, error) {
	if len(secret) < minSecret {
		return Series{}, fault.New(fault.Internal, "The secret of a series of references has at least %d bytes.",
			minSecret)
	}
	if n := len(prefix); n != 0 && n != 3 && n != 4 || strings.Trim(prefix, capitals) != "" {
		return Series{}, fault.New(fault.Invalid,
			"The prefix of a fund's references has 3 or 4 capital letters from A to Z, or is empty.")
	}
	return Series{secret: slices.Clone(secret), prefix: prefix}, nil
}

// For gives the stable reference of a donor and a purpose: the same for ever, unlike any other's, and
// without the secret nobody can tell whose it is. Turn is 0; when the caller finds that the reference
// already belongs to somebody else, it asks again with 1, and so on. A Series that NewSeries did not
// make has no secret, which is our own defect: it panics.
func (s Series) For(donor, purpose string, turn uint32) Reference {
	if len(s.secret) < minSecret {
		panic("reference: a series without a secret would give references that anybody can guess")
	}
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte("ecot/rf/v1\x00"))
	writeText(mac, donor)
	writeText(mac, purpose)
	mac.Write(binary.BigEndian.AppendUint32(nil, turn))
	bits := binary.BigEndian.Uint64(mac.Sum(nil))
	body := []byte(s.prefix)
	for i := range keyedLetters {
		body = append(body, letters[bits>>(59-5*i)&31])
	}
	return seal(string(body))
}

// For gives the reference that a series without prefix gives a donor and a purpose at its first turn.
// The secret has at least 16 bytes.
func For(secret []byte, donor, purpose string) Reference {
	return Series{secret: secret}.For(donor, purpose, 0)
}

// writeText writes a text behind its length, so that no two pairs of texts read alike.
func writeText(mac hash.Hash, text string) {
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(text))))
	mac.Write([]byte(text))
}
