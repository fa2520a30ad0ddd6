// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"ecot/fault"
	"ecot/money"
)

// Limits of what is asked of a provider, the narrowest of those that we know.
const (
	MaxPurpose = 250              // bytes of Order.Purpose
	MaxKey     = 200              // bytes of an idempotency key
	MinExpires = 30 * time.Minute // from now to Order.Expires
	MaxExpires = 24 * time.Hour
)

// reference is what Order.Reference may be.
var reference = regexp.MustCompile(`^[A-Za-z0-9._:/-]{1,200}$`)

// identifier is what an id of a provider's object may be: it goes into an address.
var identifier = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)

// Check says what is wrong with an order, as fault.Invalid, or nothing. Every provider checks
// the orders it gets.
func (o Order) Check(now time.Time) error {
	switch {
	case !reference.MatchString(o.Reference):
		return fault.New(fault.Invalid, "The reference of an order is 1 to 200 letters, digits, and . _ : / -")
	case o.Every != Once && o.Every != Monthly && o.Every != Yearly:
		return fault.New(fault.Invalid, "A payment is made once, every month or every year, not %q.", o.Every)
	case !oneLine(o.Purpose, MaxPurpose):
		return fault.New(fault.Invalid, "The purpose of an order is one line of 1 to %d bytes.", MaxPurpose)
	case o.Lang != "fr" && o.Lang != "en":
		return fault.New(fault.Invalid, "The provider's page is asked for in fr or en, not %q.", o.Lang)
	case !address(o.Return) || !address(o.Cancel):
		return fault.New(fault.Invalid, "A payer comes back to a full address that begins with https://.")
	}
	if !o.Expires.IsZero() && (o.Expires.Before(now.Add(MinExpires)) || o.Expires.After(now.Add(MaxExpires))) {
		return fault.New(fault.Invalid, "A payment page stays open for 30 minutes to 24 hours.")
	}
	if err := CheckAmount(o.Amount); err != nil {
		return err
	}
	return CheckKey(o.Key)
}

// Check says what is wrong with the form of a refund, as fault.Invalid, or nothing.
func (r RefundOrder) Check() error {
	if err := CheckAmount(r.Amount); err != nil {
		return err
	}
	if err := CheckKey(r.Key); err != nil {
		return err
	}
	return CheckID(r.Payment)
}

// Check says what is wrong with the form of a revision, as fault.Invalid, or nothing.
func (r Revision) Check() error {
	switch r.Act {
	case Stop, Pause, Resume:
	case Reprice:
		if err := CheckAmount(r.Amount); err != nil {
			return err
		}
	default:
		return fault.New(fault.Invalid, "A subscription is stopped, paused, resumed or repriced, not %q.", r.Act)
	}
	if err := CheckKey(r.Key); err != nil {
		return err
	}
	return CheckID(r.Subscription)
}

// CheckAmount refuses, with fault.Invalid, what cannot be asked of a card: an amount of zero or
// less, beyond money.Max, or of a unit that is no currency.
func CheckAmount(a money.Amount) error {
	switch {
	case !a.Unit.IsCurrency():
		return fault.New(fault.Invalid, "A card pays in a currency, not in %q.", a.Unit)
	case a.Minor <= 0 || a.Minor > money.Max:
		return fault.New(fault.Invalid, "The amount must be more than zero, and within reason.")
	}
	return nil
}

// CheckKey refuses an idempotency key that is empty, longer than MaxKey or not printable ASCII,
// with fault.Invalid.
func CheckKey(key string) error {
	beyond := func(r rune) bool { return r <= ' ' || r > '~' }
	if key == "" || len(key) > MaxKey || strings.ContainsFunc(key, beyond) {
		return fault.New(fault.Invalid, "An idempotency key is 1 to %d printable characters.", MaxKey)
	}
	return nil
}

// CheckID refuses an id that no provider gives, with fault.NotFound: nothing has that name.
func CheckID(id string) error {
	if !identifier.MatchString(id) {
		return fault.New(fault.NotFound, "The provider knows nothing of that name.")
	}
	return nil
}

// oneLine says whether s is a line of text of 1 to limit bytes.
func oneLine(s string, limit int) bool {
	control := func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }
	return s != "" && len(s) <= limit && utf8.ValidString(s) && !strings.ContainsFunc(s, control)
}

// address says whether s is a full web address. Plain http is for a machine talking to itself.
func address(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || len(s) > 2000 {
		return false
	}
	host := u.Hostname()
	local := host == "localhost" || host == "127.0.0.1" || host == "::1"
	return u.Scheme == "https" || u.Scheme == "http" && local
}
