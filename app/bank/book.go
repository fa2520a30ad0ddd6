// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"context"
	"slices"
	"sync"

	"ecot/app/reading"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/mechanism/giving"
)

// Move is what one entry of the journal did to an account at the bank.
type Move struct {
	Index  int64
	Day    journal.Day // on which its money is booked
	Amount int64       // minor units, positive when the account gained
	Class  string      // of evidence, empty where none is stated
	Gift   bool        // whether it is a gift, or money that may be one
	undoes int64       // the entry that it reverses, 0 for none
}

// book remembers the moves of the accounts that were asked about. The journal only grows, so that each
// time only what was added since is read.
type book struct {
	mu    sync.Mutex
	moves map[string][]Move // guarded by mu; by asset, in the order of the journal

	closings []reading.Closing // guarded by mu; in the order of the journal
	read     int64             // guarded by mu; entries that were looked at for closings
}

// moves gives every move of an asset, in the order of the journal. The slice is not to be changed.
func (b *Bank) moves(ctx context.Context, asset string) ([]Move, error) {
	b.book.mu.Lock()
	defer b.book.mu.Unlock()
	known := b.book.moves[asset]
	from := int64(0)
	if len(known) > 0 {
		from = known[len(known)-1].Index + 1
	}
	var fresh []Move
	place := ledger.Place{Account: ledger.NewAccount(ledger.Asset, asset), Unit: b.app.Unit()}
	err := b.read.Moves(ctx, place, from, func(v reading.View, amount int64) {
		m := Move{Index: v.Index, Day: mechanism.Booked(v.Entry), Amount: -amount, Class: v.Class}
		switch f := v.Fact.(type) {
		case *giving.Given, *giving.Arrived:
			m.Gift = true
		case *giving.Reversed:
			m.undoes = f.Of
		}
		fresh = append(fresh, m)
	})
	if err != nil {
		return nil, err
	}
	slices.Reverse(fresh)
	if b.book.moves == nil {
		b.book.moves = map[string][]Move{}
	}
	b.book.moves[asset] = append(known[:len(known):len(known)], fresh...)
	return b.book.moves[asset], nil
}

// held sums what an asset holds at the end of a day.
func held(moves []Move, day journal.Day) (sum int64) {
	for _, m := range moves {
		if m.Day <= day {
			sum += m.Amount
		}
	}
	return sum
}

// Unmatched gives the moves of an asset that no line of the bank was booked as, the oldest first. An entry
// and its reversal that are both without a line cancel each other, and are left out.
func (b *Bank) Unmatched(ctx context.Context, asset string) ([]Move, error) {
	moves, err := b.moves(ctx, asset)
	if err != nil {
		return nil, err
	}
	bookings, err := b.office.BankBookedEntries(ctx, 0)
	if err != nil {
		return nil, err
	}
	matched := make(map[int64]bool, len(bookings))
	for _, booking := range bookings {
		matched[booking.Index] = true
	}
	cancelled := map[int64]bool{}
	for _, m := range moves {
		if m.undoes != 0 && !matched[m.Index] && !matched[m.undoes] {
			cancelled[m.Index], cancelled[m.undoes] = true, true
		}
	}
	var open []Move
	for _, m := range moves {
		if !matched[m.Index] && !cancelled[m.Index] {
			open = append(open, m)
		}
	}
	slices.SortStableFunc(open, func(x, y Move) int { return int(x.Day - y.Day) })
	return open, nil
}
