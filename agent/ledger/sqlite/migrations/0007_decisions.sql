-- Version 7. What a person decided about a record. At most one decision of a record is open; how it
-- ended stays. `about` is the source's value that it was decided on, `sis_student` whose cell it was.

CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    choice TEXT NOT NULL CHECK (choice IN ('send', 'keep', 'ignore', 'resend', 'undone')),
    assessment TEXT NOT NULL,
    student TEXT NOT NULL,
    section TEXT NOT NULL,
    reason TEXT NOT NULL,
    about TEXT NOT NULL,
    sis_student TEXT,
    undone TEXT,
    ended_at TEXT,
    ended TEXT CHECK (ended IN ('carried_out', 'released', 'replaced', 'lapsed')),
    ended_why TEXT
) STRICT;

CREATE UNIQUE INDEX open_decision ON decision (assessment, student, section) WHERE ended IS NULL;

CREATE INDEX decision_by_record ON decision (assessment, student);
