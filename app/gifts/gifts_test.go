// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts

import (
	"testing"
	"testing/quick"

	"ecot/app"
	"ecot/app/profile"
	"ecot/mechanism/giving"
	"ecot/office"
)

// However a gift is divided, its parts sum to it, and what is written of the shares reads back.
func TestSharesConserveTheGift(t *testing.T) {
	law := func(amount uint32, a, b, c uint16) bool {
		s := Shares{{"lanterne", int64(a%1000) + 1}, {"fonds", int64(b%1000) + 1}, {"tamis", int64(c%1000) + 1}}
		again, err := ParseShares(s.String())
		if err != nil || again.String() != s.String() {
			return false
		}
		shares, err := again.Of(int64(amount))
		sum := int64(0)
		for _, share := range shares {
			sum += share.Amount
		}
		return err == nil && sum == int64(amount)
	}
	if err := quick.Check(law, nil); err != nil {
		t.Error(err)
	}
	half, err := Shares{{"lanterne", 1}, {"fonds", 1}}.Of(6_000_01)
	if err != nil || half[0].Amount != 3_000_01 || half[1].Amount != 3_000_00 {
		t.Errorf("half directed: %v, %v", half, err)
	}
	for _, wrong := range []string{"", "lanterne", "lanterne=0", "lanterne=1,", "Lanterne=1", "a=1001"} {
		if _, err := ParseShares(wrong); err == nil {
			t.Errorf("%q is taken for shares", wrong)
		}
	}
}

// fund opens a founded instance with the pots lanterne and fonds.
func fund(t *testing.T) (*app.App, *Gifts) {
	t.Helper()
	a, err := app.Open(t.Context(), app.Place{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := a.Found(t.Context(), app.Charter{Origin: "fund.example.org/journal"}); err != nil {
		t.Fatal(err)
	}
	for _, pot := range []string{"lanterne", "fonds"} {
		if _, err := a.Do(t.Context(), app.Request{Key: "pot/" + pot,
			Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: pot, Purpose: giving.Spendable}}}); err != nil {
			t.Fatal(err)
		}
	}
	return a, New(a)
}

// A donor has one reference for a purpose, for ever, and each other purpose and donor another.
func TestReferencesAreStable(t *testing.T) {
	_, g := fund(t)
	seen := map[string]bool{}
	for range 2 {
		for _, handle := range []string{"lea@example.org", "nour@example.org"} {
			for _, pot := range []string{"lanterne", "fonds"} {
				p, err := g.Reference(t.Context(), handle, Whole(pot), "")
				if err != nil {
					t.Fatal(err)
				}
				seen[p.Reference] = true
			}
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d references for two donors and two purposes", len(seen))
	}
}

// What is booked twice by the same key is in the journal once, and shows what its giver wanted then.
func TestBookedTwiceIsOnce(t *testing.T) {
	a, g := fund(t)
	donor := office.Donor{Handle: "lea@example.org", Name: "Léa", Mail: "lea@example.org", Kind: "person",
		Shown: office.ByAlias, Alias: "L.", AmountShown: true}
	money := Money{Key: "line/1", Donor: donor, To: Whole("lanterne"), Amount: 12_00, Into: "bank",
		Given: 20_000, Credited: 20_000, Evidence: giving.Proved}
	first, err := g.Book(t.Context(), money)
	if err != nil {
		t.Fatal(err)
	}
	again, err := g.Book(t.Context(), money)
	if err != nil || !again.Replayed || again.Index != first.Index {
		t.Fatalf("%+v, %v", again, err)
	}
	given, found, err := a.Office().Given(t.Context(), first.Index)
	if err != nil || !found || given.Shown != "L." || !given.AmountShown {
		t.Errorf("%+v, %v, %v", given, found, err)
	}
}

// A fonds de dotation takes no public money, and appeals to the public only while it may.
func TestWhatTheLegalFormAsks(t *testing.T) {
	a, g := fund(t)
	p := profile.Profile{LegalName: "Fonds", Form: profile.FondsDeDotation, AppealNumber: "2025-1",
		AppealFrom: 20_000, AppealUntil: 20_100}
	if err := p.Save(t.Context(), a.Office(), "treasurer", 1); err != nil {
		t.Fatal(err)
	}
	read, err := profile.Load(t.Context(), a.Office())
	if err != nil || read.AppealUntil != p.AppealUntil || read.Form != p.Form {
		t.Fatalf("%+v, %v", read, err)
	}
	if read.Collects(20_050) != nil || read.Collects(20_101) == nil {
		t.Error("the authorisation does not bound the appeal")
	}
	_, err = g.Book(t.Context(), Money{Key: "town", Donor: office.Donor{Handle: "mairie@example.org", Kind: "public-body"},
		To: Whole("fonds"), Amount: 1, Into: "bank", Given: 20_000, Evidence: giving.Proved})
	if err == nil {
		t.Error("public money was taken")
	}
}
