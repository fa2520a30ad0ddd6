-- name: payee
SELECT id, handle, mail, name, kind, lang, note, made_by, since FROM payee WHERE id = $1

-- name: payee_of_handle
SELECT id, handle, mail, name, kind, lang, note, made_by, since FROM payee WHERE handle = $1 AND handle <> ''

-- name: payees
SELECT id, handle, mail, name, kind, lang, note, made_by, since FROM payee WHERE handle <> '' ORDER BY name, id

-- name: put_payee
INSERT INTO payee (id, handle, mail, name, kind, lang, note, made_by, since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (id) DO UPDATE SET mail = excluded.mail, name = excluded.name, kind = excluded.kind,
  lang = excluded.lang, note = excluded.note

-- name: payee_accounts
SELECT payee, n, name, iban, bic, asked_by, asked_mandate, asked, confirmed_by, confirmed_mandate, confirmed, usable,
  ended, why, verdict FROM payee_account WHERE payee = $1 ORDER BY n

-- name: payee_accounts_all
SELECT payee, n, name, iban, bic, asked_by, asked_mandate, asked, confirmed_by, confirmed_mandate, confirmed, usable,
  ended, why, verdict FROM payee_account ORDER BY payee, n

-- name: put_payee_account
INSERT INTO payee_account (payee, n, name, iban, bic, asked_by, asked_mandate, asked, confirmed_by, confirmed_mandate,
  confirmed, usable, ended, why, verdict) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', 0, 0, 0, '', '')

-- name: confirm_payee_account
UPDATE payee_account SET confirmed_by = $3, confirmed_mandate = $4, confirmed = $5, usable = $6
WHERE payee = $1 AND n = $2 AND confirmed = 0 AND ended = 0 AND asked_by <> $3 RETURNING n

-- name: end_payee_account
UPDATE payee_account SET ended = $3, why = $4 WHERE payee = $1 AND n = $2 AND ended = 0

-- name: judge_payee_account
UPDATE payee_account SET verdict = $3 WHERE payee = $1 AND n = $2

-- name: expense
SELECT id, idx, payee, pot, amount, destination, title, text, on_day, member, mandate, since, live, turn, stopped,
  stopped_by, reason FROM expense WHERE id = $1

-- name: expense_at
SELECT id, idx, payee, pot, amount, destination, title, text, on_day, member, mandate, since, live, turn, stopped,
  stopped_by, reason FROM expense WHERE idx = $1 AND idx > 0

-- name: expenses_before
SELECT id, idx, payee, pot, amount, destination, title, text, on_day, member, mandate, since, live, turn, stopped,
  stopped_by, reason FROM expense WHERE idx > 0 AND idx < $1 ORDER BY idx DESC LIMIT $2

-- name: expenses_open
SELECT e.id, e.idx, e.payee, e.pot, e.amount, e.destination, e.title, e.text, e.on_day, e.member, e.mandate, e.since,
  e.live, e.turn, e.stopped, e.stopped_by, e.reason FROM expense e
WHERE e.idx > 0 AND e.stopped = 0
  AND NOT EXISTS (SELECT 1 FROM sent s WHERE s.id = e.live AND s.status IN ('seen', 'returning'))
ORDER BY e.idx

-- name: expenses_drafted
SELECT id, idx, payee, pot, amount, destination, title, text, on_day, member, mandate, since, live, turn, stopped,
  stopped_by, reason FROM expense WHERE idx = 0 AND stopped = 0 ORDER BY since, id

-- name: expenses_of_payee
SELECT id, idx, payee, pot, amount, destination, title, text, on_day, member, mandate, since, live, turn, stopped,
  stopped_by, reason FROM expense WHERE payee = $1 AND idx > 0 ORDER BY idx

-- name: put_expense
INSERT INTO expense (id, idx, payee, pot, amount, destination, title, text, on_day, member, mandate, since, live, turn,
  stopped, stopped_by, reason) VALUES ($1, 0, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', 0, 0, '', '')
ON CONFLICT DO NOTHING

-- name: claim_expense
UPDATE expense SET idx = $2 WHERE id = $1 AND idx = 0

-- name: send_expense
UPDATE expense SET live = $2, turn = turn + 1 WHERE id = $1 AND live = '' AND turn = $3 AND stopped = 0 RETURNING turn

-- name: revive_expense
UPDATE expense SET live = $2 WHERE id = $1 AND live = '' AND stopped = 0 RETURNING turn

-- name: free_expense
UPDATE expense SET live = '' WHERE id = $1 AND live = $2

-- name: stop_expense
UPDATE expense SET stopped = $2, stopped_by = $3, reason = $4 WHERE id = $1 AND live = '' AND stopped = 0 RETURNING turn

-- name: unstop_expense
UPDATE expense SET stopped = 0, stopped_by = '', reason = '' WHERE id = $1

-- name: put_expense_document
INSERT INTO expense_document (expense, sha256, media, size, data) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING

-- name: expense_document
SELECT sha256, media, size, data FROM expense_document WHERE expense = $1

-- name: expense_document_head
SELECT sha256, media, size FROM expense_document WHERE expense = $1

-- name: gift_refund
SELECT id, gift, handle, name, iban, amount, shares, because, member, mandate, since, live, turn, stopped, reason
FROM gift_refund WHERE id = $1

-- name: gift_refunds_of_gift
SELECT id, gift, handle, name, iban, amount, shares, because, member, mandate, since, live, turn, stopped, reason
FROM gift_refund WHERE gift = $1 ORDER BY since, id

-- name: gift_refunds
SELECT id, gift, handle, name, iban, amount, shares, because, member, mandate, since, live, turn, stopped, reason
FROM gift_refund ORDER BY since, id

-- name: put_gift_refund
INSERT INTO gift_refund (id, gift, handle, name, iban, amount, shares, because, member, mandate, since, live, turn,
  stopped, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', 0, 0, '') ON CONFLICT DO NOTHING

-- name: send_refund
UPDATE gift_refund SET live = $2, turn = turn + 1 WHERE id = $1 AND live = '' AND turn = $3 AND stopped = 0
RETURNING turn

-- name: revive_refund
UPDATE gift_refund SET live = $2 WHERE id = $1 AND live = '' AND stopped = 0 RETURNING turn

-- name: free_refund
UPDATE gift_refund SET live = '' WHERE id = $1 AND live = $2

-- name: stop_refund
UPDATE gift_refund SET stopped = $2, reason = $3 WHERE id = $1 AND live = '' AND stopped = 0 RETURNING turn

-- name: pot_transfer
SELECT id, idx, from_pot, to_pot, amount, because, member, mandate, since, stopped, reason FROM pot_transfer
WHERE id = $1

-- name: pot_transfer_at
SELECT id, idx, from_pot, to_pot, amount, because, member, mandate, since, stopped, reason FROM pot_transfer
WHERE idx = $1 AND idx > 0

-- name: pot_transfers
SELECT id, idx, from_pot, to_pot, amount, because, member, mandate, since, stopped, reason FROM pot_transfer
ORDER BY since, id

-- name: put_pot_transfer
INSERT INTO pot_transfer (id, idx, from_pot, to_pot, amount, because, member, mandate, since, stopped, reason)
VALUES ($1, 0, $2, $3, $4, $5, $6, $7, $8, 0, '') ON CONFLICT DO NOTHING

-- name: settle_pot_transfer
UPDATE pot_transfer SET idx = $2 WHERE id = $1

-- name: stop_pot_transfer
UPDATE pot_transfer SET stopped = $2, reason = $3 WHERE id = $1 AND idx = 0 AND stopped = 0 RETURNING idx

-- name: signatures
SELECT what, mandate, member, at, idx FROM signature WHERE what = $1 ORDER BY at, mandate

-- name: put_signature
INSERT INTO signature (what, mandate, member, at, idx) VALUES ($1, $2, $3, $4, $5)

-- name: settle_signature
UPDATE signature SET idx = $3 WHERE what = $1 AND mandate = $2

-- name: drop_signature
DELETE FROM signature WHERE what = $1 AND mandate = $2

-- name: drop_signatures
DELETE FROM signature WHERE what = $1

-- name: next_payment_file
SELECT COALESCE(MAX(n), 0) + 1 FROM payment_file

-- name: put_payment_file
INSERT INTO payment_file (id, n, data, sha256, made, mandate, orders, total) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: payment_file
SELECT id, n, sha256, made, mandate, orders, total, data FROM payment_file WHERE id = $1

-- name: payment_files
SELECT id, n, sha256, made, mandate, orders, total FROM payment_file ORDER BY n DESC

-- name: put_sent
INSERT INTO sent (id, what, file, place, payee, account, name, iban, amount, made, mandates, status, seen_on, entry,
  line, back_on, back, back_line, code)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'sent', '', 0, '', '', 0, '', '')

-- name: sent
SELECT id, what, file, place, payee, account, name, iban, amount, made, mandates, status, seen_on, entry, line,
  back_on, back, back_line, code FROM sent WHERE id = $1

-- name: sent_of_what
SELECT id, what, file, place, payee, account, name, iban, amount, made, mandates, status, seen_on, entry, line,
  back_on, back, back_line, code FROM sent WHERE what = $1 ORDER BY made, id

-- name: sent_in_file
SELECT id, what, file, place, payee, account, name, iban, amount, made, mandates, status, seen_on, entry, line,
  back_on, back, back_line, code FROM sent WHERE file = $1 ORDER BY place

-- name: sent_in_status
SELECT id, what, file, place, payee, account, name, iban, amount, made, mandates, status, seen_on, entry, line,
  back_on, back, back_line, code FROM sent WHERE status = $1 AND made >= $2 ORDER BY made, id

-- name: turn_sent
UPDATE sent SET status = $3 WHERE id = $1 AND status = $2 RETURNING id

-- name: note_seen
UPDATE sent SET status = 'seen', seen_on = $2, entry = $3, line = $4 WHERE id = $1 AND status = 'seeing'

-- name: note_returned
UPDATE sent SET status = 'returned', back_on = $2, back = $3, back_line = $4, code = $5
WHERE id = $1 AND status = 'returning'

-- name: payee_handles
SELECT handle FROM payee WHERE handle <> ''

-- name: refund_handles
SELECT handle FROM gift_refund WHERE handle <> ''

-- name: erase_payment_files
UPDATE payment_file SET data = NULL WHERE id IN (SELECT file FROM sent
  WHERE payee IN (SELECT id FROM payee WHERE handle = $1)
  OR what IN (SELECT 'refund/' || id FROM gift_refund WHERE handle = $1))

-- name: erase_sent
UPDATE sent SET name = '', iban = '' WHERE payee IN (SELECT id FROM payee WHERE handle = $1)
  OR what IN (SELECT 'refund/' || id FROM gift_refund WHERE handle = $1)

-- name: erase_documents
DELETE FROM expense_document WHERE expense IN (SELECT id FROM expense
  WHERE payee IN (SELECT id FROM payee WHERE handle = $1)
  AND NOT EXISTS (SELECT 1 FROM sent WHERE sent.id = expense.live AND sent.status = 'seen'))

-- name: erase_expenses
UPDATE expense SET title = '', text = '', reason = '' WHERE payee IN (SELECT id FROM payee WHERE handle = $1)

-- name: erase_accounts
UPDATE payee_account SET name = '', iban = '', bic = '' WHERE payee IN (SELECT id FROM payee WHERE handle = $1)

-- name: erase_payee
UPDATE payee SET handle = '', mail = '', name = '', note = '' WHERE handle = $1

-- name: erase_refunds
UPDATE gift_refund SET handle = '', name = '', iban = '', because = '', reason = '' WHERE handle = $1

-- name: payers_of_handle
SELECT iban, handle, name, seen FROM payer WHERE handle = $1 ORDER BY seen DESC, iban
