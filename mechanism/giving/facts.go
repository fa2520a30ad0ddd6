// SPDX-License-Identifier: AGPL-3.0-or-later

package giving

import (
	"ecot/journal"
	"ecot/money"
)

// Nature says what kind of income money is.
type Nature string

// The natures of income; the law treats each apart (gift: CGI art. 200 and 238 bis; sponsorship
// and sale are commerce; a grant is public money).
const (
	Gift          Nature = "gift"
	Sale          Nature = "sale"
	Sponsorship   Nature = "sponsorship"
	Grant         Nature = "grant"
	NatureUnknown Nature = "unknown"
)

// Donor says what kind of person gave.
type Donor string

// The kinds of donors.
const (
	Person       Donor = "person"
	Company      Donor = "company"
	Association  Donor = "association"
	PublicBody   Donor = "public-body"
	DonorUnknown Donor = "unknown"
)

// Evidence says how well an amount is known.
type Evidence string

// The classes of evidence, from the strongest.
const (
	Proved   Evidence = "proved"   // a bank or provider line matched it
	Attested Evidence = "attested" // a named third party signed it
	Declared Evidence = "declared" // the operator's word only
)

// Destination says what an expense is for, as the accounts of a body that appeals to public
// generosity must (ANC regulation 2018-06, compte d'emploi des ressources).
type Destination string

// The destinations of expenses.
const (
	Mission            Destination = "mission"
	Fundraising        Destination = "fundraising"
	Running            Destination = "running"
	DestinationUnknown Destination = "unknown"
)

// Inflow is what every fact that brings money in says about it.
type Inflow struct {
	Unit       money.Unit
	Gross      int64 // minor units that the giver parted with
	Fee        int64 // minor units kept by the processor, out of Gross
	Into       string
	Nature     Nature
	Donor      Donor
	Given      journal.Day // when the giver gave, in the fund's zone
	Credited   journal.Day // when it was credited to the fund; 0 when not known yet
	Reward     int64       // value of what the giver got in return, minor units
	Generosity bool        // whether a public appeal brought it
	Evidence   Evidence
	Source     string // where an imported line comes from, such as "opencollective:contribution"
}

func (in *Inflow) fields(c *journal.Codec) {
	c.Unit("unit", &in.Unit)
	c.Amount("gross", &in.Gross, 1)
	c.Int("fee", &in.Fee, 0, in.Gross)
	c.Token("into", &in.Into)
	journal.Choice(c, "nature", &in.Nature, Gift, Sale, Sponsorship, Grant, NatureUnknown)
	journal.Choice(c, "donor", &in.Donor, Person, Company, Association, PublicBody, DonorUnknown)
	c.Day("given", &in.Given)
	c.OptDay("credited", &in.Credited)
	c.Amount("reward", &in.Reward, 0)
	c.Flag("generosity", &in.Generosity)
	evidence(c, &in.Evidence)
	c.OptToken("source", &in.Source)
}

// Booked gives the day on which the money is booked: when it was credited, where that is known, else
// when it was given.
func (in *Inflow) Booked() journal.Day {
	if in.Credited != 0 {
		return in.Credited
	}
	return in.Given
}

func evidence(c *journal.Codec, v *Evidence) {
	journal.Choice(c, "evidence", v, Proved, Attested, Declared)
}

// PotOpened says that money can be held for a purpose from now on.
type PotOpened struct {
	Slug    string
	Purpose Purpose
	Title   journal.Digest // salted digest of the name shown, may be none
}

// Purpose says what a pot's money may do.
type Purpose string

// The purposes of pots.
const (
	Spendable Purpose = "spendable" // expenses and transfers may leave it
	Endowment Purpose = "endowment" // kept as capital: only fees, refunds and reversals leave it
)

// Name gives the kind.
func (*PotOpened) Name() string { return "pot/v1" }

// Fields visits the fields in their order.
func (f *PotOpened) Fields(c *journal.Codec) {
	c.Token("pot", &f.Slug)
	journal.Choice(c, "purpose", &f.Purpose, Spendable, Endowment)
	c.OptDigest("title", &f.Title)
}

