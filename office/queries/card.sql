-- name: card_sessions_of_promise
SELECT provider, id, promise, handle, status, since, look FROM card_session WHERE promise = $1
ORDER BY since DESC, id DESC

-- name: card_session
SELECT provider, id, promise, handle, status, since, look FROM card_session WHERE provider = $1 AND id = $2

-- name: card_sessions_due
SELECT provider, id, promise, handle, status, since, look FROM card_session WHERE look > 0 AND look <= $1
ORDER BY look LIMIT $2

-- name: put_card_session
INSERT INTO card_session (provider, id, promise, handle, status, since, look) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (provider, id) DO UPDATE SET status = excluded.status, look = excluded.look

-- name: card_session_handles
SELECT DISTINCT handle FROM card_session WHERE handle <> ''

-- name: erase_card_sessions
DELETE FROM card_session WHERE handle = $1

-- name: add_card_event
INSERT INTO card_event (provider, id, kind, object, came, done, tries, look, error)
VALUES ($1, $2, $3, $4, $5, 0, 0, $6, '') ON CONFLICT DO NOTHING

-- name: card_event
SELECT provider, id, kind, object, came, done, tries, look, error FROM card_event WHERE provider = $1 AND id = $2

-- name: card_events_due
SELECT provider, id, kind, object, came, done, tries, look, error FROM card_event WHERE look > 0 AND look <= $1
ORDER BY look LIMIT $2

-- name: end_card_event
UPDATE card_event SET done = $3, look = 0, error = '' WHERE provider = $1 AND id = $2 AND done = 0

-- name: delay_card_event
UPDATE card_event SET tries = tries + 1, look = $3, error = $4 WHERE provider = $1 AND id = $2 AND done = 0

-- name: sweep_card_events
DELETE FROM card_event WHERE came < $1 AND done > 0

-- name: card_events_failing
SELECT COUNT(*) FROM card_event WHERE look > 0 AND tries > 0

-- name: card_wishes
SELECT COUNT(*) FROM card_event WHERE object = $1 AND done = 0 AND kind = 'wish' AND came > $2

-- name: card_event_last
SELECT COALESCE(MAX(came), 0) FROM card_event WHERE kind <> 'wish'

-- name: card_payment
SELECT provider, id, idx, since, look FROM card_payment WHERE provider = $1 AND id = $2

-- name: card_payment_of_entry
SELECT provider, id, idx, since, look FROM card_payment WHERE idx = $1 AND idx > 0

-- name: card_payments_due
SELECT provider, id, idx, since, look FROM card_payment WHERE look > 0 AND look <= $1 ORDER BY look LIMIT $2

-- name: add_card_payment
INSERT INTO card_payment (provider, id, idx, since, look) VALUES ($1, $2, 0, $3, $4) ON CONFLICT DO NOTHING

-- name: put_card_payment
INSERT INTO card_payment (provider, id, idx, since, look) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (provider, id) DO UPDATE SET since = excluded.since, look = excluded.look,
  idx = CASE WHEN excluded.idx > 0 THEN excluded.idx ELSE card_payment.idx END

-- name: card_refund
SELECT id, provider, payment, amount, mandate, since, refund, refused FROM card_refund WHERE id = $1

-- name: card_refunds_asked
SELECT id, provider, payment, amount, mandate, since, refund, refused FROM card_refund
WHERE refund = '' AND refused = '' ORDER BY since LIMIT $1

-- name: card_refunds_of_payment
SELECT id, provider, payment, amount, mandate, since, refund, refused FROM card_refund
WHERE provider = $1 AND payment = $2 ORDER BY since, id

-- name: add_card_refund
INSERT INTO card_refund (id, provider, payment, amount, mandate, since, refund, refused)
VALUES ($1, $2, $3, $4, $5, $6, '', '') ON CONFLICT DO NOTHING

-- name: end_card_refund
UPDATE card_refund SET refund = $2, refused = $3 WHERE id = $1

-- name: card_payout
SELECT provider, id, status, amount, trace, arrives, complete, created, idx, landed, back FROM card_payout
WHERE provider = $1 AND id = $2

-- name: card_payouts_since
SELECT provider, id, status, amount, trace, arrives, complete, created, idx, landed, back FROM card_payout
WHERE created >= $1 OR idx = 0 AND status <> 'failed' ORDER BY created, id

-- name: put_card_payout
INSERT INTO card_payout (provider, id, status, amount, trace, arrives, complete, created, idx, landed, back)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', 0)
ON CONFLICT (provider, id) DO UPDATE SET status = excluded.status, trace = excluded.trace,
  arrives = excluded.arrives, complete = excluded.complete

-- name: land_card_payout
UPDATE card_payout SET idx = $3, landed = $4 WHERE provider = $1 AND id = $2

-- name: return_card_payout
UPDATE card_payout SET back = $3 WHERE provider = $1 AND id = $2

-- name: put_card_line
INSERT INTO card_line (provider, id, payout, kind, payment, object, net) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING

-- name: card_line_of_payment
SELECT provider, id, payout, kind, payment, object, net FROM card_line
WHERE provider = $1 AND payment = $2 AND kind = 'payment' ORDER BY id

-- name: card_line_of_object
SELECT provider, id, payout, kind, payment, object, net FROM card_line
WHERE provider = $1 AND object = $2 ORDER BY id

-- name: card_lines_of_payout
SELECT provider, id, payout, kind, payment, object, net FROM card_line
WHERE provider = $1 AND payout = $2 ORDER BY id

-- name: open_card_case
INSERT INTO card_case (provider, object, kind, detail, since, settled, mandate) VALUES ($1, $2, $3, $4, $5, 0, '')
ON CONFLICT (provider, object) DO UPDATE SET kind = excluded.kind, detail = excluded.detail, settled = 0, mandate = '',
  since = CASE WHEN card_case.settled > 0 THEN excluded.since ELSE card_case.since END
WHERE card_case.mandate = '' OR card_case.detail <> excluded.detail

-- name: settle_card_case
UPDATE card_case SET settled = $3, mandate = $4 WHERE provider = $1 AND object = $2 AND settled = 0

-- name: card_cases_open
SELECT provider, object, kind, detail, since, settled, mandate FROM card_case WHERE settled = 0
ORDER BY since, provider, object

-- name: promise_session
UPDATE promise SET session = $2, status = 'waiting', changed = $3 WHERE id = $1 AND status IN ('waiting', 'lapsed')

-- name: promise_lapsed
UPDATE promise SET status = 'lapsed', changed = $3 WHERE id = $1 AND session = $2 AND status = 'waiting'

-- name: promise_subscribed
UPDATE promise SET subscription = $2, status = $3, changed = $4 WHERE id = $1
