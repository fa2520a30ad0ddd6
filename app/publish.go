// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"log/slog"
	"os"
	"syscall"
	"time"

	"ecot/app/home"
	"ecot/proof"
	"ecot/store"
)

// publishEvery is the least time between two published checkpoints.
const publishEvery = time.Second

// keepPublishing publishes what the last batches left, until the writer ends.
func (a *App) keepPublishing() {
	ticker := time.NewTicker(publishEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			a.look()
			a.publish()
		case <-a.stop:
			return
		}
	}
}

// show makes a committed checkpoint the latest. It takes a copy: the batch's own is written again
// before the next commit, and nobody may see that one before it is on disk.
func (a *App) show(committed store.Checkpoint) { a.latest.Store(&committed) }

// look finds out what another process has committed to the same store.
func (a *App) look() {
	known := a.latest.Load()
	stored, err := a.store.Latest(context.Background())
	if err != nil || known == nil || stored.Size <= known.Size {
		return // an unreachable store is told by Ready; an empty one has nothing to show
	}
	a.latest.CompareAndSwap(known, &stored)
}

// publish puts the latest checkpoint into the data folder, from where it is let out.
func (a *App) publish() {
	a.publishing.Lock()
	defer a.publishing.Unlock()
	latest, published := a.latest.Load(), a.published.Load()
	if latest == nil || published != nil && published.Size >= latest.Size || a.signer == nil {
		return
	}
	if latest.Size < a.floor.Size {
		return
	}
	if err := a.publishNote(latest); err != nil {
		slog.Error("the checkpoint could not be published", "size", latest.Size, "error", err)
		return
	}
	a.published.Store(latest)
}

// publishNote puts a checkpoint into the data folder, unless another process of the same folder has
// put a later one there: one process at a time, and never backwards.
func (a *App) publishNote(latest *store.Checkpoint) error {
	lock, err := os.OpenFile(a.home.Path("publishing"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	if text, err := os.ReadFile(a.home.Path("checkpoint")); err == nil {
		standing, err := proof.OpenCheckpoint(text, a.vkey)
		if err == nil && standing.Size >= latest.Size {
			return nil
		}
	}
	return home.WriteFile(a.home.Path("checkpoint"), latest.Note, 0o644)
}
