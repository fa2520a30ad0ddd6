// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"
	"errors"

	"ecot/store/engine"
)

// handArea is the area of what the treasurer takes in by hand, and of who changed which setting.
func handArea() area {
	return area{
		tables:  []string{"setting_change", "paper", "by_hand"},
		handles: []string{"by_hand_handles"},
		forget:  []string{"erase_hand_papers", "erase_by_hand"},
	}
}

// SettingChange is one change of one setting.
type SettingChange struct {
	At     int64 // seconds
	Name   string
	Was    string // empty for never made
	Value  string // empty for taken away
	Member string // id of who did it; operator for the command line
}

// SettingChanges gives the newest changes of settings, at most limit.
func (o *Office) SettingChanges(ctx context.Context, limit int) (all []SettingChange, err error) {
	rows, err := o.db.Query(ctx, "setting_changes", limit)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var c SettingChange
		err := rows.Scan(&c.At, &c.Name, &c.Was, &c.Value, &c.Member)
		all = append(all, c)
		return err
	})
	return all, err
}

// NoteSetting keeps a change of a setting.
func (t *Tx) NoteSetting(ctx context.Context, c SettingChange) error {
	return t.put(ctx, "put_setting_change", c.At, c.Name, c.Was, c.Value, c.Member)
}

// Paper is a photograph or a scan that stands behind an entry.
type Paper struct {
	Digest  string // SHA-256 of Data, hexadecimal
	Kind    string // image/jpeg, image/png, application/pdf
	Data    []byte
	At      int64 // seconds
	Mandate string
}

// Paper gives the paper with this digest, and false when there is none.
func (o *Office) Paper(ctx context.Context, digest string) (Paper, bool, error) {
	p := Paper{Digest: digest}
	err := o.db.Row(ctx, "paper", digest).Scan(&p.Kind, &p.Data, &p.At, &p.Mandate)
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, err
}

// PutPaper keeps a paper; the same one again changes nothing.
func (t *Tx) PutPaper(ctx context.Context, p Paper) error {
	return t.put(ctx, "put_paper", p.Digest, p.Kind, p.Data, p.At, p.Mandate)
}

// ByHand is a gift that did not come through the bank or a provider.
type ByHand struct {
	Index   int64  // of its entry
	How     string // cash, cheque, collection, elsewhere
	Amount  int64  // minor units
	Day     string // on which it was given
	Slip    string // number of the slip that it went to the bank with; empty while it has not
	Cheque  string // number printed on the cheque
	Bank    string // that the cheque is drawn on
	Place   string // where it was collected, or who keeps it
	Paper   string // digest; empty for none
	Handle  string // whose it is; empty for nobody known
	At      int64  // seconds
	Mandate string
}

// ByHand gives the newest gifts taken in by hand, at most limit.
func (o *Office) ByHand(ctx context.Context, limit int) ([]ByHand, error) {
	return o.byHand(ctx, "all_by_hand", limit)
}

// OneByHand gives the gift of an entry, and false when it was not taken in by hand.
func (o *Office) OneByHand(ctx context.Context, index int64) (ByHand, bool, error) {
	all, err := o.byHand(ctx, "one_by_hand", index)
	return first(all, err)
}

func (o *Office) byHand(ctx context.Context, name string, args ...any) (all []ByHand, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var h ByHand
		err := rows.Scan(&h.Index, &h.How, &h.Amount, &h.Day, &h.Slip, &h.Cheque, &h.Bank, &h.Place, &h.Paper,
			&h.Handle, &h.At, &h.Mandate)
		all = append(all, h)
		return err
	})
	return all, err
}

// PutByHand keeps a gift taken in by hand; of one that is there already only the slip changes.
func (t *Tx) PutByHand(ctx context.Context, h ByHand) error {
	return t.put(ctx, "put_by_hand", h.Index, h.How, h.Amount, h.Day, h.Slip, h.Cheque, h.Bank, h.Place, h.Paper,
		h.Handle, h.At, h.Mandate)
}
