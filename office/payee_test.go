// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"testing"

	"ecot/store/engine/enginetest"
)

// What names somebody in bytes goes with them too: the file that pays them, the invoice of what was not paid.
func TestErasedPayeeLeavesNoBytes(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		o := openOffice(t, address)
		fill(t, o)
		must(t, o.Erase(t.Context(), "p1@example.org", "x"))
		file, found, err := o.PaymentFile(t.Context(), "F1")
		if err != nil || !found || file.Data != nil || file.SHA256 != "00" {
			t.Errorf("%+v, %v, %v", file, found, err)
		}
		for id, want := range map[string]bool{"payee0": true, "payee1": false} {
			if _, found, err := o.Document(t.Context(), id); err != nil || found != want {
				t.Errorf("the document of %s is there: %v, %v", id, found, err)
			}
		}
	})
}

// An order takes what it pays once, in its turn, and no other takes it until it is free again.
func TestOneOrderAtATime(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		o := openOffice(t, address)
		fill(t, o)
		take := func(order string, turn int64) (taken bool) {
			t.Helper()
			must(t, o.Do(t.Context(), func(tx *Tx) (err error) {
				taken, err = tx.TakeLive(t.Context(), "expense/payee0", order, turn)
				return err
			}))
			return taken
		}
		free := func(order string) {
			t.Helper()
			must(t, o.Do(t.Context(), func(tx *Tx) error { return tx.FreeLive(t.Context(), "expense/payee0", order) }))
		}
		if !take("E1", 0) || take("E2", 0) || take("E2", 1) || take("E2", -1) {
			t.Error("two orders at a time")
		}
		free("E2")
		if take("E2", 1) {
			t.Error("the order of another was freed")
		}
		free("E1")
		if take("E1", 0) || !take("E2", 1) {
			t.Error("a turn came twice")
		}
		free("E2")
		must(t, o.Do(t.Context(), func(tx *Tx) error {
			done, err := tx.StopExpense(t.Context(), Expense{ID: "payee0", Stopped: 5})
			if !done {
				t.Error("it was not stopped")
			}
			return err
		}))
		if take("E3", 2) || take("E1", -1) {
			t.Error("what was stopped was taken")
		}
	})
}
