// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"log/slog"
	"strings"
	"unicode/utf8"

	"ecot/fault"
	"ecot/store"
)

// day is how often, in seconds, the writer drops idempotency keys that are old.
const day = 86_400

// expire drops idempotency keys that are old, with the first batch of a day, before it asks for any.
func (q *asked) expire(ctx context.Context, a *App, tx *store.Tx) error {
	now := a.clock().Unix()
	if now-a.expired < day {
		return nil
	}
	q.expired = now
	return tx.ExpireClaims(ctx, now-keyMonths)
}

// tidyUp writes an empty batch when there is something to drop: idempotency keys that are old, rows
// of the vault whose entries never came to be. It belongs to the writer, or runs before there is one.
// That it cannot is no reason to stop: the next batch does the same.
func (a *App) tidyUp() {
	latest := a.latest.Load()
	if latest == nil || a.signer == nil {
		return
	}
	ctx := context.Background()
	orphans, err := a.vault.HasOrphans(ctx, latest.Size)
	if err == nil && (orphans || a.expired != 0 && a.clock().Unix()-a.expired >= day) {
		_, err = a.tryBatch(ctx, nil)
	}
	if err != nil {
		slog.Warn("what is old could not be dropped", "error", err)
	}
}

// checkText refuses text that a database cannot hold, for it would harm the whole batch.
func (r *Request) checkText() error {
	texts := []string{r.Key, r.Person.Handle, r.Person.Kind, r.Person.Name, r.Person.Mail}
	for _, p := range r.Private {
		texts = append(texts, p.Field, p.Value)
	}
	for _, once := range r.Once {
		texts = append(texts, once.Scope, once.Key)
	}
	for _, key := range r.Command.Needs().Keys {
		texts = append(texts, key.Stream, key.Part)
	}
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return fault.New(fault.Invalid, "A text is not valid UTF-8, or holds a zero byte.")
		}
	}
	return nil
}
