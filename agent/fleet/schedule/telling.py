"""Operators hear of a parked district, by the means of `[notify]` of fleet.toml."""

from collections.abc import Mapping
from datetime import datetime

from agent.fleet.database.connection import Database, Row
from agent.fleet.settings import FleetSettings
from agent.notify.announcer import Announcer
from agent.notify.notice import Notice
from agent.settings import ServeSettings


def tell_parked(
    fleet: FleetSettings, database: Database, environ: Mapping[str, str], now: datetime
) -> int:
    """Tell of the districts that were parked since the last look; return how many."""
    rows = database.rows(PARKED)
    for row in rows:
        notify = fleet.notify
        announcer = Announcer(
            row["title"], notify, ServeSettings(), environ=environ, at=now, key=row["key"]
        )
        announcer.tell(_notice(row))
        # Afterwards: a kill in between tells twice, and never not at all.
        database.write(TOLD, now, row["key"], row["parked_since"])
    return len(rows)


def _notice(row: Row) -> Notice:
    why = f"{row['parked_why']}. When that is mended: passback fleet resume {row['key']}"
    at: datetime = row["parked_since"]
    return Notice(run="", district=row["title"], at=at, code=1, parked=True, why=(why,))


PARKED = "SELECT * FROM district WHERE parked_since IS NOT NULL AND parked_told IS NULL"
TOLD = "UPDATE district SET parked_told = %s WHERE key = %s AND parked_since = %s"
