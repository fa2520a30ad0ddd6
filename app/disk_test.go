// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"ecot/fault"
)

// smallDisk mounts a disk of a few megabytes, and skips the test where that is not permitted.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("a small disk cannot be mounted here (%v): run the tests as root", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fillDisk writes until nothing more fits, and gives the file to remove.
func fillDisk(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "ballast")
	file, err := os.Create(path)
	must(t, err)
	defer file.Close()
	for _, size := range []int{1 << 16, 1 << 12, 1} {
		block := make([]byte, size)
		for {
			if _, err := file.Write(block); err != nil {
				break
			}
		}
	}
	return path
}

func TestFullDisk(t *testing.T) {
	at := Place{Dir: smallDisk(t, "6m")}
	a := openAt(t, at)
	do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
	s := newStory(3)
	s.play(t, a, 30)
	for round := range 3 {
		ballast := fillDisk(t, at.Dir)
		var refusal error
		acked := 0
		for i := 0; refusal == nil && i < 3_000; i++ { // what the log has room for still goes in
			_, refusal = a.Do(t.Context(), Request{Key: fmt.Sprint("full/", round, "/", i), Command: gift("lanterne", 1),
				Person: Person{Handle: fmt.Sprint("h", i), Name: strings.Repeat("x", 300)}})
			acked++
		}
		refusedAs(t, refusal, fault.Unavailable, "nothing was changed")
		size := a.latest.Load().Size
		_, err := a.Do(t.Context(), Request{Key: "more", Command: gift("lanterne", 1), Person: Person{Handle: "h", Name: "y"}})
		refusedAs(t, err, fault.Unavailable)
		head, err := a.store.Head(t.Context())
		must(t, err)
		if head.Size != size {
			t.Errorf("%d entries are stored, %d were acknowledged", head.Size, size)
		}
		_, err = a.Erase(t.Context(), "h0")
		if err != nil && fault.CodeOf(err) == fault.Internal {
			t.Error(err)
		}
		must(t, os.Remove(ballast))
		do(t, a, Request{Key: fmt.Sprint("again", round), Command: gift("lanterne", 1)})
		wantClean(t, a)
		t.Logf("%d gifts until the disk was full", acked)
	}
	fillDisk(t, at.Dir)
	err := a.Backup(t.Context(), filepath.Join(at.Dir, "backup"), nil)
	refusedAs(t, err, fault.Unavailable, "disk full")
	if _, err := os.Stat(filepath.Join(at.Dir, "backup")); err == nil {
		t.Error("half a backup was left")
	}
	end(t, a)
	must(t, os.Remove(filepath.Join(at.Dir, "ballast")))
	a = openAt(t, at)
	do(t, a, Request{Key: "on", Command: gift("lanterne", 1)})
	wantClean(t, a)
	end(t, a)
}

func TestReadOnlyFolder(t *testing.T) {
	dir := smallDisk(t, "6m")
	at := Place{Dir: filepath.Join(dir, "data")}
	a := openAt(t, at)
	do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
	want := contents(t, a)
	end(t, a)
	must(t, syscall.Mount("none", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	_, err := Open(t.Context(), at)
	refusedAs(t, err, fault.Unavailable, at.Dir, "cannot be")
	_, err = Open(t.Context(), Place{Dir: filepath.Join(dir, "other")})
	refusedAs(t, err, fault.Unavailable, "other", "cannot be")
	must(t, syscall.Mount("none", dir, "tmpfs", syscall.MS_REMOUNT, ""))
	a = openAt(t, at)
	wantContents(t, "what was there", a, want)
	do(t, a, Request{Key: "on", Command: gift("lanterne", 1)})
	end(t, a)
}
