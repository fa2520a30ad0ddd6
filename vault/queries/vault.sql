-- name: orphans
SELECT COUNT(*) FROM opening WHERE idx >= $1

-- name: any_opening
SELECT COUNT(*) FROM (SELECT 1 FROM opening LIMIT 1) AS o

-- name: sweep
DELETE FROM opening WHERE idx >= $1

-- name: openings_of_entry
SELECT idx, field, salt, value, party, pot, month, counts FROM opening WHERE idx = $1 ORDER BY field

-- name: openings_of_party
SELECT idx, field, salt, value, party, pot, month, counts FROM opening
WHERE party = $1 AND idx IN (SELECT idx FROM opening WHERE party = $1 AND field <> 'memo') ORDER BY idx, field

-- name: openings_all
SELECT idx, field, salt, value, party, pot, month, counts FROM opening ORDER BY idx, field

-- name: party
SELECT id, handle, kind, name, mail FROM party WHERE id = $1

-- name: parties
SELECT id, handle, kind, name, mail FROM party ORDER BY id

-- name: erase_openings
DELETE FROM opening WHERE party = $1

-- name: erase_party
DELETE FROM party WHERE id = $1

-- name: titles
SELECT idx, field, salt, value, party, pot, month, counts FROM opening WHERE field = 'title' ORDER BY idx
