// SPDX-License-Identifier: AGPL-3.0-or-later

package stripe

import (
	"bytes"
	"encoding/json"
	"time"

	"ecot/pay"
)

// expandable is a reference that Stripe gives as an id, or as the whole object when it was asked to
// expand it, or as null.
type expandable[T any] struct {
	ID     string
	Object *T // nil unless expanded
}

// UnmarshalJSON reads an id, an object with an id, or null.
func (e *expandable[T]) UnmarshalJSON(text []byte) error {
	*e = expandable[T]{}
	text = bytes.TrimSpace(text)
	if len(text) > 0 && text[0] != '{' {
		return json.Unmarshal(text, &e.ID)
	}
	var named struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(text, &named); err != nil {
		return err
	}
	var object T
	if err := json.Unmarshal(text, &object); err != nil {
		return err
	}
	e.ID, e.Object = named.ID, &object
	return nil
}

// The shapes below name Stripe's fields, and only those that we read; see docs.stripe.com/api.

type metadata struct {
	Reference string `json:"reference"` // our own, which we gave with the order
}

type checkoutSession struct {
	ID            string                    `json:"id"`
	URL           string                    `json:"url"`
	Mode          string                    `json:"mode"`
	Status        string                    `json:"status"`
	PaymentStatus string                    `json:"payment_status"`
	Reference     string                    `json:"client_reference_id"`
	Amount        *int64                    `json:"amount_total"`
	Currency      string                    `json:"currency"`
	PaymentIntent expandable[paymentIntent] `json:"payment_intent"`
	Subscription  expandable[struct{}]      `json:"subscription"`
	Invoice       expandable[struct{}]      `json:"invoice"`
	Created       int64                     `json:"created"`
	ExpiresAt     int64                     `json:"expires_at"`
}

type paymentIntent struct {
	ID               string             `json:"id"`
	Status           string             `json:"status"`
	Amount           int64              `json:"amount"`
	Currency         string             `json:"currency"`
	Created          int64              `json:"created"`
	Metadata         metadata           `json:"metadata"`
	LatestCharge     expandable[charge] `json:"latest_charge"`
	LastPaymentError *struct {
		Code        string `json:"code"`
		DeclineCode string `json:"decline_code"`
	} `json:"last_payment_error"`
}

type charge struct {
	ID                 string                         `json:"id"`
	Status             string                         `json:"status"`
	AmountRefunded     int64                          `json:"amount_refunded"`
	Disputed           bool                           `json:"disputed"`
	BalanceTransaction expandable[balanceTransaction] `json:"balance_transaction"`
	PaymentIntent      expandable[struct{}]           `json:"payment_intent"`
	Created            int64                          `json:"created"`
}

type balanceTransaction struct {
	ID          string             `json:"id"`
	Type        string             `json:"type"`
	Amount      int64              `json:"amount"`
	Fee         int64              `json:"fee"`
	Net         int64              `json:"net"`
	Currency    string             `json:"currency"`
	Source      expandable[source] `json:"source"`
	Created     int64              `json:"created"`
	AvailableOn int64              `json:"available_on"`
}

// source is what a balance transaction came from: a charge, a refund, a dispute, a payout…
type source struct {
	ID            string               `json:"id"`
	Object        string               `json:"object"`
	PaymentIntent expandable[struct{}] `json:"payment_intent"`
}

type refund struct {
	ID                 string                         `json:"id"`
	Status             string                         `json:"status"`
	Amount             int64                          `json:"amount"`
	Currency           string                         `json:"currency"`
	PaymentIntent      expandable[struct{}]           `json:"payment_intent"`
	BalanceTransaction expandable[balanceTransaction] `json:"balance_transaction"`
	FailureTransaction expandable[balanceTransaction] `json:"failure_balance_transaction"`
	Created            int64                          `json:"created"`
}

type dispute struct {
	ID                  string               `json:"id"`
	Status              string               `json:"status"`
	Amount              int64                `json:"amount"`
	Currency            string               `json:"currency"`
	Reason              string               `json:"reason"`
	BalanceTransactions []balanceTransaction `json:"balance_transactions"`
	EvidenceDetails     struct {
		DueBy int64 `json:"due_by"`
	} `json:"evidence_details"`
	Created int64 `json:"created"`
}

type subscription struct {
	ID              string          `json:"id"`
	Status          string          `json:"status"`
	Metadata        metadata        `json:"metadata"`
	PauseCollection json.RawMessage `json:"pause_collection"`
	Created         int64           `json:"created"`
	EndedAt         int64           `json:"ended_at"`
	Items           struct {
		Data []subscriptionItem `json:"data"`
	} `json:"items"`
}

type subscriptionItem struct {
	ID               string `json:"id"`
	Quantity         int64  `json:"quantity"`
	CurrentPeriodEnd int64  `json:"current_period_end"`
	Price            struct {
		Product    expandable[struct{}] `json:"product"`
		UnitAmount *int64               `json:"unit_amount"`
		Currency   string               `json:"currency"`
		Recurring  struct {
			Interval string `json:"interval"`
			Count    int64  `json:"interval_count"`
		} `json:"recurring"`
	} `json:"price"`
}

type invoice struct {
	ID                 string `json:"id"`
	Status             string `json:"status"`
	Total              int64  `json:"total"`
	Currency           string `json:"currency"`
	AttemptCount       int64  `json:"attempt_count"`
	NextPaymentAttempt int64  `json:"next_payment_attempt"`
	Created            int64  `json:"created"`
	Parent             *struct {
		Type                string `json:"type"`
		SubscriptionDetails *struct {
			Subscription expandable[struct{}] `json:"subscription"`
			Metadata     metadata             `json:"metadata"`
		} `json:"subscription_details"`
	} `json:"parent"`
	Payments struct {
		Data []invoicePayment `json:"data"`
	} `json:"payments"`
}

type invoicePayment struct {
	ID      string              `json:"id"`
	Status  string              `json:"status"`
	Invoice expandable[invoice] `json:"invoice"`
	Payment struct {
		PaymentIntent expandable[struct{}] `json:"payment_intent"`
	} `json:"payment"`
	Default bool `json:"is_default"`
}

type payout struct {
	ID             string `json:"id"`
	Status         string `json:"status"`
	Amount         int64  `json:"amount"`
	Currency       string `json:"currency"`
	Reconciliation string `json:"reconciliation_status"`
	Trace          *struct {
		Value string `json:"value"`
	} `json:"trace_id"`
	Created int64 `json:"created"`
	Arrival int64 `json:"arrival_date"`
}

// booking reads a balance transaction; nil is a booking not made yet.
func booking(t *balanceTransaction) (pay.Booking, error) {
	if t == nil {
		return pay.Booking{}, nil
	}
	b := pay.Booking{ID: t.ID, At: instant(t.Created), Available: instant(t.AvailableOn)}
	var err error
	if b.Gross, err = fromStripe(t.Amount, t.Currency); err != nil {
		return pay.Booking{}, err
	}
	if b.Fee, err = fromStripe(t.Fee, t.Currency); err != nil {
		return pay.Booking{}, err
	}
	if b.Net, err = fromStripe(t.Net, t.Currency); err != nil {
		return pay.Booking{}, err
	}
	return b, nil
}

// instant reads seconds since 1970; 0, as null is read, is no instant.
func instant(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
