// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"time"

	"ecot/money"
)

// SubscriptionStatus is where a subscription stands.
type SubscriptionStatus string

// The states of a subscription.
const (
	SubscriptionWaiting SubscriptionStatus = "waiting" // the first payment is not made
	SubscriptionActive  SubscriptionStatus = "active"
	SubscriptionPaused  SubscriptionStatus = "paused" // nothing is taken until it is resumed
	SubscriptionLate    SubscriptionStatus = "late"   // the last instalment failed; the provider tries again
	SubscriptionEnded   SubscriptionStatus = "ended"  // for ever
)

// Subscription is a payment that comes back until it is stopped.
type Subscription struct {
	ID        string
	Reference string
	Status    SubscriptionStatus
	Amount    money.Amount
	Every     Period
	Next      time.Time // when the next instalment is due; zero once ended
	Created   time.Time
	Ended     time.Time // zero until ended
}

// Act is a change to a subscription.
type Act string

// The acts.
const (
	Stop    Act = "stop"
	Pause   Act = "pause"
	Resume  Act = "resume"
	Reprice Act = "reprice" // another amount from the next instalment on
)

// Revision asks for a change to a subscription.
type Revision struct {
	Subscription string
	Act          Act
	Amount       money.Amount // of Reprice, in the subscription's currency
	Key          string       // idempotency key, 1 to 200 bytes
}

// InstalmentStatus is where an instalment stands.
type InstalmentStatus string

// The states of an instalment.
const (
	InstalmentOpen   InstalmentStatus = "open" // not tried yet
	InstalmentPaid   InstalmentStatus = "paid"
	InstalmentFailed InstalmentStatus = "failed" // refused at least once; NextTry says if it is tried again
	InstalmentVoid   InstalmentStatus = "void"   // never taken: the subscription was paused or ended
)

// Instalment is one month's or year's payment of a subscription.
type Instalment struct {
	ID           string
	Subscription string // empty when the provider's invoice is not of a subscription: not ours
	Reference    string
	Status       InstalmentStatus
	Amount       money.Amount
	Payment      string // id of the payment; empty until one was tried
	NextTry      time.Time
	Created      time.Time
}
