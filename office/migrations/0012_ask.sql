-- What a proposal says that one of its needs costs, before any appeal is open: then the journal says it.

ALTER TABLE need ADD COLUMN asked BIGINT NOT NULL DEFAULT 0; -- minor units a month, 0 when it was not said
