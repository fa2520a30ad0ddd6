// SPDX-License-Identifier: AGPL-3.0-or-later

package proof

import "ecot/fault"

// VerifyInclusion checks that the leaf with this hash stands at index in the tree of size leaves
// with this root (RFC 9162 §2.1.3.2). A proof that does not show it is an invalid fault.
func VerifyInclusion(leaf Hash, index, size int64, proof []Hash, root Hash) error {
	if index < 0 || index >= size {
		return fault.New(fault.Invalid, "A tree of %d leaves has no leaf %d.", size, index)
	}
	got, at, last := leaf, index, size-1
	for _, sibling := range proof {
		if last == 0 {
			return tooLong(proof)
		}
		if at&1 == 0 && at != last {
			got = NodeHash(got, sibling)
		} else {
			got = NodeHash(sibling, got)
			for at&1 == 0 { // a last node without sibling climbs as it is; at > 0, as last > 0
				at, last = at>>1, last>>1
			}
		}
		at, last = at>>1, last>>1
	}
	if last != 0 {
		return tooShort(proof)
	}
	if got != root {
		return fault.New(fault.Invalid, "The proof does not lead from leaf %d to the root.", index)
	}
	return nil
}

// VerifyConsistency checks that the tree of old leaves and oldRoot is the beginning of the tree of
// size leaves and root (RFC 9162 §2.1.4.2). Old may be 0 or size; the proof is then empty. A proof
// that does not show it is an invalid fault.
func VerifyConsistency(old, size int64, oldRoot, root Hash, proof []Hash) error {
	if old < 0 || old > size {
		return fault.New(fault.Invalid, "A tree of %d leaves never had %d leaves.", size, old)
	}
	if old == 0 || old == size {
		return verifyTrivial(old, size, [2]Hash{oldRoot, root}, proof)
	}
	at, last := old-1, size-1
	for at&1 == 1 {
		at, last = at>>1, last>>1
	}
	was := oldRoot // when the old tree is one complete subtree, the proof starts from its root
	if at != 0 {
		if len(proof) == 0 {
			return tooShort(proof)
		}
		was, proof = proof[0], proof[1:]
	}
	now := was
	for _, sibling := range proof {
		if last == 0 {
			return tooLong(proof)
		}
		if at&1 == 0 && at != last {
			now = NodeHash(now, sibling)
		} else {
			was, now = NodeHash(sibling, was), NodeHash(sibling, now)
			for at&1 == 0 {
				at, last = at>>1, last>>1
			}
		}
		at, last = at>>1, last>>1
	}
	if last != 0 {
		return tooShort(proof)
	}
	if was != oldRoot || now != root {
		return fault.New(fault.Invalid,
			"The tree of %d leaves is not the beginning of the tree of %d leaves.", old, size)
	}
	return nil
}

// verifyTrivial settles an old tree that is empty or the whole tree, where nothing needs proving.
func verifyTrivial(old, size int64, roots [2]Hash, proof []Hash) error {
	if len(proof) != 0 {
		return tooLong(proof)
	}
	if old == 0 && roots[0] != EmptyRoot() || size == 0 && roots[1] != EmptyRoot() {
		return fault.New(fault.Invalid, "An empty tree does not have that root.")
	}
	if old == size && roots[0] != roots[1] {
		return fault.New(fault.Invalid, "Two trees of %d leaves have different roots.", size)
	}
	return nil
}

func tooLong(proof []Hash) error {
	return fault.New(fault.Invalid, "A proof of %d hashes is too long.", len(proof))
}

func tooShort(proof []Hash) error {
	return fault.New(fault.Invalid, "A proof of %d hashes is too short.", len(proof))
}
