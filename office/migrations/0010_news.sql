-- The monthly news as they were frozen, what is being written of the next ones, and plaques.

CREATE TABLE news (
  month BIGINT NOT NULL,      -- yyyymm
  version BIGINT NOT NULL,    -- from 1
  head TEXT NOT NULL,         -- JSON: all of it but the list of gifts
  sha256 TEXT NOT NULL,       -- of the bytes as they were frozen
  size BIGINT NOT NULL,       -- of the journal that it was made from
  checkpoint TEXT NOT NULL,   -- signed, of that journal
  mandate TEXT NOT NULL,      -- who froze it
  frozen BIGINT NOT NULL,     -- seconds
  PRIMARY KEY (month, version)
) WITHOUT ROWID;

-- A gift in frozen news. When its giver withdraws, the names go, and what is left says since when.
CREATE TABLE news_line (
  month BIGINT NOT NULL,
  version BIGINT NOT NULL,
  idx BIGINT NOT NULL,        -- the entry
  handle TEXT NOT NULL,       -- empty for nobody known
  shown TEXT NOT NULL,        -- empty for anonymous
  words TEXT NOT NULL,
  link TEXT NOT NULL,
  amount BIGINT NOT NULL,     -- minor units that stood, -1 for not shown
  nth BIGINT NOT NULL,        -- the giver's Nth gift, 0 when that is not known
  organisation BIGINT NOT NULL,
  part TEXT NOT NULL,         -- gift, or what it is listed under apart
  withdrawn BIGINT NOT NULL,  -- since when its names are gone, 0 for they are not; 1 when its giver was erased
  PRIMARY KEY (month, version, idx)
) WITHOUT ROWID;

CREATE INDEX news_line_of_idx ON news_line (idx);
CREATE INDEX news_line_of_handle ON news_line (handle) WHERE handle <> '';

CREATE TABLE news_draft (
  month BIGINT PRIMARY KEY,
  before_fr TEXT NOT NULL,
  before_en TEXT NOT NULL,
  after_fr TEXT NOT NULL,
  after_en TEXT NOT NULL,
  mandate TEXT NOT NULL,
  changed BIGINT NOT NULL
);

-- A few words attached to a page or a release, by somebody who gave.
CREATE TABLE plaque (
  id TEXT PRIMARY KEY,
  idx BIGINT NOT NULL,        -- the gift
  handle TEXT NOT NULL,
  target TEXT NOT NULL,       -- the address that it is attached to
  words TEXT NOT NULL,
  status TEXT NOT NULL,       -- waiting, shown, refused
  reason TEXT NOT NULL,       -- of a refusal
  mandate TEXT NOT NULL,      -- who decided
  since BIGINT NOT NULL,
  decided BIGINT NOT NULL
);

CREATE INDEX plaque_of_status ON plaque (status, since, id);
CREATE UNIQUE INDEX plaque_of_gift ON plaque (idx, target);
CREATE INDEX plaque_of_handle ON plaque (handle);
