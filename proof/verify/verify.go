// SPDX-License-Identifier: AGPL-3.0-or-later

// Package verify checks a public bundle by itself: no database, no network, no clock.
//
// It goes through the bundle once, in named passes. Each ends in a verdict: PROVED by arithmetic
// from the bytes, ATTESTED by a third party's signature, DECLARED by the operator's word alone, or
// FAIL. Its one invariant: nothing is called PROVED that was not computed again from the leaves.
package verify

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"

	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/mechanism/appeal"
	"ecot/mechanism/charter"
	"ecot/mechanism/giving"
	"ecot/mechanism/regular"
	"ecot/money"
	"ecot/proof"
	"ecot/proof/bundle"
)

// Verdict is how a pass ended.
type Verdict string

// The verdicts.
const (
	Proved   Verdict = "PROVED"
	Attested Verdict = "ATTESTED"
	Declared Verdict = "DECLARED"
	Fail     Verdict = "FAIL"
	Unknown  Verdict = "UNKNOWN" // a leaf could not be read, or is of a kind not known here: no verdict
)

// Pass is one thing that was checked.
type Pass struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Detail  string  `json:"detail"`
}

// The passes, as docs/formats/README.md tells them apart.
const (
	PassFiles    = "V1 files"
	PassTree     = "V2 tree"
	PassLeaves   = "V4 leaves"
	PassSums     = "V5 sums"
	PassStates   = "V6 states"
	PassReceipt  = "receipt"
	PassOrigin   = "origin"
	PassEvidence = "evidence"
)

// Total is money that came in, in one class of evidence.
type Total struct {
	Class  string     `json:"class"`
	Unit   money.Unit `json:"unit"`
	Amount int64      `json:"amount"` // minor units
}

// Balance is what an account holds at the end.
type Balance struct {
	Account ledger.Account `json:"account"`
	Unit    money.Unit     `json:"unit"`
	Balance int64          `json:"balance"` // minor units, credit positive
}

// Report is what a verification found.
type Report struct {
	Origin     string    `json:"origin"`
	Key        string    `json:"key"`
	Size       int64     `json:"size"`
	Root       string    `json:"root"` // base64
	Passes     []Pass    `json:"passes"`
	Evidence   []Total   `json:"evidence"`
	Accounts   []Balance `json:"accounts"`
	CannotKnow string    `json:"cannot_know"`
}

// CannotKnow says what no verification of a bundle can tell.
const CannotKnow = "This cannot know whether the money is in the bank, whether an entry was left out " +
	"before it was ever published, or whether the journal was cut short and signed again with its own key: " +
	"for the last, keep a checkpoint and give it with --since."

// Options say what to verify against.
type Options struct {
	Key      string // verifier key that must have signed; empty: the bundle's own
	Since    []byte // an older checkpoint of the same journal, which must be a prefix; may be nil
	Receipt  []byte // a receipt of the same journal; may be nil
	Workers  int    // goroutines that parse; at least 1
	Progress func(done, total int64)
}

// Exit gives the status that a program ends with: 1 when a pass failed, 2 when one could not be
// decided, else 0.
func (r *Report) Exit() int {
	status := 0
	for _, pass := range r.Passes {
		switch {
		case pass.Verdict == Fail:
			return 1
		case pass.Verdict == Unknown:
			status = 2
		}
	}
	return status
}

func (r *Report) add(name string, verdict Verdict, format string, args ...any) {
	r.Passes = append(r.Passes, Pass{Name: name, Verdict: verdict, Detail: fmt.Sprintf(format, args...)})
}

// Bundle verifies the bundle in a folder.
func Bundle(ctx context.Context, dir string, o Options) *Report {
	r := &Report{CannotKnow: CannotKnow}
	key, err := r.key(dir, o.Key)
	if err != nil {
		r.add(PassFiles, Fail, "%v", err)
		return r
	}
	b, err := bundle.Open(dir, key)
	if err != nil {
		r.add(PassFiles, Fail, "%v", err)
		return r
	}
	defer b.Close()
	r.Key, r.Origin = key, b.Checkpoint().Origin
	r.Size, r.Root = b.Checkpoint().Size, b.Checkpoint().Root.String()
	v := newRun(b, o)
	defer v.archive.close()
	err = bundle.Stream(ctx, b, o.Workers, v.decode, v.apply)
	r.conclude(v, err)
	if r.Exit() == 0 {
		r.totals(v)
	}
	return r
}

// key gives the key to verify with: the one given, or the one that entry 0 states.
func (r *Report) key(dir, given string) (string, error) {
	if given != "" {
		return given, nil
	}
	leaf, err := bundle.FirstLeaf(dir)
	if err != nil {
		return "", err
	}
	e, err := journal.NewReader(rules().Kinds()).Parse(leaf, 0)
	if err != nil {
		return "", fmt.Errorf("entry 0: %w", err)
	}
	genesis, ok := e.Fact.(*charter.Genesis)
	if !ok {
		return "", errors.New("entry 0 is no genesis")
	}
	return genesis.Key, nil
}

func rules() *mechanism.Set {
	return mechanism.NewSet(charter.Rules{}, giving.Rules{}, appeal.Rules{}, regular.Rules{})
}

