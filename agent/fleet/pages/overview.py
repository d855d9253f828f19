"""All districts: how many are in which state, and a page of those that were asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from agent.fleet.database.connection import Database, Row
from agent.fleet.database.views import as_of
from agent.fleet.pages.states import STATES

ALL, SOMEBODY = "all", "somebody"
"""Beside the states, what may be asked for: every district, and those that need somebody."""
ROWS = 50
"""Districts on a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which districts a person asked for; `text` is a part of a name or of a SIS host."""

    state: str = SOMEBODY
    text: str = ""
    host: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """Read it from an address; who searches and names no state searches everywhere."""
        text, host, state = given.get("q", "").strip(), given.get("host", ""), given.get("state")
        known = state is not None and state in {ALL, SOMEBODY, *STATES}
        usual = ALL if text or host else SOMEBODY
        return cls(state=state if known and state else usual, text=text, host=host)


@dataclass(frozen=True, slots=True)
class Overview:
    """`counts` are of every district; `matching` of those asked for, of which `rows` are a page."""

    counts: Mapping[str, int]
    matching: int
    rows: Sequence[Row]

    @property
    def total(self) -> int:
        """How many districts there are; those without a configuration are left out."""
        return sum(number for state, number in self.counts.items() if state != "gone")


def overview(database: Database, now: datetime, asked: Asked, skip: int = 0) -> Overview:
    """Read it in one query, so that figures and list are of the same moment."""
    wanted = {
        "state": asked.state,
        "text": asked.text.casefold(),
        "host": asked.host,
        "order": list(STATES),
        "skip": skip,
        "limit": ROWS,
    }
    with as_of(database, now) as sql:
        found = sql.execute(OVERVIEW, wanted).fetchall()
    rows = [row for row in found if row["key"] is not None]
    return Overview(found[0]["counts"] or {}, found[0]["matching"], rows)


OVERVIEW = """
WITH every AS MATERIALIZED (
    SELECT * FROM district_now
), matching AS (
    SELECT every.* FROM every
    WHERE CASE %(state)s
            WHEN 'all' THEN state <> 'gone'
            WHEN 'somebody' THEN needs_somebody
            ELSE state = %(state)s END
        AND (%(text)s = '' OR strpos(lower(title || ' ' || key || ' ' || sis_host), %(text)s) > 0)
        AND (%(host)s = '' OR sis_host = %(host)s)
), counted AS (
    SELECT
        (SELECT jsonb_object_agg(state, number)
         FROM (SELECT state, count(*) AS number FROM every GROUP BY state) AS each) AS counts,
        (SELECT count(*) FROM matching) AS matching
), page AS (
    SELECT *, array_position(%(order)s::text[], state) AS rank FROM matching
    ORDER BY rank, since, title LIMIT %(limit)s OFFSET %(skip)s
)
SELECT * FROM counted LEFT JOIN page ON true ORDER BY rank, since, title
"""
