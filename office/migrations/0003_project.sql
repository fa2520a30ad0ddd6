-- What is funded: its texts. What it holds is in the journal, under the pot of the same slug.

CREATE TABLE project (
  slug TEXT PRIMARY KEY,     -- and of its pot
  title TEXT NOT NULL,
  summary TEXT NOT NULL,     -- one sentence
  body TEXT NOT NULL,        -- plain text, paragraphs apart by an empty line
  lang TEXT NOT NULL,        -- fr or en, of the texts
  site TEXT NOT NULL,        -- address of its own site, may be empty
  status TEXT NOT NULL,      -- proposed, open, refused, closed
  reason TEXT NOT NULL,      -- of a refusal or a closing
  outside BIGINT NOT NULL,   -- 1 when it is outside the legal body and cannot collect here
  earmarks BIGINT NOT NULL,  -- 1 when gifts may be tied to one of its needs
  bounties BIGINT NOT NULL,  -- 1 when bounties may be put on its work
  thanks TEXT NOT NULL,      -- who signs its thanks
  proposer TEXT NOT NULL,    -- handle of who proposed it, empty when the fund did
  since BIGINT NOT NULL,
  changed BIGINT NOT NULL
);

CREATE TABLE need (
  project TEXT NOT NULL,
  need TEXT NOT NULL,        -- token, as in the journal's needs
  title TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (project, need)
) WITHOUT ROWID;

CREATE TABLE project_update (
  project TEXT NOT NULL,
  at BIGINT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  mandate TEXT NOT NULL,     -- by whom
  PRIMARY KEY (project, at)
) WITHOUT ROWID;
