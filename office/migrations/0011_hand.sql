-- Who changed which setting when, and what the treasurer has taken in by hand: cash, cheques, collections,
-- money that other places keep. That money came is in the journal: here are the papers.

CREATE TABLE setting_change (
  at BIGINT NOT NULL,        -- seconds
  name TEXT NOT NULL,        -- of the setting
  was TEXT NOT NULL,         -- empty for never made
  value TEXT NOT NULL,       -- empty for taken away
  member TEXT NOT NULL,      -- id of who did it; operator for the command line
  PRIMARY KEY (at, name)
) WITHOUT ROWID;

-- A photograph or a scan that stands behind an entry.
CREATE TABLE paper (
  digest TEXT PRIMARY KEY,   -- SHA-256 of data, hexadecimal
  kind TEXT NOT NULL,        -- image/jpeg, image/png, application/pdf
  data BLOB NOT NULL,
  at BIGINT NOT NULL,        -- seconds
  mandate TEXT NOT NULL      -- who brought it
);

CREATE TABLE by_hand (
  idx BIGINT PRIMARY KEY,    -- entry of the gift
  how TEXT NOT NULL,         -- cash, cheque, collection, elsewhere
  amount BIGINT NOT NULL,    -- minor units
  day TEXT NOT NULL,         -- on which it was given
  slip TEXT NOT NULL,        -- number of the slip that it went to the bank with; empty while it has not
  cheque TEXT NOT NULL,      -- number printed on the cheque, and
  bank TEXT NOT NULL,        -- the bank that it is drawn on
  place TEXT NOT NULL,       -- where it was collected, or who keeps it
  paper TEXT NOT NULL,       -- digest of what proves it; empty for nothing
  handle TEXT NOT NULL,      -- whose it is; empty for nobody known
  at BIGINT NOT NULL,        -- seconds
  mandate TEXT NOT NULL      -- who entered it
);

CREATE INDEX by_hand_of_handle ON by_hand (handle) WHERE handle <> '';
CREATE INDEX by_hand_of_slip ON by_hand (slip);
