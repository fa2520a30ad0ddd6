// SPDX-License-Identifier: AGPL-3.0-or-later

package post

import (
	"strings"
	"testing"

	"ecot/app/gifts"
	"ecot/app/profile"
	"ecot/office"
)

// What a wish causes is written with it, even when its giver's row is of the same transaction.
func TestLettersOfAWish(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		fund, err := profile.Load(t.Context(), h.office)
		must(t, err)
		fund.IBAN, fund.BIC = "FR7630006000011234567890189", "AGRIFRPP"
		must(t, fund.Save(t.Context(), h.office, "treasurer", 2))
		p, err := gifts.New(h.app).Reference(t.Context(), "ines@example.net", gifts.Whole("lanterne"), "")
		must(t, err)
		write := func(tx *office.Tx, kind string) {
			must(t, h.Write(t.Context(), tx, gifts.Letter{Kind: kind, Handle: "ines@example.net", Promise: "p9"}))
		}
		must(t, h.office.Do(t.Context(), func(tx *office.Tx) error {
			err := tx.PutDonor(t.Context(), office.Donor{Handle: "ines@example.net", Name: "Inès", Lang: "en",
				Mail: "ines@example.net", Kind: "person", Shown: office.Anonymous})
			if err != nil {
				return err
			}
			for range 2 {
				write(tx, gifts.LetterInstructions)
			}
			write(tx, gifts.LetterPaused)
			return tx.PutPromise(t.Context(), office.Promise{ID: "p9", Reference: p.Reference, Handle: "ines@example.net",
				Amount: 12_00, Every: gifts.Once, Means: gifts.MeansTransfer, Status: office.Waiting})
		}))
		h.work()
		got := h.arrived(1)[0]
		for _, want := range []string{"12.00", "FR76 3000 6000", "Inès", "Lanterne", p.Reference[:4], "/give/pay/p9"} {
			if !strings.Contains(got.Text, want) {
				t.Errorf("the instructions do not say %q:\n%s", want, got.Text)
			}
		}
		must(t, h.office.Do(t.Context(), func(tx *office.Tx) error { write(tx, gifts.LetterLink); return nil }))
		h.work()
		path, err := gifts.New(h.app).ManagePath(t.Context(), "ines@example.net")
		if link := h.arrived(2)[1]; err != nil || !strings.Contains(link.Text, "https://fund.example.org"+path+"\n") {
			t.Errorf("%v: no %s in\n%s", err, path, link.Text)
		}
	})
}
