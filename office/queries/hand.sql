-- name: setting_changes
SELECT at, name, was, value, member FROM setting_change ORDER BY at DESC, name LIMIT $1

-- name: put_setting_change
INSERT INTO setting_change (at, name, was, value, member) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (at, name) DO UPDATE SET value = excluded.value, member = excluded.member

-- name: paper
SELECT kind, data, at, mandate FROM paper WHERE digest = $1

-- name: put_paper
INSERT INTO paper (digest, kind, data, at, mandate) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (digest) DO NOTHING

-- name: all_by_hand
SELECT idx, how, amount, day, slip, cheque, bank, place, paper, handle, at, mandate FROM by_hand
ORDER BY idx DESC LIMIT $1

-- name: one_by_hand
SELECT idx, how, amount, day, slip, cheque, bank, place, paper, handle, at, mandate FROM by_hand
WHERE idx = $1

-- name: put_by_hand
INSERT INTO by_hand (idx, how, amount, day, slip, cheque, bank, place, paper, handle, at, mandate)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (idx) DO UPDATE SET slip = excluded.slip

-- name: by_hand_handles
SELECT handle FROM by_hand

-- name: erase_hand_papers
DELETE FROM paper WHERE digest IN (SELECT paper FROM by_hand WHERE handle = $1)

-- name: erase_by_hand
UPDATE by_hand SET handle = '', cheque = '', bank = '', paper = '' WHERE handle = $1
