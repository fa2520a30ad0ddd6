-- Who gives, what for, and what they said that they would give. That money came is in the journal.

CREATE TABLE donor (
  handle TEXT PRIMARY KEY,   -- mail address in lower case, or hand:<random> for somebody without one
  name TEXT NOT NULL,        -- as they gave it
  mail TEXT NOT NULL,        -- empty for somebody without one
  lang TEXT NOT NULL,
  kind TEXT NOT NULL,        -- person, company, association, public-body, unknown, collective
  shown TEXT NOT NULL,       -- how they want to be named from now on: name, alias, anonymous
  alias TEXT NOT NULL,
  amount_shown BIGINT NOT NULL,
  receipt BIGINT NOT NULL,   -- 1 when they want a tax receipt
  legal TEXT NOT NULL,       -- JSON: what the receipt needs, empty without
  news BIGINT NOT NULL,      -- 1 when they asked for the monthly news
  reminders BIGINT NOT NULL, -- 1 when they asked for the note that an appeal is not reached yet
  since BIGINT NOT NULL
);

-- A reference is for ever one donor's and one purpose's.
CREATE TABLE purpose (
  reference TEXT PRIMARY KEY, -- ISO 11649
  handle TEXT NOT NULL,
  shares TEXT NOT NULL,       -- pots and weights, such as lanterne=1 or lanterne=1,fonds=1
  need TEXT NOT NULL,         -- token of the need that it is tied to, empty for none
  since BIGINT NOT NULL,
  UNIQUE (handle, shares, need)
);

CREATE TABLE promise (
  id TEXT PRIMARY KEY,        -- random
  reference TEXT NOT NULL,
  handle TEXT NOT NULL,
  amount BIGINT NOT NULL,     -- minor units of the fund's unit, each time
  every TEXT NOT NULL,        -- once, month, year
  means TEXT NOT NULL,        -- transfer, card, debit
  status TEXT NOT NULL,       -- waiting, active, paused, kept, stopped, lapsed
  regular TEXT NOT NULL,      -- random id in the journal of a regular gift, empty for one that is given once
  session TEXT NOT NULL,      -- of the card provider, empty for none
  subscription TEXT NOT NULL, -- likewise
  memo TEXT NOT NULL,         -- the donor's words
  since BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  paused_until TEXT NOT NULL  -- day 2026-01-02, empty for without end
);

CREATE INDEX promise_of_reference ON promise (reference, since);
CREATE INDEX promise_of_handle ON promise (handle, since);
CREATE INDEX promise_of_session ON promise (session) WHERE session <> '';
CREATE INDEX promise_of_subscription ON promise (subscription) WHERE subscription <> '';

-- What a gift in the journal shows of its giver.
CREATE TABLE given (
  idx BIGINT PRIMARY KEY,     -- the entry
  handle TEXT NOT NULL,
  promise TEXT NOT NULL,      -- empty for a gift that nobody had announced
  shown TEXT NOT NULL,        -- the name or alias that may be published; empty for anonymous
  amount_shown BIGINT NOT NULL,
  words TEXT NOT NULL,        -- the giver's words that may be published, empty for none
  link TEXT NOT NULL,         -- an address that may be published, empty for none
  withdrawn BIGINT NOT NULL,  -- since when none of it may be published any more
  hidden BIGINT NOT NULL      -- since when the fund hides name, words and link (moderation)
);

CREATE INDEX given_of_handle ON given (handle, idx);

-- The account that a donor's money came from, to tell again whose a transfer is.
CREATE TABLE payer (
  iban TEXT NOT NULL,
  handle TEXT NOT NULL,
  name TEXT NOT NULL,         -- as the bank wrote it
  seen TEXT NOT NULL,         -- day
  PRIMARY KEY (iban, handle)
) WITHOUT ROWID;

CREATE INDEX payer_of_handle ON payer (handle);
