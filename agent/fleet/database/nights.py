"""The nights of all districts in the fleet's database: made, given out, begun, ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from agent.fleet.database.connection import Connection, Row

NIGHT = "night"
"""The slot of a date's night by the clock."""
OPEN = ("waiting", "queued", "running")
"""States of a night that is not over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNight:
    """A night as it is first noted; `why` tells of one that is over already."""

    district: str
    day: date
    due: datetime
    ends: datetime
    sis_host: str
    priority: int
    slot: str = NIGHT
    state: str = "waiting"
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a try of a night ended, and what becomes of the night.

    Attributes:
        again: when it is tried again; None: it is over.
        lost: this try counts as lost.
        begun: False: it could not begin, so that it is no try.
        run, counts, reads, held: and the like: None leaves what an earlier try has noted.
    """

    state: str
    again: datetime | None = None
    exit_code: int | None = None
    why: str | None = None
    lost: bool = False
    begun: bool = True
    run: str | None = None
    shadow: bool = False
    counts: dict[str, int] | None = None
    reasons: dict[str, int] | None = None
    reads: int | None = None
    writes: int | None = None
    seconds: float | None = None
    held: int | None = None
    undelivered_since: datetime | None = None


def insert(sql: Connection, nights: Sequence[NewNight]) -> list[Row]:
    """Note *nights*; return those that nobody had noted before."""
    columns = [[getattr(night, name) for night in nights] for name in NewNight.__slots__]
    return sql.execute(INSERT, columns).fetchall()


def admit(sql: Connection, now: datetime, host: str | None = None) -> list[Row]:
    """Choose the waiting nights that may begin, with a place at their SIS host each.

    The caller enqueues them in the same transaction and notes their jobs with `queued`.

    Args:
        host: only those of this one.
    """
    # A statement of its own: the next one must see what the last holder of these rows did.
    sql.execute(LOCK_HOSTS, {"host": host})
    return sql.execute(ADMIT, {"host": host, "now": now}).fetchall()


def queued(sql: Connection, nights: Sequence[Row], jobs: Sequence[int]) -> None:
    """Note the jobs of nights that were enqueued."""
    columns = [[row[name] for row in nights] for name in ("district", "day", "slot")]
    sql.execute(QUEUED, [*columns, list(jobs)])


def begin(sql: Connection, job: int, worker: str, now: datetime, deadline: datetime) -> Row | None:
    """Note that *worker* begins the night of *job*; None: it is not to be begun (any more)."""
    found = {"job": job, "worker": worker, "now": now, "deadline": deadline}
    return sql.execute(BEGIN, found).fetchone()


def put_back(sql: Connection, job: int) -> None:
    """Note that the night of *job* waits again, since nobody may begin it now."""
    sql.execute(PUT_BACK, {"job": job})


def end(sql: Connection, job: int, outcome: Outcome, now: datetime) -> Row | None:
    """Note how a try ended; None, and nothing noted, where the night is somebody else's by now."""
    return sql.execute(END, {**_plain(outcome), "job": job, "now": now}).fetchone()


def of_job(sql: Connection, job: int) -> Row | None:
    """The night that a job is to do or does."""
    return sql.execute("SELECT * FROM night WHERE job = %s", (job,)).fetchone()


def close_late(sql: Connection, now: datetime) -> list[Row]:
    """Note that nights whose window is over do not begin any more; return them."""
    return sql.execute(CLOSE_LATE, {"now": now}).fetchall()


def _plain(outcome: Outcome) -> dict[str, Any]:
    plain = {name: getattr(outcome, name) for name in Outcome.__slots__}
    for name in ("counts", "reasons"):
        plain[name] = None if plain[name] is None else Jsonb(plain[name])
    return plain


INSERT = f"""
INSERT INTO night ({", ".join(NewNight.__slots__)}, ended)
SELECT *, CASE WHEN state = 'waiting' THEN NULL ELSE ends END FROM unnest(
    %s::text[], %s::date[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::integer[],
    %s::text[], %s::text[], %s::text[]) AS new ({", ".join(NewNight.__slots__)})
ON CONFLICT DO NOTHING
RETURNING district, day, slot, state
"""

