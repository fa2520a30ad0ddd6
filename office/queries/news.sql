-- name: news_versions
SELECT month, version, head, sha256, size, checkpoint, mandate, frozen FROM news WHERE month = $1 ORDER BY version

-- name: news_all
SELECT month, version, head, sha256, size, checkpoint, mandate, frozen FROM news ORDER BY month, version

-- name: put_news
INSERT INTO news (month, version, head, sha256, size, checkpoint, mandate, frozen)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: news_lines
SELECT idx, handle, shown, words, link, amount, nth, organisation, part, withdrawn FROM news_line
WHERE month = $1 AND version = $2 ORDER BY idx

-- name: news_withdrawn
SELECT COUNT(*) FROM news_line WHERE month = $1 AND version = $2 AND withdrawn <> 0

-- name: put_news_line
INSERT INTO news_line (month, version, idx, handle, shown, words, link, amount, nth, organisation, part,
  withdrawn)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)

-- name: withdraw_news_lines
UPDATE news_line SET handle = '', shown = '', words = '', link = '', amount = -1, nth = 0, organisation = 0,
  withdrawn = $2
WHERE idx = $1 AND withdrawn = 0 AND ($3 = 1 OR shown <> '' AND shown <> $4 OR amount >= 0 AND $5 = 0
  OR words <> '' AND words <> $6 OR link <> '' AND link <> $7)

-- name: news_handles
SELECT DISTINCT handle FROM news_line WHERE handle <> ''

-- name: forget_news_lines
UPDATE news_line SET handle = '', shown = '', words = '', link = '', amount = -1, nth = 0, organisation = 0,
  withdrawn = 1
WHERE handle = $1

-- name: news_draft
SELECT month, before_fr, before_en, after_fr, after_en, mandate, changed FROM news_draft WHERE month = $1

-- name: put_news_draft
INSERT INTO news_draft (month, before_fr, before_en, after_fr, after_en, mandate, changed)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (month) DO UPDATE SET before_fr = excluded.before_fr, before_en = excluded.before_en,
  after_fr = excluded.after_fr, after_en = excluded.after_en, mandate = excluded.mandate, changed = excluded.changed

-- name: plaque
SELECT id, idx, handle, target, words, status, reason, mandate, since, decided FROM plaque WHERE id = $1

-- name: plaques
SELECT id, idx, handle, target, words, status, reason, mandate, since, decided FROM plaque
WHERE status = $1 AND id > $2 ORDER BY id LIMIT $3

-- name: put_plaque
INSERT INTO plaque (id, idx, handle, target, words, status, reason, mandate, since, decided)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO UPDATE SET words = excluded.words, status = excluded.status, reason = excluded.reason,
  mandate = excluded.mandate, decided = excluded.decided

-- name: plaque_handles
SELECT handle FROM plaque WHERE handle <> ''

-- name: erase_plaques
DELETE FROM plaque WHERE handle = $1

-- name: withdraw_plaques
DELETE FROM plaque WHERE idx = $1

-- name: given_shown
SELECT idx, handle, promise, shown, amount_shown, words, link, withdrawn, hidden FROM given
WHERE shown <> '' AND withdrawn = 0 AND idx < $1 ORDER BY idx DESC LIMIT $2

-- name: donor_kinds
SELECT g.idx, d.kind FROM given g JOIN donor d ON d.handle = g.handle
WHERE d.kind <> 'person' AND g.idx >= $1 AND g.idx < $2
