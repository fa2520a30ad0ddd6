// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"

	"ecot/fault"
	"ecot/store/engine"
)

// newsArea is the area of what the fund publishes about those who gave.
func newsArea() area {
	return area{
		tables:  []string{"news", "news_line", "news_draft", "plaque"},
		handles: []string{"news_handles", "plaque_handles"},
		forget:  []string{"forget_news_lines", "erase_plaques"},
	}
}

// Frozen is a version of a month's news as it was frozen.
type Frozen struct {
	Month      int
	Version    int
	Head       string // JSON: all of it but the list of gifts
	SHA256     string // of the bytes as they were frozen, hexadecimal
	Size       int64  // of the journal that it was made from
	Checkpoint string // signed, of that journal
	Mandate    string
	Frozen     int64 // seconds
}

// FrozenLine is a gift in frozen news.
type FrozenLine struct {
	Index        int64
	Handle       string // empty for nobody known, or no longer
	Shown        string // empty for anonymous
	Words        string
	Link         string
	Amount       int64 // minor units that stood, -1 for not shown
	Nth          int64 // the giver's Nth gift, 0 when that is not known
	Organisation bool
	Part         string // gift, or what it is listed under apart
	Withdrawn    int64  // since when its names are gone, 0 for they are not; 1 when its giver was erased
}

// NewsOf gives the versions of a month's news, the first one first.
func (o *Office) NewsOf(ctx context.Context, month int) ([]Frozen, error) {
	return o.news(ctx, "news_versions", month)
}

// News gives every version of every month's news, the oldest first.
func (o *Office) News(ctx context.Context) ([]Frozen, error) { return o.news(ctx, "news_all") }

func (o *Office) news(ctx context.Context, name string, args ...any) (all []Frozen, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var f Frozen
		err := rows.Scan(&f.Month, &f.Version, &f.Head, &f.SHA256, &f.Size, &f.Checkpoint, &f.Mandate,
			&f.Frozen)
		all = append(all, f)
		return err
	})
	return all, err
}

// NewsLines gives the gifts in a version, in the order of their entries.
func (o *Office) NewsLines(ctx context.Context, month, version int) (all []FrozenLine, err error) {
	rows, err := o.db.Query(ctx, "news_lines", month, version)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var l FrozenLine
		var organisation int64
		err := rows.Scan(&l.Index, &l.Handle, &l.Shown, &l.Words, &l.Link, &l.Amount, &l.Nth, &organisation,
			&l.Part, &l.Withdrawn)
		l.Organisation = organisation != 0
		all = append(all, l)
		return err
	})
	return all, err
}

// NewsWithdrawn gives how many gifts in a version lost their names.
func (o *Office) NewsWithdrawn(ctx context.Context, month, version int) (n int64, err error) {
	err = o.db.Row(ctx, "news_withdrawn", month, version).Scan(&n)
	return n, err
}

// Freeze keeps a version with its lines. One that is there already is an error of the database. A consent
// that was withdrawn between the making of a line and now is fault.Conflict.
func (t *Tx) Freeze(ctx context.Context, f Frozen, lines []FrozenLine) error {
	err := t.put(ctx, "put_news", f.Month, f.Version, f.Head, f.SHA256, f.Size, f.Checkpoint, f.Mandate,
		f.Frozen)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if err := t.consents(ctx, l); err != nil {
			return err
		}
		err := t.put(ctx, "put_news_line", f.Month, f.Version, l.Index, l.Handle, l.Shown, l.Words, l.Link,
			l.Amount,
			l.Nth, bit(l.Organisation), l.Part, l.Withdrawn)
		if err != nil {
			return err
		}
	}
	return nil
}

// consents refuses a line that shows more than its giver allows by now.
func (t *Tx) consents(ctx context.Context, l FrozenLine) error {
	if l.Handle == "" {
		return nil
	}
	allowed := false
	err := t.tx.Query(ctx, "given", func(row engine.Row) error {
		g, err := scanGiven(row)
		allowed = g.Withdrawn == 0 && g.Hidden == 0 && g.Shown == l.Shown
		return err
	}, l.Index)
	if err == nil && !allowed {
		err = fault.New(fault.Conflict, "Somebody changed what may be shown of them; look at the news again.").
			In("news.consent-changed")
	}
	return err
}

