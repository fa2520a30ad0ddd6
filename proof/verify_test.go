// SPDX-License-Identifier: AGPL-3.0-or-later

package proof_test

import (
	"math"
	"slices"
	"testing"

	"github.com/transparency-dev/merkle/compact"
	merkle "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"ecot/fault"
	"ecot/proof"
)

// roots gives the root of each size of a grove up to the largest.
func roots(t *testing.T, g *grove, largest int64) []proof.Hash {
	t.Helper()
	all := make([]proof.Hash, largest+1)
	for size := range all {
		root, err := proof.RootAt(t.Context(), int64(size), g)
		if err != nil {
			t.Fatal(err)
		}
		all[size] = root
	}
	return all
}

func raw(hashes []proof.Hash) [][]byte {
	out := make([][]byte, len(hashes))
	for i := range hashes {
		out[i] = hashes[i][:]
	}
	return out
}

func TestProofsPassTheOtherVerifier(t *testing.T) {
	const largest = 256
	g, sha := newGrove(), rfc6962.DefaultHasher
	other := (&compact.RangeFactory{Hash: sha.HashChildren}).NewEmptyRange(0)
	for i := range int64(largest) {
		g.add(leaf(i))
		if err := other.Append(sha.HashLeaf(leaf(i)), nil); err != nil {
			t.Fatal(err)
		}
		want, err := other.GetRootHash(nil)
		if root := g.edge.Root(); err != nil || proof.Hash(want) != root {
			t.Fatalf("root at %d: %s, want %x, %v", i+1, root, want, err)
		}
	}
	root := roots(t, g, largest)
	for size := int64(1); size <= largest; size++ {
		p := proof.NewProver(size, g)
		for i := range size {
			path, err := p.Inclusion(t.Context(), i)
			if err != nil {
				t.Fatal(err)
			}
			h := proof.LeafHash(leaf(i))
			err = merkle.VerifyInclusion(sha, uint64(i), uint64(size), h[:], raw(path), root[size][:])
			if err != nil {
				t.Fatalf("inclusion of %d in %d: %v", i, size, err)
			}
			old := i + 1
			path, err = p.Consistency(t.Context(), old)
			if err != nil {
				t.Fatal(err)
			}
			err = merkle.VerifyConsistency(sha, uint64(old), uint64(size), raw(path), root[old][:], root[size][:])
			if err != nil {
				t.Fatalf("consistency of %d with %d: %v", old, size, err)
			}
		}
	}
}

// bent gives proofs that look much like one but are not it.
func bent(path []proof.Hash) [][]proof.Hash {
	longer := append(slices.Clone(path), proof.Hash{})
	all := [][]proof.Hash{longer, append([]proof.Hash{{}}, path...)}
	for i := range path {
		flipped := slices.Clone(path)
		flipped[i][i%32] ^= 1 << (i % 8)
		all = append(all, flipped, slices.Delete(slices.Clone(path), i, i+1))
		if i > 0 {
			swapped := slices.Clone(path)
			swapped[0], swapped[i] = swapped[i], swapped[0]
			all = append(all, swapped)
		}
	}
	return all
}

func TestVerifyInclusionRefusesAnythingElse(t *testing.T) {
	const largest = 40
	g := newGrove()
	for i := range int64(largest) {
		g.add(leaf(i))
	}
	root := roots(t, g, largest)
	for size := int64(1); size <= largest; size++ {
		for i := range size {
			path, err := proof.Inclusion(t.Context(), i, size, g)
			if err != nil {
				t.Fatal(err)
			}
			h := proof.LeafHash(leaf(i))
			refuse := func(what string, err error) {
				t.Helper()
				if fault.CodeOf(err) != fault.Invalid {
					t.Fatalf("inclusion of %d in %d with %s: %v", i, size, what, err)
				}
			}
			for _, b := range bent(path) {
				refuse("a bent proof", proof.VerifyInclusion(h, i, size, b, root[size]))
			}
			for j := int64(-1); j <= size; j++ {
				if j != i {
					refuse("another index", proof.VerifyInclusion(h, j, size, path, root[size]))
				}
			}
			refuse("another leaf", proof.VerifyInclusion(proof.LeafHash(nil), i, size, path, root[size]))
			refuse("another root", proof.VerifyInclusion(h, i, size, path, root[size-1]))
			refuse("an end of numbers", proof.VerifyInclusion(h, i, math.MinInt64, path, root[size]))
		}
	}
}

func TestVerifyConsistencyRefusesAnythingElse(t *testing.T) {
	const largest = 40
	g := newGrove()
	for i := range int64(largest) {
		g.add(leaf(i))
	}
	root := roots(t, g, largest)
	for size := range int64(largest + 1) {
		for old := range size + 1 {
			path, err := proof.Consistency(t.Context(), old, size, g)
			if err != nil {
				t.Fatal(err)
			}
			if err := proof.VerifyConsistency(old, size, root[old], root[size], path); err != nil {
				t.Fatalf("consistency of %d with %d: %v", old, size, err)
			}
			refuse := func(what string, err error) {
				t.Helper()
				if fault.CodeOf(err) != fault.Invalid {
					t.Fatalf("consistency of %d with %d with %s: %v", old, size, what, err)
				}
			}
			for _, b := range bent(path) {
				refuse("a bent proof", proof.VerifyConsistency(old, size, root[old], root[size], b))
			}
			refuse("another old root", proof.VerifyConsistency(old, size, proof.Hash{}, root[size], path))
			refuse("sizes swapped", proof.VerifyConsistency(size+1, size, root[old], root[size], path))
			refuse("a size below 0", proof.VerifyConsistency(-1, size, root[old], root[size], path))
			if old > 0 {
				refuse("another root", proof.VerifyConsistency(old, size, root[old], proof.Hash{}, path))
			}
		}
	}
}

func TestReplayPassesThePastOnly(t *testing.T) {
	const size = 600
	edge := proof.NewEdge()
	at := map[int64]proof.Checkpoint{}
	for i := range int64(size + 1) {
		at[i] = proof.Checkpoint{Origin: origin, Size: i, Root: edge.Root()}
		edge.Append(proof.LeafHash(leaf(i)))
	}
	lie := at[256]
	lie.Root = at[255].Root
	for name, c := range map[string]struct {
		checkpoints []proof.Checkpoint
		ok          bool
	}{
		"none":        {nil, true},
		"all":         {[]proof.Checkpoint{at[size], at[0], at[256], at[1], at[256]}, true},
		"a lie":       {[]proof.Checkpoint{at[size], lie}, false},
		"a lie after": {[]proof.Checkpoint{at[256], lie}, false},
		"the future":  {[]proof.Checkpoint{at[size], {Size: size + 1}}, false},
		"the present": {[]proof.Checkpoint{{Size: size}}, false},
	} {
		r := proof.NewReplay(c.checkpoints...)
		var err error
		for i := int64(0); i < size && err == nil; i++ {
			err = r.Append(proof.LeafHash(leaf(i)))
		}
		if err == nil {
			err = r.Close()
		}
		if (err == nil) != c.ok || err != nil && fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if c.ok && r.Edge().Root() != at[size].Root {
			t.Errorf("%s: another root", name)
		}
	}
}
