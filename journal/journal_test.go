// SPDX-License-Identifier: AGPL-3.0-or-later

package journal_test

import (
	"crypto/sha256"
	"testing"
	"time"

	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/mechanism/appeal"
	"ecot/mechanism/charter"
	"ecot/mechanism/giving"
	"ecot/mechanism/regular"
)

func sampleGift() *journal.Entry {
	return &journal.Entry{Index: 7, At: journal.At{Seconds: 1_738_540_800, DayOnly: true},
		Fact: &giving.Given{
			Inflow: giving.Inflow{Unit: "EUR", Gross: 1200, Fee: 43, Into: "provider", Nature: giving.Gift,
				Donor: giving.Person, Given: 20_122, Generosity: true, Evidence: giving.Proved},
			To: []journal.Share{{Pot: "lanterne", Amount: 1200}}, Counts: giving.Counts{Nth: 1, NthFund: 2},
			Who: journal.Digest{1, 2, 3}},
		Posts: []ledger.Posting{{Account: "asset:provider", Unit: "EUR", Amount: -1200},
			{Account: "pot:lanterne", Unit: "EUR", Amount: 1200}}}
}

func rules() *mechanism.Set {
	return mechanism.NewSet(charter.Rules{}, giving.Rules{}, appeal.Rules{}, regular.Rules{})
}

func kinds() journal.Kinds { return rules().Kinds() }

func TestALeafReadsBackAsItWasWritten(t *testing.T) {
	leaf, err := kinds().Append(nil, sampleGift())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", leaf)
	e, err := journal.NewReader(kinds()).Parse(leaf, 7)
	if err != nil {
		t.Fatal(err)
	}
	again, err := kinds().Append(nil, &e)
	if err != nil || string(again) != string(leaf) {
		t.Fatalf("%v\n%s", err, again)
	}
}

// BenchmarkParse reads one gift, and says how many times longer that takes than its SHA-256.
func BenchmarkParse(b *testing.B) {
	leaf, err := kinds().Append(nil, sampleGift())
	if err != nil {
		b.Fatal(err)
	}
	r := journal.NewReader(kinds())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Parse(leaf, 7); err != nil {
			b.Fatal(err)
		}
	}
	parse := b.Elapsed() / time.Duration(b.N)
	start, sum := time.Now(), byte(0)
	for range b.N {
		digest := sha256.Sum256(leaf)
		sum |= digest[0]
	}
	hash := time.Since(start) / time.Duration(b.N)
	b.ReportMetric(float64(parse)/float64(hash), "x-sha256")
	b.ReportMetric(float64(hash), "sha256-ns")
	if sum == 0 {
		b.Fatal("no digest was taken")
	}
}

// BenchmarkAppend writes one gift.
func BenchmarkAppend(b *testing.B) {
	gift, all := sampleGift(), kinds()
	leaf, err := all.Append(nil, gift)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if leaf, err = all.Append(leaf[:0], gift); err != nil {
			b.Fatal(err)
		}
	}
}
