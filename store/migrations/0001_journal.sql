-- The journal and its views. Every table but entry, claim, tile and checkpoint can be rebuilt from
-- the entries.

CREATE TABLE head (
  id BIGINT PRIMARY KEY,     -- 1
  epoch BIGINT NOT NULL,     -- grows with every batch: the fence among writers
  size BIGINT NOT NULL,      -- entries
  root BLOB NOT NULL,        -- RFC 6962 root at size
  clock BIGINT NOT NULL      -- seconds that the journal's clock stands at
);
INSERT INTO head (id, epoch, size, root, clock) VALUES (1, 0, 0, '', 0);

CREATE TABLE entry (
  idx BIGINT PRIMARY KEY,
  leaf BLOB NOT NULL
);

CREATE TABLE account (
  id BIGINT PRIMARY KEY,
  account TEXT NOT NULL,
  unit TEXT NOT NULL,
  balance BIGINT NOT NULL,
  UNIQUE (account, unit)
);

CREATE TABLE posting (
  account BIGINT NOT NULL,
  idx BIGINT NOT NULL,
  seq BIGINT NOT NULL,       -- place in the leaf, from 0
  amount BIGINT NOT NULL,
  balance BIGINT NOT NULL,   -- of the account behind this posting
  PRIMARY KEY (account, idx, seq)
) WITHOUT ROWID;

CREATE TABLE month (
  account BIGINT NOT NULL,
  month BIGINT NOT NULL,     -- yyyymm of the day that the money counts for
  class TEXT NOT NULL,       -- evidence, empty where none is stated
  incoming BIGINT NOT NULL,
  outgoing BIGINT NOT NULL,  -- zero or below
  count BIGINT NOT NULL,     -- entries
  first BIGINT NOT NULL,     -- index of the first entry among them, and of the last
  last BIGINT NOT NULL,
  PRIMARY KEY (account, month, class)
) WITHOUT ROWID;

CREATE TABLE figure (
  name TEXT NOT NULL,
  month BIGINT NOT NULL,
  unit TEXT NOT NULL,
  amount BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (name, month, unit)
) WITHOUT ROWID;

CREATE TABLE state (
  stream TEXT NOT NULL,
  part TEXT NOT NULL,        -- empty for the stream itself
  value BLOB NOT NULL,
  last BIGINT NOT NULL,      -- index of the entry that changed it last
  PRIMARY KEY (stream, part)
) WITHOUT ROWID;

CREATE TABLE claim (
  scope TEXT NOT NULL,       -- "key" for idempotency, or what else must be once
  key TEXT NOT NULL,
  hash BLOB NOT NULL,        -- keyed digest of the command, empty where only the claim matters
  idx BIGINT NOT NULL,       -- first entry that came of it
  count BIGINT NOT NULL,     -- number of entries
  made BIGINT NOT NULL,      -- seconds
  PRIMARY KEY (scope, key)
) WITHOUT ROWID;

CREATE TABLE tile (
  level BIGINT NOT NULL,
  n BIGINT NOT NULL,
  data BLOB NOT NULL,        -- 256 hashes
  PRIMARY KEY (level, n)
);

CREATE TABLE edge (
  level BIGINT PRIMARY KEY,  -- 1 and above; level 0 follows from the last entries
  data BLOB NOT NULL         -- the hashes of the partial tile
);

CREATE TABLE checkpoint (
  slot TEXT PRIMARY KEY,     -- "latest", or the month 2025-01 that it ends
  size BIGINT NOT NULL,
  clock BIGINT NOT NULL,
  note BLOB NOT NULL
);

CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
