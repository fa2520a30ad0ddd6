-- Letters that were written down to be sent, and what follows from the journal. A letter holds ids and no
-- text: its words are found when it is sent. Instants are seconds since 1970, 0 for never.

CREATE TABLE letter (
  id TEXT PRIMARY KEY,       -- what it is about, such as thanks/12: no letter is written twice
  kind TEXT NOT NULL,
  handle TEXT NOT NULL,      -- of the donor whom it goes to
  lang TEXT NOT NULL,        -- fr or en
  list TEXT NOT NULL,        -- that it is of, and that its reader can leave; empty for none
  entry BIGINT NOT NULL,     -- of the journal that it follows from, -1 for none
  data TEXT NOT NULL,        -- JSON of opaque ids
  made BIGINT NOT NULL,
  due BIGINT NOT NULL,       -- not to be tried before; of one that is being sent: the end of the claim
  tries BIGINT NOT NULL,     -- failures so far
  state TEXT NOT NULL,       -- waiting, sending, sent, failed, withdrawn
  claim TEXT NOT NULL,       -- random word of who sends it
  changed BIGINT NOT NULL,
  error TEXT NOT NULL        -- why the last try failed, without the address
);

CREATE INDEX letter_due ON letter (due, id) WHERE state IN ('waiting', 'sending');
CREATE INDEX letter_of_state ON letter (state, made, id);
CREATE INDEX letter_of_handle ON letter (handle);

-- How far somebody has read the journal.
CREATE TABLE cursor (
  name TEXT PRIMARY KEY,
  idx BIGINT NOT NULL        -- the next entry to read
);

-- Who wants no more letters of a list, or whose address takes none (the list "address").
CREATE TABLE unsubscribe (
  handle TEXT NOT NULL,
  list TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (handle, list)
) WITHOUT ROWID;

-- What the law has kept of somebody who was erased. It is sealed: this program can write it and not read it.
CREATE TABLE archive (
  id TEXT PRIMARY KEY,       -- random
  made TEXT NOT NULL,        -- day
  until TEXT NOT NULL,       -- day on which it is to be destroyed
  law TEXT NOT NULL,         -- why it is kept
  lock TEXT NOT NULL,        -- which key opens it
  sealed BLOB NOT NULL
);

-- Who had something in the archive opened.
CREATE TABLE archive_opening (
  id TEXT NOT NULL,          -- of the archive
  at BIGINT NOT NULL,
  mandates TEXT NOT NULL,    -- the two, apart by a comma
  reason TEXT NOT NULL,
  PRIMARY KEY (id, at)
) WITHOUT ROWID;
