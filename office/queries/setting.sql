-- name: settings
SELECT name, value FROM setting ORDER BY name

-- name: setting
SELECT value FROM setting WHERE name = $1

-- name: put_setting
INSERT INTO setting (name, value, at, mandate) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at, mandate = excluded.mandate

-- name: drop_setting
DELETE FROM setting WHERE name = $1
