// SPDX-License-Identifier: AGPL-3.0-or-later

package verify_test

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ecot/proof"
)

// acts are canonical leaves whose postings follow from them, sum to zero and keep to the floors, and
// that the rules do not allow.
func acts() []mutant {
	return slices.Concat(undoings(), signatures(), purposes(), promises(), closings())
}

// undoings are refunds and reversals.
func undoings() []mutant {
	refund := func(of, pot, amount, fee string) func(*forgery) {
		return func(f *forgery) { f.refund(of, pot, amount, fee) }
	}
	reverse := func(of string) func(*forgery) { return func(f *forgery) { f.reverse(of) } }
	return []mutant{
		{"a refund beyond the gift", "V6", refund("gift 5", "lanterne", "1006", "0")},
		{"a refund beyond what is left", "V6", refund("gift 7", "lanterne", "508", "0")},
		{"a refund out of a pot that got nothing", "V6", refund("gift 5", "fonds", "1", "0")},
		{"more fee back than was paid", "V6", refund("gift 5", "lanterne", "100", "31")},
		{"a fee back that came back before", "V6", refund("gift", "fonds", "1", "201")},
		{"a refund of a fee beyond it", "V6", refund("fee", "fonds", "151", "0")},
		{"a fee back on a fee", "V6", refund("fee", "fonds", "1", "1")},
		{"a refund after the reversal", "V6", refund("wrong", "fonds", "1", "0")},
		{"a refund of a move", "V6", refund("move", "fonds", "1", "0")},
		{"a refund of an arrival", "V6", refund("arrival", "fonds", "1", "0")},
		{"a refund of a refund", "V6", refund("refund", "fonds", "1", "0")},
		{"a reversal twice", "V6", reverse("wrong")},
		{"a reversal of a refunded gift", "V6", reverse("gift 7")},
		{"a reversal of a reversal", "V6", reverse("reversal")},
		{"a reversal of an approval", "V6", reverse("approved signed 1")},
		{"a reversal of a final approval", "V6", reverse("approved signed 2")},
		{"a reversal of a payment", "V6", reverse("payment")},
		{"a reversal of a pot", "V6", reverse("pot")},
		{"a reversal of the genesis", "V6", reverse("genesis")},
		{"a reversal of a closing", "V6", reverse("closing")},
		{"a reversal of an arrival that was placed", "V6", reverse("arrival")},
	}
}

// signatures are acts on expenses, and transfers, signed or paid otherwise than they must be.
func signatures() []mutant {
	act := func(kind, of string, lines ...string) func(*forgery) {
		return func(f *forgery) { f.act(kind, of, lines...) }
	}
	pays := func(of, amount string) func(*forgery) {
		return act("payment/v1", of, "through bank", "on 2025-06-30", "evidence proved",
			"post owed:payable EUR -"+amount, "post asset:bank EUR "+amount)
	}
	return []mutant{
		{"a role that approves twice", "V6", edits("approved signed 2", "by president", "by auditor")},
		{"a second approval not called final", "V6", edits("approved signed 2", "final 1", "final 0",
			"post pot:fonds EUR -1300\npost owed:payable EUR 1300\n", "")},
		{"a first approval called final", "V6", edits("claimed signed 1", "final 0", "final 1",
			"on 2025-02-03\n", "on 2025-02-03\npost pot:fonds EUR -300\npost owed:payable EUR 300\n")},
		{"a third approval", "V6", act("approval/v1", "approved", "by treasurer", "final 0", "on 2025-06-30")},
		{"an approval of what was withdrawn", "V6", act("approval/v1", "withdrawn", "by president", "final 0",
			"on 2025-06-30")},
		{"a payment approved by one", "V6", pays("claimed", "300")},
		{"a payment made twice", "V6", pays("expense", "1200")},
		{"a payment of what was withdrawn", "V6", pays("withdrawn", "400")},
		{"a return of what is not paid", "V6", act("payment-return/v1", "approved", "through bank", "code ac04",
			"on 2025-06-30", "evidence proved", "post asset:bank EUR -1300", "post owed:payable EUR 1300")},
		{"a withdrawal of what is paid", "V6", act("withdrawal/v1", "expense", "by treasurer", "set 0",
			"on 2025-06-30")},
		{"a withdrawal that keeps the money", "V6", act("withdrawal/v1", "approved", "by treasurer", "set 0",
			"on 2025-06-30")},
		{"a withdrawal that makes money", "V6", act("withdrawal/v1", "claimed", "by treasurer", "set 1",
			"on 2025-06-30", "post owed:payable EUR -300", "post pot:fonds EUR 300")},
	}
}

// displacements are the same, of money that no rule lets pass where it passes.
func displacements() []mutant {
	return []mutant{
		{"a transfer signed by one role", "V6", edits("transfer", "by president", "by treasurer")},
	}
}

