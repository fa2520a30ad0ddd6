-- name: take_head
UPDATE head SET epoch = epoch + 1 WHERE id = 1 RETURNING size, root, epoch, clock

-- name: put_head
UPDATE head SET size = $1, root = $2, clock = $3 WHERE id = 1

-- name: last_entries
SELECT leaf FROM entry WHERE idx >= $1 ORDER BY idx

-- name: edges
SELECT level, data FROM edge ORDER BY level

-- name: clear_edge
DELETE FROM edge WHERE level > $1

-- name: next_account
SELECT COALESCE(MAX(id), 0) + 1 FROM account

-- name: moved_after
SELECT CAST(COALESCE(SUM(incoming + outgoing), 0) AS BIGINT) FROM month WHERE account = $1 AND month > $2

-- name: put_checkpoint
INSERT INTO checkpoint (slot, size, clock, note) VALUES ($1, $2, $3, $4)
ON CONFLICT (slot) DO UPDATE SET size = excluded.size, clock = excluded.clock, note = excluded.note

-- name: put_setting
INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value

-- name: expire_claims
DELETE FROM claim WHERE scope = 'key' AND made < $1

-- name: clear_account
DELETE FROM account

-- name: clear_posting
DELETE FROM posting

-- name: clear_month
DELETE FROM month

-- name: clear_figure
DELETE FROM figure

-- name: clear_state
DELETE FROM state

-- name: clear_tile
DELETE FROM tile
