// SPDX-License-Identifier: AGPL-3.0-or-later

// Package bank holds the fund's books against what its bank says.
//
// A statement brings lines. A line that cites a reference that the fund gave out is booked by itself; of
// any other a person says what it is, from suggestions that say why. What a line is to be booked as is
// kept first, then goes into the journal under a key made of the line, then the line is settled: whatever
// stops in between is done again by Heal, and comes to the same. Nothing is edited: what was booked wrongly
// is reversed, and the line waits again.
//
// Its one invariant: a line of the bank is in the journal at most once, and what is booked of it comes to
// its amount, on the day on which the bank booked it or, when that month is closed, on the first open day.
package bank

import (
	"context"
	"strings"
	"sync"

	"ecot/app"
	"ecot/app/cards"
	"ecot/app/gifts"
	"ecot/app/profile"
	"ecot/app/reading"
	"ecot/fault"
	"ecot/journal"
	"ecot/money"
	"ecot/office"
	"ecot/pay/matching"
)

// Provider is the card provider as far as the bank sees it; app/cards is one.
type Provider interface {
	// Payouts gives what the bank has yet to show of payouts.
	Payouts(ctx context.Context) ([]matching.Payout, error)
	// Land books that a line showed a payout, and gives the entry's index.
	Land(ctx context.Context, l cards.Landing) (int64, error)
}

// Outgoing is what pays approved expenses; app/payouts is one.
type Outgoing interface {
	// Expected gives the payments that a line may show, or bring back.
	Expected(ctx context.Context) ([]matching.Payment, error)
	// Seen books that a line showed a payment, and gives the entry's index.
	Seen(ctx context.Context, s Seen) (int64, error)
	// Returned books that a line brought a payment back, and gives the entry's index.
	Returned(ctx context.Context, s Seen) (int64, error)
}

// Seen is a payment as a line of the bank shows it. What it books carries its key, so that the same is
// booked once.
type Seen struct {
	Key   string // of the command that books it
	Once  app.Once
	ID    string // of the payment
	Asset string // that it left, or came back to
	On    journal.Day
	Code  string // why it came back, such as AC04
	By    string // mandate
}

// Options are what the bank asks beyond the journal. Either may be nil.
type Options struct {
	Provider Provider
	Outgoing Outgoing
}

// Bank is the bank's side of one instance. It is safe for many goroutines.
type Bank struct {
	app     *app.App
	office  *office.Office
	gifts   *gifts.Gifts
	read    *reading.Reader
	options Options

	healing sync.Mutex // one at a time: what is booked may be asked of the provider too
	book    book
	crash   func(point string) error // stops between two writes, in tests
}

// New gives the bank of an instance.
func New(a *app.App, options Options) *Bank {
	return &Bank{app: a, office: a.Office(), gifts: gifts.New(a), read: a.Reading(), options: options,
		crash: func(string) error { return nil }}
}

// Names of settings.
const (
	daysSetting = "bank-arrival-days" // after how many days money with a likely sign is booked as arrived
	mainAsset   = "bank"              // of the account that the profile names
	provider    = "provider"          // asset in which the card provider holds money
	defaultDays = 30
)

// Accounts gives the fund's bank accounts, the one that its profile names first.
func (b *Bank) Accounts(ctx context.Context) ([]office.BankAccount, error) {
	all, err := b.office.BankAccounts(ctx)
	if err != nil {
		return nil, err
	}
	fund, err := profile.Load(ctx, b.office)
	if err != nil {
		return nil, err
	}
	for i, a := range all {
		if a.Asset == mainAsset {
			all[0], all[i] = all[i], all[0]
			return all, nil
		}
	}
	if fund.IBAN == "" {
		return all, nil
	}
	main := office.BankAccount{IBAN: compact(fund.IBAN), Currency: b.app.Unit(), Asset: mainAsset}
	return append([]office.BankAccount{main}, all...), nil
}

// AddAccount makes a further account of the fund's known, as an asset of the journal.
func (b *Bank) AddAccount(ctx context.Context, a office.BankAccount) error {
	a.IBAN, a.Since = compact(a.IBAN), b.app.Now().Unix()
	if a.Currency == "" {
		a.Currency = b.app.Unit()
	}
	if a.IBAN == "" || !journal.IsSlug(a.Asset) || a.Asset == provider || a.Asset == "cash" {
		return fault.New(fault.Invalid,
			"An account has a number, and a name of its own in the journal such as savings.").
			In("bank.account-invalid")
	}
	if a.Currency != b.app.Unit() {
		return currencyRefused(a.IBAN, a.Currency, b.app.Unit())
	}
	all, err := b.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.IBAN == a.IBAN || other.Asset == a.Asset {
			return fault.New(fault.Conflict, "An account with this number or this name is there already.").
				In("bank.account-there")
		}
	}
	return b.office.Do(ctx, func(tx *office.Tx) error { return tx.PutBankAccount(ctx, a) })
}

func currencyRefused(account string, has, want money.Unit) error {
	return fault.New(fault.Invalid, "The account %s is in %s, but the fund counts in %s: only that is booked.",
		account, has, want).In("bank.currency", "account", account, "has", string(has), "want", string(want))
}

// account gives the account of a number, or says how to make it known.
func (b *Bank) account(ctx context.Context, number string) (office.BankAccount, error) {
	all, err := b.Accounts(ctx)
	if err != nil {
		return office.BankAccount{}, err
	}
	for _, a := range all {
		if a.IBAN == compact(number) {
			return a, nil
		}
	}
	return office.BankAccount{}, fault.New(fault.NotFound,
		"The fund does not know the account %s. If it is the "+
			"fund's own, enter it in the settings, or add it with ecot bank --add %s --as savings.", number,
		compact(number)).
		In("bank.unknown-account", "account", number)
}

// compact writes an account's number in capitals, without blanks.
func compact(number string) string { return strings.ToUpper(strings.Join(strings.Fields(number), "")) }

// today gives the civil day in the fund's zone.
func (b *Bank) today() journal.Day { return journal.DayOf(b.app.Now().In(b.app.Zone())) }
