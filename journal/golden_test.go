// SPDX-License-Identifier: AGPL-3.0-or-later

package journal_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/mechanism/giving"
)

// goldenIndex stands above every entry that the golden leaves refer to.
const goldenIndex = 100

// goldens gives the frozen leaves of testdata, by file name: at least one a kind, written by hand.
func goldens(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/leaves/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden leaf: %v", err)
	}
	leaves := map[string][]byte{}
	for _, file := range files {
		leaf, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		leaves[filepath.Base(file)] = leaf
	}
	return leaves
}

func parse(leaf []byte) (journal.Entry, error) {
	return journal.NewReader(kinds()).Parse(leaf, goldenIndex)
}

// A leaf that was written once is read for ever: neither the golden leaves nor what they mean change.
func TestGoldenLeavesAreFrozen(t *testing.T) {
	sums, err := os.ReadFile("testdata/leaves/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for name, leaf := range goldens(t) {
		digest := sha256.Sum256(leaf)
		have = append(have, fmt.Sprintf("%s  %s\n", hex.EncodeToString(digest[:]), name))
		e, err := parse(leaf)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := kinds().Append(nil, &e)
		if err != nil || !bytes.Equal(again, leaf) {
			t.Errorf("%s: reads back as\n%s%v", name, again, err)
		}
		if err := ledger.Check(e.Posts); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	slices.SortFunc(have, func(a, b string) int { return strings.Compare(a[66:], b[66:]) })
	if strings.Join(have, "") != string(sums) {
		t.Errorf("the golden leaves are not those of SHA256SUMS, but\n%s", strings.Join(have, ""))
	}
}

// desk answers for the entries that golden leaves refer to.
type desk map[int64]journal.Fact

func (desk) State(mechanism.Key) journal.State { return nil }

func (desk) Put(mechanism.Key, journal.State) {}

func (d desk) Entry(index int64) (*journal.Entry, error) {
	e := &journal.Entry{Index: index, Fact: d[index]}
	var sheet ledger.Sheet
	err := giving.Rules{}.Postings(d, e.Fact, &sheet)
	e.Posts = sheet.Posts()
	return e, err
}

// The postings of the golden leaves are those that their facts lead to: what a kind moves is frozen.
func TestGoldenPostingsFollowFromTheFacts(t *testing.T) {
	gift := func(gross int64) *giving.Given {
		return &giving.Given{Inflow: giving.Inflow{Unit: "EUR", Gross: gross, Into: "bank"},
			To: []journal.Share{{Pot: "fonds", Amount: gross}}}
	}
	earlier := desk{27: gift(600_001), 42: gift(8_000),
		50: &giving.Claimed{Pot: "passerelle", Unit: "EUR", Amount: 22_000}}
	for name, leaf := range goldens(t) {
		e, err := parse(leaf)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var sheet ledger.Sheet
		sheet.Begin(e.Posts)
		if err := rules().Postings(earlier, e.Fact, &sheet); err != nil || !sheet.Agrees() {
			t.Errorf("%s: the fact leads to %v, %v", name, sheet.Posts(), err)
		}
	}
}

// Every field of every kind has a value in one of its golden leaves, so that none is forgotten.
func TestGoldenLeavesShowEveryField(t *testing.T) {
	shown := map[string]map[string]bool{}
	for name, leaf := range goldens(t) {
		e, err := parse(leaf)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if shown[e.Fact.Name()] == nil {
			shown[e.Fact.Name()] = map[string]bool{}
		}
		showFields(shown[e.Fact.Name()], "", reflect.ValueOf(e.Fact).Elem())
	}
	for name := range kinds() {
		if shown[name] == nil {
			t.Errorf("%s has no golden leaf", name)
		}
		for field, seen := range shown[name] {
			// An arrival bears no fee and no reward: what it shares with gifts is shown by those.
			if !seen && !(name == "arrival/v1" && (field == ".Inflow.Fee" || field == ".Inflow.Reward")) {
				t.Errorf("%s: no golden leaf gives %s a value", name, field)
			}
		}
	}
}

func showFields(shown map[string]bool, path string, v reflect.Value) {
	if v.Kind() != reflect.Struct {
		shown[path] = shown[path] || !v.IsZero()
		return
	}
	for i := range v.NumField() {
		showFields(shown, path+"."+v.Type().Field(i).Name, v.Field(i))
	}
}
