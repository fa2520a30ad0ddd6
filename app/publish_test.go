// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"testing"

	"ecot/mechanism/giving"
)

// What the publisher has in hand was committed; the batches that follow must not write over it.
func TestTheLatestCheckpointIsOfCommittedEntriesOnly(t *testing.T) {
	a := open(t)
	pot := func(slug string) *giving.OpenPot {
		return &giving.OpenPot{PotOpened: giving.PotOpened{Slug: slug, Purpose: giving.Spendable}}
	}
	do(t, a, Request{Key: "one", Command: pot("one")})
	latest := a.latest.Load()
	held := *latest
	do(t, a, Request{Key: "two", Command: pot("two")})
	err := a.Bulk(t.Context(), func(ctx context.Context, b *Bulk) error {
		_, err := b.Enter(ctx, &Request{Key: "three", Command: pot("three")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if latest.Size != held.Size || string(latest.Note) != string(held.Note) {
		t.Errorf("the checkpoint of %d entries became one of %d", held.Size, latest.Size)
	}
	if now := a.latest.Load(); now.Size != held.Size+2 {
		t.Errorf("the latest checkpoint is of %d entries, want %d", now.Size, held.Size+2)
	}
}

// What another process of the same store commits is seen, shown and proved here too.
func TestAnotherProcessesEntriesAreShown(t *testing.T) {
	a := open(t)
	b, err := Open(t.Context(), Place{Dir: a.home.Path()})
	if err != nil {
		t.Fatal(err)
	}
	do(t, b, Request{Key: "one", Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: "one",
		Purpose: giving.Spendable}}})
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, point, err := a.Latest(); err != nil || point.Size != 1 {
		t.Fatalf("the checkpoint is of %d entries, %v, before anybody looked", point.Size, err)
	}
	a.look()
	a.publish()
	if _, err := a.Receipt(t.Context(), 1); err != nil {
		t.Error(err)
	}
	if _, point, err := a.Latest(); err != nil || point.Size != 2 {
		t.Errorf("the published checkpoint is of %d entries, %v", point.Size, err)
	}
}
