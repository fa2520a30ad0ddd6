// SPDX-License-Identifier: AGPL-3.0-or-later

package verify_test

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ecot/ledger"
	"ecot/proof"
	"ecot/proof/verify"
)

// The honest journal has every kind, is PROVED by every pass, and comes to the balances of its world.
func TestTheHonestJournalHolds(t *testing.T) {
	vkey := keyed(t, "log").VKey()
	honest := newFund(t, vkey)
	dir := write(t, honest.forge().files())
	for _, o := range []verify.Options{{}, {Key: vkey}, {Key: vkey, Workers: 2}} {
		r := verify.Bundle(t.Context(), dir, o)
		for _, pass := range r.Passes {
			want := verify.Proved
			if pass.Name == verify.PassEvidence || pass.Name == verify.PassOrigin && o.Key == "" {
				want = verify.Declared
			}
			if pass.Verdict != want {
				t.Errorf("%s is %s: %s", pass.Name, pass.Verdict, pass.Detail)
			}
		}
		if r.Exit() != 0 || r.Origin != origin || r.Size != 620 || len(r.Passes) != 7 {
			t.Fatalf("exit status %d of %+v", r.Exit(), r)
		}
		held := map[ledger.Place]int64{}
		for _, a := range r.Accounts {
			held[ledger.Place{Account: a.Account, Unit: a.Unit}] = a.Balance
		}
		want := map[ledger.Place]int64{}
		honest.world.Book().All(func(p ledger.Place, balance int64) { want[p] = balance })
		if !maps.Equal(held, want) {
			t.Errorf("balances %v, wanted %v", held, want)
		}
	}
	seen := map[string]bool{}
	for _, leaf := range honest.leaves {
		kind, _, _ := strings.Cut(string(leaf), "\n")
		seen[kind] = true
	}
	if len(seen) != 23 {
		t.Errorf("the journal has %d kinds: %v", len(seen), seen)
	}
}

// What came in is summed by class of evidence: a reversal takes away, a placed arrival counts once.
func TestWhatCameInIsSummedByEvidence(t *testing.T) {
	honest := newFund(t, keyed(t, "log").VKey())
	r := verify.Bundle(t.Context(), write(t, honest.forge().files()), verify.Options{})
	var sum int64
	for figure, total := range honest.world.Figures() {
		if strings.HasPrefix(figure.Name, "in/") {
			sum += total.Amount
		}
	}
	if len(r.Evidence) != 1 || r.Evidence[0].Amount != sum || r.Evidence[0].Class != "declared" || sum == 0 {
		t.Errorf("%+v, wanted %d declared", r.Evidence, sum)
	}
}

// A key, an older checkpoint or a receipt of another journal is refused.
func TestWhatIsGivenMustBeOfThisJournal(t *testing.T) {
	log, twin := keyed(t, "log"), keyed(t, "twin")
	honest := newFund(t, log.VKey())
	whole, another := honest.forge(), honest.forge()
	dir := write(t, whole.files())
	another.edit("gift 3", "evidence declared", "evidence proved")
	stranger := honest.forge()
	stranger.log = twin
	receipt := whole.receipt(44)
	broken := slices.Clone(receipt)
	broken[100] ^= 1
	for _, c := range []struct {
		name string
		o    verify.Options
		fail string // the pass that fails, empty for none
	}{
		{"the key", verify.Options{Key: log.VKey()}, ""},
		{"another key", verify.Options{Key: twin.VKey()}, verify.PassFiles},
		{"no key at all", verify.Options{Key: "fonds.example"}, verify.PassFiles},
		{"the last checkpoint", verify.Options{Since: whole.sign(whole.state(620))}, ""},
		{"an older checkpoint", verify.Options{Since: whole.sign(whole.state(77))}, ""},
		{"the checkpoint of nothing", verify.Options{Since: whole.sign(whole.state(0))}, ""},
		{"a later checkpoint", verify.Options{Since: whole.sign(proof.Checkpoint{Origin: origin, Size: 621})},
			verify.PassTree},
		{"another journal's checkpoint", verify.Options{Since: another.sign(another.state(620))}, verify.PassTree},
		{"a stranger's checkpoint", verify.Options{Since: stranger.sign(stranger.state(77))}, verify.PassTree},
		{"no checkpoint", verify.Options{Since: []byte("x")}, verify.PassTree},
		{"a checkpoint of no bytes", verify.Options{Since: []byte{}}, verify.PassTree},
		{"a receipt", verify.Options{Receipt: receipt}, ""},
		{"a receipt of 300 entries", verify.Options{Receipt: whole.cut(300).receipt(44)}, ""},
		{"a broken receipt", verify.Options{Receipt: broken}, verify.PassReceipt},
		{"another journal's receipt", verify.Options{Receipt: another.receipt(44)}, verify.PassReceipt},
		{"a stranger's receipt", verify.Options{Receipt: stranger.receipt(44)}, verify.PassReceipt},
		{"no receipt", verify.Options{Receipt: []byte("x")}, verify.PassReceipt},
		{"a receipt of no bytes", verify.Options{Receipt: []byte{}}, verify.PassReceipt},
	} {
		r := verify.Bundle(t.Context(), dir, c.o)
		var failed []string
		for _, pass := range r.Passes {
			if pass.Verdict == verify.Fail {
				failed = append(failed, pass.Name)
			}
		}
		if strings.Join(failed, " ") != c.fail || (r.Exit() == 0) != (c.fail == "") {
			t.Errorf("%s: %q fail, wanted %q; exit status %d", c.name, failed, c.fail, r.Exit())
		}
	}
}

