// SPDX-License-Identifier: AGPL-3.0-or-later

// Package archive keeps, of somebody who asked to be erased, what the law has the fund keep, and nothing
// else: who stands behind the gifts for which a tax receipt was wanted, until a day.
//
// What is kept is sealed to a key (HPKE, RFC 9180) whose secret half lies in keys/archive.key, which is
// written once and never read by the pages: whoever takes the databases, or the program that serves them,
// cannot read it. Two mandates open it together, and who they were is noted first. Its one invariant: no
// name, address or handle of an archived person is anywhere outside the sealed bytes.
package archive

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"ecot/app/home"
	"ecot/fault"
	"ecot/journal"
	"ecot/office"
)

// The files of the key, in the folder of keys. The secret half is for the operator to take away.
const (
	SecretFile = "archive.key"
	publicFile = "archive.pub"
)

// info separates these seals from all others.
const info = "ecot/archive/v1"

// term is how long the law has identities kept that stand behind tax receipts, for an erasure from a day on.
type term struct {
	from  journal.Day
	years int
	law   string
}

// terms lists what held when, the latest last. LPF art. L102 E: who issues receipts keeps the papers by which
// they can be controlled for six years from the day on which they were made; L102 B likewise for what the
// administration may ask for. After an erasure no paper is made, so the six years begin no later than it.
func terms() []term { return []term{{0, 6, "LPF art. L102 B, L102 E"}} }

// Until gives the last day on which what is archived on a day is kept, and the law that says so.
func Until(day journal.Day) (until journal.Day, law string) {
	for _, t := range terms() {
		if t.from <= day {
			until, law = journal.DayOf(day.Time().AddDate(t.years, 0, 0)), t.law
		}
	}
	return until, law
}

// Identity is what is kept of one person.
type Identity struct {
	Handle string          `json:"handle"`
	Name   string          `json:"name"`
	Kind   string          `json:"kind"`
	Mail   string          `json:"mail,omitempty"`
	Legal  json.RawMessage `json:"legal,omitempty"` // what a tax receipt needs
	Gifts  []int64         `json:"gifts"`           // entries of the journal
}

// Prepare seals what the law has kept of somebody who is to be erased on a day; nil when it has nothing kept:
// they wanted no tax receipt, or gave nothing. Nothing is written but the key, the first time.
func Prepare(ctx context.Context, o *office.Office, h *home.Home, handle string, day journal.Day) (
	*office.Archived, error) {
	handle = strings.ToLower(handle)
	donor, found, err := o.Donor(ctx, handle)
	if err != nil || !found || !donor.Receipt {
		return nil, err
	}
	given, err := o.GivenBy(ctx, handle)
	if err != nil || len(given) == 0 {
		return nil, err
	}
	kept := Identity{Handle: handle, Name: donor.Name, Kind: donor.Kind, Mail: donor.Mail}
	if json.Valid([]byte(donor.Legal)) {
		kept.Legal = json.RawMessage(donor.Legal)
	}
	for _, g := range given {
		kept.Gifts = append(kept.Gifts, g.Index)
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return nil, err
	}
	key, err := publicKey(h)
	if err != nil {
		return nil, err
	}
	sealed, err := hpke.Seal(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(info), text)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "What the law has kept cannot be sealed; nothing was erased.")
	}
	until, law := Until(day)
	return &office.Archived{ID: strings.ToLower(rand.Text()), Made: day.String(), Until: until.String(),
		Law: law, Lock: lockOf(key), Sealed: sealed}, nil
}

func kem() hpke.KEM { return hpke.DHKEM(ecdh.X25519()) }

// lockOf names a key.
func lockOf(key hpke.PublicKey) string {
	sum := sha256.Sum256(key.Bytes())
	return hex.EncodeToString(sum[:8])
}

// publicKey reads the half of the key that seals, and makes both when there is none.
func publicKey(h *home.Home) (hpke.PublicKey, error) {
	text, err := os.ReadFile(h.Path("keys", publicFile))
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(h)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The key of the archive cannot be read; nothing was erased.")
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The file keys/%s holds no key.", publicFile)
	}
	return kem().NewPublicKey(raw)
}

