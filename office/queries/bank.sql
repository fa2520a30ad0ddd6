-- name: bank_accounts
SELECT iban, name, currency, asset, mapping, since FROM bank_account ORDER BY since, iban

-- name: put_bank_account
INSERT INTO bank_account (iban, name, currency, asset, mapping, since) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (iban) DO UPDATE SET name = excluded.name, mapping = excluded.mapping

-- name: bank_statements
SELECT digest, account, source, id, number, sent, page, notice, first_day, last_day, opening, closing, lines, fresh,
  file, imported, mandate FROM bank_statement WHERE account = $1
ORDER BY last_day, first_day, number, sent, page, imported, digest

-- name: put_bank_statement
INSERT INTO bank_statement (digest, account, source, id, number, sent, page, notice, first_day, last_day, opening,
  closing, lines, fresh, file, imported, mandate)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT DO NOTHING

-- name: bank_line
SELECT key, statement, account, entry, booked, amount, currency, reference, end_to_end, counterparty, iban, text,
  return_reason, more, status, decision, note, handle, turn, mandate, at FROM bank_line WHERE key = $1

-- name: bank_lines_of_status
SELECT key, statement, account, entry, booked, amount, currency, reference, end_to_end, counterparty, iban, text,
  return_reason, more, status, decision, note, handle, turn, mandate, at FROM bank_line
WHERE status = $1 AND (booked > $2 OR booked = $2 AND key > $3) ORDER BY booked, key LIMIT $4

-- name: bank_lines_of_entry
SELECT key, statement, account, entry, booked, amount, currency, reference, end_to_end, counterparty, iban, text,
  return_reason, more, status, decision, note, handle, turn, mandate, at FROM bank_line WHERE entry = $1 ORDER BY key

-- name: bank_lines_booked_as
SELECT l.key, l.statement, l.account, l.entry, l.booked, l.amount, l.currency, l.reference, l.end_to_end,
  l.counterparty, l.iban, l.text, l.return_reason, l.more, l.status, l.decision, l.note, l.handle, l.turn, l.mandate,
  l.at, b.idx FROM bank_booking b JOIN bank_line l ON l.key = b.line
WHERE b.kind = $1 AND b.amount > 0 AND l.booked >= $2 AND l.status IN ('booked', 'arrived') ORDER BY b.idx

-- name: put_bank_line
INSERT INTO bank_line (key, statement, account, entry, booked, amount, currency, reference, end_to_end, counterparty,
  iban, text, return_reason, more, status, decision, note, handle, turn, mandate, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', '', '', 0, '', 0)
ON CONFLICT DO NOTHING RETURNING turn

-- name: take_bank_line
UPDATE bank_line SET status = 'booking', decision = $2, mandate = $3, at = $4
WHERE key = $1 AND status = $5 AND turn = $6 RETURNING turn

-- name: settle_bank_line
UPDATE bank_line SET status = $2, decision = '', note = $3, handle = CASE WHEN $4 <> '' THEN $4 ELSE handle END,
  turn = turn + $5 WHERE key = $1 AND (status = 'booking' OR $2 = 'split')

-- name: release_bank_line
UPDATE bank_line SET handle = '' WHERE key = $1 AND status IN ('waiting', 'arrived')

-- name: bank_days
SELECT booked, status, CAST(COUNT(*) AS BIGINT), CAST(SUM(CASE WHEN amount > 0 THEN 1 ELSE 0 END) AS BIGINT),
  CAST(SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS BIGINT),
  CAST(SUM(CASE WHEN amount < 0 THEN amount ELSE 0 END) AS BIGINT)
FROM bank_line WHERE account = $1 AND status <> 'split' GROUP BY booked, status ORDER BY booked, status

-- name: put_bank_booking
INSERT INTO bank_booking (line, idx, kind, amount) VALUES ($1, $2, $3, $4)
ON CONFLICT (line, idx) DO UPDATE SET kind = excluded.kind, amount = excluded.amount

-- name: drop_bank_booking
DELETE FROM bank_booking WHERE line = $1 AND idx = $2

-- name: bank_bookings
SELECT line, idx, kind, amount FROM bank_booking WHERE line = $1 ORDER BY idx

-- name: bank_booked_entries
SELECT line, idx, kind, amount FROM bank_booking WHERE idx >= $1 ORDER BY idx, line

-- name: bank_gaps
SELECT account, until, note, at, mandate FROM bank_gap WHERE account = $1 ORDER BY until

-- name: put_bank_gap
INSERT INTO bank_gap (account, until, note, at, mandate) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (account, until) DO UPDATE SET note = excluded.note, at = excluded.at, mandate = excluded.mandate

-- name: bank_stand
SELECT CAST((SELECT COUNT(*) FROM bank_line) AS BIGINT), CAST((SELECT COALESCE(SUM(turn), 0) FROM bank_line) AS BIGINT),
  CAST((SELECT COUNT(*) FROM bank_line WHERE status = 'waiting') AS BIGINT),
  CAST((SELECT COUNT(*) FROM bank_line WHERE status = 'booked') AS BIGINT),
  CAST((SELECT COUNT(*) FROM bank_statement) AS BIGINT)

-- name: open_purposes
SELECT p.reference, p.handle, p.shares, p.need, p.since, COALESCE(d.name, ''), COALESCE(d.kind, 'unknown')
FROM purpose p LEFT JOIN donor d ON d.handle = p.handle ORDER BY p.reference

-- name: open_promises
SELECT id, reference, handle, amount, every, means, status, regular, session, subscription, memo, since, changed,
  paused_until FROM promise WHERE status IN ('waiting', 'active', 'paused', 'lapsed') AND means <> 'card' ORDER BY reference, since, id

-- name: open_names
SELECT DISTINCT p.reference, c.name FROM promise p JOIN choice c ON c.promise = p.id
WHERE p.status IN ('waiting', 'active', 'paused', 'lapsed') AND p.means <> 'card' AND c.name <> '' ORDER BY p.reference, c.name

-- name: all_payers
SELECT iban, handle, name, seen FROM payer ORDER BY handle, seen DESC, iban

-- name: bank_handles
SELECT handle FROM bank_line WHERE handle <> ''

-- name: forget_bank_lines
UPDATE bank_line SET reference = '', end_to_end = '', counterparty = '', iban = '', text = '', more = '', decision = '',
  note = '', handle = ''
WHERE handle = $1 OR handle = '' AND iban <> '' AND iban IN (SELECT p.iban FROM payer p WHERE p.handle = $1
  AND NOT EXISTS (SELECT 1 FROM payer other WHERE other.iban = p.iban AND other.handle <> $1))

-- name: put_bank_upload
INSERT INTO bank_upload (digest, data, at) VALUES ($1, $2, $3) ON CONFLICT (digest) DO UPDATE SET at = excluded.at

-- name: bank_upload
SELECT data FROM bank_upload WHERE digest = $1

-- name: drop_bank_uploads
DELETE FROM bank_upload WHERE digest = $1 OR at < $2

-- name: forget_bank_uploads
DELETE FROM bank_upload WHERE $1 <> ''