// purposes are moves of money to and from what cannot give or take it.
func purposes() []mutant {
	return []mutant{
		{"a transfer out of an endowment", "V6", edits("transfer", "from fonds", "from capital",
			"post pot:fonds", "post pot:capital")},
		{"a transfer to itself", "V6", edits("transfer", "to lanterne", "to fonds", "post pot:lanterne",
			"post pot:fonds")},
		{"a transfer to a pot that is not", "V6", edits("transfer", "to lanterne", "to lantern",
			"post pot:lanterne", "post pot:lantern")},
		{"a spending out of an endowment", "V6", rewrites("spending", func(s string) string {
			return strings.ReplaceAll(strings.Replace(s, "pot fonds", "pot capital", 1), "pot:fonds", "pot:capital")
		})},
		{"an expense out of an endowment", "V6", edits("claimed", "pot fonds", "pot capital")},
		{"a move to itself", "V5 V6", edits("move", "from provider", "from bank", "post asset:provider",
			"post asset:bank")},
		{"an arrival placed beyond its rest", "V6", func(f *forgery) { f.place("arrival", "3001") }},
		{"a gift placed out of a gift", "V6", func(f *forgery) { f.place("gift", "1") }},
		{"a gift to a pot that is not", "V6", edits("gift 3", "to lanterne", "to nobody",
			"pot:lanterne EUR 1003", "pot:nobody EUR 1003", "pot:lanterne EUR -30", "pot:nobody EUR -30")},
		{"a pot opened twice", "V6", adds("pot/v1", "at 2025-06-30T13:00:00Z", "pot fonds", "purpose endowment")},
		{"a pot that is no slug", "V6", adds("pot/v1", "at 2025-06-30T13:00:00Z", "pot fonds/two",
			"purpose spendable")},
		{"counts that contradict each other", "V6", edits("gift", "nth-fund 2", "nth-fund 1")},
		{"a need of two pots", "V6", edits("gift", "to lanterne 3000\n", "to lanterne 3000\nneed relecture\n")},
		{"half a count", "V6", edits("gift", "nth 2", "nth 0")},
		{"an asset that is none", "V5 V6", edits("move", "from provider", "from pro:vider", "post asset:provider",
			"post asset:pro:vider")},
	}
}

// histories are checkpoints and origins that are not those of the leaves.
func histories() []mutant {
	return []mutant{
		{"a leaf changed under an old checkpoint", "V2", func(f *forgery) {
			honest := f.state(300)
			f.edit("gift 3", "given 2025-06-30", "given 2025-05-30")
			f.history[300] = honest
		}},
		{"a leaf changed under the last checkpoint", "V2", func(f *forgery) {
			honest := f.state(int64(len(f.leaves)))
			f.edit("gift 520", "given 2025-06-30", "given 2025-05-30")
			f.checkpoint = &honest
		}},
		{"another root in an old checkpoint", "V2", func(f *forgery) { f.history[300] = other(300) }},
		{"another root of the genesis", "V2", func(f *forgery) { f.history[1] = other(1) }},
		{"another root in the last checkpoint", "V2", func(f *forgery) {
			last := other(int64(len(f.leaves)))
			f.checkpoint = &last
		}},
		{"a leaf dropped under the old checkpoints", "V2 V4", func(f *forgery) {
			f.history[300] = f.state(300)
			f.drop(290)
		}},
		{"two leaves swapped under the old checkpoints", "V2", func(f *forgery) {
			f.history[300] = f.state(300)
			f.leaves[290], f.leaves[291] = f.leaves[291], f.leaves[290]
		}},
		{"a leaf entered twice under the old checkpoints", "V2", func(f *forgery) {
			f.history[300] = f.state(300)
			f.insert(298, f.leaves[298])
		}},
		{"a genesis of another origin", "V2", edits("genesis", "origin fonds.example/journal",
			"origin fonds.example/twin")},
		{"a genesis with another key", "V2", func(f *forgery) {
			f.edit("genesis", "key "+f.log.VKey(), "key "+keyed(f.t, "other").VKey())
		}},
	}
}

// folders are files that the MANIFEST does not list, or lists and are not so.
func folders() []mutant { return slices.Concat(listings(), notes()) }

// spoil changes the files behind the signing.
func spoil(change func(f *forgery, files map[string][]byte)) func(*forgery) {
	return func(f *forgery) { f.spoil = func(files map[string][]byte) { change(f, files) } }
}

func listings() []mutant {
	return []mutant{
		{"a file too many", "V1", spoil(func(_ *forgery,
			files map[string][]byte) {
			files["names.csv"] = []byte("x")
		})},
		{"a file too many, hidden", "V1", spoil(func(_ *forgery,
			files map[string][]byte) {
			files["rules/.x"] = []byte("x")
		})},
		{"a file too many, listed", "V1", spoil(func(f *forgery, files map[string][]byte) {
			files["names.csv"] = []byte("x")
			f.list(files)
		})},
		{"a file of entries missing", "V1", spoil(func(_ *forgery, files map[string][]byte) {
			delete(files,
				"entries/001")
		})},
		{"a file of entries missing, not listed", "V1", spoil(func(f *forgery, files map[string][]byte) {
			delete(files, "entries/001")
			f.list(files)
		})},
		{"an old checkpoint missing", "V1", spoil(func(_ *forgery, files map[string][]byte) {
			delete(files,
				"checkpoints/300")
		})},
		{"no checkpoint", "V1", spoil(func(f *forgery, files map[string][]byte) {
			delete(files, "checkpoint")
			f.list(files)
		})},
	}
}

