// SPDX-License-Identifier: AGPL-3.0-or-later

package mechanismtest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ecot/ledger"
	"ecot/mechanism"
	"ecot/money"
)

// Describe writes a step for a person: its kind, each posting with the balance behind it, and the
// states that it left.
func (w *World) Describe(step *Step) string {
	var b strings.Builder
	fmt.Fprintf(&b, "#%d %s\n", step.Entry.Index, step.Entry.Fact.Name())
	for i, p := range step.Entry.Posts {
		fmt.Fprintf(&b, "   %-20s %12s %s %12s\n", p.Account, money.Amount{Minor: p.Amount, Unit: p.Unit},
			p.Unit, money.Amount{Minor: step.After[i], Unit: p.Unit})
	}
	for _, key := range step.Changed {
		fmt.Fprintf(&b, "   %s\n", w.describeState(key))
	}
	return b.String()
}

// describeState writes a state on one line: its key, and its fields without the name of its kind.
func (w *World) describeState(key mechanism.Key) string {
	name := strings.TrimSuffix(key.Stream+" #"+key.Part, " #")
	h := w.desk.states[key]
	if h.state == nil {
		return name + ": closed"
	}
	_, fields, _ := strings.Cut(strings.TrimSuffix(string(h.bytes), "\n"), "\n")
	return name + ": " + strings.ReplaceAll(fields, "\n", ", ")
}

// Balances writes every balance that is not zero, in the order of accounts.
func (w *World) Balances() string {
	balances := map[ledger.Place]int64{}
	w.book.All(func(p ledger.Place, balance int64) { balances[p] = balance })
	var b strings.Builder
	for _, p := range slices.SortedFunc(maps.Keys(balances), func(a, b ledger.Place) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Unit, b.Unit))
	}) {
		if balances[p] != 0 {
			fmt.Fprintf(&b, "%-23s %12s %s\n", p.Account, money.Amount{Minor: balances[p], Unit: p.Unit}, p.Unit)
		}
	}
	return b.String()
}

// FigureList writes every published figure that is not zero, by month.
func (w *World) FigureList() string {
	var b strings.Builder
	for _, f := range slices.SortedFunc(maps.Keys(w.figures), func(a, b Figure) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Unit, b.Unit))
	}) {
		if total := w.figures[f]; total != (Total{}) {
			fmt.Fprintf(&b, "%d %-16s %12s %s %6d\n", f.Month, f.Name,
				money.Amount{Minor: total.Amount, Unit: f.Unit}, f.Unit, total.Count)
		}
	}
	return b.String()
}
