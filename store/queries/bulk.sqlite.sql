-- name: load_accounts
SELECT a.id, a.account, a.unit, a.balance FROM json_each($1) AS k
CROSS JOIN account a ON a.account = k.value ->> 0 AND a.unit = k.value ->> 1

-- name: load_balances
SELECT p.idx, p.seq, p.balance FROM json_each($1) AS k
CROSS JOIN account a ON a.account = k.value ->> 1 AND a.unit = k.value ->> 2
CROSS JOIN posting p ON p.account = a.id AND p.idx = k.value ->> 0 ORDER BY p.idx, p.seq

-- name: load_states
SELECT s.stream, s.part, s.value FROM json_each($1) AS k
CROSS JOIN state s ON s.stream = k.value ->> 0 AND s.part = k.value ->> 1

-- name: load_claims
SELECT c.scope, c.key, c.hash, c.idx, c.count FROM json_each($1) AS k
CROSS JOIN claim c ON c.scope = k.value ->> 0 AND c.key = k.value ->> 1

-- name: load_entries
SELECT e.idx, e.leaf FROM json_each($1) AS k CROSS JOIN entry e ON e.idx = k.value ->> 0

-- name: add_entries
INSERT INTO entry (idx, leaf) VALUES ($1, $2)

-- name: add_postings
INSERT INTO posting (account, idx, seq, amount, balance) VALUES ($1, $2, $3, $4, $5)

-- name: put_accounts
INSERT INTO account (id, account, unit, balance) VALUES ($1, $2, $3, $4)
ON CONFLICT (id) DO UPDATE SET balance = excluded.balance

-- name: add_months
INSERT INTO month (account, month, class, incoming, outgoing, count, first, last) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (account, month, class) DO UPDATE SET incoming = month.incoming + excluded.incoming,
  outgoing = month.outgoing + excluded.outgoing, count = month.count + excluded.count,
  first = CASE WHEN excluded.first < month.first THEN excluded.first ELSE month.first END,
  last = CASE WHEN excluded.last > month.last THEN excluded.last ELSE month.last END

-- name: add_figures
INSERT INTO figure (name, month, unit, amount, count) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name, month, unit) DO UPDATE SET amount = figure.amount + excluded.amount,
  count = figure.count + excluded.count

-- name: put_states
INSERT INTO state (stream, part, value, last) VALUES ($1, $2, $3, $4)
ON CONFLICT (stream, part) DO UPDATE SET value = excluded.value, last = excluded.last

-- name: drop_states
DELETE FROM state WHERE stream = $1 AND part = $2

-- name: add_claims
INSERT INTO claim (scope, key, hash, idx, count, made) VALUES ($1, $2, $3, $4, $5, $6)

-- name: add_tiles
INSERT INTO tile (level, n, data) VALUES ($1, $2, $3)

-- name: put_edges
INSERT INTO edge (level, data) VALUES ($1, $2) ON CONFLICT (level) DO UPDATE SET data = excluded.data
