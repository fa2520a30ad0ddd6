// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts

import (
	"context"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ecot/fault"
	"ecot/journal"
	"ecot/mail"
	"ecot/money"
	"ecot/office"
)

// Problem is what is wrong with one field of a wish, named as the form names it.
type Problem struct {
	Field string
	Err   *fault.Error
}

// Refused is a wish that cannot be announced: nothing of it was kept.
type Refused []Problem

// Error gives the sentence of the first problem.
func (r Refused) Error() string { return r[0].Err.Error() }

// Unwrap gives the first problem.
func (r Refused) Unwrap() error { return r[0].Err }

// Limits of what is announced.
const (
	mostAmount = 10_000_000_00 // minor units
	maxLine    = 120           // characters of a name or a line of an address
	maxWords   = 280           // characters of the words that go with a gift
)

// checker looks a wish over, and notes what is wrong.
type checker struct {
	*Wish
	offer    Offer
	today    journal.Day
	problems Refused
}

func (c *checker) refuse(field, key, format string, pairs ...string) {
	args := make([]any, 0, len(pairs)/2)
	for i := 1; i < len(pairs); i += 2 {
		args = append(args, pairs[i])
	}
	c.problems = append(c.problems, Problem{field, fault.New(fault.Invalid, format, args...).In(key, pairs...)})
}

// Check says what is wrong with a wish: Refused, or another error when it could not be checked, or nil.
// What is asked on a second page alone is not looked at before that page.
func (g *Gifts) Check(ctx context.Context, w Wish, second bool) error {
	_, err := g.check(ctx, &w, second)
	return err
}

// check tidies a wish and looks it over.
func (g *Gifts) check(ctx context.Context, w *Wish, second bool) (Offer, error) {
	*w = w.tidy()
	offer, err := g.Offer(ctx, w.Project)
	if code := fault.CodeOf(err); err != nil {
		if code == fault.Conflict || code == fault.NotFound {
			return offer, Refused{{"project", asFault(err)}}
		}
		return offer, err
	}
	c := checker{Wish: w, offer: offer, today: g.today()}
	c.checkGift(g.takesCards)
	c.checkGiver()
	if second && w.NeedsLegal() {
		c.checkLegal()
	}
	if len(c.problems) > 0 {
		return offer, c.problems
	}
	return offer, nil
}

// asFault gives err as a fault that a reader may see.
func asFault(err error) *fault.Error {
	if f, ok := err.(*fault.Error); ok {
		return f
	}
	return fault.Wrap(err, fault.CodeOf(err), "%s", fault.PublicOf(err))
}

// checkGift looks at what is to be given, what for and how.
func (c *checker) checkGift(takesCards bool) {
	if c.Every != Once && c.Every != Monthly && c.Every != Yearly {
		c.refuse("every", "give.refused.every", "Say how often you want to give.")
	}
	c.checkAmount()
	switch {
	case c.For != ForProject && c.For != ForFund && c.For != ForHalf, c.For == ForHalf && !c.offer.CanHalve(),
		c.For != ForProject && c.offer.Fund.Pot == "":
		c.refuse("for", "give.refused.for", "Say what your gift is for.")
	case c.Need != "" && !c.offer.hasNeed(c.Need):
		c.refuse("need", "give.refused.need", "This need cannot be chosen.")
	}
	switch {
	case c.Means == MeansCard && c.Kind == Company:
		c.refuse("means", "give.refused.company-card", "A company gives by transfer.")
	case c.Means == MeansTransfer && c.offer.IBAN != "", c.Means == MeansCard && takesCards:
	default:
		c.refuse("means", "give.refused.means", "Say how you want to pay.")
	}
}

func (c *checker) checkAmount() {
	least := max(c.offer.Fund.Least, 1)
	format := func(minor int64) string { return money.Amount{Minor: minor, Unit: c.offer.Unit}.Format(c.Lang) }
	switch {
	case c.Amount < 1:
		c.refuse("amount", "give.refused.amount", "Say how much you want to give.")
	case c.Amount < least:
		c.refuse("amount", "give.refused.least", "The smallest gift is %s.", "least", format(least))
	case c.Amount > mostAmount:
		c.refuse("amount", "give.refused.most", "More than %s cannot be announced here; write to the fund.",
			"most", format(mostAmount))
	}
	if fee, err := c.offer.Fee(c.Means, max(c.Amount, 1)); err != nil || fee > 0 && fee >= c.Amount {
		c.refuse("amount", "give.refused.fee", "The fee of a card would eat this gift up; give by transfer.")
	}
}