// conclude turns what a run found into passes.
func (r *Report) conclude(v *run, streamErr error) {
	if streamErr != nil {
		r.add(PassFiles, Fail, "%v", streamErr)
		return
	}
	r.add(PassFiles, Proved, "%d entries; every byte is listed once in the MANIFEST, which the key signed",
		v.tree.Size())
	r.concludeTree(v)
	for _, pass := range []struct{ name, holds string }{
		{PassLeaves, "every leaf is canonical, refers backwards only, and never goes back in time"},
		{PassSums, "every entry sums to zero in every unit; no pot and nothing owed is ever below zero"},
		{PassStates, "every entry is one that the rules allow: approvals, payments, refunds, reversals"},
	} {
		verdict, detail := Proved, pass.holds
		if broken := v.broken(pass.name); broken != nil {
			verdict, detail = verdictOf(broken), broken.Error()
		} else if v.unread != nil {
			verdict, detail = Unknown, fmt.Sprintf("not checked from entry %d on", v.replay.Next)
		}
		r.add(pass.name, verdict, "%s", detail)
	}
	r.concludeReceipt(v)
	if v.options.Key == "" {
		r.add(PassOrigin, Declared,
			"%s, by the key that the bundle itself states; give --key to hold it against yours", r.Origin)
	} else {
		r.add(PassOrigin, Proved, "%s, signed by the key that you gave", r.Origin)
	}
}

// verdictOf gives the verdict of a pass that was broken: undecided behind a kind that is unknown,
// failed behind anything else.
func verdictOf(broken error) Verdict {
	var unknown *journal.UnknownKindError
	if errors.As(broken, &unknown) {
		return Unknown
	}
	return Fail
}

func (r *Report) concludeTree(v *run) {
	checkpoint := v.bundle.Checkpoint()
	if root := v.tree.Root(); root != checkpoint.Root {
		r.add(PassTree, Fail, "the leaves give root %s, the checkpoint says %s", root, checkpoint.Root)
		return
	}
	if v.genesis != nil && (v.genesis.Key != r.Key || v.genesis.Origin != r.Origin) {
		r.add(PassTree, Fail, "entry 0 states another origin or key than the checkpoint")
		return
	}
	for _, old := range v.bundle.History() {
		if v.roots[old.Size] != old.Root {
			r.add(PassTree, Fail, "the checkpoint of size %d is not a prefix of this journal", old.Size)
			return
		}
	}
	detail := fmt.Sprintf("root %s at size %d; %d older checkpoints are prefixes", checkpoint.Root,
		checkpoint.Size,
		len(v.bundle.History()))
	if v.options.Since != nil {
		since, err := v.since(r.Key)
		if err != nil {
			r.add(PassTree, Fail, "the checkpoint that you kept: %v", err)
			return
		}
		if since.Size > checkpoint.Size || v.roots[since.Size] != since.Root {
			r.add(PassTree, Fail, "the checkpoint that you kept, of size %d, is not a prefix of this journal: "+
				"it was cut short or changed", since.Size)
			return
		}
		detail += fmt.Sprintf("; so is yours of size %d", since.Size)
	}
	r.add(PassTree, Proved, "%s", detail)
}

func (r *Report) concludeReceipt(v *run) {
	if v.options.Receipt == nil {
		return
	}
	receipt, point, err := Receipt(v.options.Receipt, r.Key)
	switch {
	case err != nil:
		r.add(PassReceipt, Fail, "%v", err)
	case point.Size > v.tree.Size() || v.roots[point.Size] != point.Root:
		r.add(PassReceipt, Fail, "the receipt's checkpoint of size %d is not a prefix of this journal", point.Size)
	default:
		r.add(PassReceipt, Proved, "entry %d is in the journal", receipt.Index)
	}
}

// Receipt verifies a receipt by itself: its leaf, which it carries, is in the tree of its signed
// checkpoint.
func Receipt(text []byte, key string) (proof.Receipt, proof.Checkpoint, error) {
	receipt, err := proof.ParseReceipt(text)
	if err != nil {
		return receipt, proof.Checkpoint{}, err
	}
	point, err := receipt.Verify(receipt.Extra, key)
	return receipt, point, err
}

// totals states what came in by class of evidence, and every balance, of a bundle that holds.
func (r *Report) totals(v *run) {
	for place, amount := range v.income {
		r.Evidence = append(r.Evidence, Total{Class: string(place.class), Unit: place.unit, Amount: *amount})
	}
	sort.Slice(r.Evidence, func(i, j int) bool {
		a, b := r.Evidence[i], r.Evidence[j]
		return a.Unit+"/"+money.Unit(a.Class) < b.Unit+"/"+money.Unit(b.Class)
	})
	v.replay.Book.All(func(p ledger.Place, balance int64) {
		r.Accounts = append(r.Accounts, Balance{Account: p.Account, Unit: p.Unit, Balance: balance})
	})
	sort.Slice(r.Accounts, func(i, j int) bool {
		a, b := r.Accounts[i], r.Accounts[j]
		return string(a.Account)+" "+string(a.Unit) < string(b.Account)+" "+string(b.Unit)
	})
	var words []string
	for _, total := range r.Evidence {
		words = append(words, fmt.Sprintf("%s %s %s", money.Amount{Minor: total.Amount, Unit: total.Unit},
			total.Unit, total.Class))
	}
	r.add(PassEvidence, Declared, "came in: %s; the class is what the operator states, no statement or "+
		"attestation is in this journal yet", strings.Join(words, ", "))
}
