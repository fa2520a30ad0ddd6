// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"ecot/app"
	"ecot/app/cards"
	"ecot/app/people"
	"ecot/app/profile"
	"ecot/clock"
	"ecot/fault"
	"ecot/pay"
	"ecot/pay/stripe"
	webcards "ecot/web/cards"
	"ecot/web/page"
)

// cardFlags say how a command speaks to the card provider.
type cardFlags struct {
	StripeKeyFile  string `help:"File with Stripe's secret key, mode 0600; without it the fund takes no cards." env:"ECOT_STRIPE_KEY_FILE" placeholder:"FILE"`
	StripeHookFile string `help:"File with the signing secret of Stripe's webhook, mode 0600." env:"ECOT_STRIPE_HOOK_FILE" placeholder:"FILE"`
	StripeTest     bool   `help:"Accept a test key: no money moves, and yet gifts are booked. For a fund that is a trial." env:"ECOT_STRIPE_TEST"`
	StripeAPI      string `name:"stripe-api" hidden:"" help:"Address of Stripe's API, for tests." env:"ECOT_STRIPE_API"`
}

// open gives the cards of an instance, nil without keys. Its public address is base, or, when that is empty,
// what its settings say.
func (f cardFlags) open(ctx context.Context, a *app.App, base string) (*cards.Cards, error) {
	if f.StripeKeyFile == "" && f.StripeHookFile == "" {
		return nil, nil
	}
	till, err := f.till()
	if err != nil {
		return nil, err
	}
	fund, err := profile.Load(ctx, a.Office())
	if err != nil {
		return nil, err
	}
	if base = cmp.Or(base, fund.BaseURL); base == "" {
		return nil, fault.New(fault.Invalid, "Donors come back from the card provider: say where with --base-url.")
	}
	return cards.New(a, cards.Options{BaseURL: base}, till), nil
}

// till makes the client of the provider.
func (f cardFlags) till() (pay.Provider, error) {
	if f.StripeKeyFile == "" || f.StripeHookFile == "" {
		return nil, fault.New(fault.Invalid,
			"Cards need both --stripe-key-file and --stripe-hook-file: what is not told is found late.")
	}
	key, err := pay.ReadSecret(f.StripeKeyFile)
	if err != nil {
		return nil, err
	}
	webhook, err := pay.ReadSecret(f.StripeHookFile)
	if err != nil {
		return nil, err
	}
	till, err := stripe.New(stripe.Config{Key: key, Webhook: webhook, Base: f.StripeAPI, Now: clock.System})
	if err != nil {
		return nil, err
	}
	if !till.About().Live && !f.StripeTest {
		return nil, fault.New(fault.Forbidden, "The key of Stripe is a test key: no money moves, and yet what is "+
			"paid would be booked, for ever, as if it did. Say --stripe-test for a fund that is a trial.")
	}
	return till, nil
}

// cardsDoor gives the pages of cards in the back office.
func cardsDoor(a *app.App, c *cards.Cards, guard page.Guard) page.Door {
	return webcards.New(c, webcards.Options{Guard: guard, Unit: a.Unit(),
		Mandate: func(ctx context.Context) string { return people.From(ctx).Mandate },
		Pots: func(ctx context.Context) (slugs []string, err error) {
			all, err := a.Reading().Pots(ctx)
			for _, pot := range all {
				slugs = append(slugs, pot.Slug)
			}
			return slugs, err
		}})
}

// cardsCommand prints how the conversation with the card provider goes.
type cardsCommand struct {
	instance
	cardFlags
	JSON bool `name:"json" help:"Print JSON."`
}

// printedCards is what the command prints. Amounts are minor units.
type printedCards struct {
	Provider string        `json:"provider,omitempty"`
	Live     *bool         `json:"live,omitempty"` // absent without the key
	Failing  int64         `json:"messages_failing"`
	Last     string        `json:"last_message,omitempty"`
	Cases    []printedCase `json:"cases"`
}

// printedCase is what waits for a person.
type printedCase struct {
	Kind     string `json:"kind"`
	Provider string `json:"provider"`
	Object   string `json:"object"`
	Since    string `json:"since"`
	Detail   string `json:"detail"`
}

// Run prints it.
func (c *cardsCommand) Run(s streams) error {
	return c.with(s, func(a *app.App) error {
		printed := printedCards{Cases: []printedCase{}}
		if c.StripeKeyFile != "" {
			till, err := cardFlags{c.StripeKeyFile, c.StripeHookFile, true, c.StripeAPI}.till()
			if err != nil {
				return err
			}
			about := till.About()
			printed.Provider, printed.Live = about.Name, &about.Live
		}
		failing, last, err := a.Office().CardEventsFailing(s.ctx)
		if err != nil {
			return err
		}
		printed.Failing, printed.Last = failing, instant(last)
		open, err := a.Office().CardCases(s.ctx)
		if err != nil {
			return err
		}
		for _, one := range open {
			printed.Cases = append(printed.Cases, printedCase{one.Kind, one.Provider, one.Object, instant(one.Since),
				one.Detail})
		}
		if c.JSON {
			return writeJSON(s.out, printed)
		}
		return printed.print(s.out)
	})
}

// print prints it for a person.
func (p printedCards) print(w io.Writer) error {
	if p.Live != nil {
		says := map[bool]string{true: "live: real money moves", false: "TEST: no money moves"}[*p.Live]
		fmt.Fprintf(w, "%s, %s.\n", p.Provider, says)
	}
	fmt.Fprintf(w, "Last message: %s. Messages that could not be followed yet: %d.\n", cmp.Or(p.Last, "never"),
		p.Failing)
	if len(p.Cases) == 0 {
		_, err := fmt.Fprintln(w, "Nothing waits for a person.")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "Since\tKind\tObject\tWhat")
	for _, one := range p.Cases {
		fmt.Fprintf(table, "%s\t%s\t%s/%s\t%s\n", one.Since, one.Kind, one.Provider, one.Object, one.Detail)
	}
	return table.Flush()
}
