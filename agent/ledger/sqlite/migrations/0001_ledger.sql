-- Version 1. Three parts: the local copy of the source, what the SIS holds from us, and what was done.
-- Dates are ISO text, instants UTC ISO text, points decimal text, lists space-separated or JSON.
-- `student` is '' where a row is about the assignment itself.

-- ---- who we are ---------------------------------------------------------------------------------

CREATE TABLE district (
    name TEXT NOT NULL PRIMARY KEY,
    cursor TEXT,
    pulled_at TEXT
) STRICT;

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- ---- the local copy of the source: one table a kind; `broken` says why a row cannot be used --------

CREATE TABLE class (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT,
    section TEXT,
    teachers TEXT,
    broken TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE teacher (
    id TEXT NOT NULL PRIMARY KEY,
    sis_id TEXT,
    broken TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE student (
    id TEXT NOT NULL PRIMARY KEY,
    sis_id TEXT,
    broken TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX student_by_sis_id ON student (sis_id);

CREATE TABLE group_member (
    teacher TEXT NOT NULL PRIMARY KEY,
    broken TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE assessment (
    id TEXT NOT NULL,
    class TEXT NOT NULL,
    activity TEXT,
    title TEXT,
    type TEXT,
    scale TEXT,
    total_points TEXT,
    in_final_grade INTEGER,
    kind TEXT,
    assigned_by TEXT,
    assigned_on TEXT,
    created_at TEXT,
    due TEXT,
    submission_date TEXT,
    students TEXT,
    broken TEXT,
    PRIMARY KEY (id, class)
) STRICT, WITHOUT ROWID;

CREATE INDEX assessment_by_class ON assessment (class);

-- A removed score stays as a tombstone (`gone`), so that it never turns into a zero nobody typed.
CREATE TABLE score (
    assessment TEXT NOT NULL,
    student TEXT NOT NULL,
    progress TEXT,
    points TEXT,
    marks TEXT,
    broken TEXT,
    had_score INTEGER NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (assessment, student)
) STRICT, WITHOUT ROWID;

-- ---- what the SIS holds from us --------------------------------------------------------------------

CREATE TABLE known_column (
    assessment TEXT NOT NULL,
    owner TEXT NOT NULL,
    gradebook TEXT NOT NULL,
    external_id TEXT NOT NULL UNIQUE,
    ref TEXT,
    seen TEXT,
    accepted TEXT,
    deleted INTEGER NOT NULL,
    PRIMARY KEY (assessment, owner)
) STRICT;

CREATE INDEX known_column_by_owner ON known_column (owner);

CREATE TABLE known_score (
    assessment TEXT NOT NULL,
    owner TEXT NOT NULL,
    student TEXT NOT NULL,
    seen TEXT,
    accepted TEXT,
    had_score INTEGER NOT NULL,
    PRIMARY KEY (assessment, owner, student)
) STRICT, WITHOUT ROWID;

-- ---- what was done: append-only ----------------------------------------------------------------------

CREATE TABLE run (
    id TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    command TEXT NOT NULL,
    forced TEXT,
    ended TEXT,
    exit_code INTEGER,
    summary TEXT
) STRICT;

CREATE TABLE attempt (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    at TEXT NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('create', 'update', 'put', 'clear')),
    assessment TEXT NOT NULL,
    owner TEXT NOT NULL,
    student TEXT NOT NULL,
    section TEXT NOT NULL,
    sending TEXT NOT NULL,
    before TEXT
) STRICT;

CREATE INDEX attempt_by_record ON attempt (assessment, student);

CREATE TABLE outcome (
    attempt INTEGER PRIMARY KEY REFERENCES attempt (id),
    at TEXT NOT NULL,
    kind TEXT NOT NULL
        CHECK (kind IN ('accepted', 'rejected', 'failed', 'adopted', 'dropped', 'kept')),
    detail TEXT NOT NULL
) STRICT;

-- Attempts without an outcome, so that finding the doubt after a crash is not a scan of all history.
CREATE TABLE open_attempt (id INTEGER PRIMARY KEY) STRICT;

CREATE TRIGGER attempt_opens AFTER INSERT ON attempt
BEGIN INSERT INTO open_attempt (id) VALUES (new.id); END;

CREATE TRIGGER outcome_closes AFTER INSERT ON outcome
BEGIN DELETE FROM open_attempt WHERE id = new.attempt; END;

CREATE TRIGGER attempt_is_not_edited BEFORE UPDATE ON attempt
BEGIN SELECT raise(ABORT, 'attempts are append-only'); END;

CREATE TRIGGER attempt_is_not_deleted BEFORE DELETE ON attempt
BEGIN SELECT raise(ABORT, 'attempts are append-only'); END;

CREATE TRIGGER outcome_is_not_edited BEFORE UPDATE ON outcome
BEGIN SELECT raise(ABORT, 'outcomes are append-only'); END;

CREATE TRIGGER outcome_is_not_deleted BEFORE DELETE ON outcome
BEGIN SELECT raise(ABORT, 'outcomes are append-only'); END;

-- ---- the state of each record, and what it was before ------------------------------------------------

CREATE TABLE record (
    assessment TEXT NOT NULL,
    student TEXT NOT NULL,
    section TEXT NOT NULL,
    state TEXT NOT NULL,
    codes TEXT NOT NULL,
    reason TEXT NOT NULL,
    run TEXT NOT NULL,
    PRIMARY KEY (assessment, student, section)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_by_section ON record (section);

CREATE TABLE past_record (
    id INTEGER PRIMARY KEY,
    assessment TEXT NOT NULL,
    student TEXT NOT NULL,
    section TEXT NOT NULL,
    state TEXT NOT NULL,
    codes TEXT NOT NULL,
    reason TEXT NOT NULL,
    run TEXT NOT NULL
) STRICT;

CREATE INDEX past_record_by_record ON past_record (assessment, student);

CREATE TRIGGER record_has_a_past AFTER UPDATE ON record
BEGIN
    INSERT INTO past_record (assessment, student, section, state, codes, reason, run)
    VALUES (old.assessment, old.student, old.section, old.state, old.codes, old.reason, old.run);
END;

CREATE TRIGGER forgotten_record_has_a_past AFTER DELETE ON record
BEGIN
    INSERT INTO past_record (assessment, student, section, state, codes, reason, run)
    VALUES (old.assessment, old.student, old.section, old.state, old.codes, old.reason, old.run);
END;

-- When a class must be looked at again: it was marked, its context moved, or a date has come.
CREATE TABLE look (
    class TEXT NOT NULL PRIMARY KEY,
    context TEXT,
    again TEXT,
    marked INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
