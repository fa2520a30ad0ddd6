// SPDX-License-Identifier: AGPL-3.0-or-later

// Package proof makes the journal checkable by strangers: the Merkle tree over its leaves, the
// tiles that publish it, the signed checkpoint, and the receipt that shows one leaf under one
// checkpoint. Package proof/bundle lays all of it out as a public directory.
//
// Nothing here is our own cryptography. The tree is RFC 6962 (the same as RFC 9162) over SHA-256,
// tiles follow https://c2sp.org/tlog-tiles, checkpoints https://c2sp.org/tlog-checkpoint over
// https://c2sp.org/signed-note with Ed25519 keys, receipts https://c2sp.org/tlog-proof. The byte
// formats, and what we refuse beyond those texts, are written in docs/formats.
//
// Its one invariant: what a decoder accepts, the encoder writes back byte for byte. So no bit of
// a checkpoint, a receipt or a manifest can change without a refusal.
package proof