// checkGiver looks at who gives, and how they want to be named.
func (c *checker) checkGiver() {
	switch c.Kind {
	case Person, Company, Association, PublicBody:
		if err := c.offer.Fund.Takes(c.Kind); err != nil {
			c.problems = append(c.problems, Problem{"kind", asFault(err)})
		}
	default:
		c.refuse("kind", "give.refused.kind", "Say in whose name you give.")
	}
	switch c.Shown {
	case office.ByName, office.ByAlias, office.Anonymous:
	default:
		c.refuse("shown", "give.refused.shown", "Say how you want to be named.")
	}
	if c.Shown == office.ByName && c.Name == "" {
		c.refuse("name", "give.refused.name", "Write the name to show.")
	}
	if c.Shown == office.ByAlias && c.Alias == "" {
		c.refuse("alias", "give.refused.alias", "Write the alias to show.")
	}
	c.checkLine("name", c.Name, maxLine)
	c.checkLine("alias", c.Alias, maxLine)
	c.checkLine("words", c.Words, maxWords)
	c.checkMail("mail", c.Mail, c.Every == Monthly || c.Every == Yearly || c.NeedsLegal() || c.News ||
		c.Reminders)
}

// checkMail looks at an address, which may be left out unless it is needed.
func (c *checker) checkMail(field, text string, needed bool) {
	if text == "" && !needed {
		return
	}
	if _, err := mail.ParseAddress(text); err != nil {
		c.refuse(field, "give.refused.mail", "Write a mail address such as lea@example.org.")
	}
}

// checkLine refuses a text that is too long, or that holds what nobody sees.
func (c *checker) checkLine(field, text string, most int) {
	if utf8.RuneCountInString(text) > most {
		c.refuse(field, "give.refused.long", "This is too long: at most %s characters.", "most",
			money.FormatCount(int64(most), c.Lang))
	}
	unseen := func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError || r == '\u2028' ||
			r == '\u2029'
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unseen) {
		c.refuse(field, "give.refused.unseen", "This holds characters that cannot be seen.")
	}
}

// checkLegal looks at what a receipt needs, and at who speaks for an organisation.
func (c *checker) checkLegal() {
	l := &c.Legal
	c.checkFilled("legal-name", l.Name)
	if c.Receipt {
		c.checkFilled("street", l.Street)
		c.checkFilled("postcode", l.Postcode)
		c.checkFilled("town", l.Town)
		if !country.MatchString(l.Country) {
			c.refuse("country", "give.refused.country", "Write the country as two letters, such as FR.")
		}
	}
	if !c.organisation() {
		return
	}
	c.checkFilled("form", l.Form)
	if !IsSIREN(l.Number) && (c.Kind != Association || !IsRNA(l.Number)) {
		c.refuse("number", "give.refused.number",
			"Write the SIREN (nine digits), or the RNA number of an association (W and nine digits).")
	}
	if _, err := time.Parse("2006-01-02", "2024-"+l.YearEnd); err != nil {
		c.refuse("year-end", "give.refused.year-end", "Write the last day of the fiscal year, such as 12-31.")
	}
	for i, contact := range l.Contacts {
		prefix := [...]string{"contact1", "contact2"}[i]
		c.checkFilled(prefix+"-name", contact.Name)
		c.checkMail(prefix+"-mail", contact.Mail, true)
	}
	if a, b := Handle(l.Contacts[0].Mail), Handle(l.Contacts[1].Mail); a == b && a != "" {
		c.refuse("contact2-mail", "give.refused.same-contact", "Name two different people.")
	}
}

func (c *checker) checkFilled(field, text string) {
	if text == "" {
		c.refuse(field, "give.refused.missing", "This is missing.")
		return
	}
	c.checkLine(field, text, maxLine)
}

// country is two capitals of ISO 3166-1.
var country = regexp.MustCompile(`^[A-Z]{2}$`)

// rna is the number of an association in France's national register of associations.
var rna = regexp.MustCompile(`^W[0-9][0-9A-Z][0-9]{7}$`)

// IsRNA says whether a text is the number of an association in the RNA, such as W751234567.
func IsRNA(text string) bool { return rna.MatchString(text) }

// IsSIREN says whether a text is nine digits whose sum by Luhn's method ends in zero (ISO/IEC 7812-1).
func IsSIREN(text string) bool {
	if len(text) != 9 {
		return false
	}
	sum := 0
	for i := range len(text) {
		digit := int(text[i]) - '0'
		if digit < 0 || digit > 9 {
			return false
		}
		if i%2 == 1 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum > 0 && sum%10 == 0
}
