// SPDX-License-Identifier: AGPL-3.0-or-later

// Package bundle writes and reads a journal as a public directory that a stranger can check with
// no connection: the signed checkpoint, the earlier ones that were kept, every leaf, the rules in
// force, and a signed MANIFEST that lists each file with its size and SHA-256.
//
//	MANIFEST             signed note: header, origin, then every other file once, sorted by path
//	checkpoint           the checkpoint that the leaves lead to
//	checkpoints/<size>   earlier checkpoints
//	entries/x001/067     leaves in entry bundles of 256 (https://c2sp.org/tlog-tiles), not compressed
//	entries/x001/068.p/9 the last of them, when it has fewer
//	rules/<name>         whatever text or test vectors the rules in force need
//
// Hashes of the tree are not in it: a reader computes them. docs/formats/bundle.md says all that a
// second implementation needs.
//
// Its one invariant: a bundle that Open and Stream accept holds no byte that the MANIFEST's
// signature does not cover. Whether the leaves lead to the checkpoint is for the caller to see with
// proof.Replay, and what they mean for package verify.
package bundle
