// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle_test

import (
	"bytes"
	"testing"

	"ecot/fault"
)

// flipAll wants a refusal for each single bit of a file flipped, from a whole check.
func flipAll(m *mutant, name string) {
	m.t.Helper()
	good, vkey := m.read(name), m.log.VKey()
	for bit := range len(good) * 8 {
		bad := bytes.Clone(good)
		bad[bit/8] ^= 1 << (bit % 8)
		m.write(name, bad)
		if err := check(m.dir, vkey); fault.CodeOf(err) != fault.Invalid {
			m.t.Errorf("bit %d of byte %d of %s: %v", bit%8, bit/8, name, err)
		}
	}
	m.write(name, good)
	m.ok(check(m.dir, vkey))
}

func TestEveryFlippedBitIsRefused(t *testing.T) {
	src := source(t, 9, 1, 5)
	for _, name := range []string{
		"MANIFEST", "checkpoint", "checkpoints/1", "checkpoints/5", "entries/000.p/9",
		"rules/a", "rules/equal@1.md",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			flipAll(&mutant{t: t, dir: written(t, src), log: src.Signer}, name)
		})
	}
}
