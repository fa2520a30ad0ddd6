-- name: choice
SELECT promise, handle, kind, name, shown, alias, amount_shown, words, receipt, legal, news, reminders FROM choice
WHERE promise = $1

-- name: put_choice
INSERT INTO choice (promise, handle, kind, name, shown, alias, amount_shown, words, receipt, legal, news, reminders)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (promise) DO UPDATE SET kind = excluded.kind, name = excluded.name, shown = excluded.shown,
  alias = excluded.alias, amount_shown = excluded.amount_shown, words = excluded.words, receipt = excluded.receipt,
  legal = excluded.legal, news = excluded.news, reminders = excluded.reminders

-- name: add_donor
INSERT INTO donor (handle, name, mail, lang, kind, shown, alias, amount_shown, receipt, legal, news, reminders, since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING

-- name: add_promise
INSERT INTO promise (id, reference, handle, amount, every, means, status, regular, session, subscription, memo,
  since, changed, paused_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT DO NOTHING

-- name: choice_handles
SELECT handle FROM choice

-- name: erase_choices
DELETE FROM choice WHERE handle = $1
