-- name: hold_donor
UPDATE donor SET since = since WHERE handle = $1 RETURNING handle

-- name: put_letter
INSERT INTO letter (id, kind, handle, lang, list, entry, data, made, due, tries, state, claim, changed, error)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 'waiting', '', $8, '')
ON CONFLICT (id) DO NOTHING RETURNING id

-- name: claim_letters
UPDATE letter SET state = 'sending', claim = $2, due = $3, changed = $1
WHERE id IN (SELECT id FROM letter WHERE state IN ('waiting', 'sending') AND due <= $1 ORDER BY due, id LIMIT $4)
  AND state IN ('waiting', 'sending') AND due <= $1
RETURNING id, kind, handle, lang, list, entry, data, made, due, tries, state, changed, error

-- name: claimed
SELECT id FROM letter WHERE claim = $1 AND state = 'sending'

-- name: settle_letter
UPDATE letter SET state = $3, due = $4, tries = $5, changed = $6, error = $7
WHERE id = $1 AND claim = $2 AND state = 'sending'

-- name: retry_letter
UPDATE letter SET state = 'waiting', due = $2, tries = 0, changed = $2
WHERE id = $1 AND state = 'failed' RETURNING id

-- name: letters_of_state
SELECT id, kind, handle, lang, list, entry, data, made, due, tries, state, changed, error FROM letter
WHERE state = $1 ORDER BY made, id LIMIT $2

-- name: letters_of_handle
SELECT id, kind, handle, lang, list, entry, data, made, due, tries, state, changed, error FROM letter
WHERE handle = $1 ORDER BY made, id

-- name: count_letters
SELECT state, COUNT(*), MIN(made) FROM letter GROUP BY state ORDER BY state

-- name: sweep_letters
DELETE FROM letter WHERE state IN ('sent', 'withdrawn') AND changed < $1

-- name: drop_letters_behind
DELETE FROM letter WHERE entry >= $1

-- name: withdraw_list
UPDATE letter SET state = 'withdrawn', changed = $3, error = '' WHERE handle = $1 AND list = $2
  AND state IN ('waiting', 'sending')

-- name: cursor
SELECT idx FROM cursor WHERE name = $1

-- name: start_cursor
INSERT INTO cursor (name, idx) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING

-- name: move_cursor
UPDATE cursor SET idx = $3 WHERE name = $1 AND idx = $2 RETURNING idx

-- name: put_unsubscribe
INSERT INTO unsubscribe (handle, list, at) VALUES ($1, $2, $3) ON CONFLICT (handle, list) DO NOTHING

-- name: drop_unsubscribe
DELETE FROM unsubscribe WHERE handle = $1 AND list = $2

-- name: unsubscribes
SELECT list FROM unsubscribe WHERE handle = $1 ORDER BY list

-- name: unsubscribed
SELECT handle, at FROM unsubscribe WHERE list = $1 ORDER BY at, handle LIMIT $2

-- name: ask_no_news
UPDATE donor SET news = 0 WHERE handle = $1

-- name: ask_no_reminders
UPDATE donor SET reminders = 0 WHERE handle = $1

-- name: promise_behind
SELECT id, reference, handle, amount, every, means, status, regular, session, subscription, memo, since, changed,
  paused_until FROM promise WHERE regular = $1 AND regular <> ''

-- name: letter_handles
SELECT handle FROM letter

-- name: unsubscribe_handles
SELECT handle FROM unsubscribe

-- name: erase_letters
DELETE FROM letter WHERE handle = $1

-- name: erase_unsubscribes
DELETE FROM unsubscribe WHERE handle = $1

-- name: put_archive
INSERT INTO archive (id, made, until, law, lock, sealed) VALUES ($1, $2, $3, $4, $5, $6)

-- name: archive
SELECT id, made, until, law, lock, sealed FROM archive ORDER BY made, id

-- name: sweep_archive
DELETE FROM archive WHERE until < $1 RETURNING id

-- name: sweep_openings
DELETE FROM archive_opening WHERE id NOT IN (SELECT id FROM archive)

-- name: put_opening
INSERT INTO archive_opening (id, at, mandates, reason) VALUES ($1, $2, $3, $4)

-- name: openings
SELECT id, at, mandates, reason FROM archive_opening ORDER BY at, id
