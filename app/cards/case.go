// SPDX-License-Identifier: AGPL-3.0-or-later

package cards

import (
	"context"
	"errors"
	"strconv"
	"time"

	"ecot/app/gifts"
	"ecot/app/people"
	"ecot/app/queue"
	"ecot/fault"
	"ecot/office"
	"ecot/pay"
)

// The kinds of cases.
const (
	Foreign = "foreign" // a payment of the same account at the provider that no order of ours made
	Unknown = "unknown" // a reference of ours whose promise is not there any more, or an object that is not
	Refused = "refused" // the books refuse it, such as for want of money in a pot
	Payout  = "payout"  // a payout, or a line of one, that is not explained
)

// Case is something about cards that waits for a person.
type Case = office.CardCase

// kept is a refusal that makes a case of its own kind.
type kept struct {
	kind   string
	reason error
}

// Error gives the reason.
func (k *kept) Error() string { return k.reason.Error() }

// Unwrap gives the reason.
func (k *kept) Unwrap() error { return k.reason }

func errForeign(p pay.Payment) error {
	return &kept{Foreign, fault.New(fault.NotFound,
		"A payment of %s was not made through this fund's pages. It is in the provider's account all the same.",
		p.Amount)}
}

func errUnknown(p pay.Payment) error {
	return &kept{Unknown, fault.New(fault.NotFound,
		"Nobody knows what the payment of %s was for: what was promised is not in the office any more.", p.Amount)}
}

// settledByPerson says whether trying again alone will not help what was refused.
func settledByPerson(err error) bool {
	if err == nil {
		return false
	}
	switch fault.CodeOf(err) {
	case fault.Unavailable, fault.Internal:
		return false
	}
	return true
}

// caseOf makes a case of a refusal.
func caseOf(provider, object string, refusal error, now int64) Case {
	made := Case{Provider: provider, Object: object, Kind: Refused, Detail: fault.PublicOf(refusal), Since: now}
	if k := (*kept)(nil); errors.As(refusal, &k) {
		made.Kind = k.kind
	}
	return made
}

// openCase opens a case.
func (c *Cards) openCase(ctx context.Context, made Case) error {
	return c.office.Do(ctx, func(tx *office.Tx) error { return tx.OpenCardCase(ctx, made) })
}

// Cases gives what waits for a person, the oldest first.
func (c *Cards) Cases(ctx context.Context) ([]Case, error) { return c.office.CardCases(ctx) }

// Dismiss closes a case by a mandate, without an entry: what it is about was settled elsewhere.
func (c *Cards) Dismiss(ctx context.Context, provider, object, mandate string) error {
	if mandate == "" {
		return fault.New(fault.Forbidden, "A case is closed by a mandate.")
	}
	return c.office.Do(ctx, func(tx *office.Tx) error {
		return tx.SettleCardCase(ctx, provider, object, c.now(), mandate)
	})
}

// Adoption says what becomes of a payment that nobody can place.
type Adoption struct {
	Provider string
	Payment  string
	To       gifts.Shares
	Handle   string // of the donor, empty for nobody known
	Mandate  string // by whom
}

// Adopt books a payment that nobody can place as a gift. What goes back of it is followed from then on.
func (c *Cards) Adopt(ctx context.Context, a Adoption) (int64, error) {
	if a.Mandate == "" {
		return 0, fault.New(fault.Forbidden, "A payment is placed by a mandate.")
	}
	till, err := c.provider(a.Provider)
	if err != nil {
		return 0, err
	}
	p, err := till.Payment(ctx, a.Payment)
	if err != nil {
		return 0, err
	}
	if p.Status != pay.PaymentPaid {
		return 0, fault.New(fault.Conflict, "This payment is not paid.")
	}
	m, err := c.received(p)
	if errors.Is(err, errNotBooked) {
		return 0, fault.Wrap(err, fault.Unavailable,
			"The provider has not booked this payment yet; try again later.")
	}
	if err != nil {
		return 0, err
	}
	m.To = a.To
	if a.Handle != "" {
		if m.Donor, _, err = c.office.Donor(ctx, a.Handle); err != nil {
			return 0, err
		}
	}
	answer, err := c.gifts.Book(ctx, m)
	if err != nil {
		return 0, err
	}
	err = c.office.Do(ctx, func(tx *office.Tx) error {
		return tx.SettleCardCase(ctx, a.Provider, a.Payment, c.now(), a.Mandate)
	})
	if err != nil {
		return 0, err
	}
	return answer.Index, c.lookPayment(ctx, till, a.Payment)
}

// Queue gives what waits for a person of the fund: each case, and that messages cannot be followed.
func (c *Cards) Queue(ctx context.Context) (items []queue.Item, err error) {
	open, err := c.Cases(ctx)
	if err != nil {
		return nil, err
	}
	for _, one := range open {
		items = append(items, queue.Item{Key: "cards-" + one.Kind, Detail: one.Detail,
			Since: time.Unix(one.Since, 0).UTC(), Right: people.Reconcile, Href: "/desk/cards"})
	}
	failing, _, err := c.office.CardEventsFailing(ctx)
	if failing > 0 {
		items = append(items, queue.Item{Key: "cards-failing", Since: c.app.Now(),
			Pairs: []string{"messages", strconv.FormatInt(failing, 10)}, Right: people.Reconcile, Href: "/desk/cards"})
	}
	return items, err
}

// Standing is how the conversation with the provider goes.
type Standing struct {
	About   pay.About
	Cases   int
	Failing int64     // messages that could not be followed yet
	Last    time.Time // when the last message came; zero when none did
}

// Standing says how it goes.
func (c *Cards) Standing(ctx context.Context) (Standing, error) {
	s := Standing{About: c.About()}
	cases, err := c.Cases(ctx)
	if err != nil {
		return s, err
	}
	s.Cases = len(cases)
	failing, last, err := c.office.CardEventsFailing(ctx)
	if s.Failing = failing; last > 0 {
		s.Last = time.Unix(last, 0).UTC()
	}
	return s, err
}
