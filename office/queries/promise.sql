-- name: donor
SELECT handle, name, mail, lang, kind, shown, alias, amount_shown, receipt, legal, news, reminders, since FROM donor
WHERE handle = $1

-- name: donors
SELECT handle, name, mail, lang, kind, shown, alias, amount_shown, receipt, legal, news, reminders, since FROM donor
WHERE handle > $1 ORDER BY handle LIMIT $2

-- name: put_donor
INSERT INTO donor (handle, name, mail, lang, kind, shown, alias, amount_shown, receipt, legal, news, reminders, since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (handle) DO UPDATE SET name = excluded.name, mail = excluded.mail, lang = excluded.lang,
  kind = excluded.kind, shown = excluded.shown, alias = excluded.alias, amount_shown = excluded.amount_shown,
  receipt = excluded.receipt, legal = excluded.legal, news = excluded.news, reminders = excluded.reminders

-- name: purpose
SELECT reference, handle, shares, need, since FROM purpose WHERE reference = $1

-- name: purpose_of
SELECT reference, handle, shares, need, since FROM purpose WHERE handle = $1 AND shares = $2 AND need = $3

-- name: purposes_of_handle
SELECT reference, handle, shares, need, since FROM purpose WHERE handle = $1 ORDER BY since, reference

-- name: put_purpose
INSERT INTO purpose (reference, handle, shares, need, since) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING

-- name: promise
SELECT id, reference, handle, amount, every, means, status, regular, session, subscription, memo, since, changed,
  paused_until FROM promise WHERE id = $1

-- name: promise_of_session
SELECT id, reference, handle, amount, every, means, status, regular, session, subscription, memo, since, changed,
  paused_until FROM promise WHERE session = $1 AND session <> ''

-- name: promise_of_subscription
SELECT id, reference, handle, amount, every, means, status, regular, session, subscription, memo, since, changed,
  paused_until FROM promise WHERE subscription = $1 AND subscription <> ''

-- name: promises_of_handle
SELECT id, reference, handle, amount, every, means, status, regular, session, subscription, memo, since, changed,
  paused_until FROM promise WHERE handle = $1 ORDER BY since, id

-- name: promises_of_reference
SELECT id, reference, handle, amount, every, means, status, regular, session, subscription, memo, since, changed,
  paused_until FROM promise WHERE reference = $1 ORDER BY since, id

-- name: promises_of_status
SELECT id, reference, handle, amount, every, means, status, regular, session, subscription, memo, since, changed,
  paused_until FROM promise WHERE status = $1 AND id > $2 ORDER BY id LIMIT $3

-- name: put_promise
INSERT INTO promise (id, reference, handle, amount, every, means, status, regular, session, subscription, memo,
  since, changed, paused_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (id) DO UPDATE SET reference = excluded.reference, amount = excluded.amount, every = excluded.every,
  means = excluded.means, status = excluded.status, regular = excluded.regular, session = excluded.session,
  subscription = excluded.subscription, memo = excluded.memo, changed = excluded.changed,
  paused_until = excluded.paused_until

-- name: given
SELECT idx, handle, promise, shown, amount_shown, words, link, withdrawn, hidden FROM given WHERE idx = $1

-- name: given_of_handle
SELECT idx, handle, promise, shown, amount_shown, words, link, withdrawn, hidden FROM given WHERE handle = $1
ORDER BY idx

-- name: given_between
SELECT idx, handle, promise, shown, amount_shown, words, link, withdrawn, hidden FROM given
WHERE idx >= $1 AND idx < $2 ORDER BY idx DESC LIMIT $3

-- name: put_given
INSERT INTO given (idx, handle, promise, shown, amount_shown, words, link, withdrawn, hidden)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (idx) DO UPDATE SET shown = excluded.shown, amount_shown = excluded.amount_shown,
  words = excluded.words, link = excluded.link, withdrawn = excluded.withdrawn, hidden = excluded.hidden

-- name: payers_of_iban
SELECT iban, handle, name, seen FROM payer WHERE iban = $1 ORDER BY seen DESC, handle

-- name: put_payer
INSERT INTO payer (iban, handle, name, seen) VALUES ($1, $2, $3, $4)
ON CONFLICT (iban, handle) DO UPDATE SET name = excluded.name, seen = excluded.seen

-- name: donor_handles
SELECT handle FROM donor

-- name: given_handles
SELECT handle FROM given WHERE handle <> ''

-- name: erase_given
DELETE FROM given WHERE handle = $1

-- name: erase_payers
DELETE FROM payer WHERE handle = $1

-- name: erase_promises
DELETE FROM promise WHERE handle = $1

-- name: erase_purposes
DELETE FROM purpose WHERE handle = $1

-- name: erase_donor
DELETE FROM donor WHERE handle = $1
