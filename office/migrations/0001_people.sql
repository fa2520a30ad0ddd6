-- Who works for the fund, and how they come in. Instants are seconds since 1970, 0 for never.

CREATE TABLE member (
  id TEXT PRIMARY KEY,       -- opaque, for life
  name TEXT NOT NULL,
  mail TEXT NOT NULL,        -- in lower case; empty for somebody without an address
  mandate TEXT NOT NULL,     -- what facts name instead of the person, such as treasurer; may be empty
  lang TEXT NOT NULL,        -- fr, en, or empty for the fund's
  since BIGINT NOT NULL,
  ended BIGINT NOT NULL      -- since when this member may do nothing more
);

CREATE UNIQUE INDEX member_mail ON member (mail) WHERE mail <> '';
CREATE UNIQUE INDEX member_mandate ON member (mandate) WHERE mandate <> '';

CREATE TABLE member_role (
  member TEXT NOT NULL,
  role TEXT NOT NULL,
  project TEXT NOT NULL,     -- of a maintainer; empty for the whole fund
  PRIMARY KEY (member, role, project)
) WITHOUT ROWID;

CREATE TABLE credential (
  id BLOB PRIMARY KEY,       -- of a passkey, as its authenticator gave it
  member TEXT NOT NULL,
  name TEXT NOT NULL,        -- what the member calls it
  data BLOB NOT NULL,        -- the credential's record, JSON
  cloned BIGINT NOT NULL,    -- since when its counter says that there are two of it
  since BIGINT NOT NULL,
  used BIGINT NOT NULL
);

CREATE INDEX credential_of_member ON credential (member);

-- Sessions, links and attempts pass: no backup carries them.

CREATE TABLE session (
  hash BLOB PRIMARY KEY,     -- of the secret in the cookie
  id TEXT NOT NULL,          -- by which its member names it
  member TEXT NOT NULL,
  agent TEXT NOT NULL,       -- the browser, as it calls itself
  since BIGINT NOT NULL,
  seen BIGINT NOT NULL
);

CREATE INDEX session_of_member ON session (member);

CREATE TABLE link (
  hash BLOB PRIMARY KEY,     -- of the secret in the address or the page
  purpose TEXT NOT NULL,     -- what it is good for, and nothing else
  member TEXT NOT NULL,      -- empty while nobody knows whose it is
  data BLOB NOT NULL,        -- what its purpose needs to go on
  until BIGINT NOT NULL
);

CREATE INDEX link_of_member ON link (member, purpose);
CREATE INDEX link_until ON link (until);

CREATE TABLE attempt (
  what BLOB NOT NULL,        -- keyed hash of what is counted: an address, a client
  slot BIGINT NOT NULL,      -- the window of time
  n BIGINT NOT NULL,
  PRIMARY KEY (what, slot)
) WITHOUT ROWID;