// Given says that money was given, to one pot or to several; or that money which had arrived
// without a sign of its purpose was found to be a gift.
type Given struct {
	Inflow
	To      []journal.Share // sums to Gross; the first bears the fee
	Arrival int64           // the arrival that it is taken from, 0 for none
	Need    string          // the need of the pot's appeal that it is tied to; empty: whatever is needed
	Regular string          // random id of the regular gift that it is an instalment of, empty for none
	Counts  Counts
	Who     journal.Digest // commitment to the giver, may be none
	Memo    journal.Digest // commitment to the giver's words, may be none
}

// Counts places a gift among its giver's gifts, so that people can be counted without an id.
// Sums of these are the operator's word.
type Counts struct {
	Nth              int64 // the giver's Nth gift to the first pot, 0 when the giver is not known
	FirstOfMonth     bool  // first of this giver to that pot in the month of Given
	NthFund          int64 // the same two for the fund as a whole
	FirstOfMonthFund bool
}

// Name gives the kind.
func (*Given) Name() string { return "gift/v1" }

// Fields visits the fields in their order.
func (f *Given) Fields(c *journal.Codec) {
	f.Inflow.fields(c)
	c.Shares("to", &f.To, 1)
	c.OptRef("arrival", &f.Arrival)
	c.OptToken("need", &f.Need)
	c.OptToken("regular", &f.Regular)
	c.Amount("nth", &f.Counts.Nth, 0)
	c.Flag("first-of-month", &f.Counts.FirstOfMonth)
	c.Amount("nth-fund", &f.Counts.NthFund, 0)
	c.Flag("first-of-month-fund", &f.Counts.FirstOfMonthFund)
	c.OptDigest("who", &f.Who)
	c.OptDigest("memo", &f.Memo)
}

// Arrived says that money came in which nobody can place yet.
type Arrived struct {
	Inflow
	Line journal.Digest // salted digest of the bank's line, may be none
}

// Name gives the kind.
func (*Arrived) Name() string { return "arrival/v1" }

// Fields visits the fields in their order.
func (f *Arrived) Fields(c *journal.Codec) {
	f.Inflow.fields(c)
	c.OptDigest("line", &f.Line)
}

// Reason says why money went back the way it came.
type Reason string

// The reasons of a refund.
const (
	GivenBack   Reason = "refund"     // the fund gave it back
	ChargedBack Reason = "chargeback" // the card's holder had it taken back
	SentBack    Reason = "return"     // the bank sent it back
)

// Refunded says that all or part of what an earlier gift, fee or spending moved went back.
type Refunded struct {
	Of       int64
	Unit     money.Unit
	Back     []journal.Share // out of these pots for a gift, into them for a fee or spending
	Fee      int64           // minor units of the processor's fee that came back, to the first pot
	Through  string          // asset that it passed through
	Reason   Reason
	On       journal.Day
	Evidence Evidence
	Source   string
}

// Name gives the kind.
func (*Refunded) Name() string { return "refund/v1" }

// Fields visits the fields in their order.
func (f *Refunded) Fields(c *journal.Codec) {
	c.Ref("of", &f.Of)
	c.Unit("unit", &f.Unit)
	c.Shares("back", &f.Back, 1)
	c.Amount("fee", &f.Fee, 0)
	c.Token("through", &f.Through)
	journal.Choice(c, "reason", &f.Reason, GivenBack, ChargedBack, SentBack)
	c.Day("on", &f.On)
	evidence(c, &f.Evidence)
	c.OptToken("source", &f.Source)
}

// FeeCharged says that a bank, provider or host kept a fee.
type FeeCharged struct {
	Pot      string
	Unit     money.Unit
	Amount   int64
	Through  string
	For      FeeKind
	Of       int64 // the entry that it was charged for, 0 for none
	On       journal.Day
	Evidence Evidence
	Source   string
}

// FeeKind says who kept a fee, and what for.
type FeeKind string

// The kinds of fees.
const (
	BankFee      FeeKind = "bank"
	ProcessorFee FeeKind = "processor"
	HostFee      FeeKind = "host"
	PlatformFee  FeeKind = "platform"
	DisputeFee   FeeKind = "dispute"
	ReturnFee    FeeKind = "return"
	Tax          FeeKind = "tax"
)

// Name gives the kind.
func (*FeeCharged) Name() string { return "fee/v1" }

