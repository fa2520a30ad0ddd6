// SPDX-License-Identifier: AGPL-3.0-or-later

// Package vault keeps personal data apart from the journal: who stands behind a gift, what they
// wrote, and the salts that open the journal's commitments.
//
// It is a database of its own: a file beside the journal's on SQLite, a schema on PostgreSQL.
// Destroying a person's rows erases the person; the journal's bytes, root and proofs stay as they
// were. Its one invariant: a row of an entry is on disk no later than the entry is, and no row of an entry
// that never came to be outlives the next batch.
package vault

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"embed"
	"errors"
	"path/filepath"
	"time"

	"ecot/journal"
	"ecot/store/engine"
)

//go:embed migrations/*.sql queries/*.sql
var files embed.FS

// Party is a person or body that the fund deals with.
type Party struct {
	ID     string
	Handle string
	Kind   string
	Name   string
	Mail   string
}

// Opening is what opens one commitment.
type Opening struct {
	Index int64
	Field string
	Salt  []byte // 32 bytes
	Value string
	Party string // empty for nobody's
	Pot   string // of a counted gift, else empty
	Month int64  // of a counted gift, yyyymm, else 0
	// Counts is 1 for a gift that counts among its giver's, -1 for a row that takes such a gift back
	// because it was reversed (it opens nothing, and has no salt), 0 for any other.
	Counts int64
}

// Commitment computes HMAC-SHA256(salt, "ecot/c/v1" 0 kind 0 field 0 value), which hides value as
// long as the salt is secret and binds to it for ever.
func Commitment(salt []byte, kind, field, value string) journal.Digest {
	mac := hmac.New(sha256.New, salt)
	for _, part := range []string{"ecot/c/v1", kind, field} {
		mac.Write([]byte(part))
		mac.Write([]byte{0})
	}
	mac.Write([]byte(value))
	var d journal.Digest
	mac.Sum(d[:0])
	return d
}

// Vault is an open vault.
type Vault struct {
	db *engine.DB
}

// Open opens the vault: in the SQLite file, or, when url is not empty, in the schema of that
// PostgreSQL database; a copy goes into the folder backups before its schema changes.
func Open(ctx context.Context, url, file, backups string) (*Vault, error) {
	at := engine.Address{URL: url, Schema: "ecot_vault", File: file, Backup: filepath.Join(backups, "vault")}
	db, err := engine.Open(ctx, at, files)
	if err != nil {
		return nil, err
	}
	return &Vault{db: db}, nil
}

// Close closes the vault.
func (v *Vault) Close() error { return v.db.Close() }

// HasOrphans says whether there are rows of entries that are not in a journal of the size given.
// It must be asked by the one who holds the head row.
func (v *Vault) HasOrphans(ctx context.Context, size int64) (bool, error) {
	var n int64
	err := v.db.Row(ctx, "orphans", size).Scan(&n)
	return n > 0, err
}

// Empty says whether the vault holds no opening at all.
func (v *Vault) Empty(ctx context.Context) (bool, error) {
	var n int64
	err := v.db.Row(ctx, "any_opening").Scan(&n)
	return n == 0, err
}

// Tx is one batch of the vault.
type Tx struct {
	tx     *engine.Tx
	beside bool // part of the journal's transaction
}

// Begin opens a batch and sweeps rows of entries that never came to be.
func (v *Vault) Begin(ctx context.Context, size int64) (*Tx, error) {
	tx, err := v.db.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if err := tx.Exec(ctx, "sweep", size); err != nil {
		tx.Rollback()
		return nil, err
	}
	return &Tx{tx: tx}, nil
}

// Beside gives a batch of the vault that is part of the journal's own transaction, where both are on
// one PostgreSQL server; nil where they are two files. Rows and entries then become lasting at the
// same instant, and rows of entries that never came to be, which a batch of its own may have left,
// are swept with the next question.
func (v *Vault) Beside(ctx context.Context, journal *engine.Tx) (*Tx, error) {
	tx := v.db.Beside(journal)
	if tx == nil {
		return nil, nil
	}
	return &Tx{tx: tx, beside: true}, tx.Put(ctx, "sweep_beside")
}

// IsBeside says whether the batch is part of the journal's transaction.
func (t *Tx) IsBeside() bool { return t.beside }

// Write adds parties and openings. A party that is known is brought up to date.
func (t *Tx) Write(ctx context.Context, parties []Party, openings []Opening) error {
	n := len(parties)
	ids, handles, kinds := make([]string, n), make([]string, n), make([]string, n)
	names, mails := make([]string, n), make([]string, n)
	for i, p := range parties {
		ids[i], handles[i], kinds[i], names[i], mails[i] = p.ID, p.Handle, p.Kind, p.Name, p.Mail
	}
	if err := t.tx.Bulk(ctx, "put_parties", ids, handles, kinds, names, mails); err != nil {
		return err
	}
	n = len(openings)
	indexes, months, counts := make([]int64, n), make([]int64, n), make([]int64, n)
	salts := make([][]byte, n)
	fields, values := make([]string, n), make([]string, n)
	owners, pots := make([]string, n), make([]string, n)
	for i, o := range openings {
		indexes[i], fields[i], salts[i], values[i] = o.Index, o.Field, o.Salt, o.Value
		if salts[i] == nil {
			salts[i] = []byte{} // a row that opens nothing has no salt, which is not no value
		}
		owners[i], pots[i], months[i], counts[i] = o.Party, o.Pot, o.Month, o.Counts
	}
	return t.tx.Bulk(ctx, "put_openings", indexes, fields, salts, values, owners, pots, months, counts)
}

