"""What persons order about a district, and who did."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agent.errors import DecisionError
from agent.fleet.database import districts, nights
from agent.fleet.database.connection import Connection, Row
from agent.fleet.database.nights import NewNight

_WINDOW = timedelta(hours=9)
"""A run that a person asked for begins within these, or not at all."""


def order(
    sql: Connection,
    what: str,
    district: str,
    *,
    by: str,
    why: str,
    now: datetime,
    until: date | None = None,
) -> str:
    """Do what a person ordered, and note it; return what it means for the district.

    Raises:
        DecisionError: it makes no sense for that district.
    """
    row = sql.execute("SELECT * FROM district WHERE key = %s FOR UPDATE", (district,)).fetchone()
    if row is None:
        raise DecisionError(
            f"there is no district {district!r}: `passback fleet status` lists them by their keys"
        )
    told = _ORDERS[what](sql, row, by, why, now, until)
    sql.execute(
        "INSERT INTO act (at, by_whom, district, what, why) VALUES (%s, %s, %s, %s, %s)",
        (now, by, district, what, why),
    )
    return told


def _pause(sql: Connection, row: Row, by: str, why: str, now: datetime, until: date | None) -> str:
    sql.execute(
        "UPDATE district SET paused_since = %s, paused_by = %s, paused_why = %s, paused_until = %s"
        " WHERE key = %s",
        (now, by, why, until, row["key"]),
    )
    end = f"until the night of {until}" if until else "until somebody resumes it"
    return f"{row['title']}: no night begins {end}"


def _park(sql: Connection, row: Row, _by: str, why: str, now: datetime, _until: date | None) -> str:
    districts.park(sql, row["key"], why, now, told=now)
    return f"{row['title']}: no night begins until somebody resumes it"


def _resume(
    sql: Connection, row: Row, _by: str, _why: str, now: datetime, _until: date | None
) -> str:
    """Tonight's night goes on, if its window is not over."""
    if not (row["parked_since"] or row["paused_since"]):
        raise DecisionError(f"{row['title']} is neither paused nor parked")
    sql.execute(RESUME, (row["key"],))
    again = sql.execute(AGAIN, {"district": row["key"], "now": now}).rowcount
    when = "tonight's night goes on at once" if again else "its next night begins at its hour"
    return f"{row['title']}: {when}"


def _run(sql: Connection, row: Row, _by: str, _why: str, now: datetime, _until: date | None) -> str:
    if row["parked_since"] or row["paused_since"]:
        raise DecisionError(
            f"{row['title']} is {'parked' if row['parked_since'] else 'paused'}: resume it first"
        )
    day = now.astimezone(ZoneInfo(row["timezone"])).date()
    extra = NewNight(
        district=row["key"],
        day=day,
        slot=f"by hand {now:%Y-%m-%dT%H:%M:%SZ}",
        due=now,
        ends=now + _WINDOW,
        sis_host=row["sis_host"],
        priority=row["priority"],
    )
    nights.insert(sql, [extra])
    return f"{row['title']}: a run is queued; `passback fleet status` shows how it ends"


_ORDERS = {"pause": _pause, "park": _park, "resume": _resume, "run": _run}

RESUME = """
UPDATE district SET parked_since = NULL, parked_why = NULL, parked_told = NULL,
    paused_since = NULL, paused_by = NULL, paused_why = NULL, paused_until = NULL
WHERE key = %s
"""

AGAIN = """
UPDATE night SET state = 'waiting', lost = 0, again = NULL, ended = NULL
WHERE district = %(district)s AND ends > %(now)s AND state IN ('parked', 'waiting')
"""
