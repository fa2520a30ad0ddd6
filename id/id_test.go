// SPDX-License-Identifier: AGPL-3.0-or-later

package id_test

import (
	"bytes"
	"testing"

	"ecot/id"
)

func TestAPartyHasOneIDUnderOneSecret(t *testing.T) {
	one, other := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	nour := id.PartyOf(one, "nour@example.org")
	if !nour.Valid() {
		t.Fatalf("%q is no id", nour)
	}
	if id.PartyOf(one, "Nour@Example.org") != nour {
		t.Error("case makes another party")
	}
	if id.PartyOf(one, "leon@example.org") == nour || id.PartyOf(other, "nour@example.org") == nour {
		t.Error("another handle or secret gives the same id")
	}
	for _, bad := range []id.Party{"", "nour", nour + "0", "ABCDEF0123456789ABCDEF0123456789"} {
		if bad.Valid() {
			t.Errorf("%q passes for an id", bad)
		}
	}
}

func TestPartsAreKeptApart(t *testing.T) {
	secret := bytes.Repeat([]byte{1}, 32)
	lists := [][]string{{"ab", "c"}, {"a", "bc"}, {"abc"}, {"abc", ""}, {"", "abc"}, {}}
	seen := map[string][]string{}
	for _, parts := range lists {
		sum := string(id.Keyed(secret, "body", parts...))
		if before, twice := seen[sum]; twice {
			t.Errorf("%q and %q give the same bytes", before, parts)
		}
		seen[sum] = parts
	}
	if bytes.Equal(id.Keyed(secret, "body", "x"), id.Keyed(secret, "party", "x")) {
		t.Error("two purposes give the same bytes")
	}
}
