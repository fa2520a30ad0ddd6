-- What the fund says of itself and how it wants to work, beyond what entry 0 binds.

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  at BIGINT NOT NULL,        -- when it was last changed
  mandate TEXT NOT NULL      -- by whom, as facts would name them; empty from the command line
);
