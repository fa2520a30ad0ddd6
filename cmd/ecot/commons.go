// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"

	"ecot/app"
	"ecot/app/bank"
	"ecot/app/profile"
)

// bankLine gives what the first page says of the bank: the difference of all accounts, as of the oldest
// day to which the bank stated one of them; nothing is known until it stated each.
func bankLine(b *bank.Bank) func(context.Context) (int64, string, bool, error) {
	return func(ctx context.Context) (difference int64, on string, known bool, err error) {
		state, err := b.State(ctx, "")
		if err != nil {
			return 0, "", false, err
		}
		for _, account := range state.Accounts {
			if !account.Known {
				return 0, "", false, nil
			}
			difference += account.Difference()
			if on == "" || account.AsOf < on {
				on = account.AsOf
			}
		}
		return difference, on, len(state.Accounts) > 0, nil
	}
}

// generalPot gives the pot of gifts to the fund as a whole.
func generalPot(a *app.App) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		said, err := profile.Load(ctx, a.Office())
		return said.Pot, err
	}
}