// Fields visits the fields in their order.
func (f *FeeCharged) Fields(c *journal.Codec) {
	c.Token("pot", &f.Pot)
	c.Unit("unit", &f.Unit)
	c.Amount("amount", &f.Amount, 1)
	c.Token("through", &f.Through)
	journal.Choice(c, "for", &f.For, BankFee, ProcessorFee, HostFee, PlatformFee, DisputeFee, ReturnFee, Tax)
	c.OptRef("of", &f.Of)
	c.Day("on", &f.On)
	evidence(c, &f.Evidence)
	c.OptToken("source", &f.Source)
}

// Moved says that money went from one of the fund's own assets to another.
type Moved struct {
	Unit     money.Unit
	Amount   int64
	From     string
	Into     string
	On       journal.Day
	Evidence Evidence
}

// Name gives the kind.
func (*Moved) Name() string { return "move/v1" }

// Fields visits the fields in their order.
func (f *Moved) Fields(c *journal.Codec) {
	c.Unit("unit", &f.Unit)
	c.Amount("amount", &f.Amount, 1)
	c.Token("from", &f.From)
	c.Token("into", &f.Into)
	c.Day("on", &f.On)
	evidence(c, &f.Evidence)
}

// Transferred says that money held for one purpose is now held for another.
type Transferred struct {
	Unit    money.Unit
	Amount  int64
	From    string
	To      string
	By      []string       // the two roles that signed
	Because journal.Digest // salted digest of the published reason, may be none
	On      journal.Day
}

// Name gives the kind.
func (*Transferred) Name() string { return "transfer/v1" }

// Fields visits the fields in their order.
func (f *Transferred) Fields(c *journal.Codec) {
	c.Unit("unit", &f.Unit)
	c.Amount("amount", &f.Amount, 1)
	c.Token("from", &f.From)
	c.Token("to", &f.To)
	c.Tokens("by", &f.By, 2, 2)
	c.OptDigest("because", &f.Because)
	c.Day("on", &f.On)
}

// Spent says that an expense was paid whose approvals are not in this journal: history from
// elsewhere, a gift to others, or a card payment booked from the bank's line.
type Spent struct {
	Pot         string
	Unit        money.Unit
	Amount      int64 // minor units that the payee got
	Fee         int64 // minor units that the transfer cost on top, from the same pot
	Through     string
	As          Spending
	Destination Destination
	Payee       Donor
	On          journal.Day
	Evidence    Evidence
	Source      string
	Who         journal.Digest
	Memo        journal.Digest
}

// Spending says whether a payment bought something or was a gift to others.
type Spending string

// The kinds of spending.
const (
	Expense      Spending = "expense"
	GiftToOthers Spending = "gift-to-others"
)

// Name gives the kind.
func (*Spent) Name() string { return "spending/v1" }

// Fields visits the fields in their order.
func (f *Spent) Fields(c *journal.Codec) {
	c.Token("pot", &f.Pot)
	c.Unit("unit", &f.Unit)
	c.Amount("amount", &f.Amount, 1)
	c.Amount("fee", &f.Fee, 0)
	c.Token("through", &f.Through)
	journal.Choice(c, "as", &f.As, Expense, GiftToOthers)
	destination(c, &f.Destination)
	journal.Choice(c, "payee", &f.Payee, Person, Company, Association, PublicBody, DonorUnknown)
	c.Day("on", &f.On)
	evidence(c, &f.Evidence)
	c.OptToken("source", &f.Source)
	c.OptDigest("who", &f.Who)
	c.OptDigest("memo", &f.Memo)
}

func destination(c *journal.Codec, v *Destination) {
	journal.Choice(c, "destination", v, Mission, Fundraising, Running, DestinationUnknown)
}

// Reversed says that an earlier entry was wrong: its postings are undone by their opposites.
// What is right follows as an entry of its own.
type Reversed struct {
	Of      int64
	By      string         // the role that corrected
	Because journal.Digest // salted digest of the reason, may be none
	On      journal.Day
}

// Name gives the kind.
func (*Reversed) Name() string { return "reversal/v1" }

// Fields visits the fields in their order.
func (f *Reversed) Fields(c *journal.Codec) {
	c.Ref("of", &f.Of)
	c.Token("by", &f.By)
	c.OptDigest("because", &f.Because)
	c.Day("on", &f.On)
}
