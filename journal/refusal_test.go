// SPDX-License-Identifier: AGPL-3.0-or-later

package journal_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism/giving"
)

// badLeaf is a golden leaf with one thing wrong, and what the refusal must say.
type badLeaf struct{ name, golden, old, new, want string }

// A wrong leaf is refused, and the refusal names the line.
func TestBadLeavesAreRefused(t *testing.T) {
	leaves := goldens(t)
	for _, c := range slices.Concat(badNumbers(), badWords(), badLines(), badDays(),
		badDigests(string(leaves["gift.v1.txt"])), badReferences(), badLists(),
		badKinds(string(leaves["gift.v1.txt"])), badTexts()) {
		t.Run(c.name, func(t *testing.T) {
			golden := leaves[c.golden+".v1.txt"]
			bad := bytes.Replace(golden, []byte(c.old), []byte(c.new), 1)
			if bytes.Equal(bad, golden) {
				t.Fatalf("%q does not change the golden leaf", c.old)
			}
			_, err := parse(bad)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("refused with %v, wanted %q\n%s", err, c.want, bad)
			}
		})
	}
}

func badNumbers() []badLeaf {
	return []badLeaf{
		{"leading zero", "gift", "gross 1200", "gross 01200", `line 4 "01200" is no whole number`},
		{"zero twice", "gift-placed", "fee 0", "fee 00", `line 5 "00" is no whole number`},
		{"minus zero", "gift-placed", "fee 0", "fee -0", `line 5 "-0" is no whole number`},
		{"plus", "gift", "gross 1200", "gross +1200", `line 4 "+1200" is no whole number`},
		{"blank before", "gift", "gross 1200", "gross  1200", `line 4 " 1200" is no whole number`},
		{"blank behind", "gift", "gross 1200", "gross 1200 ", `line 4 "1200 " is no whole number`},
		{"no number", "gift", "gross 1200", "gross ", `line 4 "" is no whole number`},
		{"minus alone", "gift", "gross 1200", "gross -", `line 4 "-" is no whole number`},
		{"decimals", "gift", "gross 1200", "gross 12.00", `line 4 "12.00" is no whole number`},
		{"17 digits", "gift",
			"gross 1200", "gross 10000000000000000", `line 4 "10000000000000000" is no whole`},
		{"above 10^15", "gift", "gross 1200", "gross 1000000000000001", `line 4 "1000000000000001" is beyond`},
		{"zero gross", "gift", "gross 1200", "gross 0", `line 4 "gross" is 0`},
		{"fee above gross", "gift", "fee 43", "fee 1201", `line 5 "fee" is 1201, 0 to 1200`},
	}
}

func badWords() []badLeaf {
	return []badLeaf{
		{"upper-case token", "gift", "into provider", "into Provider", `line 6 "Provider" is no token`},
		{"blank in token", "gift", "into provider", "into pro vider", `line 6 "pro vider" is no token`},
		{"empty token", "gift", "into provider", "into ", `line 6 "" is no token`},
		{"long token", "gift", "into provider", "into " + strings.Repeat("a", 65), "line 6"},
		{"accent in token", "gift", "into provider", "into crédit", "line 6"},
		{"unit as token", "gift", "into provider", "into EUR", `line 6 "EUR" is no token`},
		{"unknown unit", "gift", "unit EUR", "unit EUX", `line 3 "EUX" is no unit`},
		{"lower-case unit of a posting", "gift",
			"post pot:lanterne EUR 900", "post pot:lanterne -ur 900", "line 25"},
	}
}

func badLines() []badLeaf {
	return []badLeaf{
		{"CRLF", "gift", "fee 43\n", "fee 43\r\n", `line 5`},
		{"tab", "gift", "fee 43", "fee\t43", `line 5 is`},
		{"no last newline", "gift",
			"post asset:provider EUR 43\n", "post asset:provider EUR 43", "line 28 has no end"},
		{"line too many", "gift", "EUR 43\n", "EUR 43\nx 1\n", "line 29"},
		{"empty line at the end", "gift", "EUR 43\n", "EUR 43\n\n", "line 29"},
		{"keys the other way", "gift",
			"fee 43\ninto provider\n", "into provider\nfee 43\n", `line 5 is "into provider"`},
		{"line missing", "gift", "fee 43\n", "", `line 5 is "into provider", "fee" is wanted`},
		{"line twice", "gift", "fee 43\n", "fee 43\nfee 43\n", `line 6 is "fee 43"`},
		{"option out of order", "gift",
			"credited 2025-02-05\nreward 200\n", "reward 200\ncredited 2025-02-05\n", "line 11"},
		{"unknown word", "gift", "nature gift", "nature bribe", `line 7 "bribe" is not among`},
		{"flag of two", "gift", "generosity 1", "generosity 2", `line 12 "generosity" is 2`},
	}
}

