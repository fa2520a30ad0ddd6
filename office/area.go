// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"
	"strings"

	"ecot/fault"
	"ecot/store/engine"
)

// area is a part of the office that keeps tables of its own.
type area struct {
	tables  []string // that a backup carries, each behind those that it refers to
	passing []string // that no backup carries, such as sessions
	handles []string // statements that give every handle kept, in one column; NULL or empty for none
	parties []string // statements that give every id of a party kept, likewise
	forget  []string // statements that destroy what is kept of the handle $1, run in this order
	release []string // statements that destroy what is kept of the party $1, run behind them
}

// areas lists every area. Handles are mail addresses in lower case; parties are ids of the vault.
func areas() []area {
	return []area{
		peopleArea(),
		settingArea(),
		projectArea(),
		bankArea(),
		promiseArea(),
		choiceArea(),
		cardArea(),
		payeeArea(),
		letterArea(),
		archiveArea(),
		newsArea(),
		handArea(),
	}
}

// tables gives the tables of all areas, those that pass included when asked.
func tables(all bool) (names []string) {
	for _, a := range areas() {
		names = append(names, a.tables...)
		if all {
			names = append(names, a.passing...)
		}
	}
	return names
}

// Handles calls fn with every handle that is kept anywhere in the office, perhaps more than once.
func (o *Office) Handles(ctx context.Context, fn func(handle string) error) error {
	return o.each(ctx, func(a area) []string { return a.handles }, fn)
}

// each calls fn with every text that the statements chosen of each area give.
func (o *Office) each(ctx context.Context, choose func(area) []string, fn func(string) error) error {
	for _, a := range areas() {
		for _, name := range choose(a) {
			rows, err := o.db.Query(ctx, name)
			err = engine.Scan(rows, err, func(rows *sql.Rows) error {
				var text sql.NullString
				if err := rows.Scan(&text); err != nil || text.String == "" {
					return err
				}
				return fn(text.String)
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Knows says whether anything is kept of the person with this handle, whose id in the vault is party.
func (o *Office) Knows(ctx context.Context, handle, party string) (known bool, err error) {
	handle = strings.ToLower(handle)
	err = o.Handles(ctx, func(h string) error {
		known = known || strings.ToLower(h) == handle
		return nil
	})
	if err != nil || known {
		return known, err
	}
	err = o.each(ctx, func(a area) []string { return a.parties }, func(p string) error {
		known = known || p == party
		return nil
	})
	return known, err
}

// Erase destroys what every area keeps of the person with this handle, whose id in the vault is party.
// Copies may stay in the database's files until Scrub.
func (o *Office) Erase(ctx context.Context, handle, party string) error {
	return o.Do(ctx, func(tx *Tx) error { return tx.Erase(ctx, handle, party) })
}

// Erase is Office.Erase as part of a transaction.
func (t *Tx) Erase(ctx context.Context, handle, party string) error {
	if handle == "" || party == "" {
		return fault.New(fault.Invalid, "Nobody is named; nothing was erased.")
	}
	if err := t.forget(ctx, strings.ToLower(handle)); err != nil {
		return err
	}
	return t.release(ctx, party)
}

// forget destroys what is kept of a handle, release what is kept of a party.
func (t *Tx) forget(ctx context.Context, handle string) error {
	for _, a := range areas() {
		for _, name := range a.forget {
			if err := t.put(ctx, name, handle); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Tx) release(ctx context.Context, party string) error {
	for _, a := range areas() {
		for _, name := range a.release {
			if err := t.put(ctx, name, party); err != nil {
				return err
			}
		}
	}
	return nil
}
