-- Version 8. The nights that `passback serve` begins by the clock, one row each, and what pauses them.

-- `due`: when it was to begin; `again`: not before then is it tried once more; `ended` NULL: at work,
-- cut off, or to be tried again.
CREATE TABLE slot (
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    due TEXT NOT NULL,
    run TEXT NOT NULL,
    started TEXT NOT NULL,
    tries INTEGER NOT NULL,
    exit_code INTEGER,
    again TEXT,
    ended TEXT,
    PRIMARY KEY (day, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE pause (
    id INTEGER PRIMARY KEY,
    since TEXT NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    until TEXT,
    ended TEXT,
    ended_by TEXT
) STRICT;

-- A second pause beside one that stands would be ended by nobody.
CREATE UNIQUE INDEX one_pause ON pause ((1)) WHERE ended IS NULL;