MAY_RUN = """
    district.enabled AND district.parked_since IS NULL AND NOT (
        district.paused_since IS NOT NULL
        AND (district.paused_until IS NULL OR night.day < district.paused_until))
"""
"""Neither gone nor parked nor paused."""

LOCK_HOSTS = """
SELECT name FROM host
WHERE (%(host)s::text IS NULL AND name IN (SELECT sis_host FROM night WHERE state = 'waiting'))
    OR name = %(host)s
ORDER BY name FOR UPDATE
"""

ADMIT = f"""
WITH taken AS (
    SELECT sis_host, count(*) AS number FROM night
    WHERE state IN ('queued', 'running') GROUP BY sis_host
), ready AS (
    SELECT DISTINCT ON (night.district) night.*
    FROM night JOIN district ON district.key = night.district
    WHERE state = 'waiting' AND ended IS NULL AND (again IS NULL OR again <= %(now)s)
        AND ends > %(now)s AND (%(host)s::text IS NULL OR night.sis_host = %(host)s)
        AND {MAY_RUN}
        AND NOT EXISTS (SELECT FROM night AS other WHERE other.district = night.district
            AND other.state IN ('queued', 'running'))
    ORDER BY night.district, due
), ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY sis_host ORDER BY priority DESC, coalesce(again, due), district) AS place
    FROM ready
)
SELECT district, day, slot, priority FROM ranked
JOIN host ON host.name = ranked.sis_host LEFT JOIN taken USING (sis_host)
WHERE place <= host.most - coalesce(taken.number, 0)
ORDER BY priority DESC, coalesce(ranked.again, ranked.due), district
"""

QUEUED = """
UPDATE night SET state = 'queued', job = given.job, again = NULL
FROM unnest(%s::text[], %s::date[], %s::text[], %s::bigint[]) AS given (district, day, slot, job)
WHERE (night.district, night.day, night.slot) = (given.district, given.day, given.slot)
"""

BEGIN = f"""
UPDATE night SET state = 'running', worker = %(worker)s, started = %(now)s,
    first_started = coalesce(first_started, %(now)s), deadline = %(deadline)s, tries = tries + 1
FROM district
WHERE job = %(job)s AND state = 'queued' AND ends > %(now)s
    AND district.key = night.district AND {MAY_RUN}
RETURNING night.*, district.title, district.origin, (
    SELECT document FROM configuration WHERE configuration.key = night.district) AS document
"""

PUT_BACK = """
UPDATE night SET state = 'waiting', job = NULL WHERE job = %(job)s AND state = 'queued'
"""

END = """
UPDATE night SET state = %(state)s, again = %(again)s, job = NULL, deadline = NULL,
    exit_code = CASE WHEN %(begun)s THEN %(exit_code)s ELSE exit_code END,
    why = CASE WHEN %(begun)s THEN %(why)s ELSE coalesce(%(why)s, why) END,
    tries = tries - (NOT %(begun)s)::integer, lost = lost + %(lost)s::integer,
    run = coalesce(%(run)s, run),
    shadow = shadow OR %(shadow)s,
    counts = coalesce(%(counts)s, counts), reasons = coalesce(%(reasons)s, reasons),
    reads = coalesce(%(reads)s, reads), writes = coalesce(%(writes)s, writes),
    seconds = coalesce(%(seconds)s, seconds), held = coalesce(%(held)s, held),
    undelivered_since = CASE WHEN %(counts)s::jsonb IS NULL THEN undelivered_since
        ELSE %(undelivered_since)s::timestamptz END,
    ended = CASE WHEN %(state)s = 'waiting' THEN NULL ELSE %(now)s END
WHERE job = %(job)s AND state = 'running'
RETURNING *
"""

CLOSE_LATE = f"""
UPDATE night SET job = NULL, again = NULL, ended = %(now)s,
    state = CASE WHEN tries > 0 THEN 'failed' WHEN {MAY_RUN} THEN 'missed' ELSE 'skipped' END,
    why = coalesce(why, CASE WHEN NOT {MAY_RUN}
        THEN coalesce(paused_why, parked_why, 'its configuration is gone')
        ELSE 'no worker, or no place at its SIS, in its window' END)
FROM district
WHERE state IN ('waiting', 'queued') AND ends <= %(now)s AND district.key = night.district
RETURNING night.*
"""
