-- name: member
SELECT id, name, mail, mandate, lang, since, ended FROM member WHERE id = $1

-- name: member_of_mail
SELECT id, name, mail, mandate, lang, since, ended FROM member WHERE mail = $1

-- name: members
SELECT id, name, mail, mandate, lang, since, ended FROM member ORDER BY since, id

-- name: roles_of_member
SELECT member, role, project FROM member_role WHERE member = $1 ORDER BY role, project

-- name: roles
SELECT member, role, project FROM member_role ORDER BY member, role, project

-- name: put_member
INSERT INTO member (id, name, mail, mandate, lang, since, ended) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, mail = excluded.mail, mandate = excluded.mandate,
  lang = excluded.lang, ended = excluded.ended

-- name: drop_roles
DELETE FROM member_role WHERE member = $1

-- name: put_role
INSERT INTO member_role (member, role, project) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING

-- name: member_handles
SELECT CASE WHEN mail <> '' THEN mail ELSE id END FROM member

-- name: erase_member_roles
DELETE FROM member_role WHERE member IN (SELECT id FROM member WHERE mail = $1 OR mail = '' AND id = $1)

-- name: erase_credentials
DELETE FROM credential WHERE member IN (SELECT id FROM member WHERE mail = $1 OR mail = '' AND id = $1)

-- name: erase_sessions
DELETE FROM session WHERE member IN (SELECT id FROM member WHERE mail = $1 OR mail = '' AND id = $1)

-- name: erase_links
DELETE FROM link WHERE member IN (SELECT id FROM member WHERE mail = $1 OR mail = '' AND id = $1)

-- name: erase_member
DELETE FROM member WHERE mail = $1 OR mail = '' AND id = $1

-- name: put_link
INSERT INTO link (hash, purpose, member, data, until) VALUES ($1, $2, $3, $4, $5)

-- name: link
SELECT member, data, until FROM link WHERE hash = $1 AND purpose = $2

-- name: take_link
DELETE FROM link WHERE hash = $1 AND purpose = $2 RETURNING member, data, until

-- name: drop_links
DELETE FROM link WHERE member = $1

-- name: drop_links_for
DELETE FROM link WHERE member = $1 AND purpose = $2

-- name: sweep_links
DELETE FROM link WHERE until < $1

-- name: sweep_sessions
DELETE FROM session WHERE since < $1

-- name: sweep_attempts
DELETE FROM attempt WHERE slot < $1

-- name: count_attempt
INSERT INTO attempt (what, slot, n) VALUES ($1, $2, 1)
ON CONFLICT (what, slot) DO UPDATE SET n = attempt.n + 1 RETURNING n

-- name: put_session
INSERT INTO session (hash, id, member, agent, since, seen) VALUES ($1, $2, $3, $4, $5, $6)

-- name: session
SELECT id, member, agent, since, seen FROM session WHERE hash = $1

-- name: sessions_of_member
SELECT id, member, agent, since, seen FROM session WHERE member = $1 ORDER BY seen DESC, id

-- name: touch_session
UPDATE session SET seen = $2 WHERE hash = $1 AND seen < $2

-- name: drop_session
DELETE FROM session WHERE hash = $1

-- name: end_session
DELETE FROM session WHERE member = $1 AND id = $2

-- name: drop_sessions
DELETE FROM session WHERE member = $1

-- name: put_credential
INSERT INTO credential (id, member, name, data, cloned, since, used) VALUES ($1, $2, $3, $4, 0, $5, 0)

-- name: credentials_of_member
SELECT id, member, name, data, cloned, since, used FROM credential WHERE member = $1 ORDER BY since, name

-- name: use_credential
UPDATE credential SET data = $2, used = $3 WHERE id = $1 AND data = $4 AND cloned = 0 RETURNING since

-- name: mark_cloned
UPDATE credential SET cloned = $2 WHERE id = $1 AND cloned = 0

-- name: drop_credential
DELETE FROM credential WHERE member = $1 AND id = $2
