// SPDX-License-Identifier: AGPL-3.0-or-later

package giving

import (
	"ecot/journal"
	"ecot/money"
)

// Claimed says that somebody asks to be paid out of a pot. It moves nothing.
type Claimed struct {
	Pot         string
	Unit        money.Unit
	Amount      int64
	Destination Destination
	Payee       Donor
	On          journal.Day
	Who         journal.Digest
	Document    journal.Digest // salted digest of the invoice, may be none
}

// Name gives the kind.
func (*Claimed) Name() string { return "expense/v1" }

// Fields visits the fields in their order.
func (f *Claimed) Fields(c *journal.Codec) {
	c.Token("pot", &f.Pot)
	c.Unit("unit", &f.Unit)
	c.Amount("amount", &f.Amount, 1)
	destination(c, &f.Destination)
	journal.Choice(c, "payee", &f.Payee, Person, Company, Association, PublicBody, DonorUnknown)
	c.Day("on", &f.On)
	c.OptDigest("who", &f.Who)
	c.OptDigest("document", &f.Document)
}

// Approved says that one role approved an expense. The second approval sets the money apart.
type Approved struct {
	Of    int64
	By    string
	Final bool // whether this is the second approval
	On    journal.Day
}

// Name gives the kind.
func (*Approved) Name() string { return "approval/v1" }

// Fields visits the fields in their order.
func (f *Approved) Fields(c *journal.Codec) {
	c.Ref("of", &f.Of)
	c.Token("by", &f.By)
	c.Flag("final", &f.Final)
	c.Day("on", &f.On)
}

// Paid says that an approved expense left the fund's account.
type Paid struct {
	Of       int64
	Through  string
	On       journal.Day
	Evidence Evidence
}

// Name gives the kind.
func (*Paid) Name() string { return "payment/v1" }

// Fields visits the fields in their order.
func (f *Paid) Fields(c *journal.Codec) {
	c.Ref("of", &f.Of)
	c.Token("through", &f.Through)
	c.Day("on", &f.On)
	evidence(c, &f.Evidence)
}

// Returned says that the bank sent a payment back; the expense is owed again.
type Returned struct {
	Of       int64 // the expense
	Through  string
	Code     string // the bank's reason, such as "ac04" (ISO 20022 external return reason codes)
	On       journal.Day
	Evidence Evidence
}

// Name gives the kind.
func (*Returned) Name() string { return "payment-return/v1" }

// Fields visits the fields in their order.
func (f *Returned) Fields(c *journal.Codec) {
	c.Ref("of", &f.Of)
	c.Token("through", &f.Through)
	c.Token("code", &f.Code)
	c.Day("on", &f.On)
	evidence(c, &f.Evidence)
}

// Withdrawn says that an expense will not be paid: its claimant took it back, or it was refused.
// Money that was set apart goes back to its pot.
type Withdrawn struct {
	Of  int64
	By  string
	Set bool // whether money had been set apart
	On  journal.Day
}

// Name gives the kind.
func (*Withdrawn) Name() string { return "withdrawal/v1" }

// Fields visits the fields in their order.
func (f *Withdrawn) Fields(c *journal.Codec) {
	c.Ref("of", &f.Of)
	c.Token("by", &f.By)
	c.Flag("set", &f.Set)
	c.Day("on", &f.On)
}