// makeKey makes both halves. Of several who make one at the same time the first one's holds, and one whose
// open half was lost is never replaced: what is sealed to it would be lost.
func makeKey(h *home.Home) (hpke.PublicKey, error) {
	key, err := kem().GenerateKey()
	if err != nil {
		return nil, err
	}
	secret, err := key.Bytes()
	if err != nil {
		return nil, err
	}
	path := h.Path("keys", SecretFile)
	fresh := path + "." + rand.Text()
	if err := home.WriteFile(fresh, line(secret), 0o600); err != nil {
		return nil, err
	}
	err = os.Link(fresh, path)
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	if err = errors.Join(err, os.Remove(fresh)); err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The key of the archive cannot be made; nothing was erased.")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if key, err = readKey(text); err != nil {
		return nil, err
	}
	return key.PublicKey(), home.WriteFile(h.Path("keys", publicFile), line(key.PublicKey().Bytes()), 0o600)
}

func line(raw []byte) []byte { return []byte(hex.EncodeToString(raw) + "\n") }

// readKey reads the text of the file of the secret half.
func readKey(text []byte) (hpke.PrivateKey, error) {
	raw, err := hex.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil {
		return nil, fault.New(fault.Invalid, "The file of the archive's key holds no key.")
	}
	key, err := kem().NewPrivateKey(raw)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The file of the archive's key holds no key.")
	}
	return key, nil
}

// Opening is a wish to read one thing in the archive.
type Opening struct {
	ID       string
	Key      []byte // text of the file of the secret half
	Mandates []string
	Reason   string
	At       int64 // seconds
}

// Open notes who has something in the archive opened and why, and gives it. It wants the mandates of two
// members who are members still; that it is they who ask, whoever holds the key answers for.
func Open(ctx context.Context, o *office.Office, wish Opening) (kept Identity, err error) {
	if err := mayOpen(ctx, o, wish); err != nil {
		return kept, err
	}
	all, err := o.Archive(ctx)
	if err != nil {
		return kept, err
	}
	at := slices.IndexFunc(all, func(a office.Archived) bool { return a.ID == wish.ID })
	if at < 0 {
		return kept, fault.New(fault.NotFound, "There is no %s in the archive.", wish.ID)
	}
	text, err := unseal(all[at], wish.Key)
	if err != nil {
		return kept, err
	}
	mandates := slices.Sorted(slices.Values(wish.Mandates))
	err = o.Do(ctx, func(tx *office.Tx) error {
		return tx.PutOpened(ctx, office.Opened{ID: wish.ID, At: wish.At, Mandates: strings.Join(mandates, ","),
			Reason: wish.Reason})
	})
	if err != nil {
		return kept, err
	}
	return kept, json.Unmarshal(text, &kept)
}

// mayOpen wants two mandates of two members, and a reason.
func mayOpen(ctx context.Context, o *office.Office, wish Opening) error {
	if len(wish.Mandates) != 2 || wish.Mandates[0] == wish.Mandates[1] || strings.TrimSpace(wish.Reason) == "" {
		return fault.New(fault.Forbidden, "The archive is opened by two mandates, for a reason.")
	}
	members, err := o.Members(ctx)
	if err != nil {
		return err
	}
	for _, mandate := range wish.Mandates {
		holds := func(m office.Member) bool { return m.Mandate == mandate && mandate != "" && m.Ended == 0 }
		if !slices.ContainsFunc(members, holds) {
			return fault.New(fault.Forbidden, "No member has the mandate %q.", mandate)
		}
	}
	return nil
}

func unseal(a office.Archived, text []byte) ([]byte, error) {
	key, err := readKey(text)
	if err != nil {
		return nil, err
	}
	if lockOf(key.PublicKey()) != a.Lock {
		return nil, fault.New(fault.Forbidden, "This is not the key that opens %s; its lock is %s.", a.ID, a.Lock)
	}
	opened, err := hpke.Open(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(info), a.Sealed)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "What is in the archive as %s is damaged.", a.ID)
	}
	return opened, nil
}