// notes are signed texts that are not those of the journal.
func notes() []mutant {
	return []mutant{
		{"no MANIFEST", "V1", spoil(func(_ *forgery, files map[string][]byte) { delete(files, "MANIFEST") })},
		{"a MANIFEST by another key", "V1", spoil(func(f *forgery, files map[string][]byte) {
			twin := *f
			twin.log = keyed(f.t, "other")
			twin.list(files)
		})},
		{"a checkpoint by another key", "V1", spoil(func(f *forgery, files map[string][]byte) {
			twin := *f
			twin.log = keyed(f.t, "other")
			files["checkpoint"] = twin.sign(f.state(int64(len(f.leaves))))
			f.list(files)
		})},
		{"a checkpoint with a second signature", "V1", spoil(func(f *forgery, files map[string][]byte) {
			text := string(files["checkpoint"])
			files["checkpoint"] = []byte(text + text[strings.Index(text, "\n\n")+2:])
			f.list(files)
		})},
		{"an old checkpoint of another size", "V1", spoil(func(f *forgery, files map[string][]byte) {
			files["checkpoints/300"] = f.sign(f.state(299))
			f.list(files)
		})},
		{"a checkpoint of more leaves", "V1", func(f *forgery) {
			f.checkpoint = &proof.Checkpoint{Origin: origin, Size: 621, Root: f.state(620).Root}
		}},
		{"half a leaf at the end", "V1", spoil(func(f *forgery, files map[string][]byte) {
			files["entries/002.p/108"] = files["entries/002.p/108"][:1000]
			f.list(files)
		})},
		{"a MANIFEST in another order", "V1", spoil(func(f *forgery, files map[string][]byte) {
			body := "ecot/bundle/v1\n" + origin + "\n"
			for path, data := range map[string][]byte{"rules/giving-v1.md": nil, "checkpoint": nil} {
				body += fmt.Sprintf("%d %x %s\n", len(data), sha256.Sum256(data), path)
			}
			text, err := f.log.Note([]byte(body))
			if err != nil {
				f.t.Fatal(err)
			}
			files["MANIFEST"] = text
		})},
	}
}

// closings are closings of months that cannot close so, and money booked where the books are closed.
func closings() []mutant {
	again := func(month string) func(*forgery) {
		return func(f *forgery) {
			_, rest, _ := strings.Cut(f.leaf("closing"), "unit EUR\n")
			f.add(append([]string{"closing/v1", "at 2025-06-30T13:00:00Z", "month " + month, "unit EUR"},
				strings.Split(strings.TrimSpace(rest), "\n")...)...)
		}
	}
	line := regexp.MustCompile(`(ledger|statement) -?\d+`)
	states := func(text string) func(*forgery) {
		return rewrites("closing", func(s string) string { return line.ReplaceAllString(s, text) })
	}
	return []mutant{
		{"a gift booked in a closed month", "V6", edits("gift 3", "given 2025-06-30", "given 2025-02-28")},
		{"a gift booked before all closed months", "V6", edits("gift 3", "given 2025-06-30", "given 2024-12-31")},
		{"a gift credited in a closed month", "V6", edits("gift 3", "given 2025-06-30\n",
			"given 2025-06-30\ncredited 2025-02-28\n")},
		{"a gift given in a closed month, credited later", "", edits("gift 3", "given 2025-06-30\n",
			"given 2025-02-28\ncredited 2025-03-01\n")},
		{"a fee booked in a closed month", "V6", adds("fee/v1", "at 2025-06-30", "pot fonds", "unit EUR", "amount 1",
			"through bank", "for bank", "on 2025-02-01", "evidence proved", "post pot:fonds EUR -1",
			"post asset:bank EUR 1")},
		{"a claim of a closed month, which moves nothing", "", adds("expense/v1", "at 2025-06-30T13:00:00Z",
			"pot fonds", "unit EUR", "amount 1", "destination mission", "payee person", "on 2025-02-01")},
		{"a closing of another sum", "V5", states("$1 1")},
		{"a closing that explains no difference", "V6", edits("closing", "statement ", "statement 1")},
		{"a closing that explains what does not differ", "V6", rewrites("closing", func(s string) string {
			return s + "because " + strings.Repeat("A", 42) + "E=\n"
		})},
		{"a closing in another unit", "V6", rewrites("closing", func(s string) string {
			return line.ReplaceAllString(strings.Replace(s, "EUR", "USD", 1), "$1 0")
		})},
		{"a closing twice", "V6", again("202502")},
		{"a closing of an earlier month", "V5 V6", again("202501")},
		{"a closing behind a gap", "V6", again("202504")},
		{"the next closing", "", again("202503")},
		{"a closing of a month that is to come", "V6", edits("closing", "month 202502", "month 202507")},
		{"a closing of no month", "V4", edits("closing", "month 202502", "month 202513")},
		{"a closing of a month misspelt", "V4", edits("closing", "month 202502", "month 2025-02")},
	}
}
