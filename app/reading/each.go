// SPDX-License-Identifier: AGPL-3.0-or-later

package reading

import (
	"context"

	"ecot/journal"
)

// Each calls fn with the entries from one index up to, and not with, another, in their order.
func (r *Reader) Each(ctx context.Context, from, before int64, fn func(*journal.Entry) error) error {
	reader := journal.NewReader(r.rules.Kinds())
	return r.store.Leaves(ctx, from, before, func(index int64, leaf []byte) error {
		e, err := reader.Parse(leaf, index)
		if err != nil {
			return err
		}
		return fn(&e)
	})
}
