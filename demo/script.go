// SPDX-License-Identifier: AGPL-3.0-or-later

package demo

import (
	"slices"
	"time"

	"ecot/app"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/money"
)

// act is one command of the play, with its instant and its key.
type act struct {
	at       time.Time
	key      string
	of       string // key of the earlier act that it is about, empty for none
	command  func(of int64) mechanism.Command
	person   app.Person
	private  []app.Private
	provider int64  // minor units that it adds to the provider's balance
	gift     bool   // whether it is a gift
	erase    string // handle of who is erased, instead of a command
}

// script is a play that is being written. The first error stays in err and spoils it.
type script struct {
	zone *time.Location
	acts []act
	err  error
}

// moment is when something happens: a day of 2025 as "03-14" and a time as "10:30".
type moment struct{ day, time string }

func (s *script) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// add writes one act down; its key is made of its day and its name.
func (s *script) add(when moment, name string, a act) {
	at, err := time.ParseInLocation("2006-01-02 15:04", "2025-"+when.day+" "+when.time, s.zone)
	if err != nil {
		s.fail(err)
	}
	a.at, a.key = at, key(when.day, name)
	s.acts = append(s.acts, a)
}

// key gives the key of the act of that name on a day of 2025.
func key(day, name string) string { return "demo/2025-" + day + "/" + name }

// day gives a day of 2025.
func (s *script) day(text string) journal.Day {
	day, ok := journal.ParseDay("2025-" + text)
	if !ok {
		s.fail(&time.ParseError{Layout: time.DateOnly, Value: text})
	}
	return day
}

// inOrder gives the acts by their instants; of one instant, in the order in which they were written.
func (s *script) inOrder() ([]act, error) {
	slices.SortStableFunc(s.acts, func(a, b act) int { return a.at.Compare(b.at) })
	return s.acts, s.err
}

// channel is how money comes in.
type channel string

const (
	byTransfer channel = "transfer"
	byDebit    channel = "debit"
	byCard     channel = "card"
	byHand     channel = "hand" // cash or a cheque
)

// assets are where the fund's money is: its bank account, the card provider, the cash box.
const (
	bank     = "bank"
	provider = "provider"
	cash     = "cash"
)

// asset gives where money that comes this way is first.
func (c channel) asset() string {
	switch c {
	case byCard:
		return provider
	case byHand:
		return cash
	}
	return bank
}

// donor is who gives or is paid.
type donor struct {
	app.Person
	kind   giving.Donor
	appeal bool // whether the public appeal brought what they give
}

// gift is money given.
type gift struct {
	when  moment
	name  string
	from  donor
	by    channel
	to    []journal.Share
	memo  string // the giver's words, or empty
	of    string // key of the arrival that it is taken from, or empty
	part  string // id of the regular gift that it is an instalment of, or empty
	given string // day on which it had been given, when that is not today
}

// whole gives all of an amount to one pot.
func whole(pot string, minor int64) []journal.Share {
	return []journal.Share{{Pot: pot, Amount: minor}}
}

// give writes a gift down.
func (s *script) give(g gift) {
	in := giving.Inflow{Unit: euro, Into: g.by.asset(), Nature: giving.Gift, Donor: g.from.kind,
		Given: s.day(g.when.day), Generosity: g.from.appeal, Evidence: giving.Proved}
	if g.given != "" {
		in.Given = s.day(g.given)
	}
	for _, share := range g.to {
		in.Gross += share.Amount
	}
	a := act{of: g.of, person: g.from.Person, gift: true}
	switch g.by {
	case byCard:
		in.Fee = s.cardFee(in.Gross)
		a.provider = in.Gross - in.Fee
	case byHand:
		in.Evidence = giving.Declared
	default:
		in.Credited = in.Given
	}
	if g.memo != "" {
		a.private = []app.Private{{Field: "memo", Value: g.memo}}
	}
	a.command = func(of int64) mechanism.Command {
		return &giving.Give{Given: giving.Given{Inflow: in, To: slices.Clone(g.to), Arrival: of, Regular: g.part}}
	}
	s.add(g.when, g.name, a)
}

