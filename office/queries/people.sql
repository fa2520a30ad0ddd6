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
SELECT mail FROM member WHERE mail <> ''

-- name: erase_member_roles
DELETE FROM member_role WHERE member IN (SELECT id FROM member WHERE mail = $1)

-- name: erase_credentials
DELETE FROM credential WHERE member IN (SELECT id FROM member WHERE mail = $1)

-- name: erase_sessions
DELETE FROM session WHERE member IN (SELECT id FROM member WHERE mail = $1)

-- name: erase_links
DELETE FROM link WHERE member IN (SELECT id FROM member WHERE mail = $1)

-- name: erase_member
DELETE FROM member WHERE mail = $1
