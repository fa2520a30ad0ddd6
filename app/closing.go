// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"

	"ecot/ledger"
	"ecot/mechanism"
	"ecot/money"
)

// Held gives what the bank account holds by all that is booked until a month's end, behind what has
// been entered so far, as ledgers count: negative for money that the fund has. A closing that says so,
// entered next, is right.
func (k *Bulk) Held(ctx context.Context, month int, unit money.Unit) (int64, error) {
	return k.b.held(ctx, month, unit)
}

// checkClosing refuses a closing that says something else than what the bank account held.
func (b *batch) checkClosing(ctx context.Context, said mechanism.Held) error {
	held, err := b.held(ctx, said.Month, said.Unit)
	if err != nil {
		return err
	}
	return said.Check(held)
}

// held takes from what the bank account holds now what was booked behind the month. A command whose
// facts move money and close in one is not foreseen.
func (b *batch) held(ctx context.Context, month int, unit money.Unit) (int64, error) {
	place := ledger.Place{Account: mechanism.Bank, Unit: unit}
	err := b.loadAccounts(ctx, []ledger.Posting{{Account: place.Account, Unit: place.Unit}})
	if err != nil {
		return 0, err
	}
	account, known := b.accounts[place]
	if !known {
		return 0, nil
	}
	if err := b.settle(); err != nil {
		return 0, err
	}
	later, err := b.tx.MovedAfter(ctx, account, month)
	for key, m := range b.months {
		if key.Account == account && key.Month > month {
			later += m.Incoming + m.Outgoing
		}
	}
	return b.book.Balance(place) - later, err
}