// withdrawn destroys what frozen news and plaques show of a gift beyond what its giver, and the fund, still
// allow.
func (t *Tx) withdrawn(ctx context.Context, g Given) error {
	whole := g.Withdrawn > 0 || g.Hidden > 0
	err := t.put(ctx, "withdraw_news_lines", g.Index, max(g.Withdrawn, g.Hidden, 1), bit(whole), g.Shown,
		bit(g.AmountShown), g.Words, g.Link)
	if err == nil && whole {
		err = t.put(ctx, "withdraw_plaques", g.Index)
	}
	return err
}

// NewsDraft is what a person writes around a month's figures, in both languages.
type NewsDraft struct {
	Month    int
	BeforeFR string // plain text, paragraphs apart by an empty line
	BeforeEN string
	AfterFR  string
	AfterEN  string
	Mandate  string
	Changed  int64 // seconds; 0 when nobody wrote anything
}

// NewsDraft gives what is written of a month so far.
func (o *Office) NewsDraft(ctx context.Context, month int) (NewsDraft, error) {
	d := NewsDraft{Month: month}
	rows, err := o.db.Query(ctx, "news_draft", month)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		return rows.Scan(&d.Month, &d.BeforeFR, &d.BeforeEN, &d.AfterFR, &d.AfterEN, &d.Mandate, &d.Changed)
	})
	return d, err
}

// PutNewsDraft keeps what is written of a month.
func (t *Tx) PutNewsDraft(ctx context.Context, d NewsDraft) error {
	return t.put(ctx, "put_news_draft", d.Month, d.BeforeFR, d.BeforeEN, d.AfterFR, d.AfterEN, d.Mandate,
		d.Changed)
}

// PlaqueStatus is where a plaque stands.
type PlaqueStatus string

// The states of a plaque.
const (
	PlaqueWaiting PlaqueStatus = "waiting"
	PlaqueShown   PlaqueStatus = "shown"
	PlaqueRefused PlaqueStatus = "refused"
)

// Plaque is a few words attached to a page or a release.
type Plaque struct {
	ID      string
	Index   int64 // of the gift
	Handle  string
	Target  string // the address that it is attached to
	Words   string
	Status  PlaqueStatus
	Reason  string // of a refusal
	Mandate string // who decided
	Since   int64  // seconds
	Decided int64
}

// Plaque gives the plaque of an id, and false when there is none.
func (o *Office) Plaque(ctx context.Context, id string) (Plaque, bool, error) {
	all, err := o.plaques(ctx, "plaque", id)
	return first(all, err)
}

// Plaques gives the plaques in a state, by id behind one, at most limit.
func (o *Office) Plaques(ctx context.Context, status PlaqueStatus, after string, limit int) ([]Plaque,
	error) {
	return o.plaques(ctx, "plaques", string(status), after, limit)
}

func (o *Office) plaques(ctx context.Context, name string, args ...any) (all []Plaque, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var p Plaque
		err := rows.Scan(&p.ID, &p.Index, &p.Handle, &p.Target, &p.Words, &p.Status, &p.Reason, &p.Mandate,
			&p.Since,
			&p.Decided)
		all = append(all, p)
		return err
	})
	return all, err
}

// PutPlaque adds a plaque, or changes it. A second one of the same gift and address is an error of the
// database.
func (t *Tx) PutPlaque(ctx context.Context, p Plaque) error {
	return t.put(ctx, "put_plaque", p.ID, p.Index, p.Handle, p.Target, p.Words, string(p.Status), p.Reason,
		p.Mandate, p.Since, p.Decided)
}

// GivenShown gives what gifts before an entry show by name or alias, the newest first, at most limit.
func (o *Office) GivenShown(ctx context.Context, before int64, limit int) ([]Given, error) {
	return o.given(ctx, "given_shown", before, limit)
}

// DonorKinds gives, by gift, the kinds of givers who are no persons, from one entry up to, and not with,
// another.
func (o *Office) DonorKinds(ctx context.Context, from, before int64) (map[int64]string, error) {
	kinds := map[int64]string{}
	rows, err := o.db.Query(ctx, "donor_kinds", from, before)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var index int64
		var kind string
		err := rows.Scan(&index, &kind)
		kinds[index] = kind
		return err
	})
	return kinds, err
}
