// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ecot/demo"
)

// ecot runs the program with args and gives its status and what it printed.
func ecot(t *testing.T, args ...string) (status int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	status = run(streams{t.Context(), strings.NewReader(""), &o, &e}, args)
	return status, o.String(), e.String()
}

func TestDemoIsPlayedOnceAndTakenUpAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "year")
	for range 2 {
		status, out, errOut := ecot(t, "demo", "--no-serve", "--data", dir)
		if status != 0 || !strings.Contains(out, demo.Root) || !strings.Contains(out, "ecot verify") {
			t.Fatalf("status %d:\n%s%s", status, out, errOut)
		}
	}
	bundle := filepath.Join(dir, "bundle")
	if status, _, errOut := ecot(t, "export", "--data", dir, bundle); status != 0 {
		t.Fatalf("export: %s", errOut)
	}
	if status, out, errOut := ecot(t, "verify", bundle, "--key", demo.VKey); status != 0 {
		t.Errorf("verify gives %d:\n%s%s", status, out, errOut)
	}
	if status, out, errOut := ecot(t, "check", "--data", dir); status != 0 {
		t.Errorf("check gives %d:\n%s%s", status, out, errOut)
	}
}

func TestDemoTakesATemporaryFolderOfItsOwn(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("ECOT_DATA", filepath.Join(temporary, "real"))
	status, out, errOut := ecot(t, "demo", "--no-serve")
	list, err := os.ReadDir(temporary)
	if status != 0 || err != nil || len(list) != 1 || !strings.Contains(out, list[0].Name()) {
		t.Errorf("status %d, folders %v, %v:\n%s%s", status, list, err, out, errOut)
	}
}

func TestDemoRefusesAnybodyElsesFolder(t *testing.T) {
	notes, fund := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(notes, "notes"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, _, errOut := ecot(t, "init", "--data", fund, "--origin", "fonds.example.org/journal")
	if status != 0 {
		t.Fatal(errOut)
	}
	for _, dir := range []string{notes, fund} {
		before := snapshot(t, dir)
		status, out, errOut := ecot(t, "demo", "--no-serve", "--data", dir)
		if status != 1 || !strings.Contains(errOut, "demo") {
			t.Errorf("status %d:\n%s%s", status, out, errOut)
		}
		if after := snapshot(t, dir); after != before {
			t.Errorf("%s held %s and holds %s", dir, before, after)
		}
	}
}

// snapshot lists the files of a folder, without what SQLite keeps while it is open.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range list {
		if base := entry.Name(); !strings.HasSuffix(base, "-wal") && !strings.HasSuffix(base, "-shm") {
			names = append(names, base)
		}
	}
	return strings.Join(names, " ")
}
