"""Which rosters changed since last night, from the dates of PowerSchool's enrolment rows.

WHENMODIFIED is a date without a time, so the rows of a day on which a night ran may change again
unseen. The cursor holds a digest of the rows of each of the last days: where a day's rows differ
now, all of their sections count as changed. If rows vanished, every section counts as changed,
since nothing shows whose they were.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from agent.domain import SectionId
from agent.sis import reading
from agent.sis.powerschool.district import year_id
from agent.sis.powerschool.rows import EnrollmentChange, SectionIds
from agent.sis.powerschool.server import Server

_TABLE = "cc"
_ONE_BY_ONE = 10
"""Sections that are looked up by a query each; for more all of the year's are read."""


class Cursor(reading.Cursor, frozen=True):
    """Where the enrolments stood: from which day on, a digest of each day, how many in all."""

    start: str
    days: dict[str, str]
    total: int


def roster_changes(server: Server, cursor: str | None) -> tuple[frozenset[SectionId] | None, str]:
    """The sections that changed since *cursor* (None: unknown), and the cursor to keep."""
    today = server.today()
    # The server's day may have begun a little before or after the district's.
    yesterday = (today - timedelta(days=1)).isoformat()
    known = Cursor.read(cursor)
    start = known.start if known else yesterday
    rows = server.table(_TABLE, EnrollmentChange, f"whenmodified=ge={start}")
    days = {day: _digest(same) for day, same in groupby(sorted(rows, key=_day), _day)}
    total = server.count(_TABLE)
    kept = {day: digest for day, digest in days.items() if day >= yesterday}
    now = Cursor(yesterday, kept, total).text()
    if known is None or total < known.total:
        return None, now
    changed = {r.sectionid.lstrip("-") for r in rows if days[_day(r)] != known.days.get(_day(r))}
    return _sections(server, today, changed), now


def _day(row: EnrollmentChange) -> str:
    return row.whenmodified[:10]


def _digest(rows: Iterable[EnrollmentChange]) -> str:
    facts = sorted((r.dcid, r.sectionid, r.dateenrolled, r.dateleft) for r in rows)
    return reading.checksum(facts)[:32]


def _sections(server: Server, today: date, ids: set[str]) -> frozenset[SectionId]:
    """SECTIONS.DCID of what the enrolments know as SECTIONS.ID."""
    if len(ids) > _ONE_BY_ONE:
        rows = server.table("sections", SectionIds, f"termid=ge={year_id(today) * 100}")
        return frozenset(SectionId(row.dcid) for row in rows if row.id in ids)
    found = (row for id_ in ids for row in server.table("sections", SectionIds, f"id=={id_}"))
    return frozenset(SectionId(row.dcid) for row in found)
