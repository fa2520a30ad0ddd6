// SPDX-License-Identifier: AGPL-3.0-or-later

package verify_test

import (
	"slices"
	"strings"
	"testing"

	"ecot/proof"
	"ecot/proof/verify"
)

// mutant is a journal that an insider spoilt and signed again with the right key, and the passes
// that do not hold then. None stands for what cannot be seen without an older checkpoint.
type mutant struct {
	name   string
	breaks string // "V1 V2 V4 V5 V6", those that FAIL; "?V4" one that is UNKNOWN
	forge  func(f *forgery)
}

// passes gives what the marks of a mutant stand for.
func passes() map[string]string {
	return map[string]string{"V1": verify.PassFiles, "V2": verify.PassTree, "V4": verify.PassLeaves,
		"V5": verify.PassSums, "V6": verify.PassStates}
}

func edits(name string, pairs ...string) func(*forgery) {
	return func(f *forgery) { f.edit(name, pairs...) }
}

func adds(text ...string) func(*forgery) { return func(f *forgery) { f.add(text...) } }

// rewrites puts another text for a whole leaf.
func rewrites(name string, change func(text string) string) func(*forgery) {
	return func(f *forgery) { f.put(name, change(f.leaf(name))) }
}

// shapes break the form of a leaf.
func shapes() []mutant {
	return []mutant{
		{"CRLF", "V4", rewrites("gift", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") })},
		{"one CR", "V4", edits("gift", "nature gift\n", "nature gift\r\n")},
		{"no end", "V4", rewrites("fee", func(s string) string { return strings.TrimSuffix(s, "\n") })},
		{"an empty line behind", "V4", rewrites("fee", func(s string) string { return s + "\n" })},
		{"a blank behind a value", "V4", edits("fee", "for bank\n", "for bank \n")},
		{"two blanks", "V4", edits("fee", "for bank", "for  bank")},
		{"an empty leaf", "V4", rewrites("erase", func(string) string { return "" })},
		{"a leading zero", "V4", edits("gift", "fee 300", "fee 0300")},
		{"minus zero", "V4", edits("gift", "reward 0", "reward -0")},
		{"a plus", "V4", edits("gift", "gross 10000", "gross +10000")},
		{"a fraction", "V4", edits("gift", "gross 10000", "gross 10000.0")},
		{"more than 10^15", "V4", edits("arrival", "gross 5000", "gross 1000000000000001")},
		{"a posting of more than 10^15", "V4", edits("arrival", "EUR 5000", "EUR 1000000000000001")},
		{"20 digits", "V4", edits("arrival", "gross 5000", "gross 18446744073709556616")},
		{"a fee above the gross", "V4", edits("gift", "fee 300", "fee 10001")},
		{"a field missing", "V4", edits("gift", "generosity 0\n", "")},
		{"a field twice", "V4", edits("gift", "generosity 0\n", "generosity 0\ngenerosity 0\n")},
		{"an unknown field", "V4", edits("gift", "nature gift\n", "nature gift\ncolour red\n")},
		{"a need that is no token", "V4", edits("placed", "need relecture", "need Relecture")},
		{"a need behind the regular gift", "V4", edits("placed", "need relecture\n", "regular 5zq3k7d2\nneed relecture\n")},
		{"fields in another order", "V4", edits("fee", "through bank\nfor bank\n", "for bank\nthrough bank\n")},
		{"postings in front", "V4", edits("fee", "evidence proved\npost pot:fonds EUR -200\n",
			"post pot:fonds EUR -200\nevidence proved\n")},
		{"an unknown word", "V4", edits("gift", "nature gift", "nature bribe")},
		{"a capital", "V4", edits("gift", "into provider", "into Provider")},
		{"an unknown currency", "V4", edits("move", "unit EUR", "unit EUX")},
		{"a flag of 2", "V4", edits("gift", "generosity 0", "generosity 2")},
		{"a share of nothing", "V4", edits("gift", "to lanterne 3000", "to lanterne 0")},
		{"a pot that is no slug", "V4", edits("placed", "to fonds 2000", "to -fonds 2000")},
		{"a pot twice in one gift", "V4", edits("gift", "to lanterne 3000", "to fonds 3000")},
		{"nine shares", "V4", rewrites("gift", nineShares)},
		{"65 postings", "V4", rewrites("move", func(s string) string {
			post := s[strings.Index(s, "post "):]
			return s + strings.Repeat(post, 31) + strings.SplitAfter(post, "\n")[0]
		})},
		{"spare bits in a digest", "V4", edits("pot", "title AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
			"title AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=")},
		{"a digest of zeros", "V4", edits("pot", "title AQIDAA", "title AAAAAA")},
		{"a digest without padding", "V4", edits("pot", "AAA=\n", "AAA\n")},
		{"seconds in a gift", "V4", edits("gift", "at 2025-02-03\n", "at 2025-02-03T12:00:00Z\n")},
		{"a day alone in an act", "V4", edits("move", "at 2025-02-03T12:00:00Z\n", "at 2025-02-03\n")},
		{"a day that is not", "V4", edits("gift", "given 2025-02-03", "given 2025-02-29")},
		{"a leap second", "V4", edits("erase", "T12:00:00Z", "T23:59:60Z")},
		{"an offset", "V4", edits("erase", "T12:00:00Z", "T12:00:00+00:00")},
		{"a reference forward", "V4", edits("reversal", "of 15", "of 600")},
		{"a reference to itself", "V4", func(f *forgery) { f.edit("refund", "of 4", "of 10") }},
		{"an optional reference of 0", "V4", edits("fee", "for bank\n", "for bank\nof 0\n")},
		{"time going back", "V4", edits("erase", "T12:00:00Z", "T11:59:59Z")},
		{"a day going back", "V4", edits("gift 9", "at 2025-06-30", "at 2025-06-29")},
		{"a second genesis", "V4 V6", func(f *forgery) { f.add(strings.TrimSuffix(f.leaf("genesis"), "\n")) }},
		{"a genesis of no fund in the middle", "V4 V6", func(f *forgery) { f.put("erase", f.leaf("genesis")) }},
		{"no genesis", "V4 V6", func(f *forgery) { f.put("genesis", f.leaf("erase")) }},
		{"an unknown kind", "?V4 ?V5 ?V6", edits("erase", "erase/v1", "bribe/v1")},
		{"an unknown version", "?V4 ?V5 ?V6", edits("gift 3", "gift/v1", "gift/v2")},
		{"an unknown kind behind a breach", "?V4 V5", func(f *forgery) {
			f.edit("fee", "EUR -200", "EUR -199")
			f.edit("erase", "erase/v1", "bribe/v1")
		}},
	}
}

func nineShares(s string) string {
	var more strings.Builder
	for _, pot := range strings.Split("abcdefg", "") {
		more.WriteString("to " + pot + " 1\n")
	}
	return strings.Replace(s, "nth 2\n", more.String()+"nth 2\n", 1)
}

// amounts break the sums, the postings that a fact leads to, or the floors.
func amounts() []mutant {
	return []mutant{
		{"a posting moved by a cent", "V5", edits("fee", "EUR -200", "EUR -199")},
		{"both postings moved by a cent", "V5", edits("fee", "EUR -200", "EUR -201", "EUR 200", "EUR 201")},
		{"another pot in a posting", "V5", edits("fee", "post pot:fonds", "post pot:lanterne")},
		{"another asset in a posting", "V5", edits("fee", "post asset:bank", "post asset:provider")},
		{"postings in another order", "V5", edits("fee", "post pot:fonds EUR -200\npost asset:bank EUR 200\n",
			"post asset:bank EUR 200\npost pot:fonds EUR -200\n")},
		{"postings left out", "V5", edits("fee", "post pot:fonds EUR -200\npost asset:bank EUR 200\n", "")},
		{"postings twice", "V5", rewrites("fee", func(s string) string {
			return s + s[strings.Index(s,
				"post "):]
		})},
		{"postings where none follow", "V5", rewrites("erase", func(s string) string {
			return s + "post pot:fonds EUR 1\npost asset:bank EUR -1\n"
		})},
		{"a posting of nothing", "V5", rewrites("erase",
			func(s string) string { return s + "post pot:fonds EUR 0\n" })},
		{"postings of another unit", "V5", edits("fee", "fonds EUR -200", "fonds USD -200", "bank EUR 200",
			"bank USD 200")},
		{"sides in two units", "V5", edits("fee", "bank EUR 200", "bank USD 200")},
		{"an account that is none", "V5", edits("fee", "post asset:bank", "post bank")},
		{"an account of an unknown class", "V5", edits("fee", "post asset:bank", "post people:ada")},
		{"a gift moved to another pot in its postings", "V5", edits("gift", "post pot:fonds EUR 7000",
			"post pot:lanterne EUR 7000", "post pot:lanterne EUR 3000", "post pot:fonds EUR 3000")},
		{"a cent from one share to the other", "V5", edits("gift", "to fonds 7000", "to fonds 7001",
			"to lanterne 3000", "to lanterne 2999")},
		{"shares that do not add up", "V5 V6", edits("gift", "to lanterne 3000", "to lanterne 2999",
			"pot:lanterne EUR 3000", "pot:lanterne EUR 2999")},
		{"a fee of a gift changed in the fact", "V5", edits("gift", "fee 300", "fee 299")},
		{"a refund out of another pot", "V5", edits("refund", "post pot:fonds EUR -1000",
			"post pot:lanterne EUR -1000")},
		{"a reversal of half", "V5", edits("reversal", "EUR 200", "EUR 100", "EUR -200", "EUR -100")},
		{"a first signature that moves money", "V5", rewrites("claimed signed 1", func(s string) string {
			return s + "post pot:fonds EUR -300\npost owed:payable EUR 300\n"
		})},
		{"a payment of another amount", "V5", edits("payment", "EUR -1200", "EUR -1300", "EUR 1200", "EUR 1300")},
		{"a pot below zero", "V5", func(f *forgery) { f.charge("fonds", "100000") }},
		{"a pot below zero by a cent", "V5", func(f *forgery) { f.charge("capital", "100001") }},
		{"owed below zero", "V5 V6", func(f *forgery) { f.place("arrival", "12001") }},
		{"a unit that a pot does not hold", "V5", func(f *forgery) {
			f.charge("fonds", "1")
			last := len(f.leaves) - 1
			f.leaves[last] = []byte(strings.ReplaceAll(string(f.leaves[last]), "EUR", "USD"))
		}},
		{"a balance beyond 10^15", "V5", func(f *forgery) {
			f.move("999999999999999")
			f.move("999999999999999")
		}},
		{"a refund in another unit", "V5 V6", edits("refund", "unit EUR", "unit USD", "pot:fonds EUR -1000",
			"pot:fonds USD -1000", "asset:provider EUR 1000", "asset:provider USD 1000", "asset:provider EUR -100",
			"asset:provider USD -100", "pot:fonds EUR 100\n", "pot:fonds USD 100\n")},
		{"an approval of what is no expense", "V5 V6", adds("approval/v1", "at 2025-06-30T13:00:00Z", "of {gift}",
			"by auditor", "final 0", "on 2025-06-30")},
	}
}

// charge appends a fee that a pot bears.
func (f *forgery) charge(pot, amount string) {
	f.add("fee/v1", "at 2025-06-30", "pot "+pot, "unit EUR", "amount "+amount, "through bank", "for bank",
		"on 2025-06-30", "evidence proved", "post pot:"+pot+" EUR -"+amount, "post asset:bank EUR "+amount)
}

// move appends a move between two assets.
func (f *forgery) move(amount string) {
	f.add("move/v1", "at 2025-06-30T13:00:00Z", "unit EUR", "amount "+amount, "from provider", "into bank",
		"on 2025-06-30", "evidence proved", "post asset:bank EUR -"+amount, "post asset:provider EUR "+amount)
}

// place appends a gift out of an arrival.
func (f *forgery) place(arrival, amount string) {
	f.add("gift/v1", "at 2025-06-30", "unit EUR", "gross "+amount, "fee 0", "into bank", "nature gift",
		"donor person", "given 2025-06-30", "reward 0", "generosity 0", "evidence declared", "to fonds "+amount,
		"arrival {"+arrival+"}", "nth 0", "first-of-month 0", "nth-fund 0", "first-of-month-fund 0",
		"post owed:unattributed EUR -"+amount, "post pot:fonds EUR "+amount)
}

// refund appends a refund that says what a lawful one would.
func (f *forgery) refund(of, pot, amount, fee string) {
	sides := []string{"post pot:" + pot + " EUR -" + amount, "post asset:bank EUR " + amount}
	if f.leaf(of)[:4] != "gift" {
		sides = []string{"post pot:" + pot + " EUR " + amount, "post asset:bank EUR -" + amount}
	}
	if fee != "0" {
		sides = append(sides, "post asset:bank EUR -"+fee, "post pot:"+pot+" EUR "+fee)
	}
	f.add(append([]string{"refund/v1", "at 2025-06-30", "of {" + of + "}", "unit EUR",
		"back " + pot + " " + amount,
		"fee " + fee, "through bank", "reason refund", "on 2025-06-30", "evidence proved"}, sides...)...)
}

// reverse appends a reversal, with the opposite of the postings that its target has.
func (f *forgery) reverse(of string) {
	lines := []string{"reversal/v1", "at 2025-06-30T13:00:00Z", "of {" + of + "}", "by treasurer",
		"on 2025-06-30"}
	for _, line := range strings.Split(f.leaf(of), "\n") {
		if at := strings.LastIndex(line, " "); strings.HasPrefix(line, "post ") {
			amount, negative := strings.CutPrefix(line[at+1:], "-")
			if !negative {
				amount = "-" + amount
			}
			lines = append(lines, line[:at+1]+amount)
		}
	}
	f.add(lines...)
}

// act appends an act on an expense.
func (f *forgery) act(kind, of string, lines ...string) {
	f.add(append([]string{kind, "at 2025-06-30T13:00:00Z", "of {" + of + "}"}, lines...)...)
}

func wants(t *testing.T, m mutant, r *verify.Report) {
	t.Helper()
	marks := strings.Fields(m.breaks)
	for mark, name := range passes() {
		verdict := verdictOf(r, name)
		want := verify.Proved
		switch {
		case slices.Contains(marks, mark):
			want = verify.Fail
		case slices.Contains(marks, "?"+mark):
			want = verify.Unknown
		case marks != nil && verdict == verify.Unknown && !slices.Contains(marks, "V1"):
			continue // what lies behind a leaf that cannot be read
		case slices.Contains(marks, "V1"):
			continue // nothing else is looked at
		}
		if verdict != want {
			t.Errorf("%s is %q, not %s", name, verdict, want)
		}
	}
	wantExit := 0
	for _, mark := range marks {
		if wantExit = 1; !strings.HasPrefix(mark, "?") {
			break
		}
		wantExit = 2
	}
	if r.Exit() != wantExit {
		t.Errorf("exit status %d, not %d", r.Exit(), wantExit)
	}
	if t.Failed() {
		for _, pass := range r.Passes {
			t.Logf("%s %s %s", pass.Verdict, pass.Name, pass.Detail)
		}
	}
}

func verdictOf(r *verify.Report, name string) verify.Verdict {
	for _, pass := range r.Passes {
		if pass.Name == name {
			return pass.Verdict
		}
	}
	return ""
}

func mutants() []mutant {
	return slices.Concat(shapes(), amounts(), acts(), displacements(), histories(), folders())
}

func TestEveryMutantIsCaughtByItsPass(t *testing.T) {
	vkey := keyed(t, "log").VKey()
	honest := newFund(t, vkey)
	for _, m := range mutants() {
		t.Run(m.name, func(t *testing.T) {
			f := honest.forge()
			f.t = t
			m.forge(f)
			wants(t, m, verify.Bundle(t.Context(), write(t, f.files()), verify.Options{Key: vkey, Workers: 2}))
		})
	}
}

// A checkpoint that somebody kept shows every change to what it covers, and every truncation.
func TestAKeptCheckpointShowsWhatTheKeyCanHide(t *testing.T) {
	vkey := keyed(t, "log").VKey()
	honest := newFund(t, vkey)
	since := honest.forge().sign(honest.forge().state(619))
	r := verify.Bundle(t.Context(), write(t, honest.forge().files()), verify.Options{Key: vkey, Since: since})
	if r.Exit() != 0 {
		t.Fatal(r.Passes)
	}
	for _, m := range hidden() {
		t.Run(m.name, func(t *testing.T) {
			f := honest.forge()
			f.t = t
			m.forge(f)
			dir := write(t, f.files())
			wants(t, m, verify.Bundle(t.Context(), dir, verify.Options{Key: vkey}))
			m.breaks = strings.TrimSpace(m.breaks + " V2")
			wants(t, m, verify.Bundle(t.Context(), dir, verify.Options{Key: vkey, Since: since}))
		})
	}
}

// hidden are the histories that a holder of the key rewrote so well that they are lawful ones.
func hidden() []mutant {
	late := func(f *forgery) int64 { return f.index["gift 530"] } // nothing behind it refers back
	return []mutant{
		{"cut short", "", func(f *forgery) { f.leaves = f.leaves[:500] }},
		{"cut to the genesis", "", func(f *forgery) { f.leaves = f.leaves[:1] }},
		{"a gift dropped", "", func(f *forgery) { f.drop(late(f)) }},
		{"a gift entered twice", "", func(f *forgery) { f.insert(late(f), f.leaves[late(f)]) }},
		{"two gifts swapped", "", func(f *forgery) {
			i := late(f)
			f.leaves[i], f.leaves[i+1] = f.leaves[i+1], f.leaves[i]
		}},
		{"a gift made smaller", "", func(f *forgery) {
			f.edit("gift 3", "gross 1003", "gross 1002", "to lanterne 1003", "to lanterne 1002",
				"provider EUR -1003", "provider EUR -1002", "lanterne EUR 1003", "lanterne EUR 1002")
		}},
		{"a gift given to another pot", "", func(f *forgery) {
			f.edit("gift 3", "to lanterne", "to fonds", "pot:lanterne EUR 1003", "pot:fonds EUR 1003",
				"pot:lanterne EUR -30", "pot:fonds EUR -30")
		}},
		{"a commitment exchanged", "", edits("gift", "memo BwgJ", "memo AwgJ")},
		{"a class of evidence raised", "", edits("gift 3", "evidence declared", "evidence proved")},
		{"a day of a gift moved", "", edits("gift 3", "given 2025-06-30", "given 2025-05-30")},
		{"another treasurer signed", "", edits("approved signed 1", "by auditor", "by treasurer")},
		{"cut short before what it broke", "V6", func(f *forgery) {
			f.leaves = f.leaves[:500]
			f.reverse("wrong")
		}},
	}
}

// state of a checkpoint that speaks of another root.
func other(size int64) proof.Checkpoint {
	return proof.Checkpoint{Origin: origin, Size: size, Root: proof.LeafHash([]byte("other"))}
}
