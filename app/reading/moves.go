// SPDX-License-Identifier: AGPL-3.0-or-later

package reading

import (
	"context"

	"ecot/ledger"
)

// Moves calls fn with every entry from one on that moved an account, newest first, and with what it did to
// it in all, as ledgers count.
func (r *Reader) Moves(ctx context.Context, place ledger.Place, from int64, fn func(v View,
	amount int64)) error {
	accounts, err := r.store.Accounts(ctx, -1)
	if err != nil {
		return err
	}
	for _, account := range accounts {
		if account.Place == place {
			return r.movesOf(ctx, account, from, fn)
		}
	}
	return nil
}

func (r *Reader) movesOf(ctx context.Context, account Account, from int64, fn func(View, int64)) error {
	head, err := r.store.Head(ctx)
	if err != nil {
		return err
	}
	s := r.shelf(ctx)
	for before := head.Size; before > from; {
		postings, err := r.store.Postings(ctx, account.ID, before, scanPiece)
		if err != nil || len(postings) == 0 {
			return err
		}
		before = postings[len(postings)-1].Index
		if len(postings) < scanPiece {
			before = from
		}
		sums, indexes := map[int64]int64{}, []int64(nil)
		for _, p := range postings {
			if p.Index < from || p.Index == before && len(postings) == scanPiece {
				continue // the last may have more postings: it comes whole with the next piece
			}
			if _, met := sums[p.Index]; !met {
				indexes = append(indexes, p.Index)
			}
			sums[p.Index] += p.Amount
		}
		if len(postings) == scanPiece {
			before++
		}
		leaves, err := r.store.LeavesAt(ctx, indexes)
		if err != nil {
			return err
		}
		for _, index := range indexes {
			v, err := r.view(s, index, leaves[index])
			if err != nil {
				return err
			}
			fn(v, sums[index])
		}
	}
	return nil
}
