-- What the edge of the mock servers keeps in a world's file, so that several processes serve one
-- world: calls, faults, tokens and who may post them. The district itself is in schema.sql.

CREATE TABLE IF NOT EXISTS journal (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    at          TEXT NOT NULL,              -- virtual clock, UTC
    real_ms     INTEGER NOT NULL,           -- real clock, milliseconds since 1970
    server      TEXT NOT NULL,
    method      TEXT NOT NULL,
    path        TEXT NOT NULL,              -- below the world's prefix
    query       TEXT NOT NULL,
    operation   TEXT,
    status      INTEGER,                    -- NULL: cut off without an answer
    duration_ms REAL NOT NULL,
    write       INTEGER NOT NULL CHECK (write IN (0, 1)),
    violations  TEXT NOT NULL,              -- JSON list
    reason      TEXT NOT NULL,
    client      TEXT NOT NULL,
    about       TEXT NOT NULL               -- JSON: ids of what a write is about; no person's name, no score
) STRICT;
CREATE INDEX IF NOT EXISTS journal_by_operation ON journal (operation, seq);

CREATE TABLE IF NOT EXISTS fault (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    server      TEXT,                       -- NULL: whichever serves the operation
    operation   TEXT,                       -- operationIds, `*` and `|` allowed; NULL: every call
    nth         INTEGER,
    probability REAL,
    since       TEXT,
    until       TEXT,
    action      TEXT NOT NULL,
    status      INTEGER,
    seconds     REAL,
    [when]      TEXT NOT NULL DEFAULT 'before' CHECK ([when] IN ('before', 'after')),
    seen        INTEGER NOT NULL DEFAULT 0, -- matching calls so far: also the generator's state
    hits        INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE IF NOT EXISTS token (
    digest      TEXT PRIMARY KEY,           -- SHA-256: a world's file holds no usable token
    server      TEXT NOT NULL,
    client      TEXT NOT NULL,
    scope       TEXT NOT NULL,
    issued_at   TEXT NOT NULL,
    expires_at  TEXT NOT NULL
) STRICT;
