// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"

	"ecot/fault"
	"ecot/proof"
	"ecot/store"
)

// Balances are every account's balance behind the first Size entries, and the root of the journal
// there.
type Balances struct {
	Size     int64
	Root     proof.Hash
	Accounts []store.Account // by name and unit; credit is positive
}

// Accounts gives the balances behind the first size entries, behind all when size is below zero.
func (a *App) Accounts(ctx context.Context, size int64) (Balances, error) {
	head, err := a.store.Head(ctx)
	if err != nil {
		return Balances{}, err
	}
	if size < 0 {
		size = head.Size
	}
	if size > head.Size {
		return Balances{}, fault.New(fault.NotFound, "The journal has %d entries, not %d.", head.Size, size)
	}
	b := Balances{Size: size, Root: head.Root}
	if size != head.Size {
		if b.Root, err = proof.RootAt(ctx, size, a.store); err != nil {
			return Balances{}, err
		}
	}
	list, err := a.store.Accounts(ctx, size)
	for _, account := range list {
		if account.Balance != 0 || size == head.Size {
			b.Accounts = append(b.Accounts, account)
		}
	}
	return b, err
}
