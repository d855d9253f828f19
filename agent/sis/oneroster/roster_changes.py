"""Which rosters changed since last night, from a few counts instead of a full read.

The cursor holds three facts: when the newest enrolment was modified, how many were modified at that
very moment, and how many there are at all. Enrolments modified later name their sections; if one
more was modified at the moment itself, or some vanished altogether, nothing shows which, so every
section counts as changed.
"""

from collections.abc import Iterator

from agent.domain import SectionId
from agent.sis import reading
from agent.sis.oneroster.rows import EnrollmentRow
from agent.sis.oneroster.server import ALL_ENROLLMENTS, Server


class Enrolments:
    """All enrolments of the district."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def newest(self) -> EnrollmentRow | None:
        """The one that was modified last."""
        return self._server.first(ALL_ENROLLMENTS, sort="dateLastModified", orderBy="desc")

    def since(self, moment: str) -> Iterator[EnrollmentRow]:
        """Those modified after *moment*."""
        return self._server.all(ALL_ENROLLMENTS, where=f"dateLastModified>'{moment}'")

    def count(self, moment: str | None = None) -> int | None:
        """How many were modified at *moment*, or how many there are; None: nobody counts."""
        where = f"dateLastModified='{moment}'" if moment else ""
        return self._server.count(ALL_ENROLLMENTS, where)


class Cursor(reading.Cursor, frozen=True):
    """Where the enrolments stood: the newest moment, how many show it, how many in all."""

    newest: str
    same: int | None
    total: int | None


def roster_changes(
    enrolments: Enrolments, cursor: str | None
) -> tuple[frozenset[SectionId] | None, str]:
    """The sections that changed since *cursor* (None: unknown), and the cursor to keep."""
    known = Cursor.read(cursor)
    if known is None or not known.newest:
        row = enrolments.newest()
        return None, "" if row is None else _cursor(enrolments, row.modified or "").text()
    newer, same = _newer(enrolments, known.newest)
    now = Cursor(known.newest, same, enrolments.count())
    if newer:
        now = _cursor(enrolments, max(row.modified or "" for row in newer))
    if _more(same, known.same) or _more(known.total, now.total):
        return None, now.text()
    return frozenset(SectionId(row.class_.sourced_id) for row in newer), now.text()


def _cursor(enrolments: Enrolments, moment: str) -> Cursor:
    return Cursor(moment, _newer(enrolments, moment)[1] if moment else None, enrolments.count())


def _newer(enrolments: Enrolments, moment: str) -> tuple[list[EnrollmentRow], int | None]:
    """Those modified after *moment*, and how many show that very moment.

    A server that keeps finer moments than it shows returns some of the latter as newer.
    """
    rows = list(enrolments.since(moment))
    newer = [row for row in rows if (row.modified or "") != moment]
    same = enrolments.count(moment)
    return newer, None if same is None else same + len(rows) - len(newer)


def _more(number: int | None, other: int | None) -> bool:
    return number is not None and other is not None and number > other
