// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"embed"
	"io/fs"

	"ecot/app/audit"
	"ecot/fault"
	"ecot/proof/bundle"
)

//go:embed rules/*.md
var rulePages embed.FS

// Export writes the public bundle into a folder that must be absent or empty: the entries, the
// checkpoints, the rules in words. It holds no opening, name or text.
func (a *App) Export(ctx context.Context, dir string, progress Progress) error {
	latest := a.latest.Load()
	if latest == nil {
		return fault.New(fault.NotFound, "There is no journal here yet.")
	}
	if err := a.guardKey(); err != nil {
		return err
	}
	kept, err := a.store.Checkpoints(ctx)
	if err != nil {
		return err
	}
	source := bundle.Source{Signer: a.signer, Checkpoint: latest.Note, Rules: map[string][]byte{}}
	for _, c := range kept {
		if c.Size < latest.Size {
			source.History = append(source.History, c.Note)
		}
	}
	pages, err := fs.ReadDir(rulePages, "rules")
	if err != nil {
		return err
	}
	for _, page := range pages {
		if source.Rules[page.Name()], err = rulePages.ReadFile("rules/" + page.Name()); err != nil {
			return err
		}
	}
	source.Leaves = func(ctx context.Context, size int64, each func(leaf []byte) error) error {
		return a.store.Leaves(ctx, 0, size, func(index int64, leaf []byte) error {
			if progress != nil && index%audit.Every == 0 {
				progress(index, size)
			}
			return each(leaf)
		})
	}
	return bundle.Write(ctx, dir, source)
}
