"""The districts in the fleet's database: their configuration now, and what persons ordered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from agent.fleet.database.connection import Connection, Row
from agent.ledger.slots import Pause


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDistrict:
    """A district as its configuration is now; see the table `district`."""

    key: str
    title: str
    timezone: str
    at: time
    catch_up_hours: int
    sis_kind: str
    sis_host: str
    origin: str
    priority: int
    trouble: str | None


@dataclass(frozen=True, slots=True)
class Orders:
    """What persons ordered about a district, and since when it is served."""

    served_since: datetime
    pause: Pause | None
    parked: str | None


def save(sql: Connection, districts: Sequence[StoredDistrict], now: datetime) -> None:
    """Note *districts*, new ones and those whose configuration changed."""
    names = StoredDistrict.__slots__
    columns = [[getattr(each, name) for each in districts] for name in names]
    sql.execute(SAVE, [now, *columns])


def disable(sql: Connection, keys: Sequence[str]) -> None:
    """Note that the configurations of districts are gone."""
    sql.execute("UPDATE district SET enabled = false WHERE key = ANY(%s)", (list(keys),))


def note_troubles(sql: Connection, troubles: dict[str, str]) -> None:
    """Note why configurations cannot be used, by the keys of their districts."""
    for key, why in troubles.items():
        sql.execute(TROUBLE, {"key": key, "why": why})


def hosts(sql: Connection) -> dict[str, int]:
    """How many nights the hosts of SIS take at the same time, as it was noted."""
    return {row["name"]: row["most"] for row in sql.execute("SELECT name, most FROM host")}


def save_hosts(sql: Connection, hosts: dict[str, int]) -> None:
    """Note how many nights the hosts of SIS take at the same time."""
    sql.execute(SAVE_HOSTS, (list(hosts), list(hosts.values())))


def park(sql: Connection, key: str, why: str, now: datetime, told: datetime | None = None) -> None:
    """Begin no night of a district any more, until a person resumes it.

    *told*: since when operators know; None: they are to be told.
    """
    sql.execute(
        "UPDATE district SET parked_since = %s, parked_why = %s, parked_told = %s WHERE key = %s",
        (now, why, told, key),
    )


def every(sql: Connection) -> list[Row]:
    """All districts."""
    return sql.execute("SELECT * FROM district").fetchall()


def stored(row: Row) -> StoredDistrict:
    """The part of a row that comes from the configuration."""
    return StoredDistrict(**{name: row[name] for name in StoredDistrict.__slots__})


def orders(row: Row) -> Orders:
    """The part of a row that comes from persons."""
    since: datetime | None = row["paused_since"]
    until: date | None = row["paused_until"]
    pause = None
    if since is not None:
        pause = Pause(
            since=since,
            by=row["paused_by"] or "",
            reason=row["paused_why"] or "",
            until=until,
            ended=None,
            ended_by=None,
        )
    return Orders(row["served_since"], pause, row["parked_why"] if row["parked_since"] else None)


_TYPES = ("text", "text", "text", "time", "integer", "text", "text", "text", "integer", "text")
_NAMES = StoredDistrict.__slots__

SAVE = f"""
INSERT INTO district ({", ".join(_NAMES)}, served_since)
SELECT *, %s FROM unnest({", ".join(f"%s::{kind}[]" for kind in _TYPES)}) AS new
ON CONFLICT (key) DO UPDATE SET enabled = true,
    {", ".join(f"{name} = excluded.{name}" for name in _NAMES if name != "key")}
"""

TROUBLE = """
UPDATE district SET trouble = %(why)s WHERE key = %(key)s AND trouble IS DISTINCT FROM %(why)s
"""

SAVE_HOSTS = """
INSERT INTO host (name, most) SELECT * FROM unnest(%s::text[], %s::integer[])
ON CONFLICT (name) DO UPDATE SET most = excluded.most WHERE host.most <> excluded.most
"""
