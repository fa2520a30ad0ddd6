-- What the card provider and the fund said to each other. Nothing here names a person but the handle of a session,
-- and no card is known. Instants are seconds since 1970, 0 for never; amounts are minor units of the fund's unit.

CREATE TABLE card_session (
  provider TEXT NOT NULL,
  id TEXT NOT NULL,          -- the provider's
  promise TEXT NOT NULL,
  handle TEXT NOT NULL,
  status TEXT NOT NULL,      -- open, pending, paid, failed, expired
  since BIGINT NOT NULL,
  look BIGINT NOT NULL,      -- when to read it again, 0 for no more
  PRIMARY KEY (provider, id)
) WITHOUT ROWID;

CREATE INDEX card_session_of_promise ON card_session (promise, since);
CREATE INDEX card_session_of_handle ON card_session (handle);
CREATE INDEX card_session_look ON card_session (look) WHERE look > 0;

-- A message that came, signed; of the kind wish, what the donor of a promise had the provider do.
CREATE TABLE card_event (
  provider TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  object TEXT NOT NULL,      -- what to read
  came BIGINT NOT NULL,
  done BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  look BIGINT NOT NULL,      -- when to try again, 0 for no more
  error TEXT NOT NULL,       -- of the last try
  PRIMARY KEY (provider, id)
) WITHOUT ROWID;

CREATE INDEX card_event_look ON card_event (look) WHERE look > 0;
CREATE INDEX card_event_object ON card_event (object) WHERE done = 0;
CREATE INDEX card_event_came ON card_event (came);

CREATE TABLE card_payment (
  provider TEXT NOT NULL,
  id TEXT NOT NULL,
  idx BIGINT NOT NULL,       -- of its gift in the journal, 0 while there is none
  since BIGINT NOT NULL,     -- when it was paid, or first heard of
  look BIGINT NOT NULL,
  PRIMARY KEY (provider, id)
) WITHOUT ROWID;

CREATE UNIQUE INDEX card_payment_of_entry ON card_payment (idx) WHERE idx > 0;
CREATE INDEX card_payment_look ON card_payment (look) WHERE look > 0;

-- Money that the fund gives back, asked of the provider under the same key until it answers.
CREATE TABLE card_refund (
  id TEXT PRIMARY KEY,       -- of who asked, so that asking twice is asking once
  provider TEXT NOT NULL,
  payment TEXT NOT NULL,
  amount BIGINT NOT NULL,
  mandate TEXT NOT NULL,     -- by whom
  since BIGINT NOT NULL,
  refund TEXT NOT NULL,      -- the provider's id, empty while it did not answer
  refused TEXT NOT NULL      -- why the provider refused, empty when it did not
);

CREATE INDEX card_refund_of_payment ON card_refund (provider, payment);

-- A sum that the provider sends to the bank.
CREATE TABLE card_payout (
  provider TEXT NOT NULL,
  id TEXT NOT NULL,
  status TEXT NOT NULL,      -- pending, paid, failed
  amount BIGINT NOT NULL,    -- negative when the provider debits the bank
  trace TEXT NOT NULL,       -- what the statement may show of it
  arrives TEXT NOT NULL,     -- day
  complete BIGINT NOT NULL,  -- 1 when its lines are all there will be
  created BIGINT NOT NULL,
  idx BIGINT NOT NULL,       -- of the move into the bank, 0 while the bank did not show it
  landed TEXT NOT NULL,      -- day of that move
  back BIGINT NOT NULL,      -- of the move out of the bank again, when the bank sent it back
  PRIMARY KEY (provider, id)
) WITHOUT ROWID;

CREATE INDEX card_payout_open ON card_payout (created) WHERE idx = 0;

CREATE TABLE card_line (
  provider TEXT NOT NULL,
  id TEXT NOT NULL,
  payout TEXT NOT NULL,
  kind TEXT NOT NULL,        -- payment, refund, dispute, fee, other
  payment TEXT NOT NULL,     -- empty when it is about none
  object TEXT NOT NULL,      -- what it came from
  net BIGINT NOT NULL,
  PRIMARY KEY (provider, id)
) WITHOUT ROWID;

CREATE INDEX card_line_of_payout ON card_line (provider, payout);
CREATE INDEX card_line_of_payment ON card_line (provider, payment) WHERE payment <> '';
CREATE INDEX card_line_of_object ON card_line (provider, object);

-- What only a person can settle.
CREATE TABLE card_case (
  provider TEXT NOT NULL,
  object TEXT NOT NULL,      -- the provider's id of what it is about
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,      -- a sentence
  since BIGINT NOT NULL,
  settled BIGINT NOT NULL,
  mandate TEXT NOT NULL,     -- who settled it, empty when it settled itself
  PRIMARY KEY (provider, object)
) WITHOUT ROWID;

CREATE INDEX card_case_open ON card_case (since) WHERE settled = 0;