func badDays() []badLeaf {
	return []badLeaf{
		{"30 February", "gift", "given 2025-02-03", "given 2025-02-30", `line 9 "2025-02-30" is no day`},
		{"29 February of a common year", "gift", "given 2025-02-03", "given 2025-02-29", "line 9"},
		{"29 February 2100", "gift", "given 2025-02-03", "given 2100-02-29", "line 9"},
		{"day 0", "gift", "given 2025-02-03", "given 2025-02-00", "line 9"},
		{"month 13", "gift", "given 2025-02-03", "given 2025-13-01", "line 9"},
		{"1 January 1970", "gift", "given 2025-02-03", "given 1970-01-01", "line 9"},
		{"1969", "gift", "given 2025-02-03", "given 1969-12-31", "line 9"},
		{"short day", "gift", "given 2025-02-03", "given 2025-2-3", "line 9"},
		{"day with an instant", "gift", "at 2025-02-03", "at 2025-02-03T00:00:00Z", "line 2"},
		{"instant without time", "move", "at 2025-03-03T09:00:00Z", "at 2025-03-03", "line 2"},
		{"24:00:00", "move", "T09:00:00Z", "T24:00:00Z", "line 2"},
		{"minute 60", "move", "T09:00:00Z", "T09:60:00Z", "line 2"},
		{"leap second", "move", "T09:00:00Z", "T09:00:60Z", "line 2"},
		{"offset", "move", "T09:00:00Z", "T09:00:00+01:00", "line 2"},
		{"fraction", "move", "T09:00:00Z", "T09:00:00.0Z", "line 2"},
		{"lower-case t", "move", "T09:00:00Z", "t09:00:00Z", "line 2"},
	}
}

func badDigests(gift string) []badLeaf {
	slack := strings.Index(gift, "=\nmemo")
	lastOfWho := gift[slack-1 : slack+6]
	return []badLeaf{
		{"slack bits", "gift", lastOfWho, nextDigit(lastOfWho), "line 22"},
		{"no padding", "gift", "=\nmemo", "\nmemo", "line 22"},
		{"newline in base64", "gift", "=\nmemo", "\n=\nmemo", "line 22"},
		{"carriage return in base64", "gift", "=\nmemo", "=\r\nmemo", "line 22"},
		{"base64url", "gift", "who ", "who _", "line 22"},
		{"zero digest", "pot",
			"title ", "title " + strings.Repeat("A", 43) + "=\nx ", `line 5 "title" is written`},
	}
}

func badReferences() []badLeaf {
	return []badLeaf{
		{"refers to itself", "refund", "of 42", "of 100", `line 3 "of" is 100, 0 to 99`},
		{"refers ahead", "refund", "of 42", "of 101", `line 3 "of" is 101, 0 to 99`},
		{"refers below zero", "refund", "of 42", "of -1", `line 3 "of" is -1`},
		{"option refers to the genesis", "fee", "of 42", "of 0", `line 8 "of" is 0, 1 to 99`},
	}
}

func badLists() []badLeaf {
	return []badLeaf{
		{"no share", "gift-placed", "to passerelle 4000\n", "", "line 12 has 0"},
		{"share of nothing", "gift-placed", "to passerelle 4000", "to passerelle 0", "line 13"},
		{"share of no pot", "gift-placed", "to passerelle 4000", "to a/b 4000", "line 13"},
		{"share without amount", "gift-placed", "to passerelle 4000", "to passerelle", "line 13"},
		{"one pot twice", "gift", "to fonds 300", "to lanterne 300", `line 16 names pot "lanterne" twice`},
		{"nine shares", "gift", "to fonds 300\n", nineShares(), `line 23 is "to pot-7 1", "nth" is wanted`},
		{"one signature", "transfer", "by president\n", "", `line 7 has 1 of "by"`},
		{"three signatures", "transfer", "by president\n", "by president\nby auditor\n", "line 9"},
	}
}

func badKinds(gift string) []badLeaf {
	return []badLeaf{
		{"unknown kind", "gift", "gift/v1", "bribe/v1", `unknown kind "bribe/v1"`},
		{"unknown version", "gift", "gift/v1", "gift/v2", `unknown kind "gift/v2"`},
		{"nothing", "gift", gift, "", "line 1 has no end"},
		{"kind alone", "gift", gift, "gift/v1\n", "line 2"},
		{"byte order mark", "gift", "gift/v1", "\ufeffgift/v1", "is no token"},
	}
}

