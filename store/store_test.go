// SPDX-License-Identifier: AGPL-3.0-or-later

package store_test

import (
	"path/filepath"
	"testing"

	"ecot/store"
	"ecot/store/engine/enginetest"
	"ecot/store/storetest"
)

func TestConformance(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) *store.Store { return open(t, "") })
	})
	t.Run("postgres", func(t *testing.T) {
		address := enginetest.Postgres(t)
		storetest.Run(t, func(t *testing.T) *store.Store {
			enginetest.Empty(t, address)
			return open(t, address)
		})
	})
}

func open(t *testing.T, address string) *store.Store {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), address, filepath.Join(dir, "ecot.db"), filepath.Join(dir, "backups"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