// cut gives the beginning of the journal; receipt one of its receipts.
func (f *forgery) cut(size int) *forgery {
	short := *f
	short.leaves = f.leaves[:size]
	return &short
}

func (f *forgery) receipt(index int64) []byte {
	f.t.Helper()
	hashes := make([]proof.Hash, len(f.leaves))
	for i, leaf := range f.leaves {
		hashes[i] = proof.LeafHash(leaf)
	}
	size := int64(len(f.leaves))
	path, err := proof.Inclusion(f.t.Context(), index, size, leafHashes(hashes))
	if err != nil {
		f.t.Fatal(err)
	}
	text, err := proof.Receipt{Extra: f.leaves[index], Index: index, Hashes: path,
		Checkpoint: f.sign(f.state(size))}.MarshalText()
	if err != nil {
		f.t.Fatal(err)
	}
	return text
}

// leafHashes reads the tiles of a tree from its leaf hashes.
type leafHashes []proof.Hash

func (h leafHashes) Hashes(_ context.Context, level int, n int64, width int) ([]proof.Hash, error) {
	span := 1 << (proof.TileHeight * level)
	tile := make([]proof.Hash, width)
	for i := range tile {
		edge := proof.NewEdge()
		first := (int(n)*proof.TileWidth + i) * span
		for _, leaf := range h[first : first+span] {
			edge.Append(leaf)
		}
		tile[i] = edge.Root()
	}
	return tile, nil
}

// flipper flips single bits of a bundle that is its own.
type flipper struct {
	t     *testing.T
	dir   string
	paths []string
	files map[string][]byte
	bits  int
}

func newFlipper(t *testing.T, files map[string][]byte) *flipper {
	t.Helper()
	f := &flipper{t: t, dir: write(t, files), paths: slices.Sorted(maps.Keys(files)), files: files}
	for _, data := range files {
		f.bits += 8 * len(data)
	}
	return f
}

// flip wants the bundle refused with one bit of all its files turned, by the bundle's own key and by
// the right one.
func (f *flipper) flip(bit int, vkey string) {
	f.t.Helper()
	path := f.paths[0]
	for i := 0; bit >= 8*len(f.files[path]); path = f.paths[i] {
		bit -= 8 * len(f.files[path])
		i++
	}
	good := f.files[path][bit/8]
	f.write(path, bit/8, good^1<<(bit%8))
	if r := verify.Bundle(f.t.Context(), f.dir, verify.Options{Key: vkey}); r.Exit() != 1 {
		f.t.Errorf("bit %d of %s turned: exit status %d, %+v", bit, path, r.Exit(), r.Passes)
	}
	f.write(path, bit/8, good)
}

// write puts one byte of a file.
func (f *flipper) write(path string, at int, b byte) {
	f.t.Helper()
	file, err := os.OpenFile(filepath.Join(f.dir, filepath.FromSlash(path)), os.O_WRONLY, 0)
	if err == nil {
		_, err = file.WriteAt([]byte{b}, int64(at))
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		f.t.Error(err)
	}
}

// Any bit of any file that is turned is seen: 10 000 by chance, every one at night.
func TestNoBitCanBeTurned(t *testing.T) {
	vkey := keyed(t, "log").VKey()
	files := newFund(t, vkey).forge().files()
	flips, all := 10_000, os.Getenv("ECOT_NIGHTLY") != ""
	if testing.Short() {
		flips = 500
	}
	const hands = 4
	started := time.Now()
	var running sync.WaitGroup
	for hand := range hands {
		f := newFlipper(t, files)
		random := rand.New(rand.NewPCG(uint64(hand), 2))
		running.Go(func() {
			for i := hand; all && i < f.bits || !all && i < flips; i += hands {
				bit := i
				if !all {
					bit = random.IntN(f.bits)
				}
				f.flip(bit, []string{"", vkey}[i/hands%2])
			}
			if r := verify.Bundle(t.Context(), f.dir, verify.Options{}); r.Exit() != 0 {
				t.Errorf("the bundle does not hold any more: %+v", r.Passes)
			}
		})
	}
	running.Wait()
	t.Logf("in %v", time.Since(started))
}
