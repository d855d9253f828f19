-- The tables of a fleet, in the schema passback_fleet beside those of Procrastinate (procrastinate_*).
-- No row here is about a student: counts, codes, times, and our own sentences.
-- Instants are timestamptz; `day` is the district's local date.

-- A district, as its configuration was when the tick read it last, and what persons said about it.
CREATE TABLE district (
    -- The name of the district as in addresses, metrics and the schema of its ledger.
    key text PRIMARY KEY,
    -- The key `district` of its configuration.
    title text NOT NULL,
    timezone text NOT NULL,
    -- When its night begins by the clock, and how many hours later it may still begin.
    at time NOT NULL,
    catch_up_hours integer NOT NULL,
    sis_kind text NOT NULL,
    -- Host and port of its SIS: districts of one host share its limit.
    sis_host text NOT NULL,
    -- The file, or "imported": where its configuration is read from.
    origin text NOT NULL,
    -- False once its configuration is gone: its nights stay, no new one begins.
    enabled boolean NOT NULL DEFAULT true,
    -- Higher goes first.
    priority integer NOT NULL DEFAULT 0,
    -- When the tick first saw it: what was due before is nobody's loss.
    served_since timestamptz NOT NULL,
    -- Why its configuration cannot be used now; the last usable one serves. NULL: it can be.
    trouble text,
    -- A person paused it: until `paused_until`, the first date whose night runs again, or for good.
    paused_since timestamptz,
    paused_until date,
    paused_by text,
    paused_why text,
    -- It was given up after several lost tries, until a person resumes it.
    parked_since timestamptz,
    parked_why text,
    -- When operators heard of it.
    parked_told timestamptz
);

-- Configurations that `passback fleet import` put here, for a fleet without folders of them.
CREATE TABLE configuration (
    -- The same as in `district`.
    key text PRIMARY KEY,
    -- The TOML text; secrets are only referred to in it, and paths are absolute.
    document text NOT NULL,
    changed timestamptz NOT NULL
);

-- Every night that was due, once: the primary key is what keeps two ticks from beginning it twice.
CREATE TABLE night (
    district text NOT NULL REFERENCES district (key),
    day date NOT NULL,
    -- 'night' by the clock; one that a person asked for has another name, such as 'extra 1'.
    slot text NOT NULL DEFAULT 'night',
    -- When it was to begin, and until when it may.
    due timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN (
        'waiting',  -- for a place at its SIS host, or until `again`
        'queued',   -- in the engine's queue
        'running',
        'done',     -- exit code 0 or 3
        'failed',   -- any other exit code, and it is not tried again; see exit_code (4: the brake)
        'skipped',  -- blacked out, or paused until its window ended; `why` has the reason
        'parked',   -- given up after several lost tries; the district is parked
        'missed'    -- its window ended before it could begin or end
    )),
    sis_host text NOT NULL,
    priority integer NOT NULL DEFAULT 0,
    -- How often it was begun; how many of these were lost: the worker, or the run's process, died,
    -- did not stop at its deadline, or met a bug.
    tries integer NOT NULL DEFAULT 0,
    lost integer NOT NULL DEFAULT 0,
    -- 'waiting': the next try comes not before.
    again timestamptz,
    -- The engine's job that may run it, the worker that does or did, and the run's id in the ledger.
    job bigint,
    worker text,
    run text,
    -- When the first and the last try began; until when that may go on; when the night was over.
    first_started timestamptz,
    started timestamptz,
    deadline timestamptz,
    ended timestamptz,
    -- How the last try ended, and why it ended early, in our words.
    exit_code integer,
    why text,
    -- A shadow night, which sent nothing: counts are what would have been sent.
    shadow boolean NOT NULL DEFAULT false,
    -- Of the last try that came to its end: records by state, refusals by code, requests, seconds.
    counts jsonb NOT NULL DEFAULT '{}',
    reasons jsonb NOT NULL DEFAULT '{}',
    reads integer NOT NULL DEFAULT 0,
    writes integer NOT NULL DEFAULT 0,
    seconds double precision NOT NULL DEFAULT 0,
    -- Records that wait for a person, and since when the oldest change is not delivered.
    held integer NOT NULL DEFAULT 0,
    undelivered_since timestamptz,
    PRIMARY KEY (district, day, slot)
);
CREATE INDEX night_open ON night (state, again) WHERE ended IS NULL;
CREATE INDEX night_of_host ON night (sis_host, state) WHERE ended IS NULL;
CREATE INDEX night_newest ON night (district, due DESC);
CREATE UNIQUE INDEX night_of_job ON night (job) WHERE job IS NOT NULL;

-- How many districts of a SIS host may have a night at work at once, over all workers.
-- Its row is locked while a place at the host is given away.
CREATE TABLE host (
    name text PRIMARY KEY,
    most integer NOT NULL CHECK (most > 0)
);

-- The processes of the fleet. One is alive if it was seen within three times `every` seconds.
CREATE TABLE process (
    -- Such as worker-HOST-PID.
    name text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('tick', 'worker', 'sweep', 'pages')),
    host text NOT NULL,
    started timestamptz NOT NULL,
    seen timestamptz NOT NULL,
    every double precision NOT NULL,
    version text NOT NULL,
    -- Of a worker: how many nights it does at once, how many are at work now, and whether it drains.
    slots integer NOT NULL DEFAULT 0,
    busy integer NOT NULL DEFAULT 0,
    draining boolean NOT NULL DEFAULT false
);

-- What persons ordered with `passback fleet` or on the pages, newest last.
CREATE TABLE act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    by_whom text NOT NULL,
    district text NOT NULL REFERENCES district (key),
    -- 'pause', 'resume', 'park', 'run'
    what text NOT NULL,
    why text NOT NULL
);

-- A note under a name, such as the version of this schema.
CREATE TABLE note (
    name text PRIMARY KEY,
    value text NOT NULL
);