func badTexts() []badLeaf {
	return []badLeaf{
		{"text with a blank", "genesis",
			"zone Europe/Paris", "zone Europe Paris", `line 6 "zone" holds the byte`},
		{"empty text", "genesis", "zone Europe/Paris", "zone ", `line 6 "zone" has 0 bytes`},
		{"long text", "genesis",
			"zone Europe/Paris", "zone " + strings.Repeat("a", 257), `line 6 "zone" has 257`},
		{"65 postings", "move",
			"EUR 13933\n", "EUR 13933\n" + strings.Repeat("post asset:bank EUR 1\n", 63), "line 73"},
		{"posting above 10^15", "move", "EUR 13933", "EUR 1000000000000001", "line 10"},
		{"posting without amount", "move", "EUR 13933", "EUR", "line 10"},
		{"too long", "genesis", "key ", "key " + strings.Repeat("a", 65_536), "at most 65535"},
	}
}

// nextDigit changes the last base64 digit so that a spare bit is set.
func nextDigit(s string) string { return string(s[0]+1) + s[1:] }

func nineShares() string {
	var b strings.Builder
	for i := range 8 {
		fmt.Fprintf(&b, "to pot-%d 1\n", i)
	}
	return b.String()
}

// What cannot be read cannot be written either, and says so with a fault that the caller sees.
func TestWhatCannotBeReadIsNotWritten(t *testing.T) {
	for name, spoil := range map[string]func(e *journal.Entry, f *giving.Given){
		"day below":     func(e *journal.Entry, _ *giving.Given) { e.At.Seconds = 0 },
		"not midnight":  func(e *journal.Entry, _ *giving.Given) { e.At.Seconds++ },
		"an instant":    func(e *journal.Entry, _ *giving.Given) { e.At.DayOnly = false },
		"after 9999":    func(e *journal.Entry, _ *giving.Given) { e.At.Seconds = 253_402_300_800 },
		"no day":        func(_ *journal.Entry, f *giving.Given) { f.Inflow.Given = 0 },
		"day too late":  func(_ *journal.Entry, f *giving.Given) { f.Inflow.Given = 2_932_897 },
		"gross":         func(_ *journal.Entry, f *giving.Given) { f.Gross = 1_000_000_000_000_001 },
		"word":          func(_ *journal.Entry, f *giving.Given) { f.Nature = "" },
		"token":         func(_ *journal.Entry, f *giving.Given) { f.Into = "" },
		"unit":          func(_ *journal.Entry, f *giving.Given) { f.Unit = "" },
		"share":         func(_ *journal.Entry, f *giving.Given) { f.To[0].Amount = 1_000_000_000_000_001 },
		"pot":           func(_ *journal.Entry, f *giving.Given) { f.To[0].Pot = "-" },
		"ahead":         func(e *journal.Entry, f *giving.Given) { f.Arrival = e.Index },
		"account":       func(e *journal.Entry, _ *giving.Given) { e.Posts[0].Account = "Asset:bank" },
		"posting units": func(e *journal.Entry, _ *giving.Given) { e.Posts[0].Unit = "EUX" },
		"65 postings": func(e *journal.Entry, _ *giving.Given) {
			e.Posts = make([]ledger.Posting, 65)
			for i := range e.Posts {
				e.Posts[i] = ledger.Posting{Account: "asset:bank", Unit: "EUR", Amount: 1}
			}
		},
	} {
		e := sampleGift()
		spoil(e, e.Fact.(*giving.Given))
		dst := []byte("before")
		out, err := kinds().Append(dst, e)
		if fault.CodeOf(err) != fault.Invalid || string(out) != "before" {
			t.Errorf("%s: written as %q, %v", name, out, err)
		}
	}
	if _, err := kinds().Append(nil, &journal.Entry{Fact: strange{}}); err == nil {
		t.Error("a fact of no known kind was written")
	}
}

type strange struct{}

func (strange) Name() string            { return "strange/v1" }
func (strange) Fields(c *journal.Codec) { c.Refuse("is strange") }

// A flipped bit is refused, or it is another leaf in its own canonical form.
func TestEveryBitFlipIsRefusedOrCanonical(t *testing.T) {
	reader, all := journal.NewReader(kinds()), kinds()
	refused, other := 0, 0
	for name, golden := range goldens(t) {
		leaf := bytes.Clone(golden)
		for bit := range 8 * len(leaf) {
			leaf[bit/8] ^= 1 << (bit % 8)
			if e, err := reader.Parse(leaf, goldenIndex); err != nil {
				refused++
			} else if again, err := all.Append(nil, &e); err != nil || !bytes.Equal(again, leaf) {
				t.Fatalf("%s: bit %d reads as\n%s%v", name, bit, again, err)
			} else {
				other++
			}
			leaf[bit/8] ^= 1 << (bit % 8)
		}
	}
	if refused == 0 || other == 0 {
		t.Errorf("%d flips refused, %d other leaves: the test did not see both", refused, other)
	}
	t.Logf("%d flips refused, %d are other leaves", refused, other)
}
