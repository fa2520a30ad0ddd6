// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/gifts/giftstest"
	"ecot/app/profile"
	"ecot/fault"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/pay/reference"
)

// lea is a wish that holds together.
func lea() gifts.Wish {
	return gifts.Wish{Form: "form-1", Lang: "fr", Project: "lanterne", For: gifts.ForProject, Amount: 12_00,
		Every: gifts.Once, Means: gifts.MeansTransfer, Kind: gifts.Person, Name: "Léa Exemple",
		Shown: office.ByName, Mail: "lea@example.org"}
}

// tuileries is a company's wish that holds together.
func tuileries() gifts.Wish {
	w := lea()
	w.Kind, w.Name, w.Mail, w.Receipt = gifts.Company, "Tuileries Imaginaires", "dons@example.com", true
	w.For, w.Amount = gifts.ForHalf, 6_000_01
	w.Legal = gifts.Legal{Name: "Tuileries Imaginaires SAS", Form: "SAS", Number: "732 829 320", YearEnd: "12-31",
		Street: "1 rue des Fours", Postcode: "01000", Town: "Brindeval", Country: "FR",
		Contacts: [2]gifts.Contact{{Name: "Une Personne", Mail: "une@example.com"},
			{Name: "Autre Personne", Mail: "autre@example.com"}}}
	return w
}

