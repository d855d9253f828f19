-- What people see of a fleet, for its pages, its metrics, its mail and whoever asks by SQL.
-- The present is the database's clock, or the setting `passback.now` of a transaction that asks as of
-- another moment. No row here is about a student.

-- What is open of each district is asked for at every look at all of them.
CREATE INDEX night_open_of_district ON night (district, due) WHERE ended IS NULL;

-- A district as it stands now. `state` is exactly one of, the first that holds:
--   'parked'    given up after several lost tries, until a person lets it run again
--   'working'   a night is at work
--   'paused'    a person paused its nights
--   'failing'   its last night failed, or its configuration cannot be used
--   'brake'     the brake stopped its last night, and a person has to look
--   'missed'    its last night did not come to its end within its window
--   'late'      a night is due and not done, although half of its window is over
--   'queued'    a night is due, and waits for a worker, for its SIS host or for the next try
--   'person'    its last night is done, and some records wait for a person
--   'done'      its last night is done
--   'new'       no night was due yet
--   'gone'      its configuration is gone; no night begins any more
CREATE VIEW district_now AS
WITH moment AS (
    SELECT coalesce(nullif(current_setting('passback.now', true), '')::timestamptz, now()) AS now
),
known AS (
    SELECT
        d.*, moment.now,
        o.day AS open_day, o.state AS open_state, o.due AS open_due, o.ends AS open_ends,
        o.started AS open_started, o.again AS open_again, o.exit_code AS open_exit_code,
        o.why AS open_why,
        o.tries AS open_tries, o.worker AS open_worker,
        e.day AS last_day, e.slot AS last_slot, e.state AS last_state, e.due AS last_due,
        e.started AS last_started, e.ended AS last_ended, e.exit_code AS last_exit_code,
        e.why AS last_why, e.run AS last_run, e.seconds AS last_seconds, e.held AS last_held,
        e.undelivered_since, e.shadow AS last_shadow,
        d.paused_since IS NOT NULL AND (
            d.paused_until IS NULL OR (moment.now AT TIME ZONE d.timezone)::date < d.paused_until
        ) AS paused
    FROM moment CROSS JOIN district AS d
    LEFT JOIN LATERAL (
        SELECT * FROM night AS n
        WHERE n.district = d.key AND n.ended IS NULL
        ORDER BY n.state = 'running' DESC, n.due LIMIT 1
    ) AS o ON true
    LEFT JOIN LATERAL (
        SELECT * FROM night AS n
        WHERE n.district = d.key AND n.ended IS NOT NULL AND n.state <> 'skipped'
        ORDER BY n.due DESC LIMIT 1
    ) AS e ON true
),
judged AS (
    SELECT
        known.*,
        CASE
            WHEN NOT enabled THEN 'gone'
            WHEN parked_since IS NOT NULL THEN 'parked'
            WHEN open_state = 'running' AND now < open_ends THEN 'working'
            WHEN open_state = 'running' THEN 'late'
            WHEN paused THEN 'paused'
            WHEN trouble IS NOT NULL THEN 'failing'
            WHEN last_state IN ('failed', 'parked') AND last_exit_code = 4 THEN 'brake'
            WHEN last_state IN ('failed', 'parked') THEN 'failing'
            WHEN last_state = 'missed' THEN 'missed'
            WHEN now > open_due + (open_ends - open_due) / 2 THEN 'late'
            WHEN open_state IS NOT NULL THEN 'queued'
            WHEN last_held > 0 THEN 'person'
            WHEN last_state = 'done' THEN 'done'
            ELSE 'new'
        END AS state
    FROM known
)
SELECT
    key, title, state,
    CASE
        -- Since the first of the nights in a row that were not done.
        WHEN state IN ('failing', 'brake', 'missed') THEN coalesce(
            (SELECT min(b.due) FROM night AS b
             WHERE b.district = key AND b.ended IS NOT NULL AND b.state <> 'skipped'
                 AND b.due > coalesce(good.due, '-infinity')),
            last_ended)
        WHEN state = 'parked' THEN parked_since
        WHEN state = 'paused' THEN paused_since
        WHEN state = 'working' THEN open_started
        WHEN state = 'late' THEN open_due
        WHEN state = 'queued' THEN open_due
        WHEN state = 'new' THEN served_since
        ELSE last_ended
    END AS since,
    CASE state
        WHEN 'parked' THEN parked_why
        WHEN 'paused' THEN paused_why
        WHEN 'failing' THEN coalesce(trouble, last_why)
        WHEN 'late' THEN open_why
        WHEN 'queued' THEN open_why
        ELSE last_why
    END AS why,
    CASE WHEN state IN ('late', 'queued') THEN open_exit_code ELSE last_exit_code END AS exit_code,
    state IN ('parked', 'failing', 'brake', 'missed', 'late', 'person') AS needs_somebody,
    timezone, at, catch_up_hours, sis_kind, sis_host, origin, enabled, priority, served_since,
    trouble, parked_since, paused, paused_since, paused_until, paused_by, paused_why,
    open_day, open_state, open_due, open_ends, open_started, open_again, open_tries, open_worker,
    last_day, last_slot, last_state, last_due, last_started, last_ended, last_exit_code, last_run,
    last_seconds, last_shadow, coalesce(last_held, 0) AS held, undelivered_since,
    good.due AS last_good
FROM judged
LEFT JOIN LATERAL (
    -- Looked for where it tells something: to find it for thousands of others takes half the time.
    SELECT g.due FROM night AS g
    WHERE g.district = judged.key AND g.state = 'done'
        AND judged.state IN ('parked', 'failing', 'brake', 'missed', 'late')
    ORDER BY g.due DESC LIMIT 1
) AS good ON true;

CREATE VIEW late AS
SELECT * FROM district_now WHERE state = 'late';

CREATE VIEW failing AS
SELECT * FROM district_now WHERE state IN ('failing', 'parked', 'missed');

CREATE VIEW stopped_by_brake AS
SELECT * FROM district_now WHERE state = 'brake';

CREATE VIEW waiting_for_a_person AS
SELECT * FROM district_now WHERE held > 0;

-- The nights of the last two weeks, newest first.
CREATE VIEW last_nights AS
SELECT n.*, d.title, d.timezone
FROM night AS n JOIN district AS d ON d.key = n.district
WHERE n.due > coalesce(
    nullif(current_setting('passback.now', true), '')::timestamptz, now()) - interval '14 days'
ORDER BY n.due DESC, n.district;

-- The SIS hosts: how many districts share each, how many may be at work at once, how many are, and
-- how many wait for it.
CREATE VIEW hosts AS
SELECT
    d.sis_host AS name,
    h.most,
    count(*) AS districts,
    count(*) FILTER (WHERE d.open_state = 'running') AS working,
    count(*) FILTER (WHERE d.open_state IN ('waiting', 'queued')) AS waiting,
    min(d.open_due) FILTER (WHERE d.open_state IN ('waiting', 'queued')) AS oldest_due,
    count(*) FILTER (WHERE d.needs_somebody) AS need_somebody
FROM district_now AS d LEFT JOIN host AS h ON h.name = d.sis_host
WHERE d.enabled
GROUP BY d.sis_host, h.most;

-- The processes of the fleet; one that gave no sign of life for three times its usual pause is gone.
CREATE VIEW process_now AS
SELECT *, seen > now() - make_interval(secs => greatest(3 * every, 15)) AS alive
FROM process;
