-- name: load_accounts
SELECT a.id, a.account, a.unit, a.balance FROM unnest($1::text[], $2::text[]) AS k(account, unit)
JOIN account a ON a.account = k.account AND a.unit = k.unit

-- name: load_balances
SELECT p.idx, p.seq, p.balance FROM unnest($1::bigint[], $2::text[], $3::text[]) AS k(idx, account, unit)
JOIN account a ON a.account = k.account AND a.unit = k.unit JOIN posting p ON p.account = a.id AND p.idx = k.idx
ORDER BY p.idx, p.seq

-- name: load_states
SELECT s.stream, s.part, s.value FROM unnest($1::text[], $2::text[]) AS k(stream, part)
JOIN state s ON s.stream = k.stream AND s.part = k.part

-- name: load_claims
SELECT c.scope, c.key, c.hash, c.idx, c.count FROM unnest($1::text[], $2::text[]) AS k(scope, key)
JOIN claim c ON c.scope = k.scope AND c.key = k.key

-- name: load_entries
SELECT e.idx, e.leaf FROM unnest($1::bigint[]) AS k(idx) JOIN entry e ON e.idx = k.idx

-- name: add_entries
INSERT INTO entry (idx, leaf) SELECT * FROM unnest($1::bigint[], $2::bytea[])

-- name: add_postings
INSERT INTO posting (account, idx, seq, amount, balance)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])

-- name: put_accounts
INSERT INTO account (id, account, unit, balance)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[])
ON CONFLICT (id) DO UPDATE SET balance = excluded.balance

-- name: add_months
INSERT INTO month (account, month, class, incoming, outgoing, count, first, last)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
  $7::bigint[], $8::bigint[])
ON CONFLICT (account, month, class) DO UPDATE SET incoming = month.incoming + excluded.incoming,
  outgoing = month.outgoing + excluded.outgoing, count = month.count + excluded.count,
  first = CASE WHEN excluded.first < month.first THEN excluded.first ELSE month.first END,
  last = CASE WHEN excluded.last > month.last THEN excluded.last ELSE month.last END

-- name: add_figures
INSERT INTO figure (name, month, unit, amount, count)
SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[])
ON CONFLICT (name, month, unit) DO UPDATE SET amount = figure.amount + excluded.amount,
  count = figure.count + excluded.count

-- name: put_states
INSERT INTO state (stream, part, value, last)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[])
ON CONFLICT (stream, part) DO UPDATE SET value = excluded.value, last = excluded.last

-- name: drop_states
DELETE FROM state USING unnest($1::text[], $2::text[]) AS k(stream, part)
WHERE state.stream = k.stream AND state.part = k.part

-- name: add_claims
INSERT INTO claim (scope, key, hash, idx, count, made)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[])

-- name: add_tiles
INSERT INTO tile (level, n, data) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[])

-- name: put_edges
INSERT INTO edge (level, data) SELECT * FROM unnest($1::bigint[], $2::bytea[])
ON CONFLICT (level) DO UPDATE SET data = excluded.data
