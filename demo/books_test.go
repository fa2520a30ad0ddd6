// SPDX-License-Identifier: AGPL-3.0-or-later

package demo_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism/giving"
)

// monthEnd is a row of the table of month-end balances, in cents, in its order of columns: bank,
// provider, dotation, Fonds, Lanterne, Passerelle, Tamis, unattributed, payable.
type monthEnd [9]int64

func columns() []ledger.Account {
	return []ledger.Account{"asset:bank", "asset:provider", "pot:dotation", "pot:fonds", "pot:lanterne",
		"pot:passerelle", "pot:tamis", "owed:unattributed", "owed:payable"}
}

// monthEnds was worked out by hand, apart from this program, when the year was invented.
func monthEnds() []monthEnd {
	return []monthEnd{
		{15_095_10, 0, 15_000_00, 95_10, 0, 0, 0, 0, 0},
		{15_178_20, 139_33, 15_000_00, 119_65, 154_11, 29_17, 14_60, 0, 0},
		{21_418_64, 173_30, 15_000_00, 3_173_50, 3_322_90, 58_34, 37_20, 0, 0},
		{21_723_04, 202_35, 15_000_00, 3_227_35, 3_535_73, 102_51, 59_80, 0, 0},
		{21_597_09, 247_89, 15_000_00, 3_283_80, 3_315_86, 151_35, 93_97, 0, 0},
		{21_991_08, 237_92, 15_000_00, 3_342_65, 3_538_69, 219_52, 128_14, 0, 0},
		{22_282_10, 98_71, 15_000_00, 3_367_20, 3_643_35, 237_12, 133_14, 0, 0},
		{22_415_91, 94_04, 15_000_00, 3_381_75, 3_743_34, 246_72, 138_14, 0, 0},
		{21_918_55, 238_04, 15_000_00, 3_450_20, 3_443_52, 75_56, 187_31, 0, 0},
		{22_523_69, 310_63, 15_000_00, 3_655_20, 3_784_12, 153_85, 241_15, 0, 0},
		{23_205_42, 546_25, 15_000_00, 2_272_89, 4_298_60, 316_44, 1_863_74, 0, 0},
		{27_114_77, 7_557_71, 15_000_00, 3_273_00, 10_218_77, 2_081_54, 2_864_17, 35_00, 1_200_00},
	}
}

// closingAssets is what the fund has on 31 December, and what it owes or holds.
const closingAssets = 34_672_48

func checkMonthEnds(t *testing.T, year played) {
	sizes := monthSizes(t, year)
	for month, want := range monthEnds() {
		got, sum := balances(t, year, sizes[month])
		if got != want || sum != 0 {
			t.Errorf("month %d, after %d entries:\n got %v\nwant %v; all accounts sum to %d",
				month+1, sizes[month], got, want, sum)
		}
	}
	closing, _ := balances(t, year, -1)
	var claims int64
	for _, claim := range closing[2:] {
		claims += claim
	}
	if closing != monthEnds()[11] || closing[0]+closing[1] != closingAssets || claims != closingAssets {
		t.Errorf("the year closes with %v, claims of %d, want %d", closing, claims, closingAssets)
	}
}

// balances gives the balances behind the first size entries as a row of the table, and the sum of
// all accounts.
func balances(t *testing.T, year played, size int64) (row monthEnd, sum int64) {
	t.Helper()
	accounts, err := year.store.Accounts(t.Context(), size)
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range accounts {
		sum += account.Balance
		if account.Place.Account.Class() == ledger.Asset {
			account.Balance = -account.Balance // what assets hold is carried as a negative number
		}
		column := slices.Index(columns(), account.Place.Account)
		if account.Place.Unit != "EUR" || column < 0 && account.Balance != 0 {
			t.Errorf("after %d entries: %v holds %d", size, account.Place, account.Balance)
		}
		if column >= 0 {
			row[column] = account.Balance
		}
	}
	return row, sum
}

