// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"

	"ecot/store/engine"
)

// archiveArea is the area of what the law has kept of those who were erased. It forgets nobody by name: it
// knows no names, and each row has its term.
func archiveArea() area { return area{tables: []string{"archive", "archive_opening"}} }

// Archived is what the law has kept of one person, sealed.
type Archived struct {
	ID     string // random
	Made   string // day 2026-01-02
	Until  string // day on which it is to be destroyed
	Law    string // why it is kept
	Lock   string // which key opens it
	Sealed []byte
}

// PutArchive keeps something in the archive.
func (t *Tx) PutArchive(ctx context.Context, a Archived) error {
	return t.put(ctx, "put_archive", a.ID, a.Made, a.Until, a.Law, a.Lock, a.Sealed)
}

// Archive gives everything in the archive, the oldest first.
func (o *Office) Archive(ctx context.Context) (all []Archived, err error) {
	rows, err := o.db.Query(ctx, "archive")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var a Archived
		err := rows.Scan(&a.ID, &a.Made, &a.Until, &a.Law, &a.Lock, &a.Sealed)
		all = append(all, a)
		return err
	})
	return all, err
}

// SweepArchive destroys what is to be kept no longer than before today, and the notes of its openings; it
// gives how many there were. Copies may stay in the database's files until Scrub.
func (t *Tx) SweepArchive(ctx context.Context, today string) (n int, err error) {
	err = t.tx.Query(ctx, "sweep_archive", func(engine.Row) error { n++; return nil }, today)
	if err == nil && n > 0 {
		err = t.put(ctx, "sweep_openings")
	}
	return n, err
}

// Opened notes that something in the archive was opened.
type Opened struct {
	ID       string // of the archive
	At       int64  // seconds
	Mandates string // the two, apart by a comma
	Reason   string
}

// PutOpened notes an opening, before anything is shown.
func (t *Tx) PutOpened(ctx context.Context, o Opened) error {
	return t.put(ctx, "put_opening", o.ID, o.At, o.Mandates, o.Reason)
}

// Openings gives every opening of what is in the archive, the oldest first.
func (o *Office) Openings(ctx context.Context) (all []Opened, err error) {
	rows, err := o.db.Query(ctx, "openings")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var one Opened
		err := rows.Scan(&one.ID, &one.At, &one.Mandates, &one.Reason)
		all = append(all, one)
		return err
	})
	return all, err
}
