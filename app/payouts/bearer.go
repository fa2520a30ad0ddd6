// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"context"

	"ecot/app/profile"
	"ecot/fault"
	"ecot/mechanism/giving"
)

// bearerSetting gives the name of the setting that says who bears a kind of fee: "pot" or "fund".
func bearerSetting(kind giving.FeeKind) string { return "fee-bearer-" + string(kind) }

// Bearer gives the pot that bears a fee which money of pot gave rise to. What a provider keeps of a gift is
// borne by the pot that receives it; what the bank takes, for a returned payment and a dispute too, by the
// fund's general pot, unless a setting says otherwise.
func (p *Payouts) Bearer(ctx context.Context, kind giving.FeeKind, pot string) (string, error) {
	who, err := p.office.Setting(ctx, bearerSetting(kind))
	if err != nil {
		return "", err
	}
	if who == "" {
		who = "fund"
		if kind == giving.ProcessorFee || kind == giving.PlatformFee || kind == giving.HostFee {
			who = "pot"
		}
	}
	fund, err := profile.Load(ctx, p.office)
	if err != nil {
		return "", err
	}
	switch {
	case who == "pot" && pot != "":
		return pot, nil
	case fund.Pot == "":
		return "", fault.New(fault.Conflict,
			"The fund has not said which pot is its general one.").In("payouts.no-general-pot")
	}
	return fund.Pot, nil
}
