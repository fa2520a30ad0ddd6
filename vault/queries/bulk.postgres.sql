-- name: sweep_beside
DELETE FROM opening WHERE idx >= (SELECT size FROM head WHERE id = 1)

-- name: gifts_of_parties
SELECT o.party, o.pot, o.month, o.counts FROM unnest($1::text[]) AS k(party)
JOIN opening o ON o.party = k.party WHERE o.field <> 'memo' AND o.counts <> 0

-- name: gifts_at
SELECT o.idx, o.party, o.pot, o.month FROM unnest($1::bigint[]) AS k(idx)
JOIN opening o ON o.idx = k.idx WHERE o.counts = 1

-- name: put_parties
INSERT INTO party (id, handle, kind, name, mail)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, mail = excluded.mail

-- name: put_openings
INSERT INTO opening (idx, field, salt, value, party, pot, month, counts)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::bigint[],
  $8::bigint[])
