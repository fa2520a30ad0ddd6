-- What a giver chose for one promise. It holds for the gifts that keep the promise, and for the giver's row only
-- once money came: whoever types somebody's address changes nothing of what the fund knows of them.

CREATE TABLE choice (
  promise TEXT PRIMARY KEY,
  handle TEXT NOT NULL,
  kind TEXT NOT NULL,        -- person, company, association, public-body
  name TEXT NOT NULL,
  shown TEXT NOT NULL,       -- name, alias, anonymous
  alias TEXT NOT NULL,
  amount_shown BIGINT NOT NULL,
  words TEXT NOT NULL,       -- that may be published with the gift, empty for none
  receipt BIGINT NOT NULL,   -- 1 when they want a tax receipt
  legal TEXT NOT NULL,       -- JSON: what the receipt needs, empty without
  news BIGINT NOT NULL,      -- 1 when they asked for the monthly news
  reminders BIGINT NOT NULL  -- 1 when they asked for the note that an appeal is not reached yet
);

CREATE INDEX choice_of_handle ON choice (handle);
