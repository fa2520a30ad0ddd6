-- name: head
SELECT size, root, epoch, clock FROM head WHERE id = 1

-- name: entry
SELECT leaf FROM entry WHERE idx = $1

-- name: entries
SELECT idx, leaf FROM entry WHERE idx >= $1 AND idx < $2 ORDER BY idx

-- name: accounts
SELECT id, account, unit, balance FROM account ORDER BY account, unit

-- name: accounts_at
SELECT a.id, a.account, a.unit,
  COALESCE((SELECT p.balance FROM posting p WHERE p.account = a.id AND p.idx < $1
            ORDER BY p.idx DESC, p.seq DESC LIMIT 1), 0)
FROM account a ORDER BY a.account, a.unit

-- name: postings_before
SELECT idx, seq, amount, balance FROM posting WHERE account = $1 AND idx < $2
ORDER BY idx DESC, seq DESC LIMIT $3

-- name: months
SELECT month, class, incoming, outgoing, count, first, last FROM month WHERE account = $1 ORDER BY month, class

-- name: figures
SELECT name, month, unit, amount, count FROM figure ORDER BY name, month, unit

-- name: states_all
SELECT stream, part, value, last FROM state ORDER BY stream, part

-- name: states_of
SELECT stream, part, value, last FROM state WHERE stream >= $1 AND stream < $2 ORDER BY stream, part

-- name: claims_all
SELECT scope, key, hash, idx, count, made FROM claim ORDER BY scope, key

-- name: tile
SELECT data FROM tile WHERE level = $1 AND n = $2

-- name: edge
SELECT data FROM edge WHERE level = $1

-- name: latest_checkpoint
SELECT size, clock, note FROM checkpoint WHERE slot = 'latest'

-- name: checkpoints
SELECT slot, size, clock, note FROM checkpoint ORDER BY size, slot

-- name: settings
SELECT key, value FROM setting ORDER BY key

-- name: postings_all
SELECT account, idx, seq, amount, balance FROM posting ORDER BY account, idx, seq

-- name: months_all
SELECT account, month, class, incoming, outgoing, count, first, last FROM month ORDER BY account, month, class

-- name: tiles_all
SELECT level, n, data FROM tile ORDER BY level, n

-- name: edges_all
SELECT level, data FROM edge ORDER BY level

-- name: state
SELECT value, last FROM state WHERE stream = $1 AND part = $2
