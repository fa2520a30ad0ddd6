// SPDX-License-Identifier: AGPL-3.0-or-later

package limit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ecot/fault"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestABucketFillsAgain(t *testing.T) {
	l, what, now := New(make([]byte, 32)), Rule{"ask", 5, time.Hour}, time.Unix(1_800_000_000, 0)
	for range what.Most {
		must(t, l.Take(what, "a", now))
	}
	err := l.Take(what, "a", now)
	wait, limited := Wait(err)
	if !limited || wait != 12*time.Minute || fault.CodeOf(err) != fault.Unavailable ||
		!strings.Contains(fault.PublicOf(err), "12 minutes") {
		t.Fatalf("refused with %v, %v, %v", err, wait, limited)
	}
	must(t, l.Take(what, "b", now))
	must(t, l.Take(what, "a", now.Add(what.Window/5)))
	if _, limited := Wait(l.Take(what, "a", now.Add(what.Window/5))); !limited {
		t.Fatal("two were taken where one had come back")
	}
	if _, limited := Wait(fault.New(fault.Unavailable, "The disk is full.")); limited {
		t.Fatal("another fault is taken for a limit")
	}
}

func TestBucketsStayFew(t *testing.T) {
	l, now := New(make([]byte, 32)), time.Unix(1_800_000_000, 0)
	for i := range 3 * maxBuckets {
		must(t, l.Take(Rule{"try", 30, time.Hour}, fmt.Sprint(i), now))
	}
	if len(l.full) > maxBuckets {
		t.Fatalf("%d buckets are kept", len(l.full))
	}
}
