// SPDX-License-Identifier: AGPL-3.0-or-later

package money

import (
	"sort"
	"strings"
	"testing"
)

func TestTablesAreSortedCellsWithoutDoubles(t *testing.T) {
	seen := map[string]bool{}
	for _, table := range []string{zeroDecimals, twoDecimals, threeDecimals, fourDecimals, withdrawnDecimals} {
		codes := strings.Fields(table)
		if len(table) != 4*len(codes) || !sort.StringsAreSorted(codes) {
			t.Errorf("table is not sorted four-byte cells: %q", table)
		}
		for _, code := range codes {
			if len(code) != 3 || seen[code] {
				t.Errorf("code %q is listed twice or not three letters", code)
			}
			seen[code] = true
		}
	}
}

func TestDecimals(t *testing.T) {
	for unit, want := range map[Unit]int{
		"EUR": 2, "USD": 2, "AED": 2, "ZWG": 2, "JPY": 0, "BIF": 0, "XPF": 0, "ISK": 0, "TND": 3, "BHD": 3,
		"CLF": 4, "UYW": 4, "HUR": 0, "HRK": 2, "laptop": 0, "seat:room-2": 0, "a": 0,
	} {
		if got, ok := unit.Decimals(); !ok || got != want {
			t.Errorf("%s: got %d %v, want %d", unit, got, ok, want)
		}
	}
}

func TestUnknownUnits(t *testing.T) {
	long := Unit(strings.Repeat("a", 65))
	for _, unit := range []Unit{"", "eUR", "EU", "EURO", "XAU", "XXX", "AAA", "ZZZ", " EU", "D A", "UR ",
		"é", "a b", "9a", "-a", long} {
		if unit.Valid() {
			t.Errorf("%q is taken for a unit", unit)
		}
	}
}

func TestKindsOfUnit(t *testing.T) {
	if !Euro.IsCurrency() || Euro.IsThing() || Hours.IsCurrency() || Hours.IsThing() {
		t.Error("euros are a currency, hours neither a currency nor a thing")
	}
	if thing := Unit("laptop"); thing.IsCurrency() || !thing.IsThing() {
		t.Error("a laptop is a thing")
	}
}
