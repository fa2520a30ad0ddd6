// SPDX-License-Identifier: AGPL-3.0-or-later

package give

import (
	"errors"
	"strconv"
	"strings"

	"ecot/app/gifts"
	"ecot/fault"
	"ecot/money"
	"ecot/office"
	"ecot/web/page"
)

// The fields of the first and of the second page, which travel on as hidden ones.
func firstFields() []string {
	return []string{"form", "every", "amount", "other", "for", "need", "means", "kind", "shown", "name", "alias",
		"show-amount", "words", "mail", "receipt", "news", "reminders"}
}

func secondFields() []string {
	return []string{"legal-name", "street", "postcode", "town", "country", "legal-form", "number", "year-end",
		"contact1-name", "contact1-mail", "contact2-name", "contact2-mail"}
}

// isSecond says whether a field stands on the second page.
func isSecond(field string) bool {
	for _, name := range secondFields() {
		if name == field {
			return true
		}
	}
	return false
}

// yes is what a box sends when it is ticked.
const yes = "yes"

// read makes a wish of what was sent. An amount that cannot be read is noted in the form.
func read(f *page.Form, project string, unit money.Unit, lang string) (gifts.Wish, error) {
	amount, err := readAmount(f, unit, lang)
	if err != nil {
		return gifts.Wish{}, err
	}
	return gifts.Wish{
		Form: f.Value("form"), Lang: lang, Project: project, For: gifts.For(f.Value("for")), Need: f.Value("need"),
		Amount: amount, Every: f.Value("every"), Means: f.Value("means"), Kind: f.Value("kind"),
		Name: f.Value("name"), Shown: office.Shown(f.Value("shown")), Alias: f.Value("alias"),
		AmountShown: f.Has("show-amount", yes), Words: f.Value("words"), Mail: f.Value("mail"),
		News: f.Has("news", yes), Reminders: f.Has("reminders", yes), Receipt: f.Has("receipt", yes),
		Legal: readLegal(f),
	}, nil
}

func readLegal(f *page.Form) gifts.Legal {
	return gifts.Legal{
		Name: f.Value("legal-name"), Street: f.Value("street"), Postcode: f.Value("postcode"),
		Town: f.Value("town"), Country: f.Value("country"), Form: f.Value("legal-form"), Number: f.Value("number"),
		YearEnd: f.Value("year-end"), Contacts: [2]gifts.Contact{
			{Name: f.Value("contact1-name"), Mail: f.Value("contact1-mail")},
			{Name: f.Value("contact2-name"), Mail: f.Value("contact2-mail")}},
	}
}

// other is the choice of an amount that is typed.
const other = "other"

// readAmount reads the amount that was chosen or typed, 0 when none was. Two different ones, and one
// that cannot be read, are noted in the form.
func readAmount(f *page.Form, unit money.Unit, lang string) (int64, error) {
	chosen, typed := f.Value("amount"), f.Value("other")
	var picked int64
	if chosen != "" && chosen != other {
		var err error
		if picked, err = strconv.ParseInt(chosen, 10, 64); err != nil || picked < 1 {
			f.Refuse("amount", "give.refused.amount")
			return 0, nil
		}
	}
	if typed == "" {
		if chosen == other {
			f.Refuse("other", "give.refused.amount")
		}
		return picked, nil
	}
	amount, err := money.ParseLocal(typed, lang, unit)
	if err != nil {
		return 0, f.RefuseFault("other", err)
	}
	if picked != 0 && amount.Minor != picked {
		f.Refuse("amount", "give.refused.two-amounts")
		return 0, nil
	}
	return amount.Minor, nil
}

// refuse notes in the form what is wrong with a wish. It gives back an error that is no refusal.
func refuse(f *page.Form, err error) error {
	var refused gifts.Refused
	if !errors.As(err, &refused) {
		return err
	}
	amountTold := false
	for _, p := range f.Problems() {
		amountTold = amountTold || p.Field == "amount" || p.Field == "other"
	}
	for _, p := range refused {
		if amountTold && p.Field == "amount" {
			continue
		}
		if err := tell(f, fieldOf(f, p.Field), p.Err); err != nil {
			return err
		}
	}
	return nil
}

// tell notes at a field what went wrong, where that can be said in the reader's language. It gives back an
// error that is for the log alone.
func tell(f *page.Form, field string, err error) error {
	var refused gifts.Refused
	if errors.As(err, &refused) {
		return refuse(f, refused)
	}
	var why *fault.Error
	if errors.As(err, &why) && why.Key != "" && why.Code != fault.NotFound {
		f.Refuse(field, why.Key, why.Pairs...)
		return nil
	}
	return f.RefuseFault(field, err)
}

// fieldOf gives the name that a field of a wish has on these pages.
func fieldOf(f *page.Form, field string) string {
	switch field {
	case "form":
		return "legal-form"
	case "amount":
		if f.Value("other") != "" {
			return "other"
		}
	}
	return field
}

// closedWish says whether a wish was refused because nothing can be taken at all.
func closedWish(err error) (*fault.Error, bool) {
	var refused gifts.Refused
	if errors.As(err, &refused) && refused[0].Field == "project" {
		return refused[0].Err, true
	}
	return nil, false
}

// countryOr gives the two letters of a country, or France's.
func countryOr(code string) string {
	if strings.TrimSpace(code) == "" {
		return "FR"
	}
	return code
}
