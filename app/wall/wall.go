// SPDX-License-Identifier: AGPL-3.0-or-later

// Package wall shows those who gave and want to be seen: lists of people and organisations, bricks for a
// year, plaques on pages.
//
// Consent is asked for each gift, and read anew each time that something is shown: whoever withdraws is
// gone
// at once. The lists go by date, or by name or class of amount when a reader asks, never by amount alone.
// Its one invariant: nothing is shown that a giver did not allow, of a gift that does not stand.
package wall

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"ecot/app"
	"ecot/app/trail"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
)

// Wall is the wall of one instance. It is safe for many goroutines.
type Wall struct {
	app    *app.App
	office *office.Office
	trail  *trail.Trail
}

// New gives the wall of an instance, whose gifts the trail follows.
func New(a *app.App, t *trail.Trail) *Wall { return &Wall{a, a.Office(), t} }

// Class is a class of amounts, from 1 for the smallest; 0 when the amount is not shown.
type Class int

// Bounds gives the smallest amount of each class, in minor units of a unit of two decimals.
func Bounds() []int64 { return []int64{0, 15_00, 30_00, 60_00, 120_00, 240_00, 349_00} }

// ClassOf gives the class of an amount.
func ClassOf(minor int64) Class {
	class := Class(0)
	for _, bound := range Bounds() {
		if minor >= bound {
			class++
		}
	}
	return class
}

// Entry is a gift on the wall.
type Entry struct {
	Index        int64
	Name         string
	Organisation bool
	Nth          int64 // the giver's Nth gift, 0 when that is not known
	Amount       int64 // minor units that stand, -1 for not shown
	Class        Class // of the amount, 0 for not shown
	Words        string
	Link         string
	Given        journal.Day
	Evidence     giving.Evidence
}

// Order says how a list is sorted.
type Order string

// The orders. A list is by date, the latest first, unless a reader asks otherwise.
const (
	ByDate  Order = "date"
	ByName  Order = "name"
	ByClass Order = "class" // of amount, the largest first; by name within each
)

// Kind says whom a list shows.
type Kind string

// The kinds of lists.
const (
	All           Kind = "all"
	People        Kind = "people"
	Organisations Kind = "organisations"
)

// Query asks for a page of a list.
type Query struct {
	Order Order
	Kind  Kind
	Skip  int
	Limit int
}

// maxShown bounds how many gifts, the latest ones, the wall looks at.
const maxShown = 20_000

// Sums are what all gifts come to, shown or not.
type Sums struct {
	Gifts int64 // that stand
	Total int64 // minor units that stand
	Named int64 // that the wall shows, of the latest ones
	Unit  money.Unit
}

// List gives a page of a list, whether there is more, and the sums of all gifts.
func (w *Wall) List(ctx context.Context, q Query) (page []Entry, more bool, sums Sums, err error) {
	all, sums, err := w.entries(ctx)
	if err != nil {
		return nil, false, sums, err
	}
	sums.Named = int64(len(all))
	all = slices.DeleteFunc(all, func(e Entry) bool {
		return q.Kind == People && e.Organisation || q.Kind == Organisations && !e.Organisation
	})
	Sort(all, q.Order)
	skip := min(max(q.Skip, 0), len(all))
	end := min(skip+max(q.Limit, 0), len(all))
	return all[skip:end], end < len(all), sums, nil
}

// Sort puts entries in an order; those that are alike are by date.
func Sort(all []Entry, order Order) {
	slices.SortFunc(all, func(a, b Entry) int {
		var c int
		if order == ByClass {
			c = cmp.Compare(b.Class, a.Class)
		}
		if c == 0 && (order == ByName || order == ByClass) {
			c = cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		}
		return cmp.Or(c, cmp.Compare(b.Index, a.Index))
	})
}

// entries gives the gifts that are shown, the latest first, and the sums of all.
func (w *Wall) entries(ctx context.Context) (all []Entry, sums Sums, err error) {
	shown, err := w.office.GivenShown(ctx, 1<<62, maxShown)
	if err != nil || len(shown) == 0 {
		return nil, sums, cmp.Or(err, w.sum(ctx, &sums))
	}
	err = w.trail.Read(ctx, func(b *trail.Book) error {
		for _, g := range shown {
			gift, err := b.Gift(g.Index)
			if err != nil || g.Hidden > 0 || gift.Stands() <= 0 {
				continue // what is no gift, or stands no more, is not on the wall
			}
			all = append(all, entryOf(g, gift))
		}
		return nil
	})
	return all, sums, cmp.Or(err, w.sum(ctx, &sums))
}

func entryOf(g office.Given, gift *trail.Gift) Entry {
	f := gift.Fact
	e := Entry{Index: g.Index, Name: g.Shown, Amount: -1, Nth: f.Counts.NthFund, Words: g.Words, Link: g.Link,
		Given: f.Inflow.Given, Evidence: f.Evidence,
		Organisation: f.Donor == giving.Company || f.Donor == giving.Association ||
			f.Donor == giving.PublicBody}
	if g.AmountShown {
		e.Amount, e.Class = gift.Stands(), ClassOf(gift.Stands())
	}
	return e
}

// sum sums all gifts that stand.
func (w *Wall) sum(ctx context.Context, sums *Sums) error {
	sums.Unit = w.app.Unit()
	return w.trail.Read(ctx, func(b *trail.Book) error {
		for _, g := range b.Gifts {
			if left := g.Stands(); left > 0 {
				sums.Gifts++
				sums.Total += left
			}
		}
		return nil
	})
}

// Withdraw takes a giver's own gift off everything that is published; another's is fault.NotFound.
func (w *Wall) Withdraw(ctx context.Context, handle string, index int64) error {
	return w.change(ctx, index, func(g *office.Given) error {
		if handle == "" || g.Handle != handle {
			return fault.New(fault.NotFound, "There is no such gift of yours.")
		}
		if g.Withdrawn == 0 {
			g.Withdrawn = w.app.Now().Unix()
		}
		return nil
	})
}

// Hide hides, or shows again, the name, the words and the link of a gift, as the fund decides.
func (w *Wall) Hide(ctx context.Context, index int64, hidden bool) error {
	return w.change(ctx, index, func(g *office.Given) error {
		switch {
		case !hidden:
			g.Hidden = 0
		case g.Hidden == 0:
			g.Hidden = w.app.Now().Unix()
		}
		return nil
	})
}

func (w *Wall) change(ctx context.Context, index int64, change func(*office.Given) error) error {
	g, found, err := w.office.Given(ctx, index)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "Nobody is known to have given entry %d.", index)
	}
	if err == nil {
		err = change(&g)
	}
	if err != nil {
		return err
	}
	return w.office.Do(ctx, func(tx *office.Tx) error { return tx.PutGiven(ctx, g) })
}