// cardFee gives what the provider keeps of a card payment: 0,25 and 1,5 %, half a cent up.
func (s *script) cardFee(gross int64) int64 {
	part, err := money.MulDivHalfUp(gross, 15, 1000)
	if err != nil {
		s.fail(err)
	}
	return 25 + part
}

// arrive writes down a transfer that nobody can place; line is what the bank says of it.
func (s *script) arrive(when moment, name string, minor int64, line string) {
	day := s.day(when.day)
	s.add(when, name, act{private: []app.Private{{Field: "line", Value: line}},
		command: func(int64) mechanism.Command {
			return &giving.Receive{Arrived: giving.Arrived{Inflow: giving.Inflow{Unit: euro, Gross: minor, Into: bank,
				Nature: giving.NatureUnknown, Donor: giving.DonorUnknown, Given: day, Credited: day,
				Evidence: giving.Proved}}}
		}})
}

// back writes down that money of the gift of that key goes back.
func (s *script) back(when moment, name, of string, f giving.Refunded) {
	f.Unit, f.Evidence, f.On = euro, giving.Proved, s.day(when.day)
	a := act{of: of, command: func(of int64) mechanism.Command {
		f.Of = of
		return &giving.GiveBack{Refunded: f}
	}}
	if f.Through == provider {
		a.provider = -f.Back[0].Amount
	}
	s.add(when, name, a)
}

// charge writes down a fee, borne by the pot fonds; of may be empty.
func (s *script) charge(when moment, name, of string, f giving.FeeCharged) {
	f.Pot, f.Unit, f.Evidence, f.On = fonds, euro, giving.Proved, s.day(when.day)
	a := act{of: of, command: func(of int64) mechanism.Command {
		f.Of = of
		return &giving.Charge{FeeCharged: f}
	}}
	if f.Through == provider {
		a.provider = -f.Amount
	}
	s.add(when, name, a)
}

// move writes down that money has reached the bank from another of the fund's assets.
func (s *script) move(when moment, name, from string, minor int64) {
	f := giving.Moved{Unit: euro, Amount: minor, From: from, Into: bank, Evidence: giving.Proved,
		On: s.day(when.day)}
	a := act{command: func(int64) mechanism.Command { return &giving.Move{Moved: f} }}
	if from == provider {
		a.provider = -minor
	}
	s.add(when, name, a)
}

// The mandates that sign.
const (
	treasurer = "treasurer"
	president = "president"
)

// bill is what somebody asks to be paid, which two roles approve on the day that it comes in.
type bill struct {
	day   string
	name  string
	pot   string
	minor int64
	payee donor
	to    giving.Destination
	text  string // of the invoice
}

// claim writes down a bill and its two approvals, and gives its key.
func (s *script) claim(b bill) string {
	day, of := s.day(b.day), key(b.day, b.name)
	s.add(moment{b.day, "09:10"}, b.name, act{person: b.payee.Person,
		private: []app.Private{{Field: "document", Value: b.text}},
		command: func(int64) mechanism.Command {
			return &giving.Claim{Claimed: giving.Claimed{Pot: b.pot, Unit: euro, Amount: b.minor,
				Destination: b.to, Payee: b.payee.kind, On: day}}
		}})
	s.approve(moment{b.day, "10:30"}, b.name+"-treasurer", of, treasurer)
	s.approve(moment{b.day, "16:45"}, b.name+"-president", of, president)
	return of
}

func (s *script) approve(when moment, name, of, role string) {
	day := s.day(when.day)
	s.add(when, name, act{of: of, command: func(of int64) mechanism.Command {
		return &giving.Approve{Approved: giving.Approved{Of: of, By: role, On: day}}
	}})
}

// pay writes down that the bill of that key left the bank.
func (s *script) pay(day, name, of string) {
	on := s.day(day)
	s.add(moment{day, "09:30"}, name, act{of: of, command: func(of int64) mechanism.Command {
		return &giving.Pay{Paid: giving.Paid{Of: of, Through: bank, On: on, Evidence: giving.Proved}}
	}})
}
