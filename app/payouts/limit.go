// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ecot/app/people"
	"ecot/fault"
	"ecot/journal"
	"ecot/office"
)

// Limit is what a role may sign from a day on, until the next of its limits begins.
type Limit struct {
	From   journal.Day
	Amount int64 // minor units of the fund's unit; 0 for no limit
}

// limitSetting gives the name of the setting that holds a role's limits.
func limitSetting(role string) string { return "sign-limit-" + role }

// Limits gives the limits of a role, the earliest first; none for a role that may sign any amount.
func (p *Payouts) Limits(ctx context.Context, role string) ([]Limit, error) {
	text, err := p.office.Setting(ctx, limitSetting(role))
	if err != nil {
		return nil, err
	}
	limits, ok := parseLimits(text)
	if !ok {
		return nil, fault.New(fault.Internal, "The setting %s cannot be read: %q.", limitSetting(role), text)
	}
	return limits, nil
}

// parseLimits reads limits such as "2025-01-01=50000 2026-01-01=100000".
func parseLimits(text string) (limits []Limit, ok bool) {
	for field := range strings.FieldsSeq(text) {
		day, amount, cut := strings.Cut(field, "=")
		from, isDay := journal.ParseDay(day)
		minor, err := strconv.ParseInt(amount, 10, 64)
		if !cut || !isDay || err != nil || minor < 0 {
			return nil, false
		}
		limits = append(limits, Limit{from, minor})
	}
	slices.SortStableFunc(limits, func(a, b Limit) int { return int(a.From - b.From) })
	return limits, true
}

// SetLimit says what a role may sign from a day on. Days that are past keep the limit that they had.
func (p *Payouts) SetLimit(ctx context.Context, actor people.Actor, role string, l Limit) error {
	if err := people.Allowed(actor, people.Settings); err != nil {
		return err
	}
	if !slices.Contains(people.RightsOf(role), people.Sign) || l.Amount < 0 || l.From < p.today() {
		return fault.New(fault.Invalid, "A limit is one of a role that signs, and begins today or later.").
			In("payouts.bad-limit")
	}
	limits, err := p.Limits(ctx, role)
	if err != nil {
		return err
	}
	limits = slices.DeleteFunc(limits, func(have Limit) bool { return have.From == l.From })
	limits = append(limits, l)
	slices.SortStableFunc(limits, func(a, b Limit) int { return int(a.From - b.From) })
	words := make([]string, len(limits))
	for i, l := range limits {
		words[i] = fmt.Sprintf("%s=%d", l.From, l.Amount)
	}
	return p.office.Do(ctx, func(tx *office.Tx) error {
		return tx.PutSetting(ctx, limitSetting(role), strings.Join(words, " "), actor.Mandate, p.now())
	})
}

// withinLimit refuses an amount above what every role of the actor that signs may sign today.
func (p *Payouts) withinLimit(ctx context.Context, actor people.Actor, amount int64) error {
	most := int64(-1)
	for _, role := range actor.Roles {
		if role.Project != "" || !slices.Contains(people.RightsOf(role.Name), people.Sign) {
			continue
		}
		limits, err := p.Limits(ctx, role.Name)
		if err != nil {
			return err
		}
		may := int64(0)
		for _, l := range limits {
			if l.From <= p.today() {
				may = l.Amount
			}
		}
		if may == 0 {
			return nil
		}
		most = max(most, may)
	}
	if amount <= most {
		return nil
	}
	return fault.New(fault.Forbidden, "Your role signs at most %s; this is %s. Another role must sign.",
		p.amount(most), p.amount(amount)).In("payouts.over-limit", "most", p.amount(most), "amount",
		p.amount(amount))
}

// delaySetting is the name of the setting that says for how many hours an account that was confirmed waits.
const delaySetting = "payee-delay-hours"

// defaultDelay is how long it waits when nobody said otherwise.
const defaultDelay = 48 * time.Hour

// Delay gives how long an account that was confirmed waits until it may be paid to.
func (p *Payouts) Delay(ctx context.Context) (time.Duration, error) {
	text, err := p.office.Setting(ctx, delaySetting)
	if err != nil || text == "" {
		return defaultDelay, err
	}
	hours, err := strconv.ParseInt(text, 10, 16)
	if err != nil || hours < 0 {
		return 0, fault.New(fault.Internal, "The setting %s is no number of hours: %q.", delaySetting, text)
	}
	return time.Duration(hours) * time.Hour, nil
}
