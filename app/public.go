// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"time"

	"ecot/app/reading"
	"ecot/fault"
	"ecot/money"
	"ecot/proof"
)

// Reading answers what pages ask of the books.
func (a *App) Reading() *reading.Reader { return reading.New(a.store, a.vault, a.rules) }

// Name gives the fund's name, Lang the language of its pages, Unit the unit that it counts in.
func (a *App) Name() string { return a.settings["name"] }

// Lang gives the language of the fund's pages when a reader asks for none.
func (a *App) Lang() string { return a.settings["lang"] }

// Unit gives the unit that the fund counts in.
func (a *App) Unit() money.Unit { return a.unit }

// Size gives the number of entries in the journal now, whoever wrote them.
func (a *App) Size(ctx context.Context) (int64, error) {
	head, err := a.store.Head(ctx)
	return head.Size, err
}

// Taken gives the first of the entries that took something that can be had once, and false when nothing
// took it. It holds for ever, unlike the answer to a key that is used again.
func (a *App) Taken(ctx context.Context, once Once) (index int64, taken bool, err error) {
	claim, taken, err := a.store.Claim(ctx, once.Scope, once.Key)
	return claim.Index, taken, err
}

// Ready says whether requests can be answered now.
func (a *App) Ready(ctx context.Context) error {
	_, err := a.store.Head(ctx)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The database does not answer.")
	}
	return nil
}

// Latest gives the newest checkpoint that was published, a signed note, and what it states.
func (a *App) Latest() ([]byte, proof.Checkpoint, error) {
	published := a.published.Load()
	if published == nil {
		published = a.latest.Load()
	}
	if published == nil {
		return nil, proof.Checkpoint{}, fault.New(fault.NotFound, "Nothing is published yet.")
	}
	point, err := proof.OpenCheckpoint(published.Note, a.vkey)
	return published.Note, point, err
}

// Tile gives the bytes of a tile of the published tree by its C2SP tlog-tiles path.
func (a *App) Tile(ctx context.Context, path string) ([]byte, error) {
	level, n, width, err := proof.ParseTilePath(path)
	if err != nil {
		return nil, err
	}
	_, point, err := a.Latest()
	if err != nil {
		return nil, err
	}
	if level < 0 {
		return a.entryTile(ctx, n*proof.TileWidth, int64(width), point.Size)
	}
	if n*proof.TileWidth+int64(width) > point.Size>>(proof.TileHeight*level) {
		return nil, fault.New(fault.NotFound, "There is no tile %s.", path)
	}
	hashes, err := a.store.Hashes(ctx, level, n, width)
	return proof.JoinHashes(hashes), err
}

func (a *App) entryTile(ctx context.Context, from, width, size int64) (data []byte, err error) {
	if from+width > size {
		return nil, fault.New(fault.NotFound, "There are no entries %d to %d.", from, from+width)
	}
	err = a.store.Leaves(ctx, from, from+width, func(_ int64, leaf []byte) error {
		data, err = proof.AppendEntry(data, leaf)
		return err
	})
	return data, err
}

// Zone gives the zone in which the fund's days are.
func (a *App) Zone() *time.Location { return a.zone }
