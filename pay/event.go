// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import "time"

// Kind is what a message says has happened.
type Kind string

// The kinds of messages, each with what Event.Object names.
const (
	SessionDone       Kind = "session-done"        // session: the payer is done; paid, pending or failed
	SessionGone       Kind = "session-gone"        // session: it expired
	InstalmentTaken   Kind = "instalment-taken"    // instalment
	InstalmentRefused Kind = "instalment-refused"  // instalment
	Refunded          Kind = "refunded"            // payment: a refund was made, changed or failed
	DisputeOpened     Kind = "dispute-opened"      // payment
	DisputeClosedWon  Kind = "dispute-closed-won"  // payment
	DisputeClosedLost Kind = "dispute-closed-lost" // payment
	FundsWithdrawn    Kind = "funds-withdrawn"     // payment: by a dispute
	FundsReinstated   Kind = "funds-reinstated"    // payment: after a dispute
	PayoutSent        Kind = "payout-sent"         // payout
	PayoutReturned    Kind = "payout-returned"     // payout: it failed or was cancelled
	SubscriptionOver  Kind = "subscription-over"   // subscription
	Other             Kind = "other"               // nothing that we follow; Object is empty
)

// Event is a provider's message, once its signature was found good: a hint to read Object again.
type Event struct {
	ID     string // the provider's; the same message sent again has the same one
	Kind   Kind
	Object string // id of what to read
	At     time.Time
}
