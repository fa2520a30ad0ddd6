-- What the bank said of the fund's accounts, and what became of each line. That money came or went is in
-- the journal: here is which line of the bank says so.

CREATE TABLE bank_account (
  iban TEXT PRIMARY KEY,      -- or the bank's own number: in capitals, without blanks
  name TEXT NOT NULL,         -- what the fund calls it; may be empty
  currency TEXT NOT NULL,
  asset TEXT NOT NULL UNIQUE, -- of the journal, such as bank for asset:bank
  mapping TEXT NOT NULL,      -- JSON: how its exports in CSV are written; empty while nobody said it
  since BIGINT NOT NULL
);

CREATE TABLE bank_statement (
  digest TEXT PRIMARY KEY,    -- of what tells the statement from others
  account TEXT NOT NULL,
  source TEXT NOT NULL,       -- such as camt.053.001.08 or csv
  id TEXT NOT NULL,           -- the bank's name of it, may be empty
  number BIGINT NOT NULL,     -- in the legal sequence, and
  sent BIGINT NOT NULL,       -- in the electronic one; 0 when the bank says none
  page BIGINT NOT NULL,
  notice BIGINT NOT NULL,     -- 1 for a notification: no balances, and lines left out
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  opening BIGINT,             -- NULL when the bank says none
  closing BIGINT,
  lines BIGINT NOT NULL,      -- that it has, and
  fresh BIGINT NOT NULL,      -- that no earlier import had brought
  file TEXT NOT NULL,         -- SHA-256 of the file, in hexadecimal
  imported BIGINT NOT NULL,
  mandate TEXT NOT NULL
);

CREATE INDEX bank_statement_of_account ON bank_statement (account, last_day);

CREATE TABLE bank_line (
  key TEXT PRIMARY KEY,
  statement TEXT NOT NULL,    -- digest of the first that brought it
  account TEXT NOT NULL,
  entry TEXT NOT NULL,        -- key of the bank's whole entry, which the parts of a batch share
  booked TEXT NOT NULL,       -- day
  amount BIGINT NOT NULL,     -- minor units, positive when the account gained
  currency TEXT NOT NULL,
  reference TEXT NOT NULL,
  end_to_end TEXT NOT NULL,
  counterparty TEXT NOT NULL,
  iban TEXT NOT NULL,         -- of the other side
  text TEXT NOT NULL,
  return_reason TEXT NOT NULL,
  more TEXT NOT NULL,         -- JSON: whatever else the bank said; empty once its person is erased
  status TEXT NOT NULL,       -- waiting, booking, arrived, booked, ignored, split
  decision TEXT NOT NULL,     -- JSON: what is being booked; empty when nothing is
  note TEXT NOT NULL,         -- why it was ignored, or what went wrong
  handle TEXT NOT NULL,       -- whose money it is, once that is known
  turn BIGINT NOT NULL,       -- how often its booking was undone
  mandate TEXT NOT NULL,      -- who decided last, empty for nobody yet
  at BIGINT NOT NULL          -- when
);

CREATE INDEX bank_line_of_status ON bank_line (status, booked, key);
CREATE INDEX bank_line_of_account ON bank_line (account, booked);
CREATE INDEX bank_line_of_entry ON bank_line (entry);
CREATE INDEX bank_line_of_handle ON bank_line (handle) WHERE handle <> '';
CREATE INDEX bank_line_of_iban ON bank_line (iban) WHERE iban <> '';

-- Which entries of the journal a line was booked as.
CREATE TABLE bank_booking (
  line TEXT NOT NULL,
  idx BIGINT NOT NULL,        -- the entry
  kind TEXT NOT NULL,         -- gift, arrival, fee, payment, payout, refund, return, move, linked, undone
  amount BIGINT NOT NULL,     -- minor units of the line that it stands for, signed as the line; 0 for none
  PRIMARY KEY (line, idx)
) WITHOUT ROWID;

CREATE INDEX bank_booking_of_entry ON bank_booking (idx);

-- What a person says of a stretch for which statements are missing.
CREATE TABLE bank_gap (
  account TEXT NOT NULL,
  until TEXT NOT NULL,        -- last day of the statement that does not follow
  note TEXT NOT NULL,
  at BIGINT NOT NULL,
  mandate TEXT NOT NULL,
  PRIMARY KEY (account, until)
) WITHOUT ROWID;

-- A file that somebody sent and has not confirmed yet. It passes: no backup carries it.
CREATE TABLE bank_upload (
  digest TEXT PRIMARY KEY,    -- SHA-256, in hexadecimal
  data BLOB NOT NULL,
  at BIGINT NOT NULL
);