// Flush writes out what has been given so far without ending the batch.
func (t *Tx) Flush(ctx context.Context) error { return t.tx.Flush(ctx) }

// Commit makes the batch last.
func (t *Tx) Commit(ctx context.Context) error { return t.tx.Commit(ctx) }

// Rollback undoes the batch, and does nothing after Commit.
func (t *Tx) Rollback() { t.tx.Rollback() }

// Gifts calls fn for the pot and month of every counted gift of the parties given, and for every one
// that was taken back, whose counts is -1.
func (t *Tx) Gifts(ctx context.Context, parties []string, fn func(o Opening)) error {
	if err := t.AskGifts(ctx, parties, fn); err != nil {
		return err
	}
	return t.tx.Flush(ctx)
}

// AskGifts is Gifts, but on PostgreSQL the answer comes with that of the next question.
func (t *Tx) AskGifts(ctx context.Context, parties []string, fn func(o Opening)) error {
	return t.tx.AskKeys(ctx, "gifts_of_parties", func(row engine.Row) error {
		var o Opening
		err := row.Scan(&o.Party, &o.Pot, &o.Month, &o.Counts)
		fn(o)
		return err
	}, parties)
}

// GiftsAt calls fn for the counted gifts among the entries given.
func (t *Tx) GiftsAt(ctx context.Context, indexes []int64, fn func(o Opening)) error {
	return t.tx.Lookup(ctx, "gifts_at", func(row engine.Row) error {
		var o Opening
		err := row.Scan(&o.Index, &o.Party, &o.Pot, &o.Month)
		fn(o)
		return err
	}, indexes)
}

// Openings calls fn for the openings of one entry, of one party when index is below zero, or of
// all when the party is empty too.
func (v *Vault) Openings(ctx context.Context, index int64, party string, fn func(Opening) error) error {
	rows, err := v.openings(ctx, index, party)
	return engine.Scan(rows, err, func(rows *sql.Rows) error {
		var o Opening
		if err := rows.Scan(&o.Index, &o.Field, &o.Salt, &o.Value, &o.Party, &o.Pot, &o.Month,
			&o.Counts); err != nil {
			return err
		}
		return fn(o)
	})
}

// Titles calls fn with every opening of the field "title": the names of pots, which are nobody's.
func (v *Vault) Titles(ctx context.Context, fn func(index int64, value string)) error {
	rows, err := v.db.Query(ctx, "titles")
	return engine.Scan(rows, err, func(rows *sql.Rows) error {
		var o Opening
		err := rows.Scan(&o.Index, &o.Field, &o.Salt, &o.Value, &o.Party, &o.Pot, &o.Month, &o.Counts)
		fn(o.Index, o.Value)
		return err
	})
}

func (v *Vault) openings(ctx context.Context, index int64, party string) (*sql.Rows, error) {
	switch {
	case index >= 0:
		return v.db.Query(ctx, "openings_of_entry", index)
	case party != "":
		return v.db.Query(ctx, "openings_of_party", party)
	}
	return v.db.Query(ctx, "openings_all")
}

// Parties calls fn for every party.
func (v *Vault) Parties(ctx context.Context, fn func(Party) error) error {
	rows, err := v.db.Query(ctx, "parties")
	return engine.Scan(rows, err, func(rows *sql.Rows) error {
		var p Party
		if err := rows.Scan(&p.ID, &p.Handle, &p.Kind, &p.Name, &p.Mail); err != nil {
			return err
		}
		return fn(p)
	})
}

// Knows says whether the vault holds the party.
func (v *Vault) Knows(ctx context.Context, party string) (bool, error) {
	var known Party
	err := v.db.Row(ctx, "party", party).Scan(&known.ID, &known.Handle, &known.Kind, &known.Name, &known.Mail)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Erase destroys the rows of a party. Copies of them may stay in the database's files until Scrub.
func (v *Vault) Erase(ctx context.Context, party string) error {
	tx, err := v.db.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, name := range []string{"erase_openings", "erase_party"} {
		if err := tx.Exec(ctx, name, party); err != nil {
			return err
		}
	}
	return tx.Commit(ctx)
}

// scrubTime bounds how long the rewriting of the vault's files may take.
const scrubTime = 10 * time.Minute

// Scrub empties the write-ahead log and, on PostgreSQL, rewrites the tables, so that no copy of what
// was erased stays behind in the database's files.
func (v *Vault) Scrub(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, scrubTime)
	defer stop()
	return v.db.Truncate(ctx, "party", "opening")
}
