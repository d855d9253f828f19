-- Version 9. A ledger that is older than the gradebook is known as such, and what was purged or erased
-- is never touched again.

-- Not compared with the gradebook since the ledger was restored from a copy.
ALTER TABLE known_column ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0;

ALTER TABLE known_score ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0;

-- Scores of the source that changed after the copy was made: one may have been there and gone (C6).
CREATE TABLE restored_score (
    assessment TEXT NOT NULL,
    student TEXT NOT NULL,
    PRIMARY KEY (assessment, student)
) STRICT, WITHOUT ROWID;

-- Assessments whose scores were purged. Their columns stay known, so that nobody adopts them.
CREATE TABLE purged (
    assessment TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Students who were erased, by a digest of their id; the key of the digest is the setting `erased_key`.
CREATE TABLE erased (
    digest TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
