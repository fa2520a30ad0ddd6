// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts

import (
	"context"

	"ecot/fault"
	"ecot/money"
	"ecot/office"
	"ecot/pay/reference"
)

// Payment is a promise with all that its giver needs to pay it.
type Payment struct {
	Promise   office.Promise
	Project   office.Project // without a slug for the fund as a whole
	Need      office.Need    // that it is tied to, without a token for none
	Half      bool           // half of it goes to the fund as a whole
	Unit      money.Unit
	Fee       int64 // that the processor is expected to keep, minor units
	Holder    string
	IBAN      reference.IBAN
	BIC       reference.BIC
	Reference reference.Reference
}

// EPC gives the transfer that the payment's QR code proposes (EPC069-12).
func (p Payment) EPC() reference.EPC {
	return reference.EPC{Name: p.Holder, BIC: p.BIC, IBAN: p.IBAN, Reference: p.Reference, Purpose: "CHAR",
		Amount: money.Amount{Minor: p.Promise.Amount, Unit: p.Unit}}
}

// Payment gives what is needed to pay a promise, by its id.
func (g *Gifts) Payment(ctx context.Context, id string) (Payment, error) {
	p, found, err := g.office.Promise(ctx, id)
	if err != nil {
		return Payment{}, err
	}
	if !found {
		return Payment{}, fault.New(fault.NotFound, "There is no such promise.")
	}
	pay, offer, err := g.about(ctx, p)
	if err != nil {
		return pay, err
	}
	pay.Holder, pay.IBAN, pay.BIC = offer.Fund.LegalName, offer.IBAN, offer.BIC
	pay.Fee, err = offer.Fee(p.Means, p.Amount)
	return pay, err
}

// about says what a promise is for.
func (g *Gifts) about(ctx context.Context, p office.Promise) (Payment, Offer, error) {
	pay := Payment{Promise: p, Reference: reference.Reference(p.Reference), Unit: g.app.Unit()}
	purpose, found, err := g.office.Purpose(ctx, p.Reference)
	if err != nil || !found {
		return pay, Offer{}, err
	}
	shares, err := ParseShares(purpose.Shares)
	if err != nil {
		return pay, Offer{}, err
	}
	offer, err := g.Offer(ctx, "")
	if code := fault.CodeOf(err); err != nil && code != fault.Conflict {
		return pay, offer, err
	}
	if shares[0].Pot != offer.Fund.Pot {
		if pay.Project, _, err = g.office.Project(ctx, shares[0].Pot); err != nil {
			return pay, offer, err
		}
		if pay.Project.Slug == "" { // a pot that no project stands behind
			pay.Project.Slug, pay.Project.Title = shares[0].Pot, shares[0].Pot
		}
	}
	pay.Half = len(shares) > 1
	if purpose.Need == "" {
		return pay, offer, nil
	}
	needs, err := g.office.Needs(ctx, shares[0].Pot)
	pay.Need = office.Need{Need: purpose.Need, Title: purpose.Need}
	for _, need := range needs {
		if need.Need == purpose.Need {
			pay.Need = need
		}
	}
	return pay, offer, err
}
