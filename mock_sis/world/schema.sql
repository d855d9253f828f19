-- One world: a synthetic district, its Otus side, its gradebooks, and how it is served.
-- Ids are text and are what the SIS serves (OneRoster sourcedId = DCID); `dcid` is the same number
-- where the id is a number, `table_id` is another number of the same record: some SIS have two.
-- Dates are district dates (ISO), first and last day inclusive. Instants are UTC (ISO, ending in Z).
-- `modified` is the instant of the last change, for dateLastModified.

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;  -- value: JSON
CREATE TABLE clock (one INTEGER PRIMARY KEY CHECK (one = 1), offset_us INTEGER NOT NULL, frozen_at TEXT) STRICT;
CREATE TABLE enforcement (rule TEXT PRIMARY KEY, is_on INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- ---- the district: shared by both SIS -----------------------------------------------------------

CREATE TABLE org (
  id TEXT PRIMARY KEY, dcid INTEGER, kind TEXT NOT NULL CHECK (kind IN ('district', 'school')),
  name TEXT NOT NULL, number TEXT NOT NULL, parent TEXT, modified TEXT NOT NULL
) STRICT;

CREATE TABLE session (  -- grading periods stand in `period`
  id TEXT PRIMARY KEY, dcid INTEGER, kind TEXT NOT NULL CHECK (kind IN ('schoolYear', 'semester', 'term')),
  title TEXT NOT NULL, start TEXT NOT NULL, end TEXT NOT NULL, parent TEXT,
  year INTEGER NOT NULL,  -- the calendar year in which the school year ends
  modified TEXT NOT NULL
) STRICT;

CREATE TABLE period (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, number INTEGER NOT NULL, start TEXT NOT NULL, end TEXT NOT NULL,
  term TEXT NOT NULL,      -- the session it is part of
  year INTEGER NOT NULL,
  grace_days INTEGER NOT NULL DEFAULT 0, closes_at TEXT,
  hand TEXT CHECK (hand IN ('closed', 'reopened')),   -- an administrator's word overrides the calendar
  modified TEXT NOT NULL
) STRICT;
CREATE TABLE term_period (term TEXT NOT NULL, period TEXT NOT NULL, PRIMARY KEY (term, period)) STRICT, WITHOUT ROWID;

CREATE TABLE course (
  id TEXT PRIMARY KEY, dcid INTEGER, title TEXT NOT NULL, code TEXT NOT NULL, school TEXT NOT NULL, modified TEXT NOT NULL
) STRICT;

CREATE TABLE section (
  id TEXT PRIMARY KEY, dcid INTEGER, table_id INTEGER, title TEXT NOT NULL, code TEXT NOT NULL,
  course TEXT NOT NULL, school TEXT NOT NULL, slot TEXT NOT NULL DEFAULT '',   -- slot: period of the day
  link TEXT,               -- sections with the same link share one gradebook
  active INTEGER NOT NULL DEFAULT 1, modified TEXT NOT NULL
) STRICT;
CREATE INDEX section_link ON section (link) WHERE link IS NOT NULL;
CREATE INDEX section_school ON section (school);
CREATE INDEX section_table_id ON section (table_id);
CREATE TABLE section_term (section TEXT NOT NULL, term TEXT NOT NULL, PRIMARY KEY (section, term)) STRICT, WITHOUT ROWID;

CREATE TABLE teacher (
  id TEXT PRIMARY KEY, dcid INTEGER, table_id INTEGER, role TEXT NOT NULL DEFAULT 'teacher', number TEXT NOT NULL,
  given TEXT NOT NULL, family TEXT NOT NULL, email TEXT NOT NULL, username TEXT NOT NULL,
  school TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1, modified TEXT NOT NULL
) STRICT;
CREATE INDEX teacher_table_id ON teacher (table_id);

CREATE TABLE student (
  id TEXT PRIMARY KEY, dcid INTEGER, table_id INTEGER, number TEXT NOT NULL, grade TEXT NOT NULL,
  given TEXT NOT NULL, family TEXT NOT NULL, email TEXT NOT NULL, username TEXT NOT NULL,
  school TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1, modified TEXT NOT NULL
) STRICT;
CREATE INDEX student_table_id ON student (table_id);

CREATE TABLE enrolment (   -- a span: who left and came back has two rows
  id TEXT PRIMARY KEY, dcid INTEGER, section TEXT NOT NULL, person TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('student', 'teacher')),
  main INTEGER NOT NULL DEFAULT 0,        -- of a teacher: the main one
  begin TEXT, end TEXT,                   -- first and last day in the section; NULL is open
  active INTEGER NOT NULL DEFAULT 1, modified TEXT NOT NULL
) STRICT;
CREATE INDEX enrolment_section ON enrolment (section, role, person);
CREATE INDEX enrolment_person ON enrolment (person, role);

