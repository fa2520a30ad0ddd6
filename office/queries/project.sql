-- name: project
SELECT slug, title, summary, body, lang, site, status, reason, outside, earmarks, bounties, thanks, proposer, since,
  changed FROM project WHERE slug = $1

-- name: projects
SELECT slug, title, summary, body, lang, site, status, reason, outside, earmarks, bounties, thanks, proposer, since,
  changed FROM project ORDER BY since, slug

-- name: put_project
INSERT INTO project (slug, title, summary, body, lang, site, status, reason, outside, earmarks, bounties, thanks,
  proposer, since, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (slug) DO UPDATE SET title = excluded.title, summary = excluded.summary, body = excluded.body,
  lang = excluded.lang, site = excluded.site, status = excluded.status, reason = excluded.reason,
  outside = excluded.outside, earmarks = excluded.earmarks, bounties = excluded.bounties, thanks = excluded.thanks,
  changed = excluded.changed

-- name: needs_of_project
SELECT need, title, detail, asked FROM need WHERE project = $1 ORDER BY need

-- name: put_need
INSERT INTO need (project, need, title, detail, asked) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (project, need) DO UPDATE SET title = excluded.title, detail = excluded.detail, asked = excluded.asked

-- name: updates_of_project
SELECT at, title, body, mandate FROM project_update WHERE project = $1 ORDER BY at DESC LIMIT $2

-- name: put_update
INSERT INTO project_update (project, at, title, body, mandate) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (project, at) DO UPDATE SET title = excluded.title, body = excluded.body, mandate = excluded.mandate

-- name: proposers
SELECT proposer FROM project WHERE proposer <> ''

-- name: forget_proposer
UPDATE project SET proposer = '' WHERE proposer = $1
