-- name: gifts_of_parties
SELECT o.party, o.pot, o.month, o.counts FROM json_each($1) AS k
CROSS JOIN opening o ON o.party = k.value ->> 0 WHERE o.field <> 'memo' AND o.counts <> 0

-- name: gifts_at
SELECT o.idx, o.party, o.pot, o.month FROM json_each($1) AS k
CROSS JOIN opening o ON o.idx = k.value ->> 0 WHERE o.counts = 1

-- name: put_parties
INSERT INTO party (id, handle, kind, name, mail) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, mail = excluded.mail

-- name: put_openings
INSERT INTO opening (idx, field, salt, value, party, pot, month, counts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
