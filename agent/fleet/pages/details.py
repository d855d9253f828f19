"""What the pages show beside the overview: one district's nights and orders, workers, SIS hosts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.fleet.database.connection import Database, Row
from agent.fleet.database.views import as_of

NIGHTS, ORDERS, SHARING = 14, 10, 20
"""How many of each stand on a district's page."""
ROWS = 50
"""SIS hosts on a page."""


@dataclass(frozen=True, slots=True)
class Details:
    """One district: how it stands, its last nights, what people ordered, its SIS host."""

    now: Row
    nights: Sequence[Row]
    orders: Sequence[Row]
    host: Row | None
    sharing: Sequence[Row]


def details(database: Database, now: datetime, key: str) -> Details | None:
    """Everything about one district; None: the fleet does not know it yet."""
    with as_of(database, now) as sql:
        found = sql.execute("SELECT * FROM district_now WHERE key = %s", (key,)).fetchone()
        if found is None:
            return None
        host = found["sis_host"]
        return Details(
            found,
            sql.execute(LAST, (key, NIGHTS)).fetchall(),
            sql.execute(ACTS, (key, ORDERS)).fetchall(),
            sql.execute("SELECT * FROM hosts WHERE name = %s", (host,)).fetchone(),
            sql.execute(SHARE, (host, key, SHARING)).fetchall(),
        )


def processes(database: Database) -> list[Row]:
    """The processes of the fleet that were seen within a day, those that are there first."""
    return database.rows(PROCESSES)


def hosts(database: Database, now: datetime, text: str, skip: int) -> list[Row]:
    """A page of the SIS hosts; each row has the number of all that match as `total`."""
    with as_of(database, now) as sql:
        return sql.execute(HOSTS, (text.casefold(), text.casefold(), ROWS, skip)).fetchall()


LAST = """
SELECT * FROM night WHERE district = %s ORDER BY due DESC LIMIT %s
"""
ACTS = "SELECT * FROM act WHERE district = %s ORDER BY id DESC LIMIT %s"
SHARE = """
SELECT key, title FROM district
WHERE sis_host = %s AND key <> %s AND enabled ORDER BY title LIMIT %s
"""
PROCESSES = """
SELECT process.*, now() - seen AS silent,
    (SELECT jsonb_agg(jsonb_build_object('key', key, 'title', title) ORDER BY title)
     FROM night JOIN district ON district.key = night.district
     WHERE night.state = 'running' AND night.ended IS NULL AND night.worker = process.name
    ) AS nights
FROM process_now AS process WHERE seen > now() - interval '1 day'
ORDER BY alive DESC, kind, name
"""
HOSTS = """
SELECT *, count(*) OVER () AS total FROM hosts WHERE %s = '' OR strpos(lower(name), %s) > 0
ORDER BY waiting DESC, districts DESC, name LIMIT %s OFFSET %s
"""
