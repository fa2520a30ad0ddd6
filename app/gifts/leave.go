// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts

import (
	"context"
	"encoding/json"
	"time"

	"ecot/app"
	"ecot/journal"
	"ecot/office"
)

// export is all that the fund knows of a donor, as they take it with them. Amounts are minor units.
type export struct {
	Fund     string           `json:"fund"`
	Journal  string           `json:"journal"`
	Made     string           `json:"made"` // instant
	Unit     string           `json:"unit"`
	Donor    exportedDonor    `json:"donor"`
	Promises []exportedPledge `json:"promises"`
	Gifts    []exportedGift   `json:"gifts"`
}

type exportedDonor struct {
	Name        string `json:"name"`
	Mail        string `json:"mail"`
	Language    string `json:"language"`
	Kind        string `json:"kind"`
	Shown       string `json:"shown"`
	Alias       string `json:"alias"`
	AmountShown bool   `json:"amount_shown"`
	Receipt     bool   `json:"receipt"`
	Legal       Legal  `json:"legal"`
	News        bool   `json:"news"`
	Reminders   bool   `json:"reminders"`
	Since       string `json:"since"`
}

type exportedPledge struct {
	Reference string `json:"reference"`
	For       string `json:"for"`
	Need      string `json:"need,omitempty"`
	Amount    int64  `json:"amount"`
	Every     string `json:"every"`
	Means     string `json:"means"`
	Status    string `json:"status"`
	Since     string `json:"since"`
	Until     string `json:"paused_until,omitempty"`
}

type exportedGift struct {
	Entry       int64         `json:"entry"`
	Given       string        `json:"given"`
	Credited    string        `json:"credited,omitempty"`
	Gross       int64         `json:"gross"`
	Fee         int64         `json:"fee"`
	Returned    int64         `json:"returned"`
	To          []exportShare `json:"to"`
	Evidence    string        `json:"evidence"`
	Shown       string        `json:"shown"`
	AmountShown bool          `json:"amount_shown"`
	Words       string        `json:"words"`
	Withdrawn   bool          `json:"withdrawn"`
	Leaf        string        `json:"leaf"`
}

type exportShare struct {
	Pot    string `json:"pot"`
	Amount int64  `json:"amount"`
}

// Export gives all that the fund knows of a donor as JSON (RGPD, art. 15 and 20).
func (g *Gifts) Export(ctx context.Context, handle string) ([]byte, error) {
	a, err := g.Account(ctx, handle)
	if err != nil {
		return nil, err
	}
	d := a.Donor
	out := export{Fund: g.app.Name(), Journal: g.app.Origin(), Made: instant(g.app.Now().Unix()),
		Unit: string(g.app.Unit()), Promises: []exportedPledge{}, Gifts: []exportedGift{},
		Donor: exportedDonor{Name: d.Name, Mail: d.Mail, Language: d.Lang, Kind: d.Kind, Shown: string(d.Shown),
			Alias: d.Alias, AmountShown: d.AmountShown, Receipt: d.Receipt, Legal: a.Legal, News: d.News,
			Reminders: d.Reminders, Since: instant(d.Since)}}
	for _, held := range a.Held {
		purpose, _, err := g.office.Purpose(ctx, held.Promise.Reference)
		if err != nil {
			return nil, err
		}
		p := held.Promise
		out.Promises = append(out.Promises, exportedPledge{Reference: p.Reference, For: purpose.Shares,
			Need: purpose.Need, Amount: p.Amount, Every: p.Every, Means: p.Means, Status: string(p.Status),
			Since: instant(p.Since), Until: p.PausedUntil})
	}
	for _, seen := range a.Gifts {
		out.Gifts = append(out.Gifts, exported(seen))
	}
	return json.MarshalIndent(out, "", "  ")
}

func exported(s Seen) exportedGift {
	one := exportedGift{Entry: s.Index, Given: s.Given.Given.String(), Credited: dayText(s.Credited),
		Gross: s.Gross,
		Fee:   s.Fee, Returned: s.Returned, Evidence: string(s.Evidence), Shown: s.Shown.Shown,
		AmountShown: s.Shown.AmountShown, Words: s.Shown.Words, Withdrawn: s.Shown.Withdrawn != 0,
		Leaf: string(s.Leaf)}
	if s.Whole {
		one.Returned = s.Gross
	}
	for _, share := range s.To {
		one.To = append(one.To, exportShare{share.Pot, share.Amount})
	}
	return one
}

// instant writes seconds as RFC 3339 does, empty for none.
func instant(seconds int64) string {
	if seconds == 0 {
		return ""
	}
	return time.Unix(seconds, 0).UTC().Format(time.RFC3339)
}

// Forget stops what a donor promised, and erases them. What stays is in the journal, without them. A
// subscription that the provider cannot be told to stop refuses the erasure: nobody could stop it then.
func (g *Gifts) Forget(ctx context.Context, handle string) (app.Answer, error) {
	promises, err := g.office.Promises(ctx, handle)
	if err != nil {
		return app.Answer{}, err
	}
	for _, p := range promises {
		switch p.Status {
		case office.Waiting, office.Active, office.Paused:
			if p.Status == office.Active && p.Regular == "" {
				continue
			}
			if err := g.Change(ctx, handle, p.ID, Change{Act: Stop}); err != nil {
				return app.Answer{}, err
			}
		}
	}
	return g.app.Erase(ctx, handle)
}

// dayOfInstant gives the civil day of an instant in the fund's zone.
func (g *Gifts) dayOfInstant(at time.Time) journal.Day { return journal.DayOf(at.In(g.app.Zone())) }
