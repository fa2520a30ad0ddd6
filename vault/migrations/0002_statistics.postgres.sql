-- PostgreSQL keeps samples of what columns hold, for its planner, in a table of its own that an
-- erasure does not reach: of these columns it keeps none.

ALTER TABLE party ALTER COLUMN id SET STATISTICS 0;
ALTER TABLE party ALTER COLUMN handle SET STATISTICS 0;
ALTER TABLE party ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE party ALTER COLUMN mail SET STATISTICS 0;
ALTER TABLE opening ALTER COLUMN party SET STATISTICS 0;
ALTER TABLE opening ALTER COLUMN salt SET STATISTICS 0;
ALTER TABLE opening ALTER COLUMN value SET STATISTICS 0;
