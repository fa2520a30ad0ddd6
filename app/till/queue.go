// SPDX-License-Identifier: AGPL-3.0-or-later

package till

import (
	"context"
	"time"

	"ecot/app/people"
	"ecot/app/queue"
	"ecot/money"
)

// Queue says what waits to go to the bank, and which slips the bank has not shown yet.
func (t *Till) Queue(ctx context.Context) ([]queue.Item, error) {
	waiting, slips, err := t.List(ctx)
	if err != nil {
		return nil, err
	}
	var items []queue.Item
	held := queue.Item{Key: "till", Right: people.Book, Href: "/desk/hand",
		Amount: money.Amount{Unit: t.app.Unit()}}
	for _, h := range waiting {
		if How(h.How) == Elsewhere {
			continue
		}
		held.Amount.Minor += h.Amount
		if at := time.Unix(h.At, 0); held.Since.IsZero() || at.Before(held.Since) {
			held.Since = at
		}
	}
	if held.Amount.Minor > 0 {
		items = append(items, held)
	}
	for _, s := range slips {
		if !s.Proved {
			items = append(items, queue.Item{Key: "slip", Pairs: []string{"number", s.Number}, Right: people.Reconcile,
				Since: time.Unix(s.Gifts[0].At, 0), Href: "/desk/hand",
				Amount: money.Amount{Minor: s.Total, Unit: t.app.Unit()}})
		}
	}
	return items, nil
}