// monthSizes gives the size of the journal at the end of each month.
func monthSizes(t *testing.T, year played) []int64 {
	t.Helper()
	kept, err := year.store.Checkpoints(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	bySlot := map[string]int64{}
	for _, c := range kept {
		bySlot[c.Slot] = c.Size
	}
	var sizes []int64
	for month := 202501; month <= 202511; month++ {
		sizes = append(sizes, bySlot[journal.MonthName(month)])
	}
	return append(sizes, bySlot["latest"])
}

// checkEntries is the law of the whole: every entry adds as much to claims as to assets.
func checkEntries(t *testing.T, year played) {
	for _, e := range year.entries {
		var assets, claims int64
		for _, p := range e.Posts {
			if p.Account.Class() == ledger.Asset {
				assets -= p.Amount
			} else {
				claims += p.Amount
			}
		}
		if assets != claims {
			t.Errorf("entry %d adds %d to assets and %d to claims", e.Index, assets, claims)
		}
	}
}

// checkFlows wants what came in, less what went back, what fees took and what was paid, to be what
// the fund has: at each month's end, and at the year's as the page says it.
func checkFlows(t *testing.T, year played) {
	figures, err := year.store.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var in, returned, fees, paid int64
	for month, row := range monthEnds() {
		for _, f := range figures {
			switch {
			case f.Month != 202501+month:
			case strings.HasPrefix(f.Name, giving.FigureIn):
				in += f.Amount
			case f.Name == giving.FigureReturned:
				returned += f.Amount
			case f.Name == giving.FigureFees:
				fees += f.Amount
			case f.Name == giving.FigurePaid:
				paid += f.Amount
			}
		}
		if has := row[0] + row[1]; in-returned-fees-paid != has {
			t.Errorf("month %d: in %d, returned %d, fees %d, paid %d do not leave %d",
				month+1, in, returned, fees, paid, has)
		}
	}
	if in != 38_160_51 || returned != 135_00 || fees != 403_03 || paid != 2_950_00 {
		t.Errorf("in %d, returned %d, fees %d, paid %d", in, returned, fees, paid)
	}
}

// checkExpenses follows Mireille's costs, and wants two signatures under each payment.
func checkExpenses(t *testing.T, year played) {
	signed := map[int64][]string{}
	paid := map[int64]int{}
	for _, e := range year.entries {
		switch f := e.Fact.(type) {
		case *giving.Approved:
			signed[f.Of] = append(signed[f.Of], f.By)
		case *giving.Paid:
			paid[f.Of]++
			if !slices.Equal(signed[f.Of], []string{"treasurer", "president"}) {
				t.Errorf("entry %d pays what %v signed", e.Index, signed[f.Of])
			}
		case *giving.Returned:
			if claim := year.entries[f.Of].Fact.(*giving.Claimed); claim.Pot != "passerelle" || f.Code != "ac04" {
				t.Errorf("entry %d returns %+v for %s", e.Index, claim, f.Code)
			}
			paid[f.Of]--
		}
	}
	open := 0
	for of := range signed {
		if paid[of] == 0 {
			open++
		}
	}
	if len(signed) != 6 || open != 1 {
		t.Errorf("%d bills, of which %d are not paid; want 6 and 1", len(signed), open)
	}
}

// checkPrivacy wants no name, address or word of anybody in any leaf.
func checkPrivacy(t *testing.T, year played) {
	err := year.store.Leaves(t.Context(), 1, year.Size, func(index int64, leaf []byte) error {
		for _, private := range []string{"@brindeval", "@foule", "Nour", "nour", "Gomm", "Tuileries", "tuileries",
			"Basile", "BROUILLON", "NOEL", "Facture", "Merci"} {
			if bytes.Contains(leaf, []byte(private)) {
				t.Errorf("entry %d says %q:\n%s", index, private, leaf)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
