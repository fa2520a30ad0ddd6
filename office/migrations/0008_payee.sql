-- Who is paid, what for, and which orders went to the bank. That money was set apart or left is in the
-- journal. Instants are seconds since 1970, 0 for never.

CREATE TABLE payee (
  id TEXT PRIMARY KEY,        -- random
  handle TEXT NOT NULL,       -- mail address in lower case, or hand:<random>; empty once erased
  mail TEXT NOT NULL,         -- empty for somebody without one
  name TEXT NOT NULL,
  kind TEXT NOT NULL,         -- person, company, association, public-body
  lang TEXT NOT NULL,
  note TEXT NOT NULL,         -- why they may be paid: a contract, a statute, a number
  made_by TEXT NOT NULL,      -- member
  since BIGINT NOT NULL
);

CREATE UNIQUE INDEX payee_handle ON payee (handle) WHERE handle <> '';

-- An account is asked for by one member, confirmed by another, and usable behind a delay.
CREATE TABLE payee_account (
  payee TEXT NOT NULL,
  n BIGINT NOT NULL,          -- 1, 2, …
  name TEXT NOT NULL,         -- its holder, exactly as the bank knows it
  iban TEXT NOT NULL,
  bic TEXT NOT NULL,          -- may be empty
  asked_by TEXT NOT NULL,     -- member
  asked_mandate TEXT NOT NULL,
  asked BIGINT NOT NULL,
  confirmed_by TEXT NOT NULL, -- member, empty while nobody did
  confirmed_mandate TEXT NOT NULL,
  confirmed BIGINT NOT NULL,
  usable BIGINT NOT NULL,     -- from when it may be paid to
  ended BIGINT NOT NULL,      -- since when it may not any more
  why TEXT NOT NULL,          -- replaced, refused, or the bank's reason of a return, such as ac04
  verdict TEXT NOT NULL,      -- what the bank's verification of payee said: match, close, none, impossible; or empty
  PRIMARY KEY (payee, n)
) WITHOUT ROWID;

CREATE TABLE expense (
  id TEXT PRIMARY KEY,        -- random: of the form that submitted it
  idx BIGINT NOT NULL,        -- the entry that claims it; 0 until it is in the journal
  payee TEXT NOT NULL,
  pot TEXT NOT NULL,
  amount BIGINT NOT NULL,     -- minor units of the fund's unit
  destination TEXT NOT NULL,
  title TEXT NOT NULL,        -- published
  text TEXT NOT NULL,         -- for those who sign
  on_day TEXT NOT NULL,       -- of the invoice
  member TEXT NOT NULL,       -- who submitted it
  mandate TEXT NOT NULL,      -- of whom, may be empty
  since BIGINT NOT NULL,
  live TEXT NOT NULL,         -- the order that is on its way or has paid it, empty for none
  turn BIGINT NOT NULL,       -- how many orders there were
  stopped BIGINT NOT NULL,    -- since when it will not be paid
  stopped_by TEXT NOT NULL,   -- mandate
  reason TEXT NOT NULL        -- why not
);

CREATE UNIQUE INDEX expense_idx ON expense (idx) WHERE idx > 0;
CREATE INDEX expense_of_payee ON expense (payee);

CREATE TABLE expense_document (
  expense TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,       -- of its bytes, in hexadecimal; the journal commits to it
  media TEXT NOT NULL,
  size BIGINT NOT NULL,
  data BLOB NOT NULL
);

CREATE TABLE gift_refund (
  id TEXT PRIMARY KEY,        -- random
  gift BIGINT NOT NULL,       -- the entry that is given back, in part or whole
  handle TEXT NOT NULL,       -- of the giver
  name TEXT NOT NULL,         -- of the account's holder
  iban TEXT NOT NULL,         -- that the money came from
  amount BIGINT NOT NULL,
  shares TEXT NOT NULL,       -- minor units out of each pot, such as lanterne=600,fonds=600
  because TEXT NOT NULL,
  member TEXT NOT NULL,       -- who asked, and signed first
  mandate TEXT NOT NULL,
  since BIGINT NOT NULL,
  live TEXT NOT NULL,
  turn BIGINT NOT NULL,
  stopped BIGINT NOT NULL,
  reason TEXT NOT NULL
);

CREATE INDEX gift_refund_of_gift ON gift_refund (gift);
CREATE INDEX gift_refund_of_handle ON gift_refund (handle);

CREATE TABLE pot_transfer (
  id TEXT PRIMARY KEY,        -- random
  idx BIGINT NOT NULL,        -- its entry; 0 until it is in the journal
  from_pot TEXT NOT NULL,
  to_pot TEXT NOT NULL,
  amount BIGINT NOT NULL,
  because TEXT NOT NULL,      -- published
  member TEXT NOT NULL,       -- who asked, and signed first
  mandate TEXT NOT NULL,
  since BIGINT NOT NULL,
  stopped BIGINT NOT NULL,
  reason TEXT NOT NULL
);

CREATE INDEX pot_transfer_idx ON pot_transfer (idx);

-- One mandate and one member sign the same thing once.
CREATE TABLE signature (
  what TEXT NOT NULL,         -- expense/<id>, refund/<id>, transfer/<id>, order/<id>
  mandate TEXT NOT NULL,
  member TEXT NOT NULL,
  at BIGINT NOT NULL,
  idx BIGINT NOT NULL,        -- of its entry; 0 for none, or while it is not there yet
  PRIMARY KEY (what, mandate)
) WITHOUT ROWID;

CREATE UNIQUE INDEX signature_of_member ON signature (what, member);

CREATE TABLE payment_file (
  id TEXT PRIMARY KEY,        -- the name that the bank knows it by
  n BIGINT NOT NULL UNIQUE,   -- 1, 2, …
  data BLOB,                  -- as it was made; NULL once somebody in it was erased
  sha256 TEXT NOT NULL,       -- of it, in hexadecimal
  made BIGINT NOT NULL,
  mandate TEXT NOT NULL,      -- by whom
  orders BIGINT NOT NULL,
  total BIGINT NOT NULL
);

CREATE TABLE sent (
  id TEXT PRIMARY KEY,        -- end-to-end identifier, for ever one order's
  what TEXT NOT NULL,         -- expense/<id> or refund/<id>
  file TEXT NOT NULL,
  place BIGINT NOT NULL,      -- in the file
  payee TEXT NOT NULL,        -- empty for a refund
  account BIGINT NOT NULL,    -- n of the payee's account, 0 for a refund
  name TEXT NOT NULL,
  iban TEXT NOT NULL,
  amount BIGINT NOT NULL,
  made BIGINT NOT NULL,
  mandates TEXT NOT NULL,     -- of the two who signed, by a blank
  status TEXT NOT NULL,       -- sent, seeing, seen, returning, returned, dropped
  seen_on TEXT NOT NULL,      -- day
  entry BIGINT NOT NULL,      -- that says that it left
  line TEXT NOT NULL,         -- key under which it was booked
  back_on TEXT NOT NULL,      -- day
  back BIGINT NOT NULL,       -- entry that says that it came back
  back_line TEXT NOT NULL,    -- likewise
  code TEXT NOT NULL          -- the bank's reason
);

CREATE INDEX sent_of_what ON sent (what, made);
CREATE INDEX sent_of_file ON sent (file, place);
CREATE INDEX sent_of_status ON sent (status, made);
