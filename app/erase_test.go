// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"ecot/fault"
	"ecot/office"
	"ecot/proof"
	"ecot/store/engine/enginetest"
	"ecot/vault"
)

// owners gives whose every entry is.
func owners(t *testing.T, a *App) map[int64]string {
	t.Helper()
	parties := map[int64]string{}
	must(t, a.vault.Openings(t.Context(), -1, "", func(o vault.Opening) error {
		if o.Party != "" {
			parties[o.Index] = o.Party
		}
		return nil
	}))
	return parties
}

// found gives the files under a folder that hold one of the secrets.
func found(t *testing.T, dir string, secrets [][]byte) (paths []string) {
	t.Helper()
	scanned := 0
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		scanned++
		for _, secret := range secrets {
			if bytes.Contains(content, secret) {
				paths = append(paths, path+" holds "+string(secret))
				break
			}
		}
		return err
	}))
	if scanned == 0 {
		t.Fatalf("there is nothing in %s", dir)
	}
	return paths
}

func personal(i int) Request {
	long := bytes.Repeat([]byte("Ζωή-mémo-distinctif "), 200) // more than a page, and than a row of PostgreSQL
	return Request{Key: string(rune('a' + i)), Command: gift("lanterne", 100),
		Person:  Person{Handle: "zoe-handle@perdu.example", Name: "Zoé Effacée-Jamais", Mail: "zoe-mail@perdu.example"},
		Private: []Private{{Field: "memo", Value: string(long[:len(long)/(1+i%3)])}}}
}

// TestNothingIsLeftOfTheErased searches the raw bytes of every file that a database keeps. Of a
// PostgreSQL server it leaves out the write-ahead log, which the server recycles (docs/threats.md).
func TestNothingIsLeftOfTheErased(t *testing.T) {
	eachEngine(t, func(t *testing.T, at Place) {
		a := openAt(t, at)
		do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
		secrets := bytes.Fields([]byte("zoe-handle@perdu.example Effacée-Jamais zoe-mail@perdu.example mémo-distinctif"))
		var receipts []proof.Receipt
		for i := range 12 {
			receipt, err := do(t, a, personal(i)).Prove(t.Context())
			must(t, err)
			receipts = append(receipts, receipt)
			do(t, a, Request{Key: "other" + string(rune('a'+i)), Command: gift("lanterne", 50),
				Person: Person{Handle: "reste@example.org", Name: "Reste"}, Private: []Private{{"memo", "reste ici"}}})
		}
		must(t, a.vault.Openings(t.Context(), -1, a.partyID("zoe-handle@perdu.example"), func(o vault.Opening) error {
			secrets = append(secrets, bytes.Clone(o.Salt))
			return nil
		}))
		secrets = append(secrets, enrolBoth(t, a))
		old := t.TempDir() + "/backup"
		must(t, a.Backup(t.Context(), old, nil))
		dir := at.Dir
		if at.Database != "" {
			enginetest.Exec(t, at.Database, "ANALYZE", "CHECKPOINT")
			dir = filepath.Join(enginetest.Text(t, at.Database, "SHOW data_directory"), "base",
				enginetest.Text(t, at.Database, "SELECT oid::text FROM pg_database WHERE datname = current_database()"))
		}
		if len(secrets) != 5+24 || len(found(t, dir, secrets)) == 0 {
			t.Fatalf("the search finds nothing of %d secrets before the erasure", len(secrets))
		}
		head, before := contents(t, a)[0], contents(t, a)
		answer, err := a.Erase(t.Context(), "Zoe-Handle@perdu.example")
		must(t, err)
		if at.Database != "" {
			enginetest.Exec(t, at.Database, "ANALYZE", "CHECKPOINT")
		}
		if left := found(t, dir, secrets); len(left) > 0 {
			t.Errorf("after the erasure: %q", left)
		}
		if left := found(t, at.Dir, secrets); len(left) > 0 {
			t.Errorf("after the erasure: %q", left)
		}
		wantClean(t, a)
		for i, receipt := range receipts {
			leaf, err := a.store.Leaf(t.Context(), receipt.Index)
			must(t, err)
			if _, err := receipt.Verify(leaf, a.vkey); err != nil {
				t.Errorf("receipt %d: %v", i, err)
			}
		}
		root, err := proof.RootAt(t.Context(), answer.Index, a.store)
		must(t, err)
		if !bytes.Contains([]byte(head), []byte(root.String())) || len(contents(t, a)) != len(before)+1 {
			t.Error("an erasure changed what was there")
		}
		_, err = a.Erase(t.Context(), "Nour@example.org") // whom only the office knows
		must(t, err)
		for handle, says := range map[string]string{"zoe-handle@perdu.example": "before", "never@seen.example": "nobody"} {
			_, err = a.Erase(t.Context(), handle)
			refusedAs(t, err, fault.NotFound, says)
		}
		wantSomebodyNew(t, a)
		end(t, a)
		wantStillErased(t, at.Dir, old, secrets)
	})
}

// wantStillErased restores an older backup into a folder whose list of erasures is kept.
func wantStillErased(t *testing.T, dir, old string, secrets [][]byte) {
	t.Helper()
	fresh := Place{Dir: t.TempDir()}
	list, err := os.ReadFile(filepath.Join(dir, erasedFile))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(fresh.Dir, erasedFile), list, 0o600))
	must(t, Restore(t.Context(), fresh, old, nil))
	if left := found(t, fresh.Dir, secrets); len(left) > 0 {
		t.Errorf("a restore brought back: %q", left)
	}
	a := openAt(t, fresh)
	wantClean(t, a)
	if members, err := a.office.Members(t.Context()); err != nil || len(members) != 0 {
		t.Errorf("a restore brought members back: %v, %v", members, err)
	}
	if n := owners(t, a); len(n) != 12 {
		t.Errorf("%d entries have an owner after the restore", len(n))
	}
}

// enrolBoth makes members of the one to be erased and of somebody who never gave, and gives a word that
// only the office holds.
func enrolBoth(t *testing.T, a *App) []byte {
	t.Helper()
	enrol(t, a, office.Member{ID: "z", Name: "Zoé Effacée-Jamais", Mail: "zoe-handle@perdu.example",
		Mandate: "mandat-perdu"})
	enrol(t, a, office.Member{ID: "n", Name: "Nour", Mail: "nour@example.org", Mandate: "president"})
	return []byte("mandat-perdu")
}

// wantSomebodyNew has the erased give again.
func wantSomebodyNew(t *testing.T, a *App) {
	t.Helper()
	leaf, err := a.store.Leaf(t.Context(), do(t, a, personal(20)).Index)
	must(t, err)
	if !bytes.Contains(leaf, []byte("\nnth 1\n")) {
		t.Errorf("the writer still counts the erased: %s", leaf)
	}
	if n := owners(t, a); len(n) != 13 {
		t.Errorf("%d entries have an owner", len(n))
	}
}