// count gives how many donors, promises and purposes the office keeps.
func count(t testing.TB, o *office.Office) (n int) {
	t.Helper()
	err := o.Dump(context.Background(), func(row office.Row) error {
		if slices.Contains([]string{"donor", "promise", "purpose", "choice"}, row.Table) {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// pick gives one of some values.
func pick[T any](r *rand.Rand, some ...T) T { return some[r.Intn(len(some))] }

// anyWish gives a form as people and machines fill it in, right and wrong alike.
func anyWish(r *rand.Rand) gifts.Wish {
	text := func() string {
		return pick(r, "", "", "Léa", " Léa  Exemple ", strings.Repeat("x", 121), "a\u202eb", "\xff", "W751234567",
			"732829320", "732829321", "12-31", "02-30", "FR", "fr", "lea@example.org", "Autre@Example.org", "not a mail")
	}
	return gifts.Wish{Form: pick(r, "", "f1", "f2"), Lang: pick(r, "fr", "en"),
		Project: pick(r, "", "lanterne", "passerelle", "lanterne", "ancien", "dehors", "futur", "nowhere"),
		For:     pick(r, gifts.ForProject, gifts.ForHalf, gifts.ForFund, "", "else"),
		Need:    pick(r, "", "", "astreinte", "nothing"),
		Amount:  pick(r, 0, -1, 1, 99, 1_00, 12_00, 12_01, 10_000_000_00, 10_000_000_01, r.Int63()),
		Every:   pick(r, gifts.Once, gifts.Monthly, gifts.Yearly, "", "day"),
		Means:   pick(r, gifts.MeansTransfer, gifts.MeansTransfer, gifts.MeansCard, "", "gold"),
		Kind:    pick(r, gifts.Person, gifts.Person, gifts.Company, gifts.Association, gifts.PublicBody, ""),
		Name:    text(), Alias: text(), Words: text(), Shown: pick(r, office.ByName, office.ByAlias, office.Anonymous, ""),
		Mail: pick(r, "", "lea@example.org", text()), AmountShown: r.Intn(2) == 0, News: r.Intn(4) == 0,
		Receipt: r.Intn(3) == 0, Legal: gifts.Legal{Name: text(), Street: text(), Postcode: text(), Town: text(),
			Country: pick(r, "FR", text()), Form: text(), Number: pick(r, "732829320", text()), YearEnd: pick(r, "12-31", text()),
			Contacts: [2]gifts.Contact{{Name: text(), Mail: pick(r, "une@example.com", text())},
				{Name: text(), Mail: pick(r, "autre@example.com", text())}}}}
}

// nearly gives a wish that holds together but for a few of its answers.
func nearly(r *rand.Rand) gifts.Wish {
	wish, wrong := pick(r, lea(), tuileries()), anyWish(r)
	wish.Form, wish.Mail = fmt.Sprint("form", r.Int63()), fmt.Sprintf("p%d@example.org", r.Intn(1000))
	into, from := reflect.ValueOf(&wish).Elem(), reflect.ValueOf(wrong)
	for i := range into.NumField() {
		if into.Type().Field(i).Name != "Form" && r.Intn(20) == 0 {
			into.Field(i).Set(from.Field(i))
		}
	}
	return wish
}

// Any form either gives a promise whose shares sum to it, under a reference that reads, or a refusal that
// names a field and of which nothing is kept.
func TestAFormIsAPromiseOrARefusal(t *testing.T) {
	a, _ := giftstest.Open(t, giftstest.Profile())
	g := gifts.New(a)
	r := rand.New(rand.NewSource(11))
	promised, refused := 0, 0
	for turn := range 500 {
		wish := nearly(r)
		if turn%2 == 0 {
			wish = anyWish(r)
		}
		before := count(t, a.Office())
		promise, err := g.Announce(t.Context(), wish)
		if err != nil {
			var why gifts.Refused
			if fault.CodeOf(err) == fault.Unavailable {
				continue // too many of one address today
			}
			if !errors.As(err, &why) || why[0].Field == "" || why[0].Err.Key == "" {
				t.Fatalf("%+v: %v", wish, err)
			}
			if after := count(t, a.Office()); after != before {
				t.Fatalf("%+v was refused, and %d rows were kept", wish, after-before)
			}
			refused++
			continue
		}
		promised++
		checkPromise(t, a, wish, promise)
	}
	if promised < 50 || refused < 200 {
		t.Errorf("%d promises and %d refusals: the forms try too little", promised, refused)
	}
}

func checkPromise(t *testing.T, a *app.App, wish gifts.Wish, promise office.Promise) {
	t.Helper()
	if _, err := reference.Parse(promise.Reference); err != nil || promise.Amount != wish.Amount {
		t.Fatalf("%+v gives %+v: %v", wish, promise, err)
	}
	purpose, found, err := a.Office().Purpose(t.Context(), promise.Reference)
	if err != nil || !found || purpose.Handle != promise.Handle {
		t.Fatalf("%+v, %v, %v", purpose, found, err)
	}
	shares, err := gifts.ParseShares(purpose.Shares)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := shares.Of(promise.Amount)
	sum := int64(0)
	for _, part := range parts {
		sum += part.Amount
	}
	if err != nil || sum != promise.Amount {
		t.Fatalf("%+v: the shares %v come to %d", promise, parts, sum)
	}
	if size, err := a.Size(t.Context()); err != nil || size != 5 {
		t.Fatalf("a promise alone wrote into the journal: %d entries, %v", size, err)
	}
}

// What the form of one kind of giver asks is asked of that kind alone.
func TestWhatIsAskedOfWhom(t *testing.T) {
	a, _ := giftstest.Open(t, giftstest.Profile())
	g := gifts.New(a)
	for name, c := range map[string]struct {
		change func(*gifts.Wish)
		field  string
	}{
		"company by card":          {func(w *gifts.Wish) { w.Means = gifts.MeansCard }, "means"},
		"wrong SIREN":              {func(w *gifts.Wish) { w.Legal.Number = "732829321" }, "number"},
		"RNA of a company":         {func(w *gifts.Wish) { w.Legal.Number = "W751234567" }, "number"},
		"no fiscal year":           {func(w *gifts.Wish) { w.Legal.YearEnd = "13-01" }, "year-end"},
		"one contact twice":        {func(w *gifts.Wish) { w.Legal.Contacts[1] = w.Legal.Contacts[0] }, "contact2-mail"},
		"no second contact":        {func(w *gifts.Wish) { w.Legal.Contacts[1].Name = "" }, "contact2-name"},
		"no legal form":            {func(w *gifts.Wish) { w.Legal.Form = "" }, "form"},
		"no address for a receipt": {func(w *gifts.Wish) { w.Legal.Street = "" }, "street"},
		"a public body":            {func(w *gifts.Wish) { w.Kind = gifts.PublicBody }, "kind"},
		"too small":                {func(w *gifts.Wish) { w.Amount = 99 }, "amount"},
		"an earmark of nothing":    {func(w *gifts.Wish) { w.For, w.Need = gifts.ForProject, "nothing" }, "need"},
		"an earmark refused": {func(w *gifts.Wish) {
			w.Project, w.For, w.Need = "passerelle", gifts.ForProject, "astreinte"
		}, "need"},
		"outside": {func(w *gifts.Wish) { w.Project = "dehors" }, "project"},
		"closed":  {func(w *gifts.Wish) { w.Project = "ancien" }, "project"},
		"not yet": {func(w *gifts.Wish) { w.Project = "futur" }, "project"},
	} {
		wish := tuileries()
		c.change(&wish)
		_, err := g.Announce(t.Context(), wish)
		var refused gifts.Refused
		if !errors.As(err, &refused) || refused[0].Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	wish := tuileries()
	wish.Kind, wish.Legal.Number = gifts.Association, "W751234567"
	if _, err := g.Announce(t.Context(), wish); err != nil {
		t.Errorf("an association: %v", err)
	}
}

// Half of 6 000,01 by a company: the odd cent goes to the donor's half.
func TestHalfDirected(t *testing.T) {
	a, _ := giftstest.Open(t, giftstest.Profile())
	g := gifts.New(a)
	promise, err := g.Announce(t.Context(), tuileries())
	if err != nil {
		t.Fatal(err)
	}
	purpose, _, err := a.Office().Purpose(t.Context(), promise.Reference)
	if err != nil {
		t.Fatal(err)
	}
	shares, err := gifts.ParseShares(purpose.Shares)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := shares.Of(promise.Amount)
	if err != nil || len(parts) != 2 || parts[0].Pot != "lanterne" || parts[0].Amount != 3_000_01 ||
		parts[1].Pot != "fonds" || parts[1].Amount != 3_000_00 {
		t.Errorf("%v, %v", parts, err)
	}
	donor, _, err := a.Office().Donor(t.Context(), promise.Handle)
	if err != nil || !donor.Receipt || !strings.Contains(donor.Legal, `"number":"732829320"`) {
		t.Errorf("%+v, %v", donor, err)
	}
}

// The same form twice, and at once, is one promise; another wish from it takes the first one's place.
func TestTheSameFormTwiceIsOnePromise(t *testing.T) {
	a, _ := giftstest.Open(t, giftstest.Profile())
	g := gifts.New(a)
	ids := make(chan string, 8)
	for range cap(ids) {
		go func() {
			p, err := g.Announce(context.Background(), lea())
			if err != nil {
				t.Error(err)
			}
			ids <- p.ID
		}()
	}
	seen := map[string]bool{}
	for range cap(ids) {
		seen[<-ids] = true
	}
	all, err := a.Office().Promises(t.Context(), "lea@example.org")
	if err != nil || len(seen) != 1 || len(all) != 1 {
		t.Fatalf("%v: %+v, %v", seen, all, err)
	}
	other := lea()
	other.Amount = 15_00
	second, err := g.Announce(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	first, _, err := a.Office().Promise(t.Context(), all[0].ID)
	if err != nil || first.Status != office.Stopped || second.Status != office.Waiting ||
		second.Reference != first.Reference {
		t.Errorf("%+v then %+v, %v", first, second, err)
	}
}

// Whoever types somebody's address changes nothing that the fund knows of them: it waits for money.
func TestAStrangerChangesNothing(t *testing.T) {
	a, _ := giftstest.Open(t, giftstest.Profile())
	g := gifts.New(a)
	mine, err := g.Announce(t.Context(), lea())
	if err != nil {
		t.Fatal(err)
	}
	book(t, a, g, mine, "line/1")
	before, _, err := a.Office().Donor(t.Context(), mine.Handle)
	if err != nil {
		t.Fatal(err)
	}
	forged := lea()
	forged.Form, forged.Name, forged.Receipt, forged.News = "form-2", "Quelqu’un", true, true
	forged.Legal = gifts.Legal{Name: "Faux", Street: "1", Postcode: "2", Town: "3", Country: "FR"}
	theirs, err := g.Announce(t.Context(), forged)
	if err != nil {
		t.Fatal(err)
	}
	after, _, err := a.Office().Donor(t.Context(), mine.Handle)
	if err != nil || after != before {
		t.Errorf("%+v became %+v, %v", before, after, err)
	}
	index := book(t, a, g, theirs, "line/2")
	paid, _, err := a.Office().Donor(t.Context(), mine.Handle)
	if err != nil || paid.Name != before.Name || !paid.Receipt || !paid.News {
		t.Errorf("%+v, %v", paid, err)
	}
	given, _, err := a.Office().Given(t.Context(), index)
	if err != nil || given.Shown != "Quelqu’un" {
		t.Errorf("the gift shows %+v, %v", given, err)
	}
}

// book books the money of a promise as the bank's line would.
func book(t *testing.T, a *app.App, g *gifts.Gifts, p office.Promise, key string) int64 {
	t.Helper()
	purpose, _, err := a.Office().Purpose(t.Context(), p.Reference)
	if err != nil {
		t.Fatal(err)
	}
	shares, err := gifts.ParseShares(purpose.Shares)
	if err != nil {
		t.Fatal(err)
	}
	donor, _, err := a.Office().Donor(t.Context(), p.Handle)
	if err != nil {
		t.Fatal(err)
	}
	day := giftstest.Today(a)
	answer, err := g.Book(t.Context(), gifts.Money{Key: key, Donor: donor, Promise: p.ID, To: shares, Need: purpose.Need,
		Amount: p.Amount, Into: "bank", Given: day, Credited: day, Evidence: giving.Proved})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Index
}

// The numbers by which registers know organisations, right and mistyped.
func TestNumbersOfOrganisations(t *testing.T) {
	for text, want := range map[string]bool{"732829320": true, "356000000": true, "732829321": false, "": false,
		"000000000": false, "73282932": false, "73282932a": false} {
		if gifts.IsSIREN(text) != want {
			t.Errorf("%q is a SIREN: %v", text, !want)
		}
	}
	for text, want := range map[string]bool{"W751234567": true, "W9C1234567": true, "w751234567": false, "W75123456": false} {
		if gifts.IsRNA(text) != want {
			t.Errorf("%q is an RNA number: %v", text, !want)
		}
	}
}

// A fund takes nothing while it may not, or cannot.
func TestClosedFunds(t *testing.T) {
	for name, change := range map[string]func(*profile.Profile){
		"not live":      func(p *profile.Profile) { p.SiteLive = false },
		"over":          func(p *profile.Profile) { p.AppealUntil = 20_200 },
		"no number":     func(p *profile.Profile) { p.AppealNumber = "" },
		"no account":    func(p *profile.Profile) { p.IBAN = "" },
		"no such pot":   func(p *profile.Profile) { p.Pot = "nowhere" },
		"no legal body": func(p *profile.Profile) { p.LegalName = "" },
	} {
		p := giftstest.Profile()
		change(&p)
		a, _ := giftstest.Open(t, p)
		wish := lea()
		wish.Project = ""
		_, err := gifts.New(a).Announce(t.Context(), wish)
		var refused gifts.Refused
		if !errors.As(err, &refused) || refused[0].Field != "project" || refused[0].Err.Code != fault.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
}
