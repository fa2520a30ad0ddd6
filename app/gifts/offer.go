// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts

import (
	"context"
	"slices"

	"ecot/app/profile"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
	"ecot/pay"
	"ecot/pay/reference"
)

// Offer is what can be given to, and how. What a closed one says of itself may be shown all the same.
type Offer struct {
	Fund    profile.Profile
	Project office.Project   // without a slug for the fund as a whole
	Needs   []office.Need    // that a gift may be tied to
	Others  []office.Project // of the fund's own offer: the projects that take gifts
	Unit    money.Unit
	IBAN    reference.IBAN // empty while transfers cannot be taken
	BIC     reference.BIC
}

// Offer gives what a project, or the fund as a whole for an empty slug, takes. Where nothing can be
// taken the offer comes with the reason: fault.NotFound for what does not exist, fault.Conflict for
// what is closed.
func (g *Gifts) Offer(ctx context.Context, project string) (Offer, error) {
	o := Offer{Unit: g.app.Unit()}
	var err error
	if o.Fund, err = profile.Load(ctx, g.office); err != nil {
		return o, err
	}
	if err := o.account(); err != nil {
		return o, err
	}
	if project != "" {
		found := false
		o.Project, found, err = g.office.Project(ctx, project)
		if err != nil {
			return o, err
		}
		if !found || o.Project.Status == office.Proposed || o.Project.Status == office.Refused {
			return Offer{Fund: o.Fund}, fault.New(fault.NotFound, "There is no such project here.").
				In("give.closed.unknown")
		}
	}
	if project == "" {
		if o.Others, err = g.running(ctx); err != nil {
			return o, err
		}
	}
	if o.Project.Earmarks {
		if o.Needs, err = g.office.Needs(ctx, project); err != nil {
			return o, err
		}
	}
	return o, g.closed(ctx, o)
}

// running gives the projects that take gifts, the oldest first.
func (g *Gifts) running(ctx context.Context) ([]office.Project, error) {
	all, err := g.office.Projects(ctx)
	return slices.DeleteFunc(all, func(p office.Project) bool {
		return p.Status != office.Running || p.Outside
	}), err
}

// TakesCards says whether gifts may be given by card.
func (g *Gifts) TakesCards() bool { return g.takesCards }

// account reads the fund's account; an IBAN that is none is our own settings' defect.
func (o *Offer) account() (err error) {
	if o.Fund.IBAN == "" {
		return nil
	}
	if o.IBAN, err = reference.ParseIBAN(o.Fund.IBAN); err == nil && o.Fund.BIC != "" {
		o.BIC, err = reference.ParseBIC(o.Fund.BIC)
	}
	if err != nil {
		return fault.Wrap(err, fault.Internal, "The fund's own account is not a valid one.")
	}
	return nil
}

// closed says why nothing can be taken for an offer now, or nil.
func (g *Gifts) closed(ctx context.Context, o Offer) error {
	switch {
	case !o.Fund.SiteLive:
		return fault.New(fault.Conflict, "This fund has not opened yet.").In("give.closed.not-live")
	case o.Project.Slug != "" && o.Project.Outside:
		return fault.New(fault.Conflict, "This project is outside the legal body and cannot collect here.").
			In("give.closed.outside")
	case o.Project.Status == office.Closed:
		return fault.New(fault.Conflict, "This project is closed and takes no more gifts.").In("give.closed.over")
	}
	if err := o.Fund.Collects(g.today()); err != nil {
		return err
	}
	if o.IBAN == "" && !g.takesCards {
		return fault.New(fault.Conflict,
			"The fund has not said yet how it can be paid.").In("give.closed.no-account")
	}
	return g.potsAreOpen(ctx, o)
}

// potsAreOpen refuses an offer whose pot is not open, or is kept as capital.
func (g *Gifts) potsAreOpen(ctx context.Context, o Offer) error {
	pots, err := g.app.Reading().Pots(ctx)
	if err != nil {
		return err
	}
	want := o.Project.Slug
	if want == "" {
		want = o.Fund.Pot
	}
	for _, pot := range pots {
		if pot.Slug == want && pot.Purpose == giving.Spendable {
			return nil
		}
	}
	return fault.New(fault.Conflict, "There is no pot to put this gift in yet.").In("give.closed.no-pot")
}

// today gives the civil day in the fund's zone.
func (g *Gifts) today() journal.Day { return journal.DayOf(g.app.Now().In(g.app.Zone())) }

// CanHalve says whether a gift can be divided between the project and the fund as a whole.
func (o Offer) CanHalve() bool {
	return o.Project.Slug != "" && o.Fund.Pot != "" && o.Fund.Pot != o.Project.Slug
}

// shares gives how a gift is divided: its whole to the project or the fund, or half of it, the odd
// cent included, to the project and the rest to the fund.
func (o Offer) shares(to For) Shares {
	switch {
	case to == ForHalf && o.CanHalve():
		return Shares{{o.Project.Slug, 1}, {o.Fund.Pot, 1}}
	case to == ForFund || o.Project.Slug == "":
		return Whole(o.Fund.Pot)
	}
	return Whole(o.Project.Slug)
}

// hasNeed says whether a gift may be tied to a need.
func (o Offer) hasNeed(need string) bool {
	return slices.ContainsFunc(o.Needs, func(n office.Need) bool { return n.Need == need })
}

// Fee gives what the processor is expected to keep of an amount, 0 for a transfer.
func (o Offer) Fee(means string, amount int64) (int64, error) {
	if means != MeansCard {
		return 0, nil
	}
	fee, err := pay.Tariff{Since: "1970-01-01", Fixed: money.Amount{Minor: o.Fund.CardFixed, Unit: o.Unit},
		BasisPoints: o.Fund.CardBasis}.Fee(money.Amount{Minor: amount, Unit: o.Unit})
	return fee.Minor, err
}
