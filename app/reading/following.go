// SPDX-License-Identifier: AGPL-3.0-or-later

package reading

import (
	"context"
	"strings"

	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/appeal"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/vault"
)

// Views gives the entries from one up to, and not with, another.
func (r *Reader) Views(ctx context.Context, from, before int64) (views []View, err error) {
	shelf := r.shelf(ctx)
	for ; from < before; from++ {
		leaf, err := r.store.Leaf(ctx, from)
		if err != nil {
			return nil, err
		}
		view, err := r.view(shelf, from, leaf)
		if err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	return views, nil
}

// Giver gives the handle of who stands behind an entry, in lower case; empty when nobody is known, or any
// more.
func (r *Reader) Giver(ctx context.Context, index int64) (handle string, err error) {
	err = r.vault.Openings(ctx, index, "", func(o vault.Opening) error {
		if o.Field == "who" && o.Party != "" {
			handle, _, _ = strings.Cut(o.Value, "\n")
		}
		return nil
	})
	return strings.ToLower(handle), err
}

// Timeline gives what holds for a pot's appeal over time, empty when there never was one.
func (r *Reader) Timeline(ctx context.Context, pot string) (appeal.Timeline, error) {
	stored, err := r.store.State(ctx, appeal.Key(pot))
	if err != nil || stored.Value == nil {
		return nil, err
	}
	state, err := journal.ParseState(stored.Value, r.rules.States())
	if err != nil {
		return nil, err
	}
	held, ok := state.(*appeal.Appeal)
	if !ok {
		return nil, fault.New(fault.Internal, "The appeal of %q has a state of another kind.", pot)
	}
	return held.Timeline, nil
}

// Takings gives, by pot and month (yyyymm), what the appeals brought in a unit and how many people gave, as
// the published figures say it.
func (r *Reader) Takings(ctx context.Context, unit money.Unit) (map[string]map[int]appeal.Taking, error) {
	figures, err := r.Published(ctx)
	if err != nil {
		return nil, err
	}
	all := map[string]map[int]appeal.Taking{}
	for _, f := range figures {
		family, pot, ok := giving.ParsePotFigure(f.Name)
		if !ok || f.Unit != unit {
			continue
		}
		if all[pot] == nil {
			all[pot] = map[int]appeal.Taking{}
		}
		taken := all[pot][f.Month]
		switch family {
		case giving.FigureAppeal:
			taken.Given = f.Amount
		case giving.FigureAppealPeople:
			taken.People = f.Count
		}
		all[pot][f.Month] = taken
	}
	return all, nil
}