-- ---- gradebooks: those of every SIS, told apart by `sis` -----------------------------------------

CREATE TABLE category (
  sis TEXT NOT NULL, id TEXT NOT NULL, dcid INTEGER, title TEXT NOT NULL, code TEXT NOT NULL,
  active INTEGER NOT NULL DEFAULT 1, position INTEGER NOT NULL, modified TEXT NOT NULL,
  PRIMARY KEY (sis, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE category_off (  -- switched off in one teacher's account
  sis TEXT NOT NULL, category TEXT NOT NULL, teacher TEXT NOT NULL, PRIMARY KEY (sis, category, teacher)
) STRICT, WITHOUT ROWID;

CREATE TABLE category_copy ( -- what one teacher changed in their copy of a district category
  category TEXT NOT NULL, teacher TEXT NOT NULL, fields TEXT NOT NULL, modified TEXT NOT NULL,  -- fields: JSON
  PRIMARY KEY (category, teacher)
) STRICT, WITHOUT ROWID;
CREATE TABLE own_category (  -- a category that one teacher made, beside the district's
  id INTEGER PRIMARY KEY, teacher TEXT NOT NULL, title TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1,
  fields TEXT NOT NULL DEFAULT '{}', modified TEXT NOT NULL
) STRICT;
CREATE TABLE category_excluded (  -- a teacher's category that is not for a school or a section
  category TEXT NOT NULL, teacher TEXT NOT NULL, place TEXT NOT NULL, PRIMARY KEY (category, teacher, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE unlocked (      -- a section that may still write into a closed period
  section TEXT NOT NULL, period TEXT NOT NULL, modified TEXT NOT NULL, PRIMARY KEY (section, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE assignment (    -- a column
  id INTEGER PRIMARY KEY AUTOINCREMENT, sis TEXT NOT NULL,
  vendor TEXT NOT NULL DEFAULT '', external_id TEXT,    -- the caller's id, in the caller's namespace
  section TEXT NOT NULL,     -- the section it was posted through; shown in all that are linked to it
  title TEXT NOT NULL, description TEXT NOT NULL DEFAULT '', category TEXT,
  assigned TEXT, due TEXT, points TEXT NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0,
  bundle INTEGER,            -- the first column of the assignment that this one is a part of
  by TEXT NOT NULL CHECK (by IN ('api', 'teacher')), touched_by TEXT NOT NULL CHECK (touched_by IN ('api', 'teacher')),
  created TEXT NOT NULL, modified TEXT NOT NULL,
  extra TEXT NOT NULL DEFAULT '{}'                      -- JSON: what only the vendor's face needs
) STRICT;
CREATE UNIQUE INDEX assignment_external ON assignment (sis, vendor, external_id) WHERE external_id IS NOT NULL AND deleted = 0;
CREATE INDEX assignment_section ON assignment (sis, section);
CREATE INDEX assignment_bundle ON assignment (bundle) WHERE bundle IS NOT NULL;

CREATE TABLE score (         -- a cell that somebody wrote; no row, or a value of NULL, shows *
  id INTEGER PRIMARY KEY AUTOINCREMENT, assignment INTEGER NOT NULL REFERENCES assignment (id), student TEXT NOT NULL,
  sis TEXT NOT NULL, vendor TEXT NOT NULL DEFAULT '', external_id TEXT,
  value TEXT,                -- decimal
  status TEXT,               -- the vendor's word for how far it is
  touched_by TEXT NOT NULL CHECK (touched_by IN ('api', 'teacher')),
  created TEXT NOT NULL, modified TEXT NOT NULL, extra TEXT NOT NULL DEFAULT '{}',
  UNIQUE (assignment, student)
) STRICT;
CREATE UNIQUE INDEX score_external ON score (sis, vendor, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE act (           -- what teachers did, to be undone: rows of one table before and after it
  id INTEGER PRIMARY KEY AUTOINCREMENT, sis TEXT NOT NULL, section TEXT NOT NULL, sentence TEXT NOT NULL,
  changed TEXT NOT NULL CHECK (changed IN ('assignment', 'score')),
  before TEXT NOT NULL, after TEXT NOT NULL             -- JSON: id -> row
) STRICT;

-- ---- Otus ---------------------------------------------------------------------------------------

CREATE TABLE otus (          -- one row a record; `seq` moves on with every change, so it is the feed
  kind TEXT NOT NULL, id TEXT NOT NULL, removed INTEGER NOT NULL DEFAULT 0,
  record TEXT NOT NULL,      -- JSON; of a removed one, only what identifies it
  seq INTEGER NOT NULL, PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX otus_seq ON otus (seq);
CREATE TABLE otus_pending (  -- imported records that the feed releases on their day
  day TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (day, seq)
) STRICT, WITHOUT ROWID;

