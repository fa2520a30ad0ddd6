// SPDX-License-Identifier: AGPL-3.0-or-later

package proof

import (
	"crypto/ed25519"
	"encoding/base64"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"ecot/fault"
)

// maxOrigin is the longest origin: a leaf names it as one token.
const maxOrigin = 64

// algEd25519 is the signature type of log keys (https://c2sp.org/signed-note, "Signature types").
const algEd25519 = 1

// NewKey makes an Ed25519 key for a log of this origin, from exactly 32 bytes of rand. It gives
// the signer key, a secret, and the verifier key, which is for everybody, both as signed notes
// write them. Origin is 1 to 64 characters of a-z 0-9 : / . _ @ -, else NewKey is an invalid fault.
func NewKey(origin string, rand io.Reader) (skey, vkey string, err error) {
	if err := checkOrigin(origin); err != nil {
		return "", "", err
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(rand, seed); err != nil {
		return "", "", fault.Wrap(err, fault.Internal, "No randomness for a new key.")
	}
	return keyOf(origin, seed)
}

func keyOf(origin string, seed []byte) (skey, vkey string, err error) {
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	vkey, err = note.NewEd25519VerifierKey(origin, public)
	if err != nil {
		return "", "", fault.Wrap(err, fault.Internal, "A new key has the wrong length.")
	}
	hash := strings.Split(vkey, "+")[1]
	secret := base64.StdEncoding.EncodeToString(append([]byte{algEd25519}, seed...))
	return "PRIVATE+KEY+" + origin + "+" + hash + "+" + secret, vkey, nil
}

func checkOrigin(origin string) error {
	if len(origin) < 1 || len(origin) > maxOrigin {
		return fault.New(fault.Invalid, "An origin has 1 to %d characters, not %d.", maxOrigin, len(origin))
	}
	for i := range len(origin) {
		if c := origin[i]; !isAlnum(c) && strings.IndexByte(":/._@-", c) < 0 {
			return fault.New(fault.Invalid, "An origin cannot contain %q.", c)
		}
	}
	return nil
}

func isAlnum(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' }

// Signer signs with a log's key, which it has read once. It is safe for concurrent use.
type Signer struct {
	vkey string
	key  note.Signer
}

// NewSigner reads a signer key as NewKey wrote it. Anything else is an invalid fault, which does
// not repeat the key.
func NewSigner(skey string) (*Signer, error) {
	bad := fault.New(fault.Invalid, "This is not a signer key.")
	parts := strings.SplitN(skey, "+", 5)
	if len(parts) != 5 || checkOrigin(parts[2]) != nil {
		return nil, bad
	}
	secret, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(secret) != 1+ed25519.SeedSize {
		return nil, bad
	}
	again, vkey, err := keyOf(parts[2], secret[1:])
	if err != nil || again != skey {
		return nil, bad
	}
	key, err := note.NewSigner(skey)
	if err != nil {
		return nil, bad
	}
	return &Signer{vkey: vkey, key: key}, nil
}

// VKey gives the verifier key of what s signs.
func (s *Signer) VKey() string { return s.vkey }

// Origin gives the origin of the log whose key this is.
func (s *Signer) Origin() string { return s.key.Name() }

// Checkpoint gives c as a signed note. A checkpoint of another origin, and one that OpenCheckpoint
// would refuse, are invalid faults.
func (s *Signer) Checkpoint(c Checkpoint) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Origin != s.Origin() {
		return nil, fault.New(fault.Invalid, "The key of %s cannot sign for %s.", s.Origin(), c.Origin)
	}
	return s.Note(c.body())
}

// Note signs any body of whole lines. Its first line must tell it from every other kind of note
// under this key: that is how an act is kept from passing for another.
func (s *Signer) Note(body []byte) ([]byte, error) {
	if err := checkNoteText(body); err != nil {
		return nil, err
	}
	signed, err := note.Sign(&note.Note{Text: string(body)}, s.key)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "A note could not be signed.")
	}
	return signed, nil
}

// parseVKey reads a verifier key that is written the one canonical way.
func parseVKey(vkey string) (note.Verifier, error) {
	bad := "%.200q is not a verifier key."
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, bad, vkey)
	}
	parts := strings.SplitN(vkey, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, bad, vkey)
	}
	again, err := note.NewEd25519VerifierKey(v.Name(), ed25519.PublicKey(key[1:]))
	if err != nil || again != vkey {
		return nil, fault.New(fault.Invalid, bad, vkey)
	}
	return v, nil
}
