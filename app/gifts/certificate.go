// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts

import (
	"context"
	"strconv"
	"strings"
	"time"

	"ecot/app/people"
	"ecot/app/profile"
	"ecot/app/reading"
	"ecot/fault"
	"ecot/locale"
	"ecot/money"
	"ecot/office"
	"ecot/paper"
)

// Certificate says that a payment was made, and that the journal has it. It is no tax receipt.
type Certificate struct {
	reading.Gift
	Fund   profile.Profile
	Payer  string // empty when nothing is known of them any more
	For    []string
	Means  paper.Means
	Size   int64  // of the journal that the entry was proved in
	Root   string // of it, in base64
	Origin string
	Unit   money.Unit
	Made   time.Time // in the fund's zone
}

// CertificatePath gives the path of the certificate of a gift, which nobody guesses.
func (g *Gifts) CertificatePath(index int64) string {
	return "/r/" + people.SealsOf(g.app).Seal(sealCertificate, strconv.FormatInt(index, 10), time.Time{})
}

// Certificate gives the certificate that a sealed text names, once the entry was proved to be in the
// journal.
func (g *Gifts) Certificate(ctx context.Context, token string) (c Certificate, err error) {
	sealed, err := people.SealsOf(g.app).Open(sealCertificate, token, g.app.Now())
	if err != nil {
		return c, fault.Wrap(err, fault.NotFound, "There is no such certificate.")
	}
	index, err := strconv.ParseInt(sealed, 10, 64)
	if err != nil {
		return c, fault.Wrap(err, fault.NotFound, "There is no such certificate.")
	}
	if c.Gift, err = g.app.Reading().Gift(ctx, index); err != nil {
		return c, err
	}
	receipt, err := g.app.Receipt(ctx, index)
	if err != nil {
		return c, err
	}
	point, err := receipt.Verify(c.Leaf, g.app.VKey())
	if err != nil {
		return c, fault.Wrap(err, fault.Internal, "The journal does not prove the entry %d.", index)
	}
	c.Size, c.Root, c.Origin = point.Size, point.Root.String(), g.app.Origin()
	c.Unit, c.Made = g.app.Unit(), g.app.Now().In(g.app.Zone())
	if c.Fund, err = profile.Load(ctx, g.office); err != nil {
		return c, err
	}
	if c.For, err = g.titles(ctx, c.Gift); err != nil {
		return c, err
	}
	return c, g.payer(ctx, &c)
}

// titles names what a gift was for.
func (g *Gifts) titles(ctx context.Context, gift reading.Gift) (names []string, err error) {
	pots, err := g.app.Reading().Pots(ctx)
	if err != nil {
		return nil, err
	}
	for _, share := range gift.To {
		name := share.Pot
		for _, pot := range pots {
			if pot.Slug == share.Pot {
				name = pot.Title
			}
		}
		project, found, err := g.office.Project(ctx, share.Pot)
		if err != nil {
			return nil, err
		}
		if found {
			name = project.Title
		}
		names = append(names, name)
	}
	return names, nil
}

// payer fills in who paid, and by which means.
func (g *Gifts) payer(ctx context.Context, c *Certificate) error {
	c.Means = map[string]paper.Means{"provider": paper.Card, "cash": paper.Cash, "bank": paper.Transfer}[c.Into]
	if c.Means == "" {
		c.Means = paper.Other
	}
	given, found, err := g.office.Given(ctx, c.Index)
	if err != nil || !found {
		return err
	}
	donor, found, err := g.office.Donor(ctx, given.Handle)
	if err != nil || !found {
		return err
	}
	legal, err := ParseLegal(donor.Legal)
	if err != nil {
		return err
	}
	if c.Payer = donor.Name; legal.Name != "" {
		c.Payer = legal.Name
	}
	promise, found, err := g.office.Promise(ctx, given.Promise)
	if err == nil && found && promise.Means == "debit" {
		c.Means = paper.Debit
	}
	return err
}

// Printable says why no certificate is printed, or nil: the gift was undone, its giver is not known any
// more, or the fund has not said who it is.
func (c Certificate) Printable() error {
	switch {
	case c.Whole || c.Returned > 0:
		return fault.New(fault.Conflict, "This gift went back, wholly or in part; no certificate is printed.").
			In("give.certificate.undone")
	case c.Payer == "":
		return fault.New(fault.Conflict, "The fund does not know any more who gave this.").
			In("give.certificate.unknown")
	case c.Fund.Form == "" || len(address(c.Fund)) == 0:
		return fault.New(fault.Conflict, "The fund has not said its legal form and its address yet.").
			In("give.certificate.no-address")
	}
	return nil
}

// PDF writes the certificate as one page of paper, where it is Printable.
func (c Certificate) PDF(t locale.Tongue) ([]byte, error) {
	if err := c.Printable(); err != nil {
		return nil, err
	}
	fund := paper.Fund{Name: c.Fund.LegalName, Address: address(c.Fund)}
	var err error
	if fund.Form, err = t.Text("give.fund-form." + string(c.Fund.Form) + ".name"); err != nil {
		return nil, err
	}
	switch {
	case IsSIREN(c.Fund.Number):
		fund.SIREN = c.Fund.Number
	case IsRNA(c.Fund.Number):
		fund.RNA = c.Fund.Number
	}
	return paper.Certificate{Fund: fund, Payer: c.Payer, Amount: money.Amount{Minor: c.Gross,
		Unit: c.Inflow.Unit},
		Given: c.Given.Given.String(), Credited: dayText(c.Credited), Means: c.Means,
		Purpose: strings.Join(c.For, ", "), Made: c.Made,
		Entry: paper.Entry{Origin: c.Origin, Index: c.Index, Size: c.Size, Root: c.Root}}.PDF(t)
}

// address gives the lines of the fund's address that are known.
func address(p profile.Profile) (lines []string) {
	for _, line := range []string{p.Street, strings.TrimSpace(p.Postcode + " " + p.Town), p.Country} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// Of gives the gifts that kept a promise, for the page of that promise.
func (g *Gifts) Of(ctx context.Context, p office.Promise) (gifts []Seen, err error) {
	shown, err := g.office.GivenBy(ctx, p.Handle)
	if err != nil {
		return nil, err
	}
	for _, given := range shown {
		if given.Promise != p.ID {
			continue
		}
		gift, err := g.app.Reading().Gift(ctx, given.Index)
		if err != nil {
			return nil, err
		}
		gifts = append(gifts, Seen{gift, given})
	}
	return gifts, nil
}
