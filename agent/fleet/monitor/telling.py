"""Tells of each date's night once, by mail and webhook, as soon as it is over everywhere."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from agent.errors import DatabaseError
from agent.fleet.database.connection import Connection, Database
from agent.fleet.database.views import as_of
from agent.fleet.monitor.summary import MOST, Summary
from agent.fleet.pages.states import STATES
from agent.fleet.settings import FleetSettings
from agent.log import lines as log
from agent.notify.announcer import messages
from agent.notify.sending import sending

EVERY = 60.0
"""Seconds between two looks."""
AGAIN = timedelta(minutes=15)
"""After which a summary that reached nobody is tried again."""
_LOCK = 0x50425355
"""Of the advisory lock ("PBSU"): of several sweeps one tells."""


class Telling:
    """Looks whether a date's night is over, and tells of it.

    Args:
        database: its own, since a transaction is open while a mail is on its way.
        environ: where secrets are looked up.
        clock: the moment.
    """

    def __init__(
        self,
        settings: FleetSettings,
        database: Database,
        environ: Mapping[str, str],
        clock: Callable[[], datetime],
    ) -> None:
        self._settings, self._database = settings, database
        self._environ, self._clock = environ, clock
        self._not_before: datetime | None = None

    def run(self, wait: Callable[[float], bool]) -> None:
        """Look again and again, until *wait* says that it is over."""
        while not wait(EVERY):
            try:
                self.tell()
            except DatabaseError as error:
                log.warning("summary", why=str(error))

    def tell(self) -> date | None:
        """Tell of a night that is over and of which nobody told; return its date.

        The note that it was told is committed with the lock on it: whoever dies while a mail is
        on its way leaves it to the next.
        """
        notify, now = self._settings.notify, self._clock()
        if not (notify.mail or notify.webhook) or (self._not_before and now < self._not_before):
            return None
        with as_of(self._database, now) as sql:
            day = _over(sql, now)
            if day is None or not self._sent(summary(sql, day, now, self._settings)):
                return None
            sql.execute(NOTE, (f"summary {day}", now.isoformat()))
        return day

    def _sent(self, found: Summary) -> bool:
        """Send it to all whom it concerns; False where none of them has it."""
        notify = self._settings.notify
        with sending(
            lambda: messages(found, notify, self._environ), notify.within_seconds
        ) as begun:
            pass
        if begun and not any(each.done for each in begun):
            self._not_before = found.at + AGAIN
            return False
        log.info("summary", day=found.day.isoformat(), to=[e.name for e in begun if e.done])
        return True


def summary(sql: Connection, day: date, now: datetime, settings: FleetSettings) -> Summary:
    """What is to be told of a date."""
    counts = {row["state"]: row["number"] for row in sql.execute(COUNTS)}
    needy = sql.execute(NEEDY, (list(STATES), MOST)).fetchall()
    return Summary(
        day=day,
        at=now,
        counts={state: counts[state] for state in STATES if state in counts},
        needy=needy,
        address=settings.pages.address or "",
    )


def _over(sql: Connection, now: datetime) -> date | None:
    """The date of a night that is over in every district and was not told; None: there is none."""
    [lock] = sql.execute("SELECT pg_try_advisory_xact_lock(%s) AS ours", (_LOCK,)).fetchall()
    if not lock["ours"]:
        return None
    found = sql.execute(OVER, {"now": now}).fetchone()
    return None if found is None else found["day"]


NOTE = "INSERT INTO note (name, value) VALUES (%s, %s) ON CONFLICT DO NOTHING"
COUNTS = "SELECT state, count(*) AS number FROM district_now GROUP BY state"
NEEDY = """
SELECT * FROM district_now WHERE needs_somebody
ORDER BY array_position(%s::text[], state), since, title LIMIT %s
"""
OVER = """
WITH here AS (
    SELECT *, (%(now)s AT TIME ZONE timezone) AS local FROM district WHERE enabled
), tonight AS (
    -- The newest date whose hour has come everywhere.
    SELECT min(CASE WHEN local::time >= at THEN local::date ELSE local::date - 1 END) AS day
    FROM here
), due AS (
    SELECT here.*, day, (day + at) AT TIME ZONE timezone AS due FROM here, tonight
), open AS (
    -- At work, or not noted yet though it may still begin.
    SELECT FROM due LEFT JOIN night ON night.district = key AND night.day = due.day
        AND night.slot = 'night'
    WHERE served_since <= due.due AND CASE WHEN night.district IS NOT NULL
        THEN night.ended IS NULL
        ELSE parked_since IS NULL AND paused_since IS NULL
            AND %(now)s < due.due + make_interval(hours => catch_up_hours) END
)
SELECT day FROM tonight
WHERE EXISTS (SELECT FROM due WHERE served_since <= due.due)
    AND NOT EXISTS (SELECT FROM open)
    AND NOT EXISTS (SELECT FROM note WHERE name = 'summary ' || day)
"""
