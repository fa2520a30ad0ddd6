-- People, and the openings of the commitments in the journal. Nothing here is ever published.

CREATE TABLE party (
  id TEXT PRIMARY KEY,       -- opaque; never in the journal
  handle TEXT NOT NULL,      -- what the party is known by: a mail address, or a name elsewhere
  kind TEXT NOT NULL,        -- person, company, association, public-body, unknown
  name TEXT NOT NULL,
  mail TEXT NOT NULL
);

CREATE TABLE opening (
  idx BIGINT NOT NULL,       -- the entry
  field TEXT NOT NULL,       -- the field of its fact
  salt BLOB NOT NULL,        -- 32 random bytes
  value TEXT NOT NULL,
  party TEXT NOT NULL,       -- whose it is, empty for nobody's
  pot TEXT NOT NULL,         -- of a gift that is counted: its first pot
  month BIGINT NOT NULL,     -- and the month yyyymm in which it was given
  counts BIGINT NOT NULL,    -- 1 for such a gift, -1 where one was reversed, 0 for any other row
  PRIMARY KEY (idx, field)
) WITHOUT ROWID;

-- A memo always has its party's "who" beside it, by which it is found.
CREATE INDEX opening_of_party ON opening (party, idx) WHERE field <> 'memo';

-- The names of pots are read for every page.
CREATE INDEX opening_title ON opening (idx) WHERE field = 'title';
